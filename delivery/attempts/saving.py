"""Saving what candidates did: many devices' changes in one transaction.

One commit costs a flush of the disk, so a batch costs hardly more than a single save. Every device's
standing (lease, attempt, deadline, submission) is read and held inside that transaction: a
submission, a new deadline or a hand-over that came before binds the very next save.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from delivery.sittings.models import Candidate, Sitting
from itembank import audit
from itembank.errors import KhaothiError, Message, msg, problem
from itembank.items.content import ItemContent
from itembank.scoring.rules import UnfitResponse, check_value

from .clock import is_late
from .contents import contents_of
from .errors import (
    AttemptSubmitted,
    DeadlinePassed,
    DeviceUnknown,
    DeviceWaits,
    EventConflict,
    NotStarted,
    UnfitValue,
    UnknownItem,
    WriterReplaced,
)
from .models import Attempt, ResponseEvent, WriterLease
from .replay import FLAG, value_bytes
from .states import AttemptState, SubmittedBy

SEEN_EVERY = timedelta(seconds=10)

Key = tuple[uuid.UUID, int]  # writer, seq


@dataclass(frozen=True, slots=True)
class Change:
    """One thing the candidate did, as the device numbered it."""

    seq: int
    kind: str
    item: uuid.UUID
    value: Any
    client_at: str


@dataclass(frozen=True, slots=True)
class Save:
    """What one device sends; nothing but a sign of life where there are no changes.

    `writer` is the lease the page was opened under.
    """

    token_hash: str
    writer: uuid.UUID | None
    changes: tuple[Change, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the device and its attempt stand, held until the commit."""

    lease_id: uuid.UUID
    epoch: int | None
    granted_at: datetime | None
    ended_at: datetime | None
    sitting_id: uuid.UUID
    grace_seconds: int
    attempt_id: uuid.UUID | None
    form_id: uuid.UUID | None
    deadline: datetime | None
    submitted_at: datetime | None
    submitted_by: str | None
    last_seen_at: datetime | None

    @property
    def state(self) -> AttemptState:
        if self.attempt_id is None:
            return AttemptState.WAITING
        return AttemptState.RUNNING if self.submitted_at is None else AttemptState.SUBMITTED


@dataclass(frozen=True, slots=True)
class Refusal:
    """A save that was not taken, and why."""

    error: KhaothiError


