"""Writing one action down and setting the attempt's clock by it; both or neither."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.permissions import Actor

from . import actions
from .actions import Clock
from .models import Attempt, AttemptAction

LONGEST_NAME = 80


def act(
    db: Session,
    actor: Actor | None,
    attempt: Attempt,
    kind: str,
    *,
    now: datetime,
    seconds: int | None = None,
    reason: str = "",
    before: str = "",
    after: str = "",
    answers: uuid.UUID | None = None,
    sitting_action_id: uuid.UUID | None = None,
) -> AttemptAction:
    """Append the action to an attempt the caller holds locked."""
    set_clock(attempt, actions.after(clock_of(attempt), kind, seconds, now))
    made = AttemptAction(
        sitting_id=attempt.sitting_id,
        candidate_id=attempt.candidate_id,
        attempt_id=attempt.id,
        kind=kind,
        seconds=seconds,
        before=before[:LONGEST_NAME],
        after=after[:LONGEST_NAME],
        reason=reason,
        answers=answers,
        sitting_action_id=sitting_action_id,
        by_id=actor.person_id if actor else None,
        by_name=actor.name if actor else "",
        at=now,
    )
    db.add(made)
    db.flush()
    return made


def clock_of(attempt: Attempt) -> Clock:
    return Clock(
        deadline=attempt.deadline,
        holds=actions.read(attempt.held_by),
        held_since=attempt.held_since,
        suspended_at=attempt.suspended_at,
        n_messages=attempt.n_messages or 0,
    )


def set_clock(attempt: Attempt, clock: Clock) -> None:
    attempt.deadline = clock.deadline
    attempt.held_by = actions.written(clock.holds)
    attempt.held_since = clock.held_since
    attempt.suspended_at = clock.suspended_at
    attempt.n_messages = clock.n_messages
