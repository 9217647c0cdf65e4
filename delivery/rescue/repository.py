"""Queries of rescue: whose key it is."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt, WriterLease

from .keys import journal_key


def key_of(db: Session, attempt: Attempt) -> bytes:
    """The attempt's journal key, the same for every machine of its candidate."""
    first = (
        select(WriterLease.token_hash)
        .where(WriterLease.candidate_id == attempt.candidate_id)
        .order_by(WriterLease.requested_at, WriterLease.id)
        .limit(1)
    )
    return journal_key(db.scalars(first).one(), attempt.id)


def attempt_in(db: Session, attempt_id: uuid.UUID, sitting_id: uuid.UUID) -> Attempt | None:
    """The attempt, where it belongs to this sitting."""
    attempt = db.get(Attempt, attempt_id)
    return attempt if attempt is not None and attempt.sitting_id == sitting_id else None
