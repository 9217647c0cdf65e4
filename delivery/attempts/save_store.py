"""Statements of the answer path. Every batch costs two reads and one or two writes.

The reads hold what they found until the commit: on SQLite because the transaction owns the write
lock, on PostgreSQL by row locks, taken in the order of the attempts so that two batches cannot wait
for each other.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, and_, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from delivery.sittings.models import Candidate, Sitting

from .models import Attempt, ResponseEvent, WriterLease
from .save_store_postgresql import PostgresqlStore
from .saves import Kept, Key, Save, Standing


class SaveStore(Protocol):
    """What the answer path asks of a database, inside the caller's transaction."""

    def read(self, saves: Sequence[Save]) -> tuple[dict[str, Standing], dict[Key, Kept]]:
        """Standing by device, and which of the changes are stored already."""
        ...

    def write(self, rows: Sequence[dict[str, Any]], seen: set[uuid.UUID], now: datetime) -> None:
        """Append events and note signs of life; an event that is there stays as it is."""
        ...


def store_of(db: Connection) -> SaveStore:
    return PostgresqlStore(db) if db.dialect.name == "postgresql" else SqliteStore(db)


_STANDING = (
    select(
        WriterLease.token_hash,
        WriterLease.id,
        WriterLease.epoch,
        WriterLease.granted_at,
        WriterLease.ended_at,
        Sitting.id,
        Sitting.grace_seconds,
        Attempt.id,
        Attempt.form_id,
        Attempt.deadline,
        Attempt.submitted_at,
        Attempt.submitted_by,
        Attempt.last_seen_at,
        Attempt.held_since,
        Attempt.held_by,
        Attempt.suspended_at,
        Attempt.n_messages,
    )
    .join(Candidate, Candidate.id == WriterLease.candidate_id)
    .join(Sitting, Sitting.id == Candidate.sitting_id)
    .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
)
# The event's key begins with the attempt: without it every look-up would read the whole table.
_KEPT = (
    select(
        ResponseEvent.writer_id,
        ResponseEvent.seq,
        ResponseEvent.kind,
        ResponseEvent.form_item_id,
        ResponseEvent.value,
        ResponseEvent.client_at,
    )
    .select_from(WriterLease)
    .join(Attempt, Attempt.candidate_id == WriterLease.candidate_id)
    .join(
        ResponseEvent,
        and_(
            ResponseEvent.attempt_id == Attempt.id,
            ResponseEvent.writer_id == WriterLease.id,
        ),
    )
)


class SqliteStore:
    """Plain statements: the transaction began with the write lock."""

    def __init__(self, db: Connection) -> None:
        self.db = db

    def read(self, saves: Sequence[Save]) -> tuple[dict[str, Standing], dict[Key, Kept]]:
        tokens = {save.token_hash for save in saves}
        rows = self.db.execute(_STANDING.where(WriterLease.token_hash.in_(tokens)))
        standings = {token: Standing(*row) for token, *row in rows}
        return standings, self._kept(keys_of(saves))

    def _kept(self, keys: set[Key]) -> dict[Key, Kept]:
        if not keys:
            return {}
        wanted = and_(
            WriterLease.id.in_({writer for writer, _ in keys}),
            tuple_(ResponseEvent.writer_id, ResponseEvent.seq).in_(keys),
        )
        rows = self.db.execute(_KEPT.where(wanted))
        return {(row.writer_id, row.seq): Kept(*row[2:]) for row in rows}

    def write(self, rows: Sequence[dict[str, Any]], seen: set[uuid.UUID], now: datetime) -> None:
        if rows:
            self.db.execute(insert(ResponseEvent).on_conflict_do_nothing(), rows)
        if seen:
            self.db.execute(update(Attempt).where(Attempt.id.in_(seen)).values(last_seen_at=now))


def keys_of(saves: Iterable[Save]) -> set[Key]:
    return {(save.writer, change.seq) for save in saves if save.writer for change in save.changes}
