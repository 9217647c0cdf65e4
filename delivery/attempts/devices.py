"""Which device a candidate writes on: sign in, wait, hand over, leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting
from delivery.sittings.rules import can_supervise
from itembank import audit
from itembank.errors import Conflict, Invalid, msg, problem
from itembank.permissions import Actor, require

from . import repository
from .errors import DeviceWaits, WriterReplaced
from .models import WriterLease
from .repository import Held

SHORTEST_REASON = 10
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
    db.flush()
    after = {"number": candidate.number, "epoch": lease.epoch, "device": lease.device}
    audit.record(db, None, action, "candidate", candidate.id, now=now, after=after)
    return lease


def release_device(
    db: Session, actor: Actor, sitting: Sitting, candidate: Candidate, *, reason: str, now: datetime
) -> WriterLease | None:
    """Take the lease from the device that holds it; the newest waiting device gets it.

    Nothing written is touched: the next device finds every acknowledged response.
    """
    require(can_supervise(actor, sitting))
    reason = _reason(reason)
    repository.lock_candidate(db, candidate.id)
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
    db.flush()
    after = {"number": candidate.number, "epoch": chosen.epoch if chosen else None}
    audit.record(
        db, actor, "writer_lease.released", "candidate", candidate.id, now=now, after=after,
        reason=reason,
    )  # fmt: skip
    return chosen


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


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        what = msg("Ghi lí do, ít nhất {n} kí tự; lí do được ghi vào biên bản.", n=SHORTEST_REASON)
        raise Invalid("Chưa có lí do.", code="reason_missing", problems=[problem("reason", what)])
    return reason[:2000]


def check_holder(lease: WriterLease) -> None:
    """Refuse a device that waits or that had to hand over."""
    if lease.ended_at is not None:
        raise WriterReplaced
    if lease.granted_at is None:
        raise DeviceWaits
