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
    late_minutes: Mapped[int | None]  # who comes later than this is not admitted; None: no rule
    openers: Mapped[int] = mapped_column(default=1, server_default="1")  # people it takes to open
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


class SittingAction(Base):
    """What was done to a whole sitting or to one of its rooms on the day. Appended.

    `room` is empty where the whole sitting is meant. People stand by id and name, without a key to
    `person`: a site's rows come home to a centre that does not know its accounts.
    """

    __tablename__ = "sitting_action"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    room: Mapped[str] = mapped_column(String(20), default="")
    seconds: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[uuid.UUID]
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class Accommodation(Base):
    """What one candidate is granted beyond the common rules; the newest row counts. Appended."""

    __tablename__ = "accommodation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id"), index=True)
    number: Mapped[int]
    extra_percent: Mapped[int]
    break_minutes: Mapped[int]
    font_percent: Mapped[int]
    reader: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID]
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("candidate_id", "number"),)
