"""A list of people, units or classes from a file: looked at row by row before it is applied."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from ...db import Base, new_id


class Intake(Base):
    """An uploaded list. `state`: reading -> planned | unreadable; planned -> applying -> applied."""

    __tablename__ = "intake"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))  # people, units, oneroster
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # gone once applied
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    problem: Mapped[dict[str, Any] | None]  # why the file as a whole cannot be read
    notes: Mapped[list[Any]]
    counts: Mapped[dict[str, Any]]
    job_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class IntakeRow(Base):
    """One line of the plan: what would be done (`action`), from `before` to `after`, and how it went."""

    __tablename__ = "intake_row"
    __table_args__ = (
        UniqueConstraint("intake_id", "number"),
        Index("ix_intake_row_intake_id_action", "intake_id", "action"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    intake_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intake.id"))
    number: Mapped[int]  # the order of applying
    line: Mapped[int]
    thing: Mapped[str] = mapped_column(String(20))  # unit, person, class, pupil, enrolment, teacher
    key: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(10))  # create, change, leave, refuse
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    problems: Mapped[list[Any]]
    outcome: Mapped[str | None] = mapped_column(String(12))  # applied, overtaken
    object_id: Mapped[uuid.UUID | None]
