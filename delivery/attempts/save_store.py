"""Statements of the answer path. The usual batch costs one read and one write.

The reads hold what they found until the commit: on SQLite because the transaction owns the write
lock, on PostgreSQL by row locks, taken in the order of the attempts so that two batches cannot wait
for each other.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from delivery.sittings.models import Candidate, Sitting

from .models import Attempt, ResponseEvent, WriterLease
from .save_store_postgresql import PostgresqlStore
from .saves import Kept, Key, LookCloser, Save, Standing


class SaveStore(Protocol):
    """What the answer path asks of a database, inside the caller's transaction."""

    def plan_once(self) -> None:
        """Told to a connection that will do nothing but this."""
        ...

    def standings(self, saves: Sequence[Save]) -> dict[str, Standing]:
        """Standing by device, held until the commit."""
        ...

    def kept(self, keys: Collection[Key]) -> dict[Key, Kept]:
        """Which of these events are stored already."""
        ...

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        """Append events; raises LookCloser where one is there already."""
        ...

    def see(self, attempts: Collection[uuid.UUID], now: datetime) -> None:
        """Note a sign of life."""
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
_KEY = tuple_(ResponseEvent.attempt_id, ResponseEvent.writer_id, ResponseEvent.seq)
_KEPT = select(
    ResponseEvent.attempt_id,
    ResponseEvent.writer_id,
    ResponseEvent.seq,
    ResponseEvent.kind,
    ResponseEvent.form_item_id,
    ResponseEvent.value,
    ResponseEvent.client_at,
)


class SqliteStore:
    """Plain statements: the transaction began with the write lock."""

    def __init__(self, db: Connection) -> None:
        self.db = db

    def plan_once(self) -> None:
        """A connection of its own begins with a commit, for plans the driver keeps by itself.

        Where a writer before it died at a flush, its last commit is read from the log again without
        being on the disk; a retry would find it and be acknowledged. This commit flushes the log.
        """
        version = self.db.exec_driver_sql("PRAGMA user_version").scalar_one()
        self.db.exec_driver_sql(f"PRAGMA user_version = {version}")

    def standings(self, saves: Sequence[Save]) -> dict[str, Standing]:
        tokens = {save.token_hash for save in saves}
        rows = self.db.execute(_STANDING.where(WriterLease.token_hash.in_(tokens)))
        return {token: Standing(*row) for token, *row in rows}

    def kept(self, keys: Collection[Key]) -> dict[Key, Kept]:
        if not keys:
            return {}
        rows = self.db.execute(_KEPT.where(_KEY.in_(keys)))
        return {(row[0], row[1], row[2]): Kept(*row[3:]) for row in rows}

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        try:
            self.db.execute(insert(ResponseEvent), rows)
        except IntegrityError as error:
            raise LookCloser from error

    def see(self, attempts: Collection[uuid.UUID], now: datetime) -> None:
        if attempts:
            self.db.execute(
                update(Attempt).where(Attempt.id.in_(attempts)).values(last_seen_at=now)
            )
