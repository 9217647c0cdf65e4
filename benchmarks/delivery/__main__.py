"""How fast saves become durable: `python -m benchmarks.delivery`, one JSON line a figure."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure

from .room import Hall, fill, pgbench, postgresql

SECONDS = 10
CONNECTIONS = 32
CANDIDATES = 640


def main() -> None:
    for figure in (*on_postgresql(), *on_sqlite()):
        print(figure.as_json(), flush=True)


def on_postgresql() -> Iterator[Figure]:
    """Saves a second through HTTP with every check, against pgbench's own upserts before and after."""
    with postgresql() as (uri, programs):
        url = uri.replace("postgresql://", "postgresql+psycopg://", 1)
        hall = fill(url, CANDIDATES, Path(tempfile.mkdtemp()))
        before = pgbench(programs, uri, hall.folder, SECONDS // 2)
        seen = measured(hall)
        after = pgbench(programs, uri, hall.folder, SECONDS // 2)
    rate, upserts = seen["saves"] / seen["wall"], (before + after) / 2
    yield Figure("saves/s on PostgreSQL", round(rate), "1/s", None, None)
    yield Figure("pgbench single-row upserts/s", round(upserts), "1/s", None, None)
    ratio = rate / upserts
    yield Figure("saves / pgbench upserts", round(ratio, 3), "ratio", 0.35, ratio >= 0.35)
    share = seen["cpu"] / seen["wall"] / (os.cpu_count() or 1)
    yield Figure("load generator's share of the CPU", round(share, 3), "share", None, None)
    yield Figure("refused or failed saves", seen["errors"], "saves", 0, seen["errors"] == 0)


def on_sqlite() -> Iterator[Figure]:
    """The same on SQLite with synchronous=FULL, against its own single-row commits."""
    folder = Path(tempfile.mkdtemp())
    hall = fill(f"sqlite:///{folder}/khaothi.db", CANDIDATES, folder)
    single = single_commits(folder)
    seen = measured(hall)
    rate, target = seen["saves"] / seen["wall"], min(3000.0, 10 * single)
    yield Figure("single-row commits/s on SQLite", round(single), "1/s", None, None)
    yield Figure("saves/s on SQLite", round(rate), "1/s", round(target), rate >= target)


def single_commits(folder: Path) -> float:
    connection = sqlite3.connect(folder / "single.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, value TEXT)")
    start, n = time.perf_counter(), 0
    while time.perf_counter() - start < 3:
        connection.execute("INSERT INTO t (value) VALUES ('A')")
        n += 1
    return n / (time.perf_counter() - start)


def measured(hall: Hall) -> dict[str, Any]:
    """What the load generator saw."""
    with serving(hall.url) as port:
        plan = {
            "host": "127.0.0.1", "port": port, "connections": CONNECTIONS, "seconds": SECONDS,
            "think": 0, "item": str(hall.choice),
            "seats": [[seat.token, seat.writer] for seat in hall.seats],
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.delivery.load"],
            input=json.dumps(plan), text=True, capture_output=True, check=True,
        )  # fmt: skip
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@contextmanager
def serving(url: str) -> Iterator[int]:
    """The program as it is served, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {**os.environ, "KHAOTHI_DATABASE_URL": url}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


if __name__ == "__main__":
    main()
