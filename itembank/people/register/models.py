"""What stands on record about a member of staff: appointments, conflicts of interest, family ties,
qualifications, certificates.

All of them are facts. What no longer holds gets an end (`RecordEnd`); nothing is edited or deleted.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, new_id


class Appointment(Base):
    """A post in a council or an item-writing group, by a numbered decision, for a term."""

    __tablename__ = "appointment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    council: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(30))  # a `Post`
    subject: Mapped[str | None] = mapped_column(String(30))  # None: every subject
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    decision_number: Mapped[str] = mapped_column(String(80))
    decided_on: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class ConflictOfInterest(Base):
    """A reason why a person must stay away from some content; nothing given means all of it."""

    __tablename__ = "conflict_of_interest"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))  # a `ConflictKind`
    subject: Mapped[str | None] = mapped_column(String(30))
    grade: Mapped[int | None]
    exam_year: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class FamilyTie(Base):
    """Two people of one family, told by `person_id`; neither judges what the other wrote."""

    __tablename__ = "family_tie"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    relative_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))  # a `TieKind`
    note: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class Qualification(Base):
    """What a person has studied: a degree in a field, from a place, in a year."""

    __tablename__ = "qualification"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    degree: Mapped[str] = mapped_column(String(30))  # a `Degree`
    field: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    year: Mapped[int | None]
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class Certificate(Base):
    """A training certificate; without `valid_until` it does not expire."""

    __tablename__ = "certificate"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(80))
    issued_on: Mapped[date]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class RecordEnd(Base):
    """From `ended_on` a record no longer holds: revoked, resolved, or entered by mistake."""

    __tablename__ = "person_record_end"

    record_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str] = mapped_column(String(30))  # table of the record
    ended_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
