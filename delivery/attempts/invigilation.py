"""What an invigilator does about one candidate. Each verb: a reason, a row, a clock, an audit event.

The attempt is held locked while its clock is set: a save that comes after reads the new one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting
from itembank import audit
from itembank.errors import Invalid, msg, problem
from itembank.permissions import Actor, Decision, require

from . import action_log, repository, rules
from .acting import act
from .actions import ActionKind
from .models import Attempt, AttemptAction
from .reasons import checked_reason
from .service import finish
from .states import SubmittedBy

MOST_MINUTES = 180


def extend(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    minutes: int, reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """More time than the others have."""
    kind = ActionKind.EXTENDED
    return _give(db, actor, sitting, candidate, kind, 60 * minutes, reason, now)


def credit(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    seconds: int, reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """Give back the time a fault took, from when it was noticed until work went on."""
    kind = ActionKind.CREDITED
    return _give(db, actor, sitting, candidate, kind, seconds, reason, now)


def _give(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate,
    kind: ActionKind, seconds: int, reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    attempt = locked(db, candidate)
    require(rules.can_act(actor, sitting, attempt))
    check_seconds(seconds)
    return _recorded(db, actor, attempt, kind, reason, now, seconds=seconds)


def check_seconds(seconds: int) -> None:
    if not 1 <= seconds <= 60 * MOST_MINUTES:
        what = msg("Ghi số phút từ 1 đến {n}.", n=MOST_MINUTES)
        raise Invalid("Chưa thêm giờ.", code="minutes_invalid", problems=[problem("minutes", what)])


def pause(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """Stop the clock of one seat."""
    attempt = locked(db, candidate)
    require(rules.can_pause(actor, sitting, attempt))
    return _recorded(db, actor, attempt, ActionKind.PAUSED, reason, now)


def resume(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str = "", now: datetime,
) -> AttemptAction:  # fmt: skip
    """Let the clock run on; the time it stood still is given back to the second."""
    attempt = locked(db, candidate)
    require(rules.can_resume(actor, sitting, attempt))
    return noted(db, actor, attempt, ActionKind.RESUMED, reason, now)


def ask_suspension(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """The first person's word: nothing more is taken until a second person decides."""
    attempt = locked(db, candidate)
    require(rules.can_ask_suspension(actor, sitting, attempt))
    return _recorded(db, actor, attempt, ActionKind.SUSPENSION_ASKED, reason, now)


def suspend(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *, now: datetime
) -> AttemptAction:
    """The second person's word: đình chỉ thi. What was answered is kept and not handed in."""
    attempt = locked(db, candidate)
    asked = action_log.open_suspension(db, attempt)
    require(rules.can_decide_suspension(actor, sitting, attempt, asked))
    assert asked is not None
    return noted(
        db, actor, attempt, ActionKind.SUSPENDED, asked.reason, now, answers=asked
    )  # fmt: skip


def refuse_suspension(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """Not suspended after all; the time that waiting cost is given back."""
    attempt = locked(db, candidate)
    asked = action_log.open_suspension(db, attempt)
    require(rules.can_withdraw_suspension(actor, sitting, attempt, asked))
    kind = ActionKind.SUSPENSION_REFUSED
    return noted(db, actor, attempt, kind, checked_reason(reason), now, answers=asked)


def end_attempt(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str, now: datetime,
) -> Attempt:  # fmt: skip
    """Hand in what is there, now."""
    attempt = locked(db, candidate)
    require(rules.can_act(actor, sitting, attempt))
    assert attempt is not None
    act(db, actor, attempt, ActionKind.ENDED, reason=checked_reason(reason), now=now)
    finish(db, actor, attempt, SubmittedBy.INVIGILATOR, now)
    return attempt


def admit_late(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *,
    reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    """Let somebody begin who came after the time for coming in."""
    attempt = locked(db, candidate)
    return _before_start(
        db, actor, sitting, candidate, rules.can_admit_late(actor, sitting, attempt), reason, now
    )


def _before_start(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate,
    decision: Decision, reason: str, now: datetime,
) -> AttemptAction:  # fmt: skip
    require(decision)
    made = AttemptAction(
        sitting_id=sitting.id,
        candidate_id=candidate.id,
        kind=ActionKind.ADMITTED_LATE,
        reason=checked_reason(reason),
        by_id=actor.person_id,
        by_name=actor.name,
        at=now,
    )
    db.add(made)
    db.flush()
    after = {"number": candidate.number}
    audit.record(
        db, actor, "candidate.admitted_late", "candidate", candidate.id, now=now, after=after,
        reason=made.reason,
    )  # fmt: skip
    return made


def locked(db: Session, candidate: Candidate) -> Attempt | None:
    """The candidate's attempt, theirs alone until the commit; None before the start."""
    repository.lock_candidate(db, candidate.id)
    found = repository.attempt_of(db, candidate.id)
    return repository.lock_attempt(db, found.id) if found else None


def _recorded(
    db: Session, actor: Actor, attempt: Attempt | None, kind: ActionKind, reason: str,
    now: datetime, *, seconds: int | None = None,
) -> AttemptAction:  # fmt: skip
    return noted(db, actor, attempt, kind, checked_reason(reason), now, seconds=seconds)


def noted(
    db: Session, actor: Actor, attempt: Attempt | None, kind: ActionKind, reason: str,
    now: datetime, *, seconds: int | None = None, answers: AttemptAction | None = None,
) -> AttemptAction:  # fmt: skip
    """The action with its audit event."""
    assert attempt is not None  # every rule above refuses without one
    before = {"deadline": attempt.deadline.isoformat()}
    made = act(
        db, actor, attempt, kind, seconds=seconds, reason=reason, now=now,
        answers=answers.id if answers else None,
    )  # fmt: skip
    audit.record(
        db, actor, f"attempt.{kind}", "attempt", attempt.id, now=now, before=before,
        after={"deadline": attempt.deadline.isoformat(), "held_by": attempt.held_by},
        reason=reason or None,
    )  # fmt: skip
    return made
