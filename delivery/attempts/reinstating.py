"""Taking back a suspension that was a mistake: asked for by one, decided by another, while it can help.

The clock stood from the moment the suspension was asked for; all of that is given back, with what the
room was given meanwhile. The suspension stays on record beside its undoing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting
from itembank.permissions import Actor, require

from . import action_log, repository, rules
from .acting import act
from .actions import ActionKind
from .invigilation import locked, noted
from .models import Attempt, AttemptAction
from .reasons import checked_reason
from .room_invigilation import as_the_room


def ask_reinstatement(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """The first person's word; the candidate waits for the second."""
    attempt = locked(db, candidate)
    asked = action_log.open_reinstatement(db, attempt)
    require(rules.can_ask_reinstatement(actor, sitting, attempt, asked))
    return noted(db, actor, attempt, ActionKind.REINSTATEMENT_ASKED, checked_reason(reason), now)


def reinstate(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *, now: datetime
) -> AttemptAction:
    """The second person's word: the work goes on where it stood, on the machine that holds it.

    The sitting's lock keeps the room's extensions, its pauses and the closing before or after this.
    """
    repository.lock_sitting(db, sitting.id, shared=False)
    attempt = locked(db, candidate)
    asked = action_log.open_reinstatement(db, attempt)
    require(rules.can_decide_reinstatement(actor, sitting, attempt, asked))
    assert attempt is not None and attempt.suspended_at is not None and asked is not None
    missed_since = attempt.suspended_at
    made = noted(db, actor, attempt, ActionKind.REINSTATED, asked.reason, now, answers=asked)
    as_the_room(db, actor, sitting, attempt, candidate.room, now)
    _give_what_the_room_got(db, actor, attempt, candidate.room, missed_since, now)
    return made


def refuse_reinstatement(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """The suspension stands."""
    attempt = locked(db, candidate)
    asked = action_log.open_reinstatement(db, attempt)
    require(rules.can_refuse_reinstatement(actor, sitting, attempt, asked))
    kind = ActionKind.REINSTATEMENT_REFUSED
    return noted(db, actor, attempt, kind, checked_reason(reason), now, answers=asked)


def _give_what_the_room_got(
    db: Session, actor: Actor, attempt: Attempt, room: str, since: datetime, now: datetime
) -> None:
    """More time for everybody passes over who is suspended at that moment."""
    for action in action_log.extensions_missed(db, attempt, room, since):
        act(
            db, actor, attempt, action.kind, seconds=action.seconds, reason=action.reason,
            sitting_action_id=action.id, now=now,
        )  # fmt: skip
