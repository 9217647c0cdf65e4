"""Classes of a school in a school year, the pupils in them and who teaches them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, new_id


class SchoolClass(Base):
    """A class; `school_year` is the year it begins in (2026 is 2026-2027)."""

    __tablename__ = "school_class"
    __table_args__ = (UniqueConstraint("unit_id", "school_year", "code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    school_year: Mapped[int]
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    grade: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(String(30))  # None: the class itself
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime]


class Pupil(Base):
    """A pupil of a school, known by the school's own code; has no account."""

    __tablename__ = "pupil"
    __table_args__ = (UniqueConstraint("unit_id", "code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(200))
    birth_date: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime]


class Enrolment(Base):
    """A pupil in a class; `left_on` is the first day the pupil is no longer in it."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("class_id", "pupil_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school_class.id"))
    pupil_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]


class ClassTeacher(Base):
    """A member of staff who teaches a class."""

    __tablename__ = "class_teacher"
    __table_args__ = (UniqueConstraint("class_id", "person_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school_class.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    left_on: Mapped[date | None]
