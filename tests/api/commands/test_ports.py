"""A taken port is told before anything is made, with the way out."""

from __future__ import annotations

import socket

from api.cli import main


def test_a_taken_port_is_told_and_nothing_is_made(tmp_path, capsys) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        file = tmp_path / "demo.db"
        assert main(["demo", "--port", str(port), "--database", str(file)]) == 2
    assert f"PORT={port + 1}" in capsys.readouterr().err
    assert not file.exists()
