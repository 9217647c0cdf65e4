"""Durable saves a second, as fast as 32 connections write, beside what the database does bare."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, at_most, shown

from .room import Hall, fill, pgbench, postgresql
from .served import served

CONNECTIONS = 32
CANDIDATES = 640


def on_postgresql(seconds: int) -> Iterator[Figure]:
    """Saves a second through HTTP with every check, against pgbench's own upserts before and after."""
    with postgresql() as (uri, programs):
        url = uri.replace("postgresql://", "postgresql+psycopg://", 1)
        hall = fill(url, CANDIDATES, Path(tempfile.mkdtemp()))
        before = pgbench(programs, uri, hall.folder, max(1, seconds // 2))
        seen = measured(hall, seconds)
        after = pgbench(programs, uri, hall.folder, max(1, seconds // 2))
    rate, upserts = seen["saves"] / seen["wall"], (before + after) / 2
    yield shown("saves/s on PostgreSQL", round(rate), "1/s")
    yield shown("pgbench single-row upserts/s", round(upserts), "1/s")
    ratio = rate / upserts
    yield Figure("saves / pgbench upserts", round(ratio, 3), "ratio", 0.35, ratio >= 0.35)
    share = seen["cpu"] / seen["wall"] / (os.cpu_count() or 1)
    yield shown("server's CPU for a save", round(1e6 * seen["server"] / seen["saves"]), "µs")
    yield shown("load generator's share of the CPU", round(share, 3), "share")
    yield at_most("refused or failed saves", seen["errors"], "saves", 0)


def on_sqlite(seconds: int) -> Iterator[Figure]:
    """The same on SQLite with synchronous=FULL, against its own single-row commits."""
    folder = Path(tempfile.mkdtemp())
    hall = fill(f"sqlite:///{folder}/khaothi.db", CANDIDATES, folder)
    single = single_commits(folder)
    seen = measured(hall, seconds)
    rate, target = seen["saves"] / seen["wall"], min(3000.0, 10 * single)
    yield shown("single-row commits/s on SQLite", round(single), "1/s")
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


def measured(hall: Hall, seconds: int) -> dict[str, Any]:
    """What the load generator saw."""
    with served(hall.url) as server:
        plan = {
            "host": "127.0.0.1", "port": server.port, "connections": CONNECTIONS,
            "seconds": seconds, "item": str(hall.choice),
            "seats": [[seat.token, seat.writer] for seat in hall.seats],
        }  # fmt: skip
        before = server.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.delivery.load"],
            input=json.dumps(plan), text=True, capture_output=True, check=True,
        )  # fmt: skip
        used = server.cpu_seconds() - before
    seen: dict[str, Any] = json.loads(done.stdout)
    return {**seen, "server": used}
