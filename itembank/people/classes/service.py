"""Verbs about classes: write one down, put pupils in, take them out, say who teaches it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy.orm import Session

from ... import audit
from ...errors import Invalid, msg, problem
from ...permissions import Actor, Role, require
from ..models import Person
from . import repository, rules
from .models import ClassTeacher, Enrolment, Pupil, SchoolClass

GRADES = range(1, 13)


def add_class(
    db: Session,
    actor: Actor,
    *,
    unit_id: uuid.UUID,
    school_year: int,
    code: str,
    name: str,
    grade: int | None,
    now: datetime,
    subject: str | None = None,
) -> SchoolClass:
    """A class of a school; a teacher who writes one down teaches it."""
    require(rules.can_keep_classes(actor, unit_id))
    if not code.strip() or not name.strip():
        raise _wrong("name", "Ghi mã và tên lớp.")
    if grade is not None and grade not in GRADES:
        raise _wrong("grade", "Chọn khối lớp từ 1 đến 12.")
    if repository.class_by_code(db, unit_id, school_year, code.strip()) is not None:
        raise _wrong("code", "Trường đã có lớp mang mã này trong năm học này.")
    group = new_class(
        db, actor, unit_id=unit_id, school_year=school_year, code=code.strip(),
        name=name.strip(), grade=grade, subject=subject, now=now,
    )  # fmt: skip
    if actor.unit_id == unit_id and actor.has(Role.TEACHER, unit_id=unit_id):
        link_teacher(db, group, db.get_one(Person, actor.person_id))
    return group


def new_class(
    db: Session,
    actor: Actor | None,
    *,
    unit_id: uuid.UUID,
    school_year: int,
    code: str,
    name: str,
    grade: int | None,
    subject: str | None,
    now: datetime,
) -> SchoolClass:
    """As `add_class`, for a list that was checked as a whole; nobody teaches it yet."""
    if actor is not None:
        require(rules.can_keep_classes(actor, unit_id))
    group = SchoolClass(
        unit_id=unit_id, school_year=school_year, code=code, name=name, grade=grade,
        subject=subject, created_at=now,
    )  # fmt: skip
    db.add(group)
    db.flush()
    _told(db, actor, "class.added", group, now, {"code": code, "year": school_year})
    return group


def new_pupil(
    db: Session,
    actor: Actor | None,
    *,
    unit_id: uuid.UUID,
    code: str,
    full_name: str,
    birth_date: date | None,
    now: datetime,
) -> Pupil:
    """A pupil of a school who is in no class yet."""
    if actor is not None:
        require(rules.can_keep_classes(actor, unit_id))
    pupil = Pupil(
        unit_id=unit_id, code=code, full_name=full_name, birth_date=birth_date, created_at=now
    )
    db.add(pupil)
    db.flush()
    audit.record(db, actor, "pupil.added", "pupil", pupil.id, now=now, after={"code": code})
    return pupil


def link_teacher(
    db: Session, group: SchoolClass, person: Person, *, left_on: date | None = None
) -> ClassTeacher:
    """The one link between a class and a person who teaches it."""
    link = repository.teacher_link(db, group.id, person.id)
    if link is None:
        link = ClassTeacher(class_id=group.id, person_id=person.id)
        db.add(link)
    link.left_on = left_on
    db.flush()
    return link


def enrol(
    db: Session,
    actor: Actor,
    group: SchoolClass,
    *,
    code: str,
    full_name: str,
    now: datetime,
    birth_date: date | None = None,
    joined_on: date | None = None,
) -> Pupil:
    """Put a pupil in a class, known by the school's own code; coming back is allowed."""
    _require_change(db, actor, group, now)
    if not code.strip() or not full_name.strip():
        raise _wrong("full_name", "Ghi mã và họ tên học sinh.")
    pupil = repository.pupil_by_code(db, group.unit_id, code.strip())
    if pupil is None:
        pupil = Pupil(
            unit_id=group.unit_id, code=code.strip(), full_name=full_name.strip(), created_at=now
        )
        db.add(pupil)
    pupil.full_name = full_name.strip()
    pupil.birth_date = birth_date or pupil.birth_date
    db.flush()
    place(db, group, pupil, joined_on=joined_on)
    _told(db, actor, "class.pupil_enrolled", group, now, {"pupil": pupil.code})
    return pupil


def place(
    db: Session,
    group: SchoolClass,
    pupil: Pupil,
    *,
    joined_on: date | None,
    left_on: date | None = None,
) -> Enrolment:
    """The pupil's one enrolment in the class, from and until these days."""
    enrolment = repository.enrolment_of(db, group.id, pupil.id)
    if enrolment is None:
        enrolment = Enrolment(class_id=group.id, pupil_id=pupil.id)
        db.add(enrolment)
    enrolment.joined_on, enrolment.left_on = joined_on, left_on
    db.flush()
    return enrolment


def take_out(
    db: Session, actor: Actor, group: SchoolClass, pupil: Pupil, *, left_on: date, now: datetime
) -> None:
    _require_change(db, actor, group, now)
    enrolment = repository.enrolment_of(db, group.id, pupil.id)
    if enrolment is None:
        raise _wrong("pupil", "Học sinh không ở lớp này.")
    enrolment.left_on = left_on
    _told(db, actor, "class.pupil_left", group, now, {"pupil": pupil.code})


def assign_teacher(
    db: Session, actor: Actor, group: SchoolClass, person: Person, *, now: datetime
) -> None:
    """Say that a person teaches the class from now on."""
    _require_change(db, actor, group, now)
    link_teacher(db, group, person)
    _told(db, actor, "class.teacher_assigned", group, now, {"person": str(person.id)})


def _require_change(db: Session, actor: Actor, group: SchoolClass, now: datetime) -> None:
    teaches = repository.teaches(db, actor.person_id, group.id, on=now.date())
    require(rules.can_change_class(actor, group, teaches=teaches))


def _told(
    db: Session, actor: Actor | None, action: str, group: SchoolClass, now: datetime,
    after: dict[str, object],
) -> None:  # fmt: skip
    audit.record(db, actor, action, "school_class", group.id, now=now, after=after)


def _wrong(where: str, what: str) -> Invalid:
    return Invalid(msg("Có chỗ cần sửa; chưa ghi gì."), problems=[problem(where, what)])
