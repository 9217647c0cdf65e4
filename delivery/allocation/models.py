"""Which forms a sitting has, how its rooms are laid out, and who got which form."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class SittingForm(Base):
    """One of the forms (mã đề) of a sitting. A reserve form is given out by decision only."""

    __tablename__ = "sitting_form"
    __table_args__ = (
        UniqueConstraint("sitting_id", "form_id"),
        UniqueConstraint("sitting_id", "code"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"))
    code: Mapped[str] = mapped_column(String(10))
    is_reserve: Mapped[bool]


class RoomPlan(Base):
    """The seats of a room: rows of so many, numbered row by row. The newest number counts."""

    __tablename__ = "room_plan"
    __table_args__ = (UniqueConstraint("sitting_id", "room", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    room: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    rows: Mapped[int]
    columns: Mapped[int]
    is_snake: Mapped[bool]  # every second row is numbered from the other side
    at: Mapped[datetime]


class FormAssignment(Base):
    """Which form a candidate gets. Appended; the newest number counts until the attempt starts."""

    __tablename__ = "form_assignment"
    __table_args__ = (UniqueConstraint("candidate_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id"))
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("test_form.id"))
    number: Mapped[int]
    way: Mapped[str] = mapped_column(String(12))  # neighbours, spiral, reserve
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
