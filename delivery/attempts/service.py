"""What a candidate does with the paper: start, save, hand in; and what closes it for them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_supervise
from delivery.sittings.states import OPEN
from itembank import audit
from itembank.permissions import Actor, require
from itembank.scoring.rules import answered

from . import repository
from .clock import deadline_of, is_late
from .contents import contents_of
from .devices import check_holder
from .errors import EventsMissing, NotStarted
from .models import Attempt
from .receipt import receipt_code
from .repository import Held
from .saves import Change, Refusal, Save
from .saving import save_batch
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
    """Open the paper. Time runs from here; starting again changes nothing."""
    check_holder(held.lease)
    repository.lock_candidate(db, held.candidate.id)
    begun = repository.attempt_of(db, held.candidate.id)
    if begun is not None:
        return begun
    if repository.lock_sitting(db, held.sitting.id, shared=True).state != OPEN:
        raise NotStarted
    attempt = Attempt(
        sitting_id=held.sitting.id,
        candidate_id=held.candidate.id,
        form_id=held.sitting.form_id,
        started_at=now,
        deadline=deadline_of(now, held.sitting.minutes),
        last_seen_at=now,
    )
    db.add(attempt)
    db.flush()
    after = {"number": held.candidate.number, "deadline": attempt.deadline.isoformat()}
    audit.record(db, None, "attempt.started", "attempt", attempt.id, now=now, after=after)
    return attempt


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
        late = is_late(now, attempt.deadline, held.sitting.grace_seconds)
        have = repository.highest_seq(db, held.lease.id)
        if have < last_seq and not late:
            raise EventsMissing(have)
        by = SubmittedBy.TIMEOUT if now >= attempt.deadline else SubmittedBy.CANDIDATE
        _finish(db, None, attempt, by, now)
    return receipt_of(db, attempt)


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
        if attempt.submitted_at is None and is_late(now, attempt.deadline, grace):
            _finish(db, None, attempt, SubmittedBy.TIMEOUT, now)
            closed += 1
    return closed


def close_room(db: Session, actor: Actor, sitting: Sitting, *, now: datetime) -> int:
    """Hand in what is there for all who still work: the sitting is being closed."""
    require(can_supervise(actor, sitting))
    repository.lock_sitting(db, sitting.id, shared=False)
    ids = repository.unfinished(db, sitting_id=sitting.id)
    for attempt_id in ids:
        attempt = repository.lock_attempt(db, attempt_id)
        if attempt.submitted_at is None:
            late = now >= attempt.deadline
            by = SubmittedBy.TIMEOUT if late else SubmittedBy.INVIGILATOR
            _finish(db, actor, attempt, by, now)
    return len(ids)


def _finish(
    db: Session, actor: Actor | None, attempt: Attempt, by: SubmittedBy, now: datetime
) -> None:
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
