"""All queries about seals, and the records to be sealed."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt, AttemptAction, ResponseEvent
from delivery.incidents.models import Incident
from delivery.sittings.models import Candidate
from itembank.db import Base
from itembank.forms.models import TestForm

from .models import AttemptSeal, Seal
from .records import SealedAction, SealedAttempt, SealedEvent, SealedIncident


def seals_of(db: Session, sitting_id: uuid.UUID) -> Sequence[Seal]:
    query = select(Seal).where(Seal.sitting_id == sitting_id).order_by(Seal.number)
    return db.scalars(query).all()


def newest_seal(db: Session, sitting_id: uuid.UUID) -> Seal | None:
    query = select(Seal).where(Seal.sitting_id == sitting_id).order_by(Seal.number.desc())
    return db.scalars(query.limit(1)).first()


def heads_of(db: Session, seal_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Attempt -> the head that was sealed."""
    query = select(AttemptSeal.attempt_id, AttemptSeal.head).where(AttemptSeal.seal_id == seal_id)
    return {attempt: head for attempt, head in db.execute(query.order_by(AttemptSeal.place))}


def records(db: Session, sitting_id: uuid.UUID) -> list[SealedAttempt]:
    """Every attempt of the sitting with all that happened in it. Four queries."""
    query = (
        select(Attempt, Candidate.number, TestForm.hash)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(TestForm, TestForm.id == Attempt.form_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(Attempt.id)
    )
    events, actions = _events(db, sitting_id), _actions(db, sitting_id)
    return [
        SealedAttempt(
            attempt_id=attempt.id,
            number=number,
            form_hash=form_hash or "",
            started_at=attempt.started_at,
            submitted_at=attempt.submitted_at,
            submitted_by=attempt.submitted_by,
            receipt=attempt.receipt,
            suspended_at=attempt.suspended_at,
            events=tuple(events[attempt.id]),
            actions=tuple(actions[attempt.id]),
        )
        for attempt, number, form_hash in db.execute(query)
    ]


def _events(db: Session, sitting_id: uuid.UUID) -> dict[uuid.UUID, list[SealedEvent]]:
    query = (
        select(Attempt.id, *_named(ResponseEvent, SealedEvent))
        .join(Attempt, Attempt.id == ResponseEvent.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
    )
    found: dict[uuid.UUID, list[SealedEvent]] = defaultdict(list)
    for row in db.execute(query):
        found[row[0]].append(SealedEvent(*row[1:]))
    return found


def _actions(db: Session, sitting_id: uuid.UUID) -> dict[uuid.UUID, list[SealedAction]]:
    """By candidate: what came before the start belongs to the attempt too."""
    query = (
        select(Attempt.id, *_named(AttemptAction, SealedAction))
        .join(Attempt, Attempt.candidate_id == AttemptAction.candidate_id)
        .where(Attempt.sitting_id == sitting_id)
    )
    found: dict[uuid.UUID, list[SealedAction]] = defaultdict(list)
    for row in db.execute(query):
        found[row[0]].append(SealedAction(*row[1:]))
    return found


def incidents(db: Session, sitting_id: uuid.UUID, until: datetime) -> list[SealedIncident]:
    """The log as it stood at that moment: what is noted after a seal is no part of it."""
    query = select(*_named(Incident, SealedIncident)).where(
        Incident.sitting_id == sitting_id, Incident.noted_at <= until
    )
    return [SealedIncident(*row) for row in db.execute(query)]


def _named(table: type[Base], record: type) -> list[Any]:
    """The table's columns in the order of the record's fields, which have the same names."""
    return [getattr(table, field.name) for field in fields(record)]


def numbers_of(db: Session, sitting_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Candidate -> number, for records made from a result file."""
    query = select(Candidate.id, Candidate.number).where(Candidate.sitting_id == sitting_id)
    return {candidate: number for candidate, number in db.execute(query)}


def form_hashes(db: Session) -> dict[uuid.UUID, str]:
    query = select(TestForm.id, TestForm.hash).where(TestForm.hash.is_not(None))
    return {form: name for form, name in db.execute(query) if name}
