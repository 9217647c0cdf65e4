"""What a candidate does with the paper: start, save, hand in; and what closes it for them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_supervise
from delivery.sittings.states import OPEN
from itembank import audit
from itembank.errors import msg, problem
from itembank.forms import repository as forms
from itembank.items.content import ItemContent
from itembank.permissions import Actor, require
from itembank.scoring.rules import UnfitResponse, answered, check_value

from . import repository
from .clock import deadline_of, is_late
from .devices import check_holder
from .errors import (
    AttemptSubmitted,
    DeadlinePassed,
    EventConflict,
    EventsMissing,
    NotStarted,
    UnfitValue,
    UnknownItem,
)
from .models import Attempt, ResponseEvent, WriterLease
from .receipt import receipt_code
from .replay import FLAG, value_bytes
from .repository import Held
from .states import AttemptState, SubmittedBy

SEEN_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing the candidate did, as the device numbered it."""

    seq: int
    kind: str
    item: uuid.UUID
    value: Any
    client_at: str


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
    """Append what the candidate did: all of it, or nothing.

    What is stored already with the same bytes is acknowledged again, even after the end, so a
    lost answer of the server costs nothing. The caller acknowledges after the commit.
    """
    attempt = _locked(db, held)
    check_holder(repository.lock_lease(db, held.lease.id))
    there = repository.stored(db, held.lease, [change.seq for change in changes])
    fresh = _fresh(changes, there)
    if fresh:
        _check_open(attempt, held.sitting, now)
        _check_fit(fresh, contents_of(db, attempt.form_id))
    repository.append(db, [_row(change, attempt, held.lease, now) for change in fresh])
    attempt.last_seen_at = now
    return attempt


def _locked(db: Session, held: Held) -> Attempt:
    if held.attempt is None:
        raise NotStarted
    return repository.lock_attempt(db, held.attempt.id)


def _fresh(changes: Sequence[Change], there: Mapping[int, ResponseEvent]) -> list[Change]:
    """The changes not stored yet; the same number with other bytes is refused."""
    fresh: dict[int, Change] = {}
    for change in changes:
        twin = fresh.get(change.seq)
        old = there.get(change.seq)
        if (twin and twin != change) or (old and not _same(old, change)):
            raise EventConflict(change.seq)
        if old is None:
            fresh[change.seq] = change
    return list(fresh.values())


def _same(old: ResponseEvent, change: Change) -> bool:
    given = (change.kind, change.item, value_bytes(change.value), change.client_at)
    return (old.kind, old.form_item_id, bytes(old.value), old.client_at) == given


def _check_open(attempt: Attempt, sitting: Sitting, now: datetime) -> None:
    if attempt.submitted_by == SubmittedBy.TIMEOUT:
        raise DeadlinePassed
    if attempt.submitted_at is not None:
        raise AttemptSubmitted
    if is_late(now, attempt.deadline, sitting.grace_seconds):
        raise DeadlinePassed


def _check_fit(changes: Sequence[Change], contents: Mapping[uuid.UUID, ItemContent]) -> None:
    unknown = [change for change in changes if change.item not in contents]
    if unknown:
        raise UnknownItem(
            tuple(
                problem(msg("thay đổi số {seq}", seq=c.seq), "Câu này không có trong đề đang mở.")
                for c in unknown
            )
        )
    unfit = [change for change in changes if not _fits(change, contents[change.item])]
    if unfit:
        raise UnfitValue(
            tuple(
                problem(msg("thay đổi số {seq}", seq=c.seq), "Giá trị không đúng dạng của câu.")
                for c in unfit
            )
        )


def _fits(change: Change, content: ItemContent) -> bool:
    if change.kind == FLAG:
        return isinstance(change.value, bool)
    try:
        check_value(content, change.value)
    except UnfitResponse:
        return False
    return True


def _row(change: Change, attempt: Attempt, lease: WriterLease, now: datetime) -> dict[str, Any]:
    return {
        "attempt_id": attempt.id,
        "writer_id": lease.id,
        "seq": change.seq,
        "sitting_id": attempt.sitting_id,
        "epoch": lease.epoch,
        "kind": change.kind,
        "form_item_id": change.item,
        "value": value_bytes(change.value),
        "client_at": change.client_at,
        "received_at": now,
    }


_contents: dict[uuid.UUID, dict[uuid.UUID, ItemContent]] = {}
MOST_FORMS_KEPT = 64


def contents_of(db: Session, form_id: uuid.UUID) -> Mapping[uuid.UUID, ItemContent]:
    """Content of each place of the form. Kept in memory: a form under delivery is frozen."""
    found = _contents.get(form_id)
    if found is None:
        found = {entry.place.id: entry.content for entry in forms.entries(db, form_id)}
        if forms.form_of(db, form_id).state == "frozen":
            if len(_contents) >= MOST_FORMS_KEPT:
                _contents.clear()
            _contents[form_id] = found
    return found


def is_unseen(held: Held, *, now: datetime) -> bool:
    """True when the last sign of life has grown old enough to be written again."""
    seen = held.attempt.last_seen_at if held.attempt else now
    return seen is None or now - seen > SEEN_EVERY


def note_seen(db: Session, held: Held, *, now: datetime) -> None:
    """The device shows that it is there."""
    if held.attempt is not None:
        repository.note_seen(db, held.attempt.id, now, older_than=now - SEEN_EVERY)


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