Outcome = Standing | Refusal


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of an event that is stored already."""

    kind: str
    item: uuid.UUID
    value: bytes
    client_at: str


def save_batch(db: Session, saves: Sequence[Save]) -> list[Outcome]:
    """Append what the devices sent: of each save all of it, or nothing.

    What is stored already with the same bytes is acknowledged again, even after the end, so a
    lost answer of the server costs nothing. The caller acknowledges after the commit. A refused
    save writes nothing but, where numbers clash, its own record; the others of its batch stand.
    """
    connection = db.connection()
    standings = _standings(connection, {save.token_hash for save in saves})
    kept = _kept(connection, saves, standings)
    rows: list[dict[str, Any]] = []
    outcomes: list[Outcome] = []
    for save in saves:
        standing = standings.get(save.token_hash)
        try:
            standing = _holding(standing, save)
            fresh = _checked(db, save, standing, kept)
        except KhaothiError as error:
            _record_conflict(db, error, standing, save.received_at)
            outcomes.append(Refusal(error))
            continue
        kept |= {(standing.lease_id, change.seq): _bytes_of(change) for change in fresh}
        rows += [_row(change, standing, save.received_at) for change in fresh]
        outcomes.append(standing)
    _append(connection, rows)
    _note_seen(connection, saves, outcomes)
    return outcomes


def _holding(standing: Standing | None, save: Save) -> Standing:
    """Refuse a stranger, a device that waits or handed over, a page of an earlier lease."""
    if standing is None:
        raise DeviceUnknown
    if standing.ended_at is not None:
        raise WriterReplaced
    if standing.granted_at is None:
        raise DeviceWaits
    if save.changes and save.writer != standing.lease_id:
        raise WriterReplaced
    return standing


def _checked(db: Session, save: Save, standing: Standing, kept: Mapping[Key, Kept]) -> list[Change]:
    """The changes to be written, all of them allowed and of the right form."""
    if not save.changes:
        return []
    if standing.form_id is None:
        raise NotStarted
    fresh = _fresh(save.changes, standing.lease_id, kept)
    if fresh:
        _check_open(standing, save.received_at)
        _check_fit(fresh, contents_of(db, standing.form_id))
    return fresh


def _record_conflict(
    db: Session, error: KhaothiError, standing: Standing | None, now: datetime
) -> None:
    if isinstance(error, EventConflict) and standing is not None:
        audit.record(
            db,
            None,
            "response_event.conflicted",
            "attempt",
            standing.attempt_id,
            now=now,
            after={"seq": error.seq},
        )


def _fresh(changes: Sequence[Change], writer: uuid.UUID, kept: Mapping[Key, Kept]) -> list[Change]:
    """The changes not stored yet; the same number with other bytes is refused."""
    fresh: dict[int, Change] = {}
    for change in changes:
        twin = fresh.get(change.seq)
        old = kept.get((writer, change.seq))
        if (twin and twin != change) or (old and old != _bytes_of(change)):
            raise EventConflict(change.seq)
        if old is None:
            fresh[change.seq] = change
    return list(fresh.values())


def _bytes_of(change: Change) -> Kept:
    return Kept(change.kind, change.item, value_bytes(change.value), change.client_at)


def _check_open(standing: Standing, now: datetime) -> None:
    if standing.submitted_by == SubmittedBy.TIMEOUT:
        raise DeadlinePassed
    if standing.submitted_at is not None:
        raise AttemptSubmitted
    if standing.deadline is None or is_late(now, standing.deadline, standing.grace_seconds):
        raise DeadlinePassed


def _check_fit(changes: Sequence[Change], contents: Mapping[uuid.UUID, ItemContent]) -> None:
    unknown = [change for change in changes if change.item not in contents]
    if unknown:
        what = "Câu này không có trong đề đang mở."
        raise UnknownItem(tuple(problem(_place(change), what) for change in unknown))
    unfit = [change for change in changes if not _fits(change, contents[change.item])]
    if unfit:
        what = "Giá trị không đúng dạng của câu."
        raise UnfitValue(tuple(problem(_place(change), what) for change in unfit))


def _place(change: Change) -> Message:
    return msg("thay đổi số {seq}", seq=change.seq)


def _fits(change: Change, content: ItemContent) -> bool:
    if change.kind == FLAG:
        return isinstance(change.value, bool)
    try:
        check_value(content, change.value)
    except UnfitResponse:
        return False
    return True


def _row(change: Change, standing: Standing, now: datetime) -> dict[str, Any]:
    return {
        "attempt_id": standing.attempt_id,
        "writer_id": standing.lease_id,
        "seq": change.seq,
        "sitting_id": standing.sitting_id,
        "epoch": standing.epoch,
        "kind": change.kind,
        "form_item_id": change.item,
        "value": value_bytes(change.value),
        "client_at": change.client_at,
        "received_at": now,
    }


# --- statements -------------------------------------------------------------------------------

_STANDING = (
    select(
        WriterLease.token_hash,
        WriterLease.id,
        WriterLease.epoch,
        WriterLease.granted_at,
        WriterLease.ended_at,
        Sitting.id,
        Sitting.grace_seconds,
        Attempt.id,
        Attempt.form_id,
        Attempt.deadline,
        Attempt.submitted_at,
        Attempt.submitted_by,
        Attempt.last_seen_at,
    )
    .join(Candidate, Candidate.id == WriterLease.candidate_id)
    .join(Sitting, Sitting.id == Candidate.sitting_id)
)
# Rows are locked in the order of the attempts, so that two batches cannot wait for each other.
_RUNNING = (
    _STANDING.join(Attempt, Attempt.candidate_id == Candidate.id)
    .order_by(Attempt.id, WriterLease.id)
    .with_for_update(of=(Attempt, WriterLease))
)
_WAITING = _STANDING.outerjoin(Attempt, Attempt.candidate_id == Candidate.id)


def _standings(db: Connection, tokens: set[str]) -> dict[str, Standing]:
    """Each device's standing; of those who write, held until the commit."""
    running = db.execute(_RUNNING.where(WriterLease.token_hash.in_(tokens)))
    found = {token: Standing(*row) for token, *row in running}
    if missing := tokens - set(found):
        waiting = db.execute(_WAITING.where(WriterLease.token_hash.in_(missing)))
        found |= {token: Standing(*row) for token, *row in waiting}
    return found


def _kept(
    db: Connection, saves: Iterable[Save], standings: Mapping[str, Standing]
) -> dict[Key, Kept]:
    """Which of the changes are stored already, by writer and number."""
    keys = {
        (standings[save.token_hash].lease_id, change.seq)
        for save in saves
        if save.token_hash in standings
        for change in save.changes
    }
    if not keys:
        return {}
    query = select(
        ResponseEvent.writer_id,
        ResponseEvent.seq,
        ResponseEvent.kind,
        ResponseEvent.form_item_id,
        ResponseEvent.value,
        ResponseEvent.client_at,
    ).where(tuple_(ResponseEvent.writer_id, ResponseEvent.seq).in_(keys))
    return {
        (w, seq): Kept(kind, item, bytes(v), at) for w, seq, kind, item, v, at in db.execute(query)
    }


def _append(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add events; a key that is there already stays as it is."""
    if not rows:
        return
    insert = postgresql_insert if db.dialect.name == "postgresql" else sqlite_insert
    db.execute(insert(ResponseEvent).on_conflict_do_nothing(), rows)


def _note_seen(db: Connection, saves: Sequence[Save], outcomes: Sequence[Outcome]) -> None:
    """Signs of life, written only where the last one has grown old."""
    now = max(save.received_at for save in saves)
    stale = {
        outcome.attempt_id
        for outcome in outcomes
        if isinstance(outcome, Standing)
        and (outcome.last_seen_at is None or now - outcome.last_seen_at > SEEN_EVERY)
    }
    if stale:
        db.execute(update(Attempt).where(Attempt.id.in_(stale)).values(last_seen_at=now))
