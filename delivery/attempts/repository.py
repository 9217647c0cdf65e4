"""All queries about attempts, leases and response events."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting
from itembank.audit import AuditEvent

from .models import Attempt, ResponseEvent, WriterLease
from .replay import Record, replay, value_bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A device's lease with all it is about."""

    lease: WriterLease
    candidate: Candidate
    sitting: Sitting
    attempt: Attempt | None


def held_by(db: Session, token_hash: str) -> Held | None:
    """The lease of a device by the hash of its token, ended or waiting ones too."""
    return held_by_all(db, [token_hash]).get(token_hash)


def held_by_all(db: Session, token_hashes: Collection[str]) -> dict[str, Held]:
    """What each of these devices holds, as it is now; nothing of a device nobody signed in on."""
    query = (
        select(WriterLease, Candidate, Sitting, Attempt)
        .join(Candidate, Candidate.id == WriterLease.candidate_id)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .where(WriterLease.token_hash.in_(token_hashes))
        .execution_options(populate_existing=True)
    )
    return {row[0].token_hash: Held(*row) for row in db.execute(query)}


def candidates_by_number(db: Session, number: str) -> Sequence[Candidate]:
    """Those who may sign in under this number: rosters of sittings that are not closed."""
    query = (
        select(Candidate)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(
            Candidate.number == number,
            Candidate.code_hash.is_not(None),
            Sitting.state != "closed",
        )
        .order_by(Sitting.starts_at, Candidate.id)
    )
    return db.scalars(query).all()


def lock_candidate(db: Session, candidate_id: uuid.UUID) -> Candidate:
    """The candidate's row, held until commit: leases are granted one at a time."""
    query = select(Candidate).where(Candidate.id == candidate_id).with_for_update()
    return db.scalars(query).one()


def lock_sitting(db: Session, sitting_id: uuid.UUID, *, shared: bool) -> Sitting:
    """The sitting as it is now. Starts share the lock with one another, never with a closing."""
    query = select(Sitting).where(Sitting.id == sitting_id).with_for_update(read=shared)
    return db.scalars(query.execution_options(populate_existing=True)).one()


def lock_for_starting(db: Session, token_hashes: Collection[str]) -> None:
    """The sittings of these devices, shared, then their candidates: in the order others lock them."""
    candidates = (
        select(WriterLease.candidate_id).where(WriterLease.token_hash.in_(token_hashes)).subquery()
    )
    theirs = select(Candidate.sitting_id).where(Candidate.id.in_(select(candidates)))
    sittings = select(Sitting).where(Sitting.id.in_(theirs)).order_by(Sitting.id)
    _now(db, sittings.with_for_update(read=True))
    people = select(Candidate).where(Candidate.id.in_(select(candidates))).order_by(Candidate.id)
    _now(db, people.with_for_update())


def _now(db: Session, query: Select[Any]) -> None:
    """Lock the rows, and read them again where they are in memory already."""
    db.scalars(query.execution_options(populate_existing=True)).all()


def lock_attempt(db: Session, attempt_id: uuid.UUID) -> Attempt:
    """The attempt as it is now, held until commit: saves and submission take turns."""
    query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def lock_lease(db: Session, lease_id: uuid.UUID) -> WriterLease:
    query = select(WriterLease).where(WriterLease.id == lease_id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def leases_of(db: Session, candidate_id: uuid.UUID) -> Sequence[WriterLease]:
    query = (
        select(WriterLease)
        .where(WriterLease.candidate_id == candidate_id)
        .order_by(WriterLease.requested_at, WriterLease.id)
    )
    return db.scalars(query).all()


def attempt_of(db: Session, candidate_id: uuid.UUID) -> Attempt | None:
    return db.scalar(select(Attempt).where(Attempt.candidate_id == candidate_id))


def candidate_at(db: Session, sitting_id: uuid.UUID, room: str, seat: str) -> Candidate | None:
    query = select(Candidate).where(
        Candidate.sitting_id == sitting_id, Candidate.room == room, Candidate.seat == seat
    )
    return db.scalars(query.limit(1)).first()


def attempts_of_sitting(db: Session, sitting_id: uuid.UUID) -> Sequence[Attempt]:
    query = select(Attempt).where(Attempt.sitting_id == sitting_id).order_by(Attempt.id)
    return db.scalars(query).all()


def unfinished(
    db: Session, *, sitting_id: uuid.UUID | None = None, due_before: datetime | None = None
) -> Sequence[uuid.UUID]:
    """Attempts not handed in: of one sitting, or those whose deadline lies before a moment.

    Suspended ones are never handed in; where the clock stands still nothing falls due.
    """
    query = (
        select(Attempt.id)
        .where(Attempt.submitted_at.is_(None), Attempt.suspended_at.is_(None))
        .order_by(Attempt.id)
    )
    if sitting_id is not None:
        query = query.where(Attempt.sitting_id == sitting_id)
    if due_before is not None:
        query = query.where(Attempt.deadline < due_before, Attempt.held_since.is_(None))
    return db.scalars(query).all()


def events_of(db: Session, attempt_id: uuid.UUID) -> Sequence[ResponseEvent]:
    query = (
        select(ResponseEvent)
        .where(ResponseEvent.attempt_id == attempt_id)
        .order_by(ResponseEvent.epoch, ResponseEvent.seq)
    )
    return db.scalars(query).all()


def events_of_all(
    db: Session, attempts: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[ResponseEvent]]:
    """As :func:`events_of`, for each of the attempts."""
    query = select(ResponseEvent).where(ResponseEvent.attempt_id.in_(attempts))
    events: dict[uuid.UUID, list[ResponseEvent]] = {attempt: [] for attempt in attempts}
    for event in db.scalars(query.order_by(ResponseEvent.epoch, ResponseEvent.seq)):
        events[event.attempt_id].append(event)
    return events


def records_of(db: Session, attempt_id: uuid.UUID) -> dict[uuid.UUID, Record]:
    return replay(events_of(db, attempt_id))


def effective_responses(db: Session, attempt_id: uuid.UUID) -> dict[uuid.UUID, Any]:
    """Form item -> effective response; items without a response are left out."""
    records = records_of(db, attempt_id)
    return {item: record.value for item, record in records.items() if record.value is not None}


def highest_seq(db: Session, lease_id: uuid.UUID) -> int:
    query = select(func.max(ResponseEvent.seq)).where(ResponseEvent.writer_id == lease_id)
    return db.scalar(query) or 0


NO_RESPONSE = tuple(value_bytes(empty) for empty in (None, "", {}, {"text": ""}))


def room_log(db: Session, sitting_id: uuid.UUID, *, limit: int) -> Sequence[AuditEvent]:
    """What happened to a sitting, its candidates and their attempts, newest first."""
    candidates = db.scalars(select(Candidate.id).where(Candidate.sitting_id == sitting_id))
    attempts = db.scalars(select(Attempt.id).where(Attempt.sitting_id == sitting_id))
    about = {str(sitting_id), *map(str, candidates), *map(str, attempts)}
    query = select(AuditEvent).where(AuditEvent.object_id.in_(about))
    return db.scalars(query.order_by(AuditEvent.seq.desc()).limit(limit)).all()
