"""The demo province for a test: loaded once by a process, and copied into what comes after on SQLite."""

from __future__ import annotations

import sqlite3
from functools import cache

from api.db import Database
from api.demo import load
from api.settings import sqlite_file
from api.web import system_clock


def fill(database: Database) -> None:
    """Into an empty database, as `khaothi demo` begins."""
    file = sqlite_file(database.engine.url.render_as_string(hide_password=False))
    kept = _kept()
    if file is None:
        _load(database)
    elif kept.is_loaded:
        with sqlite3.connect(file) as empty:
            kept.copy.backup(empty)
        empty.close()
    else:
        _load(database)
        with sqlite3.connect(file) as loaded:
            loaded.backup(kept.copy)
        loaded.close()
        kept.is_loaded = True


class _Kept:
    def __init__(self) -> None:
        self.copy = sqlite3.connect(":memory:", check_same_thread=False)
        self.is_loaded = False


@cache
def _kept() -> _Kept:
    return _Kept()


def _load(database: Database) -> None:
    with database.write() as db:
        load.load(db, now=system_clock())
