"""One appraisal round for one frozen version: assignments, verdicts, the council's decision."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, new_id


class ReviewRound(Base):
    """Runs on one route from its first stage to its last; `stage` is where it stands.

    `same_school_ok` was the installation's setting when the round was opened (rehearsals only).
    """

    __tablename__ = "review_round"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version_hash: Mapped[str] = mapped_column(ForeignKey("item_version.hash"), index=True)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("item.id"), index=True)
    route_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review_route.id"))
    stage: Mapped[int] = mapped_column(default=1, server_default="1")
    same_school_ok: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # approved, returned, rejected, withdrawn, superseded
    outcome: Mapped[str | None] = mapped_column(String(20))


class ReviewStageEvent(Base):
    """A stage was entered, passed, or skipped for want of people. Appended."""

    __tablename__ = "review_stage_event"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_round.id"), index=True)
    stage: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # entered, passed, skipped
    at: Mapped[datetime]


class ReviewAssignment(Base):
    """Who sits in which seat of a stage; a seat has turns. Nobody holds two seats. Appended."""

    __tablename__ = "review_assignment"
    __table_args__ = (UniqueConstraint("round_id", "stage", "seat", "turn"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_round.id"), index=True)
    stage: Mapped[int]
    seat: Mapped[int]
    turn: Mapped[int]
    role: Mapped[str] = mapped_column(String(30))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    assigned_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]


class ReviewAssignmentEnd(Base):
    """A reviewer left the seat before a verdict: declined, recused, replaced. Appended."""

    __tablename__ = "review_assignment_end"

    assignment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("review_assignment.id"), primary_key=True
    )
    how: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


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


class ReviewOffer(Base):
    """A seat offered to a group: who holds the role in a unit. Any of them may take it. Appended."""

    __tablename__ = "review_offer"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_round.id"), index=True)
    stage: Mapped[int]
    seat: Mapped[int]
    role: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    offered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    offered_at: Mapped[datetime]


class ReviewOfferTaken(Base):
    """Who of the group took the work: once. Appended."""

    __tablename__ = "review_offer_taken"

    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_offer.id"), primary_key=True)
    assignment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review_assignment.id"))
    taken_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
