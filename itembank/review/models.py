"""One appraisal round for one frozen version: assignments, verdicts, the council's decision."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class ReviewRound(Base):
    __tablename__ = "review_round"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"), index=True)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # approved, returned, rejected, withdrawn
    outcome: Mapped[str | None] = mapped_column(String(20))


class ReviewAssignment(Base):
    """Who appraises in which role (`appraiser`, `counter_reviewer`); one person holds one only."""

    __tablename__ = "review_assignment"
    __table_args__ = (
        UniqueConstraint("round_id", "reviewer_id"),
        UniqueConstraint("round_id", "role"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_round.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    assigned_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]


class ReviewVerdict(Base):
    """A reviewer's word on one version: checklist answered in full, verdict, reasons. Appended."""

    __tablename__ = "review_verdict"

    assignment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("review_assignment.id"), primary_key=True
    )
    verdict: Mapped[str] = mapped_column(String(20))  # accept, revise, reject
    checklist: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ReviewDecision(Base):
    """The council's decision, written by its secretary. Appended."""

    __tablename__ = "review_decision"

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_round.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(20))  # approve, return, reject
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
