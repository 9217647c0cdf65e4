"""Which device a candidate writes on: sign in, wait, hand over, leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting
from delivery.sittings.rules import can_supervise
from itembank import audit
from itembank.errors import Conflict
from itembank.permissions import Actor, require

from . import repository
from .acting import act
from .actions import ActionKind, Hold, read
from .errors import DeviceWaits, WriterReplaced
from .models import Attempt, WriterLease
from .reasons import SHORTEST_REASON, checked_reason
from .repository import Held

__all__ = ["SHORTEST_REASON", "check_holder", "identify", "leave", "release_device", "sign_in"]
VerifyCode = Callable[[str, str], bool]


def identify(
    db: Session, number: str, code: str, verify: VerifyCode, decoy: str
) -> Candidate | None:
    """The candidate whose number and code these are.

    A number nobody has costs the same time as a wrong code: one check against `decoy`.
    """
    known = repository.candidates_by_number(db, number)
    if not known:
        verify(decoy, code)
    return next((c for c in known if c.code_hash and verify(c.code_hash, code)), None)


def sign_in(
    db: Session, candidate: Candidate, *, token_hash: str, device: str, now: datetime
) -> WriterLease:
    """Give this device the lease, or let it wait while another device holds it."""
    repository.lock_candidate(db, candidate.id)
    attempt = _running(db, candidate)
    leases = repository.leases_of(db, candidate.id)
    lease = WriterLease(
        candidate_id=candidate.id, token_hash=token_hash, requested_at=now, device=device[:200]
    )
    db.add(lease)
    if any(_holds(old) for old in leases):
        action = "writer_lease.requested"
    else:
        _grant(lease, leases, now)
        action = "writer_lease.granted"
        _work_goes_on(db, attempt, lease, now)
    db.flush()
    after = {"number": candidate.number, "epoch": lease.epoch, "device": lease.device}
    audit.record(db, None, action, "candidate", candidate.id, now=now, after=after)
    return lease


def release_device(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *, reason: str, now: datetime
) -> WriterLease | None:
    """Take the lease from the device that holds it; the newest waiting device gets it.

    Nothing written is touched: the next device finds every acknowledged response. Where none waits
    the clock stands still until one signs in.
    """
    require(can_supervise(actor, sitting))
    reason = checked_reason(reason)
    repository.lock_candidate(db, candidate.id)
    attempt = _running(db, candidate)
    leases = repository.leases_of(db, candidate.id)
    current = [lease for lease in leases if lease.ended_at is None]
    if not current:
        raise Conflict("Thí sinh này chưa vào ở máy nào, nên không có máy để đổi.")
    waiting = [lease for lease in current if lease.granted_at is None]
    chosen = waiting[-1] if waiting else None
    for lease in current:
        if lease is not chosen:
            _end(lease, actor, reason, now)
    if chosen is not None:
        _grant(chosen, leases, now)
    _between_devices(db, actor, attempt, current, chosen, reason, now)
    db.flush()
    after = {"number": candidate.number, "epoch": chosen.epoch if chosen else None}
    audit.record(
        db, actor, "writer_lease.released", "candidate", candidate.id, now=now, after=after,
        reason=reason,
    )  # fmt: skip
    return chosen


def _between_devices(
    db: Session,
    actor: Actor,
    attempt: Attempt | None,
    current: Sequence[WriterLease],
    chosen: WriterLease | None,
    reason: str,
    now: datetime,
) -> None:
    """The change as a fact of the attempt, and its clock stopped where no device takes over."""
    if attempt is not None:
        kind = ActionKind.DEVICE_CHANGED if chosen else ActionKind.DEVICE_RELEASED
        act(
            db, actor, attempt, kind, reason=reason, now=now,
            before=current[0].device, after=chosen.device if chosen else "",
        )  # fmt: skip


def _work_goes_on(db: Session, attempt: Attempt | None, lease: WriterLease, now: datetime) -> None:
    if attempt is not None and Hold.DEVICE in read(attempt.held_by):
        act(db, None, attempt, ActionKind.DEVICE_GRANTED, after=lease.device, now=now)


def _running(db: Session, candidate: Candidate) -> Attempt | None:
    """The candidate's attempt, held until commit, unless it is over.

    Locked before the leases are touched, as a save locks them: in another order the two could wait
    for each other.
    """
    found = repository.attempt_of(db, candidate.id)
    if found is None:
        return None
    attempt = repository.lock_attempt(db, found.id)
    return attempt if attempt.submitted_at is None and attempt.suspended_at is None else None


def leave(db: Session, held: Held, *, now: datetime) -> None:
    """The candidate lets go of a device on which no paper is open."""
    if held.attempt is not None and held.attempt.submitted_at is None:
        raise Conflict("Đang làm bài nên không rời máy được. Cần đổi máy thì giơ tay báo giám thị.")
    repository.lock_candidate(db, held.candidate.id)
    if held.lease.ended_at is None:
        held.lease.ended_at = now
        held.lease.reason = "candidate left"
        after = {"number": held.candidate.number, "epoch": held.lease.epoch}
        audit.record(
            db, None, "writer_lease.left", "candidate", held.candidate.id, now=now, after=after
        )


def _holds(lease: WriterLease) -> bool:
    return lease.granted_at is not None and lease.ended_at is None


def _grant(lease: WriterLease, leases: Sequence[WriterLease], now: datetime) -> None:
    lease.epoch = max((old.epoch or 0 for old in leases), default=0) + 1
    lease.granted_at = now


def _end(lease: WriterLease, actor: Actor, reason: str, now: datetime) -> None:
    lease.ended_at = now
    lease.released_by = actor.person_id
    lease.reason = reason


def check_holder(lease: WriterLease) -> None:
    """Refuse a device that waits or that had to hand over."""
    if lease.ended_at is not None:
        raise WriterReplaced
    if lease.granted_at is None:
        raise DeviceWaits
