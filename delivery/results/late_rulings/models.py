"""Whether what came too late counts after all: asked for by one person, decided by another."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class LateRuling(Base):
    """One person's request about all late events an attempt has at that moment. Appended.

    `counts` False asks that they stay out for good. `events_hash` names exactly the events that were
    looked at: what comes later is not in it.
    """

    __tablename__ = "late_ruling"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id"), index=True)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    counts: Mapped[bool]
    n_events: Mapped[int]
    events_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]


class LateRulingDecision(Base):
    """The second person's word on a request, once. Appended."""

    __tablename__ = "late_ruling_decision"
    __table_args__ = (UniqueConstraint("ruling_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    ruling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("late_ruling.id"))
    is_granted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
