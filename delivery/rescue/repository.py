"""Queries of rescue: whose key it is, and what is known already."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt, LateEvent, ResponseEvent, WriterLease
from delivery.attempts.replay import value_bytes
from delivery.attempts.saves import Change

from .keys import journal_key

_READ_AT_ONCE = 500


def key_of(db: Session, attempt: Attempt) -> bytes:
    """The attempt's journal key, the same for every machine of its candidate."""
    return keys_of(db, [attempt])[attempt.id]


def keys_of(db: Session, attempts: Collection[Attempt]) -> dict[uuid.UUID, bytes]:
    """Attempt -> its journal key."""
    candidates = {attempt.candidate_id for attempt in attempts}
    query = (
        select(WriterLease.candidate_id, WriterLease.token_hash)
        .where(WriterLease.candidate_id.in_(candidates))
        .order_by(WriterLease.requested_at.desc(), WriterLease.id.desc())
    )
    first = {candidate: token_hash for candidate, token_hash in db.execute(query)}
    return {one.id: journal_key(first[one.candidate_id], one.id) for one in attempts}


def attempt_in(db: Session, attempt_id: uuid.UUID, sitting_id: uuid.UUID) -> Attempt | None:
    """The attempt, where it belongs to this sitting."""
    attempt = db.get(Attempt, attempt_id)
    return attempt if attempt is not None and attempt.sitting_id == sitting_id else None


def sorted_out(
    db: Session, attempt: Attempt, lease: WriterLease, changes: Sequence[Change]
) -> tuple[list[Change], list[Change], list[Change]]:
    """Those the server has not got, those it has, and those whose number holds other bytes."""
    kept = _kept(db, attempt.id, lease.id, [change.seq for change in changes])
    fresh = [change for change in changes if change.seq not in kept]
    known = [c for c in changes if c.seq in kept and kept[c.seq] == _content(c)]
    return fresh, known, [c for c in changes if c.seq in kept and kept[c.seq] != _content(c)]


_Content = tuple[str, uuid.UUID, bytes, str]


def _content(change: Change) -> _Content:
    return change.kind, change.item, value_bytes(change.value), change.client_at


def _kept(
    db: Session, attempt_id: uuid.UUID, writer: uuid.UUID, seqs: Sequence[int]
) -> dict[int, _Content]:
    found: dict[int, _Content] = {}
    for table in (LateEvent, ResponseEvent):
        for start in range(0, len(seqs), _READ_AT_ONCE):
            query = select(
                table.seq, table.kind, table.form_item_id, table.value, table.client_at
            ).where(
                table.attempt_id == attempt_id,
                table.writer_id == writer,
                table.seq.in_(seqs[start : start + _READ_AT_ONCE]),
            )
            found |= {
                seq: (kind, item, value, at) for seq, kind, item, value, at in db.execute(query)
            }
    return found
