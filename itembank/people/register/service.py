"""Verbs about the records of staff. Each appends a fact; what is over gets an end."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from ... import audit
from ...errors import Conflict, Invalid, NotFound, msg, problem
from ...permissions import Actor, require
from .. import rules
from ..models import Person, Unit
from . import repository
from .models import (
    Appointment,
    Certificate,
    ConflictOfInterest,
    FamilyTie,
    Qualification,
    RecordEnd,
)
from .states import ConflictKind, Degree, Post, TieKind

Record = Appointment | ConflictOfInterest | FamilyTie | Qualification | Certificate
AnyRecord = TypeVar(
    "AnyRecord", Appointment, ConflictOfInterest, FamilyTie, Qualification, Certificate
)
TABLES: dict[str, type[Record]] = {
    table.__tablename__: table
    for table in (Appointment, ConflictOfInterest, FamilyTie, Qualification, Certificate)
}


def appoint(
    db: Session,
    actor: Actor,
    person: Person,
    *,
    council: str,
    post: Post,
    unit: Unit,
    decision_number: str,
    valid_from: date,
    now: datetime,
    valid_to: date | None = None,
    decided_on: date | None = None,
    subject: str | None = None,
) -> Appointment:
    """Record a post given by a numbered decision."""
    require(rules.can_appoint(actor, person, unit, subject))
    _need(council, "council", "Ghi tên hội đồng hoặc tổ.")
    _need(decision_number, "decision_number", "Ghi số quyết định.")
    _check_term(valid_from, valid_to, "valid_to")
    row = Appointment(
        person_id=person.id, council=council.strip(), post=post, subject=subject, unit_id=unit.id,
        decision_number=decision_number.strip(), decided_on=decided_on, valid_from=valid_from,
        valid_to=valid_to, recorded_by=actor.person_id, recorded_at=now,
    )  # fmt: skip
    told = {"post": post, "council": row.council, "decision": row.decision_number}
    return _added(db, actor, person, row, "appointment.recorded", told, now)


def declare_conflict(
    db: Session,
    actor: Actor,
    person: Person,
    *,
    kind: ConflictKind,
    valid_from: date,
    now: datetime,
    valid_to: date | None = None,
    subject: str | None = None,
    grade: int | None = None,
    exam_year: int | None = None,
    note: str = "",
) -> ConflictOfInterest:
    """A reason to stay away, told by the person themself or by their administrator."""
    require(rules.can_record(actor, person))
    _check_term(valid_from, valid_to, "valid_to")
    row = ConflictOfInterest(
        person_id=person.id, kind=kind, subject=subject, grade=grade, exam_year=exam_year,
        valid_from=valid_from, valid_to=valid_to, note=note.strip(),
        recorded_by=actor.person_id, recorded_at=now,
    )  # fmt: skip
    told = {"kind": kind, "subject": subject, "grade": grade, "exam_year": exam_year}
    return _added(db, actor, person, row, "conflict.declared", told, now)


def declare_tie(
    db: Session,
    actor: Actor,
    person: Person,
    relative: Person,
    *,
    kind: TieKind,
    now: datetime,
    note: str = "",
) -> FamilyTie:
    """These two are of one family: from now on neither judges what the other wrote."""
    require(rules.can_record(actor, person))
    if person.id == relative.id:
        raise _wrong("relative", "Chọn một người khác.")
    known = repository.ties_of(db, person.id)
    if any(tie.relative_id == relative.id and tie.ended_on is None for tie in known):
        raise Conflict("Quan hệ giữa hai người này đã được khai.", code="tie_known")
    row = FamilyTie(
        person_id=person.id, relative_id=relative.id, kind=kind, note=note.strip(),
        recorded_by=actor.person_id, recorded_at=now,
    )  # fmt: skip
    told = {"kind": kind, "relative": str(relative.id)}
    return _added(db, actor, person, row, "family_tie.declared", told, now)


def add_qualification(
    db: Session,
    actor: Actor,
    person: Person,
    *,
    degree: Degree,
    field: str,
    now: datetime,
    place: str = "",
    year: int | None = None,
) -> Qualification:
    require(rules.can_record(actor, person))
    _need(field, "field", "Ghi ngành hoặc chuyên ngành.")
    if year is not None and not 1940 <= year <= now.year:
        raise _wrong("year", "Năm tốt nghiệp không hợp lí.")
    row = Qualification(
        person_id=person.id, degree=degree, field=field.strip(), place=place.strip(), year=year,
        recorded_by=actor.person_id, recorded_at=now,
    )  # fmt: skip
    told = {"degree": degree, "field": row.field}
    return _added(db, actor, person, row, "qualification.recorded", told, now)


def add_certificate(
    db: Session,
    actor: Actor,
    person: Person,
    *,
    title: str,
    issuer: str,
    issued_on: date,
    now: datetime,
    valid_until: date | None = None,
    number: str = "",
) -> Certificate:
    require(rules.can_record(actor, person))
    _need(title, "title", "Ghi tên lớp tập huấn hoặc chứng chỉ.")
    _need(issuer, "issuer", "Ghi nơi cấp.")
    _check_term(issued_on, valid_until, "valid_until")
    row = Certificate(
        person_id=person.id, title=title.strip(), issuer=issuer.strip(), number=number.strip(),
        issued_on=issued_on, valid_until=valid_until, recorded_by=actor.person_id, recorded_at=now,
    )  # fmt: skip
    told = {"title": row.title, "issuer": row.issuer}
    return _added(db, actor, person, row, "certificate.recorded", told, now)


def end_record(
    db: Session,
    actor: Actor,
    table: str,
    record_id: uuid.UUID,
    *,
    ended_on: date,
    reason: str,
    now: datetime,
) -> RecordEnd:
    """Say from which day a record no longer holds, and why. Once only."""
    row = record_of(db, table, record_id)
    require(rules.can_end(actor, db.get_one(Person, row.person_id)))
    _need(reason, "reason", "Ghi lí do kết thúc.")
    if db.get(RecordEnd, record_id) is not None:
        raise Conflict("Bản ghi này đã kết thúc rồi.", code="already_ended")
    end = RecordEnd(
        record_id=record_id, record_type=table, ended_on=ended_on, reason=reason.strip(),
        recorded_by=actor.person_id, recorded_at=now,
    )  # fmt: skip
    db.add(end)
    db.flush()
    told = {"record": str(record_id), "ended_on": ended_on.isoformat()}
    audit.record(
        db, actor, f"{table}.ended", "person", row.person_id, now=now, after=told,
        reason=end.reason,
    )  # fmt: skip
    return end


def record_of(db: Session, table: str, record_id: uuid.UUID) -> Record:
    row = db.get(TABLES[table], record_id) if table in TABLES else None
    if row is None:
        raise NotFound("Không có bản ghi này.")
    return cast(Record, row)


def _added(
    db: Session,
    actor: Actor,
    person: Person,
    row: AnyRecord,
    action: str,
    told: dict[str, Any],
    now: datetime,
) -> AnyRecord:
    db.add(row)
    db.flush()
    audit.record(
        db, actor, action, "person", person.id, now=now, after={"record": str(row.id), **told}
    )
    return row


def _need(text: str, where: str, what: str) -> None:
    if not text.strip():
        raise _wrong(where, what)


def _check_term(start: date, end: date | None, where: str) -> None:
    if end is not None and end < start:
        raise _wrong(where, "Ngày kết thúc phải từ ngày bắt đầu trở đi.")


def _wrong(where: str, what: str) -> Invalid:
    return Invalid(msg("Có chỗ cần sửa; chưa ghi gì."), problems=[problem(where, what)])
