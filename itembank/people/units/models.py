"""How units changed: what they were called and whom they belonged to, and what became of them.

The row of `unit` says how things stand today; both tables here are facts.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, new_id


class UnitStanding(Base):
    """Name and parents from `valid_from` on (None: since it began). A unit never changed has none."""

    __tablename__ = "unit_standing"
    __table_args__ = (UniqueConstraint("unit_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[int]
    valid_from: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(200))
    admin_parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    professional_parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    reason: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class UnitSuccession(Base):
    """From `on` one unit carries on another's work; a unit split up has several successors."""

    __tablename__ = "unit_succession"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("unit.id"), primary_key=True, index=True
    )
    on: Mapped[date] = mapped_column("on_day")
    reason: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
