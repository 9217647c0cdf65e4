"""What a device sends when it can no longer count: kept for good, counted by nobody by itself.

A device that was replaced, or whose time ended while it was offline, still holds work of the
candidate. It is stored under its own key beside the responses; the effective responses do not change.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from itembank import audit
from itembank.errors import Conflict

from .clock import is_late
from .errors import EventConflict, NotStarted
from .models import Attempt, LateEvent, ResponseEvent
from .replay import value_bytes
from .repository import Held
from .saves import Change

MOST_PER_ATTEMPT = 5_000


def why_late(held: Held, now: datetime) -> str | None:
    """Why a save of this device would not count now; None where it would."""
    attempt = held.attempt
    if attempt is None or held.lease.epoch is None:
        raise NotStarted
    if held.lease.ended_at is not None:
        return "writer_replaced"
    if attempt.suspended_at is not None:
        return "attempt_suspended"
    if attempt.submitted_at is not None:
        return "attempt_submitted"
    over = is_late(now, attempt.deadline, held.sitting.grace_seconds)
    return "deadline_passed" if over and attempt.held_since is None else None


def keep_late(db: Session, held: Held, changes: Sequence[Change], *, now: datetime) -> list[int]:
    """Keep them; the numbers that are safe here now. What counts already is not kept twice."""
    why = why_late(held, now)
    if why is None:
        raise Conflict("Bài còn nhận câu trả lời; gửi như thường.", code="not_late")
    assert held.attempt is not None
    kept = _stored(db, ResponseEvent, held) | _stored(db, LateEvent, held)
    fresh = [change for change in changes if not _is_there(change, kept)]
    if len(kept) + len(fresh) > MOST_PER_ATTEMPT:
        raise Conflict("Máy này đã gửi quá nhiều thay đổi sau giờ.", code="too_many_late_events")
    if fresh:
        insert = postgresql_insert if db.get_bind().dialect.name == "postgresql" else sqlite_insert
        rows = [_row(change, held, held.attempt, why, now) for change in fresh]
        db.execute(insert(LateEvent).on_conflict_do_nothing(), rows)
        after = {"number": held.candidate.number, "events": len(fresh), "why": why}
        audit.record(db, None, "late_events.kept", "attempt", held.attempt.id, now=now, after=after)
    return [change.seq for change in changes]


Stored = dict[int, tuple[str, uuid.UUID, bytes]]


def _stored(db: Session, table: type[ResponseEvent] | type[LateEvent], held: Held) -> Stored:
    assert held.attempt is not None
    query = select(table.seq, table.kind, table.form_item_id, table.value).where(
        table.attempt_id == held.attempt.id, table.writer_id == held.lease.id
    )
    return {seq: (kind, item, value) for seq, kind, item, value in db.execute(query)}


def _is_there(change: Change, kept: Stored) -> bool:
    held = kept.get(change.seq)
    if held is not None and held != (change.kind, change.item, value_bytes(change.value)):
        raise EventConflict(change.seq)
    return held is not None


def _row(change: Change, held: Held, attempt: Attempt, why: str, now: datetime) -> dict[str, Any]:
    return {
        "attempt_id": attempt.id,
        "writer_id": held.lease.id,
        "seq": change.seq,
        "sitting_id": attempt.sitting_id,
        "epoch": held.lease.epoch,
        "kind": change.kind,
        "form_item_id": change.item,
        "value": value_bytes(change.value),
        "client_at": change.client_at,
        "received_at": now,
        "why": why,
    }


def late_events_of(db: Session, attempt_id: uuid.UUID) -> Sequence[LateEvent]:
    query = select(LateEvent).where(LateEvent.attempt_id == attempt_id)
    return db.scalars(query.order_by(LateEvent.epoch, LateEvent.seq)).all()


def late_counts(db: Session, sitting_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Attempt -> how many changes came too late: what the invigilator is shown."""
    query = (
        select(LateEvent.attempt_id, func.count())
        .where(LateEvent.sitting_id == sitting_id)
        .group_by(LateEvent.attempt_id)
    )
    return {attempt: n for attempt, n in db.execute(query)}
