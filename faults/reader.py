"""The independent reader: plain drivers and plain SQL, and not a line of the program it judges."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from .acknowledged import Journal

EVENTS = "SELECT writer_id, seq, kind, form_item_id, value, client_at FROM response_event"
Row = tuple[uuid.UUID, int, str, uuid.UUID, bytes, str]


@dataclass(frozen=True)
class Findings:
    """What acknowledgements and database, held side by side, come to."""

    acknowledged: int
    stored: int
    lost: int  # acknowledged, and not there byte for byte
    doubled: int  # there more than once
    invented: int  # there, and sent by nobody

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.invented)


def events_of(url: str) -> list[Row]:
    """Every response event, as the database gives it."""
    return [_row(row) for row in _query(url, EVENTS)]


def judge(journal: Journal, rows: Iterable[Row]) -> Findings:
    """I1: each acknowledged change is there, once, byte for byte; nothing else is."""
    rows = list(rows)
    times = Counter((row[0], row[1]) for row in rows)
    stored = {(row[0], row[1]): row[2:] for row in rows}
    sent = {place: change.stored() for place, change in journal.sent.items()}
    return Findings(
        acknowledged=len(journal.acked),
        stored=len(rows),
        lost=sum(stored.get(place) != sent[place] for place in journal.acked),
        doubled=sum(n - 1 for n in times.values()),
        invented=sum(sent.get(place) != found for place, found in stored.items()),
    )


def is_whole(url: str) -> bool:
    """SQLite's own check of its file; PostgreSQL says at start whether it could recover."""
    if not url.startswith("sqlite"):
        return True
    return _query(url, "PRAGMA integrity_check") == [("ok",)]


def _query(url: str, statement: str) -> list[tuple[Any, ...]]:
    if url.startswith("sqlite"):
        return _on_a_copy(Path(url.removeprefix("sqlite:///")), statement)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(statement.encode()).fetchall()


def _on_a_copy(file: Path, statement: str) -> list[tuple[Any, ...]]:
    """Of the file and its log as they lie there: looking must not repair anything."""
    with tempfile.TemporaryDirectory() as folder:
        for name in (file.name, f"{file.name}-wal"):
            if file.with_name(name).exists():
                shutil.copy(file.with_name(name), folder)
        connection = sqlite3.connect(Path(folder) / file.name)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()


def _row(row: tuple[Any, ...]) -> Row:
    writer, seq, kind, item, value, client_at = row
    return uuid.UUID(str(writer)), seq, kind, uuid.UUID(str(item)), bytes(value), client_at


_BY_CANDIDATE = """
SELECT candidate.number, {table}.epoch, {table}.seq, {table}.form_item_id, {table}.value,
       {table}.client_at
FROM {table} JOIN attempt ON attempt.id = {table}.attempt_id
JOIN candidate ON candidate.id = attempt.candidate_id
"""
Changes = dict[str, dict[tuple[int, int], tuple[uuid.UUID, bytes, str]]]


def changes_by_candidate(url: str) -> tuple[Changes, Changes]:
    """Candidate's number -> (epoch, seq) -> what is stored: what counts, and what came late."""
    counted, late = (
        _by_candidate(_query(url, _BY_CANDIDATE.format(table=table)))
        for table in ("response_event", "late_event")
    )
    return counted, late


def _by_candidate(rows: Iterable[tuple[Any, ...]]) -> Changes:
    found: Changes = {}
    for number, epoch, seq, item, value, at in rows:
        place = uuid.UUID(str(item)), bytes(value), at
        found.setdefault(number, {})[epoch, seq] = place
    return found
