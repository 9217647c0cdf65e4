"""Routes of appraisal as data. A change is a new row; a round keeps the route it began on."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, new_id

DEFAULT_ROUTE = uuid.UUID("01990000-0000-7000-8000-000000000001")  # set up by the migration


class ReviewRoute(Base):
    """Whom it is for (None: every unit, every subject) and from which day."""

    __tablename__ = "review_route"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("unit.id"))
    subject: Mapped[str | None] = mapped_column(String(30))
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class ReviewRouteStage(Base):
    """One step, as `stages.Stage` says it. `seats` counts `roles`, for the database's own rules."""

    __tablename__ = "review_route_stage"

    route_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_route.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(20))
    roles: Mapped[list[Any]]
    seats: Mapped[int]
    counts: Mapped[bool] = mapped_column(Boolean)
    is_blind: Mapped[bool] = mapped_column(Boolean)
    same_school_ok: Mapped[bool] = mapped_column(Boolean)
    days: Mapped[int]
    author_days: Mapped[int] = mapped_column(default=7, server_default="7")
    quorum: Mapped[int]
    tie: Mapped[str] = mapped_column(String(20))
    skip_if_nobody: Mapped[bool] = mapped_column(Boolean)
    needs_appointment: Mapped[bool] = mapped_column(Boolean)
    checklists: Mapped[dict[str, Any]]
