"""The answer path's statements for PostgreSQL, by hand: two round trips before the commit.

Their plans are made once for a connection (`PLAN_ONCE`): planning them anew for each batch would
cost as much as running them.

What SQLAlchemy spends on composing a statement and shaping its result is more than PostgreSQL spends
on running it; for the one statement that runs a thousand times a second that is worth writing out.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.errors import UniqueViolation, error_from_result
from psycopg.pq import ExecStatus
from sqlalchemy import Connection

from .save_columns_postgresql import BINARY, columns
from .saves import Kept, Key, LookCloser, Save, Standing

STANDING = """
SELECT l.token_hash, l.id, l.epoch, l.granted_at, l.ended_at, s.id, s.grace_seconds,
       a.id, a.form_id, a.deadline, a.submitted_at, a.submitted_by, a.last_seen_at,
       a.held_since, a.held_by, a.suspended_at, a.n_messages
FROM writer_lease l
JOIN attempt a ON a.candidate_id = l.candidate_id
JOIN sitting s ON s.id = a.sitting_id
WHERE l.token_hash = ANY(%s)
ORDER BY a.id, l.id
FOR UPDATE OF a, l
"""
NOT_STARTED = """
SELECT l.token_hash, l.id, l.epoch, l.granted_at, l.ended_at, s.id, s.grace_seconds,
       NULL::uuid, NULL::uuid, NULL::timestamptz, NULL::timestamptz, NULL::text, NULL::timestamptz,
       NULL::timestamptz, NULL::text, NULL::timestamptz, NULL::int
FROM writer_lease l
JOIN candidate c ON c.id = l.candidate_id
JOIN sitting s ON s.id = c.sitting_id
WHERE l.token_hash = ANY(%s)
"""
KEPT = """
SELECT e.attempt_id, e.writer_id, e.seq, e.kind, e.form_item_id, e.value, e.client_at
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS k (attempt_id, writer_id, seq)
JOIN response_event e USING (attempt_id, writer_id, seq)
"""
APPEND = """
INSERT INTO response_event (attempt_id, writer_id, seq, sitting_id, epoch, kind, form_item_id,
                            value, client_at, received_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::text[],
                     $7::uuid[], $8::bytea[], $9::text[], $10::timestamptz[])
"""
SEEN = "UPDATE attempt SET last_seen_at = %s WHERE id = ANY(%s)"
PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"


class PostgresqlStore:
    """Row locks hold what was read."""

    def __init__(self, db: Connection) -> None:
        driver = db.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self.driver = driver

    def plan_once(self) -> None:
        """For a connection that does nothing else."""
        self.driver.execute(PLAN_ONCE)

    def standings(self, saves: Sequence[Save]) -> dict[str, Standing]:
        tokens = sorted({save.token_hash for save in saves})
        rows = self.driver.execute(STANDING, [tokens], prepare=True).fetchall()
        if len(rows) < len(tokens):
            missing = sorted(set(tokens) - {row[0] for row in rows})
            rows += self.driver.execute(NOT_STARTED, [missing], prepare=True).fetchall()
        return {row[0]: Standing(*row[1:]) for row in rows}

    def kept(self, keys: Collection[Key]) -> dict[Key, Kept]:
        if not keys:
            return {}
        columns = [list(column) for column in zip(*sorted(keys), strict=True)]
        rows = self.driver.execute(KEPT, columns, prepare=True).fetchall()
        return {row[:3]: Kept(*row[3:]) for row in rows}

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        result = self.driver.pgconn.exec_params(APPEND.encode(), columns(rows), None, BINARY)
        if result.status != ExecStatus.COMMAND_OK:
            error = error_from_result(result)
            if isinstance(error, UniqueViolation):
                raise LookCloser from error
            raise error

    def see(self, attempts: Collection[uuid.UUID], now: datetime) -> None:
        if attempts:
            self.driver.execute(SEEN, [now, sorted(attempts)], prepare=True)
