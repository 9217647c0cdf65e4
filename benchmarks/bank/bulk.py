"""Rows in the shape their driver takes many of at once: COPY's text, or bound tuples.

Shaping is half of a load, so it is done where the rows are made, in every process; the one that
holds the database only writes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import sqlite

from api import tables
from api.db import Database
from itembank.db import Base

assert tables  # every table is known to the metadata
SQLITE_CACHE = 400_000  # kB
WORDS_AT_ONCE = 256_000_000  # bytes of new words kept before they are written
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SQLITE = sqlite.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Load:
    """Rows of one table; `rows` is COPY's text, or tuples of bound values."""

    table: str
    names: tuple[str, ...]
    rows: bytes | list[tuple[Any, ...]]


def shaped(name: str, rows: Sequence[Mapping[str, Any]], dialect: str) -> Load:
    names = tuple(rows[0])
    if dialect == "postgresql":
        text = "".join("\t".join(map(_copied, row.values())) + "\n" for row in rows)
        return Load(name, names, text.encode())
    bind = [_binder(name, column) for column in names]
    return Load(name, names, [_bound(bind, row.values()) for row in rows])


def _copied(value: Any) -> str:
    match value:
        case None:
            return "\\N"
        case bool() | int() | float():
            return str(value)
        case str():
            return value.translate(_ESCAPED)
        case bytes():
            return f"\\\\x{value.hex()}"
        case datetime():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)


def _binder(name: str, column: str) -> Any:
    table = Base.metadata.tables.get(name)
    if table is None:
        return None
    return table.c[column].type.dialect_impl(_SQLITE).bind_processor(_SQLITE)


def _bound(bind: Sequence[Any], values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(b(v) if b else v for b, v in zip(bind, values, strict=True))


class Writer:
    """The driver's own connection, without the checks a load of made rows does not need."""

    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection, self._copies = connection, dialect == "postgresql"

    def put(self, loads: Iterable[Load]) -> None:
        """All of these in one transaction."""
        if not self._copies:
            self._connection.execute("BEGIN IMMEDIATE")
        for load in loads:
            self._put(load)
        self._connection.commit()

    def _put(self, load: Load) -> None:
        names = ", ".join(load.names)
        if self._copies:
            with self._connection.cursor().copy(f"COPY {load.table} ({names}) FROM STDIN") as copy:
                copy.write(load.rows)
            return
        places = ", ".join("?" * len(load.names))
        self._connection.executemany(
            f"INSERT INTO {load.table} ({names}) VALUES ({places})", load.rows
        )


@contextmanager
def writer(database: Database) -> Iterator[Writer]:
    """Foreign keys are not asked for each row; a power cut may cost the load."""
    dialect = database.engine.dialect.name
    connection: Any = database.engine.raw_connection().driver_connection
    for statement in _FIRST[dialect]:
        connection.execute(statement)
    connection.commit()
    yield Writer(connection, dialect)
    for statement in _LAST[dialect]:
        connection.execute(statement)
    connection.commit()
    connection.close()
    database.dispose()


_FIRST = {
    "postgresql": ("SET session_replication_role = replica", "SET synchronous_commit = local"),
    "sqlite": (
        "PRAGMA foreign_keys = OFF",
        "PRAGMA synchronous = OFF",
        f"PRAGMA cache_size = -{SQLITE_CACHE}",
        "INSERT INTO item_words (item_words, rank) VALUES ('automerge', 0)",
        f"INSERT INTO item_words (item_words, rank) VALUES ('hashsize', {WORDS_AT_ONCE})",
    ),
}
_LAST = {
    "postgresql": (),
    "sqlite": (
        "INSERT INTO item_words (item_words, rank) VALUES ('automerge', 4)",
        "INSERT INTO item_words (item_words, rank) VALUES ('hashsize', 1048576)",
        "INSERT INTO item_words (item_words) VALUES ('optimize')",
    ),
}
