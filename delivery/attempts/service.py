"""What a candidate does with the paper: start, save, hand in; and what closes it for them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_supervise
from itembank import audit
from itembank.permissions import Actor, require
from itembank.scoring.rules import answered

from . import repository
from .acting import act
from .actions import ActionKind
from .clock import is_late
from .contents import contents_of
from .devices import check_holder
from .errors import (
    AttemptPaused,
    AttemptSuspended,
    EventsMissing,
    NotStarted,
)
from .models import Attempt
from .receipt import receipt_code
from .repository import Held
from .saves import Change, Refusal, Save
from .saving import save_batch
from .starting import NoStart, Start, start_all
from .states import AttemptState, SubmittedBy


@dataclass(frozen=True, slots=True)
class Receipt:
    code: str
    answered: int
    total: int
    submitted_at: datetime
    automatic: bool


def state_of(attempt: Attempt | None) -> AttemptState:
    if attempt is None:
        return AttemptState.WAITING
    return AttemptState.RUNNING if attempt.submitted_at is None else AttemptState.SUBMITTED


def start(db: Session, held: Held, *, now: datetime) -> Attempt:
    """Open one paper, in the caller's transaction; see :func:`starting.start_all`."""
    (begun,) = start_all(db, [Start(held.lease.token_hash, now)])
    if isinstance(begun, NoStart):
        raise begun.error
    return begun


def save_events(db: Session, held: Held, changes: Sequence[Change], *, now: datetime) -> Attempt:
    """Append what one candidate did, in the caller's transaction; see :func:`saving.save_batch`."""
    save = Save(held.lease.token_hash, held.lease.id, tuple(changes), now)
    db.flush()
    (outcome,) = save_batch(db.connection(), [save])
    if isinstance(outcome, Refusal):
        raise outcome.error
    return repository.lock_attempt(db, _attempt_id(held))


def _locked(db: Session, held: Held) -> Attempt:
    return repository.lock_attempt(db, _attempt_id(held))


def _attempt_id(held: Held) -> uuid.UUID:
    if held.attempt is None:
        raise NotStarted
    return held.attempt.id


# --- the end ----------------------------------------------------------------------------------


def submit(db: Session, held: Held, *, last_seq: int, now: datetime) -> Receipt:
    """Hand in for good. Asking again gives the same receipt."""
    attempt = _locked(db, held)
    check_holder(repository.lock_lease(db, held.lease.id))
    if attempt.submitted_at is None:
        _check_not_held(attempt)
        late = is_late(now, attempt.deadline, held.sitting.grace_seconds)
        have = repository.highest_seq(db, held.lease.id)
        if have < last_seq and not late:
            raise EventsMissing(have)
        by = SubmittedBy.TIMEOUT if now >= attempt.deadline else SubmittedBy.CANDIDATE
        finish(db, None, attempt, by, now)
    return receipt_of(db, attempt)


def _check_not_held(attempt: Attempt) -> None:
    if attempt.suspended_at is not None:
        raise AttemptSuspended
    if attempt.held_since is not None:
        raise AttemptPaused


def close_overdue(db: Session, *, now: datetime, sitting: Sitting | None = None) -> int:
    """Hand in every attempt whose time and grace are over. Returns how many."""
    longest = timedelta(seconds=sitting.grace_seconds if sitting else 0)
    ids = repository.unfinished(
        db, sitting_id=sitting.id if sitting else None, due_before=now - longest
    )
    closed = 0
    for attempt_id in ids:
        attempt = repository.lock_attempt(db, attempt_id)
        grace = db.get_one(Sitting, attempt.sitting_id).grace_seconds
        if _is_over(attempt, now, grace):
            finish(db, None, attempt, SubmittedBy.TIMEOUT, now)
            closed += 1
    return closed


def _is_over(attempt: Attempt, now: datetime, grace: int) -> bool:
    """Asked again under the lock: a pause or more time may have come first."""
    is_open = attempt.submitted_at is None and attempt.held_since is None
    return is_open and is_late(now, attempt.deadline, grace)


def close_room(
    db: Session, actor: Actor, sitting: Sitting, *, now: datetime, reason: str = ""
) -> int:
    """Hand in what is there for all who still work: the sitting is being closed.

    Whoever still had time has it on record that their work was taken, and why.
    """
    require(can_supervise(actor, sitting))
    repository.lock_sitting(db, sitting.id, shared=False)
    ids = repository.unfinished(db, sitting_id=sitting.id)
    for attempt_id in ids:
        attempt = repository.lock_attempt(db, attempt_id)
        if attempt.submitted_at is None and attempt.suspended_at is None:
            late = now >= attempt.deadline and attempt.held_since is None
            if not late:
                act(db, actor, attempt, ActionKind.ENDED, reason=reason, now=now)
            by = SubmittedBy.TIMEOUT if late else SubmittedBy.INVIGILATOR
            finish(db, actor, attempt, by, now)
    return len(ids)


def finish(
    db: Session, actor: Actor | None, attempt: Attempt, by: SubmittedBy, now: datetime
) -> None:
    """Hand in what is there of an attempt the caller holds locked."""
    responses = repository.effective_responses(db, attempt.id)
    attempt.submitted_at = now
    attempt.submitted_by = by
    attempt.receipt = receipt_code(attempt.id, responses)
    db.flush()
    after = {"by": by, "receipt": attempt.receipt, "responses": len(responses)}
    audit.record(db, actor, "attempt.submitted", "attempt", attempt.id, now=now, after=after)


def receipt_of(db: Session, attempt: Attempt) -> Receipt:
    """What the candidate copies. The code was fixed when the attempt was handed in."""
    if attempt.submitted_at is None or attempt.receipt is None:
        raise NotStarted
    responses = repository.effective_responses(db, attempt.id)
    contents = contents_of(db, attempt.form_id)
    return Receipt(
        code=attempt.receipt,
        answered=sum(answered(content, responses.get(i)) for i, content in contents.items()),
        total=len(contents),
        submitted_at=attempt.submitted_at,
        automatic=attempt.submitted_by != SubmittedBy.CANDIDATE,
    )
