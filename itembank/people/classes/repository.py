"""All queries about classes, pupils and who teaches them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from .models import ClassTeacher, Enrolment, Pupil, SchoolClass


def school_year_of(on: date) -> int:
    """The year in which the school year of this day begins; it turns on 1 August."""
    return on.year if on.month >= 8 else on.year - 1


def class_by_code(
    db: Session, unit_id: uuid.UUID, school_year: int, code: str
) -> SchoolClass | None:
    return db.scalar(
        select(SchoolClass).where(
            SchoolClass.unit_id == unit_id,
            SchoolClass.school_year == school_year,
            SchoolClass.code == code,
        )
    )


def classes_of_teacher(
    db: Session, person_id: uuid.UUID, *, on: date, school_year: int | None = None
) -> Sequence[SchoolClass]:
    """The classes a person teaches on this day, by name; of this day's school year unless told."""
    year = school_year if school_year is not None else school_year_of(on)
    query = (
        select(SchoolClass)
        .join(ClassTeacher, ClassTeacher.class_id == SchoolClass.id)
        .where(ClassTeacher.person_id == person_id, _still(ClassTeacher.left_on, on))
        .where(SchoolClass.school_year == year, SchoolClass.is_active)
        .order_by(SchoolClass.name, SchoolClass.id)
    )
    return db.scalars(query).all()


def classes_of_unit(db: Session, unit_id: uuid.UUID, school_year: int) -> Sequence[SchoolClass]:
    query = (
        select(SchoolClass)
        .where(SchoolClass.unit_id == unit_id, SchoolClass.school_year == school_year)
        .where(SchoolClass.is_active)
        .order_by(SchoolClass.name, SchoolClass.id)
    )
    return db.scalars(query).all()


def pupils_in(db: Session, class_id: uuid.UUID, *, on: date) -> Sequence[Pupil]:
    """The pupils who are in the class on this day, in the order of their codes."""
    return db.scalars(_in_class(select(Pupil), on).where(Enrolment.class_id == class_id)).all()


def _in_class(query: Select[Pupil], on: date) -> Select[Pupil]:
    return (
        query.join(Enrolment, Enrolment.pupil_id == Pupil.id)
        .where(or_(Enrolment.joined_on.is_(None), Enrolment.joined_on <= on))
        .where(_still(Enrolment.left_on, on), Pupil.is_active)
        .order_by(Pupil.code, Pupil.id)
    )


def _still(left_on: InstrumentedAttribute[date | None], on: date) -> ColumnElement[bool]:
    return or_(left_on.is_(None), left_on > on)


def class_sizes(db: Session, class_ids: Collection[uuid.UUID], *, on: date) -> dict[uuid.UUID, int]:
    counted = _in_class(select(Pupil), on).order_by(None).where(Enrolment.class_id.in_(class_ids))
    rows = db.execute(
        counted.with_only_columns(Enrolment.class_id, func.count()).group_by(Enrolment.class_id)
    )
    return {class_id: count for class_id, count in rows}


def teaches(db: Session, person_id: uuid.UUID, class_id: uuid.UUID, *, on: date) -> bool:
    found = db.scalar(
        select(ClassTeacher.id).where(
            and_(ClassTeacher.person_id == person_id, ClassTeacher.class_id == class_id),
            _still(ClassTeacher.left_on, on),
        )
    )
    return found is not None


def teacher_link(db: Session, class_id: uuid.UUID, person_id: uuid.UUID) -> ClassTeacher | None:
    return db.scalar(
        select(ClassTeacher).where(
            ClassTeacher.class_id == class_id, ClassTeacher.person_id == person_id
        )
    )


def pupil_by_code(db: Session, unit_id: uuid.UUID, code: str) -> Pupil | None:
    return db.scalar(select(Pupil).where(Pupil.unit_id == unit_id, Pupil.code == code))


def enrolment_of(db: Session, class_id: uuid.UUID, pupil_id: uuid.UUID) -> Enrolment | None:
    return db.scalar(
        select(Enrolment).where(Enrolment.class_id == class_id, Enrolment.pupil_id == pupil_id)
    )
