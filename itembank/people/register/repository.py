"""All queries about the records of staff."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from .models import (
    Appointment,
    Certificate,
    ConflictOfInterest,
    FamilyTie,
    Qualification,
    RecordEnd,
)
from .states import Appointed, Conflict, ConflictKind, Post, Term, Tie, TieKind, conflicts_touching


def _with_end(table: Any) -> Select[Any]:
    end = and_(RecordEnd.record_id == table.id, RecordEnd.record_type == table.__tablename__)
    return select(table, RecordEnd).outerjoin(RecordEnd, end)


def _conflict(row: ConflictOfInterest, end: RecordEnd | None) -> Conflict:
    term = Term(row.valid_from, row.valid_to, end.ended_on if end else None)
    kind = ConflictKind(row.kind)
    return Conflict(
        row.id, row.person_id, kind, row.subject, row.grade, row.exam_year, term, row.note
    )


def conflicts_of(db: Session, person_ids: Iterable[uuid.UUID]) -> tuple[Conflict, ...]:
    """Every declared conflict of these people, newest first, those that are over too."""
    query = (
        _with_end(ConflictOfInterest)
        .where(ConflictOfInterest.person_id.in_(list(person_ids)))
        .order_by(ConflictOfInterest.recorded_at.desc(), ConflictOfInterest.id.desc())
    )
    return tuple(_conflict(row, end) for row, end in db.execute(query))


def conflicts_on(
    db: Session,
    person_id: uuid.UUID,
    *,
    subject: str | None,
    grade: int | None,
    on: date,
    exam_year: int | None = None,
) -> tuple[Conflict, ...]:
    """What keeps this person away from content of this subject and grade on this day."""
    return conflicts_touching(conflicts_of(db, [person_id]), subject, grade, on, exam_year)


def people_in_conflict(
    db: Session,
    person_ids: Iterable[uuid.UUID],
    *,
    subject: str | None,
    grade: int | None,
    on: date,
    exam_year: int | None = None,
) -> dict[uuid.UUID, tuple[Conflict, ...]]:
    """Of these people, those who must stay away, each with the conflicts that say so."""
    found: dict[uuid.UUID, tuple[Conflict, ...]] = {}
    every = conflicts_of(db, person_ids)
    for conflict in conflicts_touching(every, subject, grade, on, exam_year):
        found[conflict.person_id] = (*found.get(conflict.person_id, ()), conflict)
    return found


def ties_of(db: Session, person_id: uuid.UUID) -> tuple[Tie, ...]:
    """Every declared family tie of this person, whoever of the two told it, newest first."""
    query = _with_end(FamilyTie).where(_touches([person_id]))
    rows = db.execute(query.order_by(FamilyTie.recorded_at.desc(), FamilyTie.id.desc()))
    return tuple(_tie(row, end, person_id) for row, end in rows)


def _touches(person_ids: list[uuid.UUID]) -> Any:
    return or_(FamilyTie.person_id.in_(person_ids), FamilyTie.relative_id.in_(person_ids))


def _tie(row: FamilyTie, end: RecordEnd | None, seen_from: uuid.UUID) -> Tie:
    other = row.relative_id if row.person_id == seen_from else row.person_id
    return Tie(row.id, other, TieKind(row.kind), row.note, end.ended_on if end else None)


def relatives_of(db: Session, person_ids: Iterable[uuid.UUID], *, on: date) -> frozenset[uuid.UUID]:
    """Whoever is of the family of one of these people on a day."""
    asked = list(person_ids)
    rows = db.execute(_with_end(FamilyTie).where(_touches(asked)))
    holding = [row for row, end in rows if end is None or on < end.ended_on]
    return frozenset(
        other
        for row in holding
        for one, other in ((row.person_id, row.relative_id), (row.relative_id, row.person_id))
        if one in asked
    )


def _appointed(row: Appointment, end: RecordEnd | None) -> Appointed:
    term = Term(row.valid_from, row.valid_to, end.ended_on if end else None)
    return Appointed(
        row.id, row.person_id, row.council, Post(row.post), row.subject, row.unit_id,
        row.decision_number, term, end.reason if end else None,
    )  # fmt: skip


def appointments_of(db: Session, person_ids: Iterable[uuid.UUID]) -> tuple[Appointed, ...]:
    """Every appointment of these people, latest term first."""
    query = (
        _with_end(Appointment)
        .where(Appointment.person_id.in_(list(person_ids)))
        .order_by(Appointment.valid_from.desc(), Appointment.id.desc())
    )
    return tuple(_appointed(row, end) for row, end in db.execute(query))


def appointed_on(
    db: Session,
    *,
    on: date,
    unit_id: uuid.UUID | None = None,
    post: Post | None = None,
    subject: str | None = None,
) -> tuple[Appointed, ...]:
    """Who holds a post on a day; of one unit's councils, or of every unit's."""
    query = _with_end(Appointment).where(Appointment.valid_from <= on).order_by(Appointment.id)
    if unit_id is not None:
        query = query.where(Appointment.unit_id == unit_id)
    every = (_appointed(row, end) for row, end in db.execute(query))
    return tuple(one for one in every if one.holds(post, subject, on))


def is_appointed(
    db: Session, person_id: uuid.UUID, *, post: Post, subject: str | None, on: date
) -> bool:
    return any(one.holds(post, subject, on) for one in appointments_of(db, [person_id]))


def qualifications_of(
    db: Session, person_id: uuid.UUID
) -> Sequence[tuple[Qualification, RecordEnd | None]]:
    query = (
        _with_end(Qualification)
        .where(Qualification.person_id == person_id)
        .order_by(Qualification.recorded_at, Qualification.id)
    )
    return [(row, end) for row, end in db.execute(query)]


def certificates_of(
    db: Session, person_ids: Iterable[uuid.UUID]
) -> Sequence[tuple[Certificate, RecordEnd | None]]:
    query = (
        _with_end(Certificate)
        .where(Certificate.person_id.in_(list(person_ids)))
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )
    return [(row, end) for row, end in db.execute(query)]


def end_of(db: Session, record_id: uuid.UUID) -> RecordEnd | None:
    return db.get(RecordEnd, record_id)
