"""A sitting (ca thi): one form, one window of time, its candidates and their access codes."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class Sitting(Base):
    """`state`: planned -> open -> closed. Candidates start only while it is open."""

    __tablename__ = "sitting"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(200))
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    grace_seconds: Mapped[int] = mapped_column(default=10)
    state: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Candidate(Base):
    """A person on the roster; `number` is the SBD. The code is kept hashed only."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    number: Mapped[str] = mapped_column(String(20), index=True)
    full_name: Mapped[str] = mapped_column(String(200))
    date_of_birth: Mapped[date]
    school: Mapped[str] = mapped_column(String(200), default="")
    room: Mapped[str] = mapped_column(String(20), default="")
    seat: Mapped[str] = mapped_column(String(20), default="")
    code_hash: Mapped[str | None] = mapped_column(Text)
    code_issued_at: Mapped[datetime | None]


class CodeIssue(Base):
    """Each issue of a code: who, when, why. The old code dies with the new one. Appended."""

    __tablename__ = "code_issue"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id"), index=True)
    issued_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
