"""Whether an address can be listened on, asked before anything else is done."""

from __future__ import annotations

import socket

from itembank.errors import Conflict, msg


def check_free(host: str, port: int) -> None:
    """Raise with the way out when another program listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                msg(
                    "Không mở được cổng {port} ở {host}: có chương trình khác đang dùng, hoặc không được phép. "
                    "Chọn cổng khác, ví dụ --port {other} (make demo PORT={other}).",
                    host=host,
                    port=port,
                    other=port + 1,
                ),
                code="port_taken",
            ) from error
