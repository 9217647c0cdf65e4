"""All queries about actions on attempts and rooms."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, SittingAction

from .actions import ActionKind
from .models import Attempt, AttemptAction

ROOM_HOLDS = (ActionKind.ROOM_PAUSED, ActionKind.ROOM_RESUMED)


def actions_of(db: Session, candidate_id: uuid.UUID) -> Sequence[AttemptAction]:
    query = select(AttemptAction).where(AttemptAction.candidate_id == candidate_id)
    return db.scalars(query.order_by(AttemptAction.at, AttemptAction.id)).all()


def actions_of_sitting(db: Session, sitting_id: uuid.UUID) -> Sequence[AttemptAction]:
    query = (
        select(AttemptAction)
        .join(Candidate, Candidate.id == AttemptAction.candidate_id)
        .where(Candidate.sitting_id == sitting_id)
    )
    return db.scalars(query.order_by(AttemptAction.at, AttemptAction.id)).all()


def open_suspension(db: Session, attempt: Attempt | None) -> AttemptAction | None:
    """The suspension that was asked for and not decided."""
    if attempt is None:
        return None
    rows = actions_of(db, attempt.candidate_id)
    answered = {row.answers for row in rows if row.answers}
    waiting = [
        row for row in rows
        if row.kind == ActionKind.SUSPENSION_ASKED and row.id not in answered
    ]  # fmt: skip
    return waiting[-1] if waiting else None


def was_admitted_late(db: Session, candidate_id: uuid.UUID) -> bool:
    query = select(AttemptAction.id).where(
        AttemptAction.candidate_id == candidate_id,
        AttemptAction.kind == ActionKind.ADMITTED_LATE,
    )
    return db.scalar(query.limit(1)) is not None


def room_is_paused(db: Session, sitting_id: uuid.UUID, room: str) -> bool:
    """Whether the newest word on this room, or on the whole sitting, was to stop."""
    query = (
        select(SittingAction.kind)
        .where(
            SittingAction.sitting_id == sitting_id,
            SittingAction.kind.in_(ROOM_HOLDS),
            or_(SittingAction.room == room, SittingAction.room == ""),
        )
        .order_by(SittingAction.at.desc(), SittingAction.id.desc())
        .limit(1)
    )
    return db.scalar(query) == ActionKind.ROOM_PAUSED


def sitting_actions(db: Session, sitting_id: uuid.UUID) -> Sequence[SittingAction]:
    query = select(SittingAction).where(SittingAction.sitting_id == sitting_id)
    return db.scalars(query.order_by(SittingAction.at, SittingAction.id)).all()


def running_in(db: Session, sitting_id: uuid.UUID, room: str) -> Sequence[uuid.UUID]:
    """Attempts of a room (or, without one, of the sitting) that are neither over nor suspended.

    In the order in which saves lock them.
    """
    query = (
        select(Attempt.id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.submitted_at.is_(None),
            Attempt.suspended_at.is_(None),
        )
        .order_by(Attempt.id)
    )
    if room:
        query = query.where(Candidate.room == room)
    return db.scalars(query).all()
