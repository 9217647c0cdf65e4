"""Merging a rescue file into what the server has: set union, so doing it again changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from delivery.attempts import repository as attempts
from delivery.attempts.errors import EventConflict, UnfitValue, UnknownItem
from delivery.attempts.late import keep_late, why_late
from delivery.attempts.models import Attempt, WriterLease
from delivery.attempts.repository import Held
from delivery.attempts.saves import Change, Refusal, Save
from delivery.attempts.saving import save_batch
from delivery.sittings.models import Candidate, Sitting
from delivery.sittings.rules import can_supervise
from itembank import audit
from itembank.errors import Invalid, KhaothiError, msg, problem
from itembank.permissions import Actor, require

from . import repository
from .file import RescuedRecord, RescueFile, open_file, read_file


@dataclass(frozen=True, slots=True)
class Rescued:
    """What came of one file."""

    candidate: Candidate
    added: int  # count from now on, like any save
    late: int  # kept for a decision of two people
    known: int  # the server had them already
    conflicting: int  # same number, other bytes: refused and logged


def merge(db: Session, actor: Actor, sitting: Sitting, raw: bytes, *, now: datetime) -> Rescued:
    """Take in what a candidate's machine could not send.

    The effective answer stays the one of the highest (epoch, seq), so nothing newer is written
    over. What the answer path would refuse (another machine's turn, time over, handed in) is kept
    beside the answers as late.
    """
    require(can_supervise(actor, sitting))
    file = read_file(raw)
    attempt, candidate = _owner(db, sitting, file)
    records = open_file(file, repository.key_of(db, attempt)).records
    leases = {f"w-{lease.id}": lease for lease in attempts.leases_of(db, candidate.id)}
    _check_writers(records, leases)
    found = _Counts()
    for writer, group in _by_writer(records):
        _take(db, Held(leases[writer], candidate, sitting, attempt), group, found, now)
    report = Rescued(candidate, found.added, found.late, found.known, found.conflicting)
    after = {"number": candidate.number, "added": report.added, "late": report.late,
             "known": report.known, "conflicting": report.conflicting}  # fmt: skip
    audit.record(db, actor, "attempt.rescued", "attempt", attempt.id, now=now, after=after)
    return report


@dataclass(slots=True)
class _Counts:
    added: int = 0
    late: int = 0
    known: int = 0
    conflicting: int = 0


def _owner(db: Session, sitting: Sitting, file: RescueFile) -> tuple[Attempt, Candidate]:
    attempt = repository.attempt_in(db, file.attempt, sitting.id)
    candidate = db.get(Candidate, attempt.candidate_id) if attempt else None
    if attempt is None or candidate is None or candidate.number != file.number:
        what = msg("Tệp của số báo danh {n} không thuộc ca thi này.", n=file.number)
        raise Invalid(
            "Chưa nhận được tệp cứu hộ.", code="rescue_foreign", problems=[problem("tep", what)]
        )
    return attempt, candidate


def _check_writers(records: Sequence[RescuedRecord], leases: dict[str, WriterLease]) -> None:
    """A machine writes under leases of its own candidate only."""
    for record in records:
        lease = leases.get(record.writer)
        if lease is None or lease.epoch != record.epoch:
            what = "Trong tệp có thay đổi của một máy thí sinh này chưa từng vào."
            raise Invalid(
                "Chưa nhận được tệp cứu hộ.", code="rescue_foreign", problems=[problem("tep", what)]
            )


def _by_writer(records: Sequence[RescuedRecord]) -> list[tuple[str, list[Change]]]:
    ordered = sorted(records, key=lambda r: (r.epoch, r.writer, r.event.seq))
    return [
        (writer, [_change(record) for record in group])
        for (_, writer), group in groupby(ordered, key=lambda r: (r.epoch, r.writer))
    ]


def _change(record: RescuedRecord) -> Change:
    event = record.event
    return Change(event.seq, event.kind, event.item, event.value, event.client_at)


def _take(
    db: Session,
    held: Held,
    changes: Sequence[Change],
    found: _Counts,
    now: datetime,
) -> None:
    assert held.attempt is not None
    fresh, known, conflicting = repository.sorted_out(db, held.attempt, held.lease, changes)
    found.known += len(known)
    found.conflicting += len(conflicting)
    for change in conflicting:
        _record_conflict(db, held.attempt.id, change, now)
    if not fresh:
        return
    refusal = _saved(db, held.lease, fresh, now)
    if refusal is None:
        found.added += len(fresh)
    elif why_late(held, now) is None:
        raise refusal  # a pause, say: hand the file in when it is over
    else:
        keep_late(db, held, fresh, now=now)
        found.late += len(fresh)


def _saved(
    db: Session, lease: WriterLease, changes: Sequence[Change], now: datetime
) -> KhaothiError | None:
    """None when they now count like any save, else the refusal."""
    db.flush()
    (outcome,) = save_batch(
        db.connection(), [Save(lease.token_hash, lease.id, tuple(changes), now)]
    )
    if not isinstance(outcome, Refusal):
        return None
    if isinstance(outcome.error, UnknownItem | UnfitValue | EventConflict):
        raise outcome.error
    return outcome.error


def _record_conflict(db: Session, attempt_id: uuid.UUID, change: Change, now: datetime) -> None:
    audit.record(
        db, None, "response_event.conflicted", "attempt", attempt_id, now=now,
        after={"seq": change.seq, "from": "rescue"},
    )  # fmt: skip
