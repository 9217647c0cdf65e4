"""All queries about actions on attempts and rooms."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
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
    return _undecided(db, attempt, ActionKind.SUSPENSION_ASKED)


def open_reinstatement(db: Session, attempt: Attempt | None) -> AttemptAction | None:
    """The word that a suspension was a mistake, not decided yet."""
    return _undecided(db, attempt, ActionKind.REINSTATEMENT_ASKED)


def second_word_waits(db: Session, attempt: Attempt | None) -> AttemptAction | None:
    """What one person asked for about this attempt and another has to decide."""
    if attempt is not None and attempt.suspended_at is not None:
        return open_reinstatement(db, attempt)
    return open_suspension(db, attempt)


def _undecided(db: Session, attempt: Attempt | None, kind: ActionKind) -> AttemptAction | None:
    if attempt is None:
        return None
    rows = actions_of(db, attempt.candidate_id)
    answered = {row.answers for row in rows if row.answers}
    waiting = [row for row in rows if row.kind == kind and row.id not in answered]
    return waiting[-1] if waiting else None


def was_admitted_late(db: Session, candidate_id: uuid.UUID) -> bool:
    return candidate_id in admitted_late(db, [candidate_id])


def admitted_late(db: Session, candidates: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the candidates whom an invigilator let in after the time."""
    query = select(AttemptAction.candidate_id).where(
        AttemptAction.candidate_id.in_(candidates),
        AttemptAction.kind == ActionKind.ADMITTED_LATE,
    )
    return set(db.scalars(query))


def room_is_paused(db: Session, sitting_id: uuid.UUID, room: str) -> bool:
    """Whether the newest word on this room, or on the whole sitting, was to stop."""
    return (sitting_id, room) in paused_rooms(db, [(sitting_id, room)])


Place = tuple[uuid.UUID, str]  # a room of a sitting


def paused_rooms(db: Session, places: Collection[Place]) -> set[Place]:
    """Those of the rooms that stand still."""
    query = select(SittingAction).where(
        SittingAction.sitting_id.in_({sitting for sitting, _ in places}),
        SittingAction.kind.in_(ROOM_HOLDS),
    )
    paused: set[Place] = set()
    for word in db.scalars(query.order_by(SittingAction.at, SittingAction.id)):
        meant = {p for p in places if p[0] == word.sitting_id and word.room in ("", p[1])}
        paused = paused | meant if word.kind == ActionKind.ROOM_PAUSED else paused - meant
    return paused


def extensions_missed(
    db: Session, attempt: Attempt, room: str, since: datetime
) -> Sequence[SittingAction]:
    """More time that the room, or the whole sitting, got from a moment on and this attempt did not."""
    got = select(AttemptAction.id).where(
        AttemptAction.attempt_id == attempt.id,
        AttemptAction.sitting_action_id == SittingAction.id,
    )
    query = select(SittingAction).where(
        SittingAction.sitting_id == attempt.sitting_id,
        SittingAction.kind == ActionKind.EXTENDED,
        SittingAction.room.in_(("", room)),
        SittingAction.at >= since,
        ~got.exists(),
    )
    return db.scalars(query.order_by(SittingAction.at, SittingAction.id)).all()


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
