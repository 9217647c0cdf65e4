"""Seals: what the room's work was at its end, as hashes that are printed and sent away."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from itembank.db import Base, new_id


class Seal(Base):
    """The root over all attempts of a sitting at one site. A later seal has a higher number."""

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    sitting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sitting.id"), index=True)
    number: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    n_attempts: Mapped[int]
    n_events: Mapped[int]
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(200))
    sealed_at: Mapped[datetime]


class AttemptSeal(Base):
    """The head of one attempt's hash chain, and its place among the leaves of the seal."""

    __tablename__ = "attempt_seal"

    seal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("seal.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempt.id"))
    head: Mapped[str] = mapped_column(String(64))
    n_events: Mapped[int]
