"""The answer path's statements for PostgreSQL, by hand: two round trips before the commit.

What SQLAlchemy spends on composing a statement and shaping its result is more than PostgreSQL spends
on running it; for the one statement that runs a thousand times a second that is worth writing out.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection

from .saves import Kept, Key, Save, Standing

STANDING = """
SELECT l.token_hash, l.id, l.epoch, l.granted_at, l.ended_at, s.id, s.grace_seconds,
       a.id, a.form_id, a.deadline, a.submitted_at, a.submitted_by, a.last_seen_at,
       a.held_since, a.held_by, a.suspended_at, a.n_messages
FROM writer_lease l
JOIN candidate c ON c.id = l.candidate_id
JOIN sitting s ON s.id = c.sitting_id
JOIN attempt a ON a.candidate_id = c.id
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
# The event's key begins with the attempt: without it every look-up would read the whole table.
KEPT = """
SELECT e.writer_id, e.seq, e.kind, e.form_item_id, e.value, e.client_at
FROM unnest(%s::uuid[], %s::int[]) AS k (writer_id, seq)
JOIN writer_lease l ON l.id = k.writer_id
JOIN attempt a ON a.candidate_id = l.candidate_id
JOIN response_event e ON (e.attempt_id, e.writer_id, e.seq) = (a.id, k.writer_id, k.seq)
"""
APPEND = """
INSERT INTO response_event (attempt_id, writer_id, seq, sitting_id, epoch, kind, form_item_id,
                            value, client_at, received_at)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::uuid[], %s::int[], %s::text[],
                     %s::uuid[], %s::bytea[], %s::text[], %s::timestamptz[])
ON CONFLICT DO NOTHING
"""
SEEN = "UPDATE attempt SET last_seen_at = %s WHERE id = ANY(%s)"
COLUMNS = (
    "attempt_id", "writer_id", "seq", "sitting_id", "epoch", "kind", "form_item_id",
    "value", "client_at", "received_at",
)  # fmt: skip


class PostgresqlStore:
    """Row locks hold what was read; statements travel together where they can."""

    def __init__(self, db: Connection) -> None:
        driver = db.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self.driver = driver

    def read(self, saves: Sequence[Save]) -> tuple[dict[str, Standing], dict[Key, Kept]]:
        tokens = sorted({save.token_hash for save in saves})
        keys = sorted({(save.writer, c.seq) for save in saves if save.writer for c in save.changes})
        standing, kept = self.driver.cursor(), self.driver.cursor()
        with self.driver.pipeline():
            standing.execute(STANDING, [tokens], prepare=True)
            if keys:
                kept.execute(KEPT, [[w for w, _ in keys], [s for _, s in keys]], prepare=True)
        found = {row[0]: Standing(*row[1:]) for row in standing.fetchall()}
        if missing := [token for token in tokens if token not in found]:
            rows = self.driver.execute(NOT_STARTED, [missing], prepare=True).fetchall()
            found |= {row[0]: Standing(*row[1:]) for row in rows}
        there = kept.fetchall() if keys else []
        return found, {(row[0], row[1]): Kept(*row[2:]) for row in there}

    def write(self, rows: Sequence[dict[str, Any]], seen: set[uuid.UUID], now: datetime) -> None:
        with self.driver.pipeline():
            if rows:
                columns = [[row[name] for row in rows] for name in COLUMNS]
                self.driver.execute(APPEND, columns, prepare=True)
            if seen:
                self.driver.execute(SEEN, [now, sorted(seen)], prepare=True)
