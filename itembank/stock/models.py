"""What the bank is to hold, what next year's papers will take, and which items are out of use.

All of it is appended: a change of mind is a new number.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class StockRequirement(Base):
    """How many items each cell is to hold in a school year; the highest number is in force."""

    __tablename__ = "stock_requirement"
    __table_args__ = (UniqueConstraint("subject", "grade", "school_year", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str] = mapped_column(String(30))
    grade: Mapped[int]
    school_year: Mapped[int]  # the year it begins in
    number: Mapped[int]
    cells: Mapped[list[Any]]  # of `cells.Requirement`
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class StockPlan(Base):
    """The papers a school year will need: structure and number of forms, and a reserve."""

    __tablename__ = "stock_plan"
    __table_args__ = (UniqueConstraint("subject", "grade", "school_year", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str] = mapped_column(String(30))
    grade: Mapped[int]
    school_year: Mapped[int]
    number: Mapped[int]
    papers: Mapped[list[Any]]  # {"structure": id of a preset, "forms": how many}
    reserve_percent: Mapped[int]
    set_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class ContributionTarget(Base):
    """How many approved items one teacher of a unit is asked for in a school year."""

    __tablename__ = "contribution_target"
    __table_args__ = (UniqueConstraint("unit_id", "school_year", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    school_year: Mapped[int]
    number: Mapped[int]
    items: Mapped[int]
    set_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class ItemRelease(Base):
    """An item is known outside: given to a class, or leaked. It stays out of examinations."""

    __tablename__ = "item_release"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    how: Mapped[str] = mapped_column(String(20))  # practice, leaked
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
