"""Saving what candidates did: many devices' changes in one transaction.

One commit costs a flush of the disk, so a batch costs hardly more than a single save. Every device's
standing (lease, attempt, deadline, pause, suspension, submission) is read and held inside that
transaction: whatever came before binds the very next save.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from itembank import audit
from itembank.errors import KhaothiError, Message, msg, problem
from itembank.items.content import ItemContent
from itembank.scoring.rules import UnfitResponse, check_value

from .clock import is_late
from .contents import Contents, contents_in_memory, contents_of
from .errors import (
    AttemptPaused,
    AttemptSubmitted,
    AttemptSuspended,
    DeadlinePassed,
    DeviceUnknown,
    DeviceWaits,
    EventConflict,
    NotStarted,
    UnfitValue,
    UnknownItem,
    WriterReplaced,
)
from .replay import FLAG, value_bytes
from .save_store import store_of
from .saves import Change, Kept, Key, LookCloser, Outcome, Refusal, Save, Standing
from .states import SubmittedBy

SEEN_EVERY = timedelta(seconds=10)
Decided = tuple[Outcome, list[Change]]
LookUp = Callable[[uuid.UUID], Contents]


class Plain(NamedTuple):
    """Saves that are allowed: where each stands, and what is to be written."""

    standings: list[Standing]
    rows: list[dict[str, Any]]
    seen: set[uuid.UUID]
    now: datetime


def plain(saves: Sequence[Save], standings: Mapping[str, Standing]) -> Plain:
    """What :func:`save_fresh` would write. Pure.

    Raises LookCloser where one save is not plainly allowed, or its form is not in memory.
    """
    taken: list[Standing] = []
    rows: list[dict[str, Any]] = []
    for save in saves:
        outcome, fresh = _decided(_in_memory, save, standings, {})
        if isinstance(outcome, Refusal):
            raise LookCloser
        taken.append(outcome)
        rows += [_row(change, outcome, save.received_at) for change in fresh]
    now = max(save.received_at for save in saves)
    return Plain(taken, rows, _out_of_sight(taken, now), now)


def _in_memory(form_id: uuid.UUID) -> Contents:
    contents = contents_in_memory(form_id)
    if contents is None:
        raise LookCloser
    return contents


def save_fresh(db: Connection, saves: Sequence[Save]) -> list[Outcome]:
    """As :func:`save_batch`, looking up only what would be refused: nearly always nothing.

    One read and one write. Raises LookCloser where an event turns out to be stored already: the
    caller takes the transaction back and gives the same saves to :func:`save_batch`.
    """
    store = store_of(db)
    standings = store.standings(saves)
    look_up = partial(contents_of, db)
    decided = [_decided(look_up, save, standings, {}) for save in saves]
    doubtful = [save for save, (outcome, _) in zip(saves, decided, strict=True) if _is_no(outcome)]
    if doubtful:
        kept = store.kept(_keys(doubtful, standings))
        decided = [
            _decided(look_up, save, standings, kept) if _is_no(first[0]) else first
            for save, first in zip(saves, decided, strict=True)
        ]
    return _written(db, saves, decided)


def save_batch(db: Connection, saves: Sequence[Save]) -> list[Outcome]:
    """Append what the devices sent: of each save all of it, or nothing.

    What is stored already with the same bytes is acknowledged again, even after the end, so a
    lost answer of the server costs nothing. The caller acknowledges after the commit. A refused
    save writes nothing but, where numbers clash, its own record; the others of its batch stand.
    """
    store = store_of(db)
    standings = store.standings(saves)
    kept = store.kept(_keys(saves, standings))
    decided: list[Decided] = []
    for save in saves:
        outcome, fresh = _decided(partial(contents_of, db), save, standings, kept)
        if isinstance(outcome, Standing):
            kept |= {_key(outcome, change): _bytes_of(change) for change in fresh}
        decided.append((outcome, fresh))
    return _written(db, saves, decided)


def _decided(
    look_up: LookUp, save: Save, standings: Mapping[str, Standing], kept: Mapping[Key, Kept]
) -> Decided:
    """What becomes of a save, and which of its changes are to be written."""
    standing = standings.get(save.token_hash)
    try:
        standing = _holding(standing, save)
        return standing, _checked(look_up, save, standing, kept)
    except KhaothiError as error:
        return Refusal(error, standing), []


def _is_no(outcome: Outcome) -> bool:
    return isinstance(outcome, Refusal)


def _written(db: Connection, saves: Sequence[Save], decided: Sequence[Decided]) -> list[Outcome]:
    """The changes, the clashes and the signs of life on their way to the disk."""
    rows: list[dict[str, Any]] = []
    for save, (outcome, fresh) in zip(saves, decided, strict=True):
        if isinstance(outcome, Refusal):
            _record_conflict(db, outcome, save.received_at)
        else:
            rows += [_row(change, outcome, save.received_at) for change in fresh]
    outcomes = [outcome for outcome, _ in decided]
    now = max(save.received_at for save in saves)
    store = store_of(db)
    store.append(rows)
    store.see(_out_of_sight(outcomes, now), now)
    return outcomes


def _keys(saves: Sequence[Save], standings: Mapping[str, Standing]) -> set[Key]:
    """The places of all that was sent by devices that are known and at work."""
    return {
        _key(standing, change)
        for save in saves
        if (standing := standings.get(save.token_hash)) and standing.attempt_id is not None
        for change in save.changes
    }


def _key(standing: Standing, change: Change) -> Key:
    assert standing.attempt_id is not None  # nothing is read or written before the start
    return (standing.attempt_id, standing.lease_id, change.seq)


def _out_of_sight(outcomes: Iterable[Outcome], now: datetime) -> set[uuid.UUID]:
    """Attempts whose last sign of life has grown old enough to be written again."""
    return {
        outcome.attempt_id
        for outcome in outcomes
        if isinstance(outcome, Standing)
        and outcome.attempt_id is not None
        and (outcome.last_seen_at is None or now - outcome.last_seen_at > SEEN_EVERY)
    }


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


def _checked(
    look_up: LookUp, save: Save, standing: Standing, kept: Mapping[Key, Kept]
) -> list[Change]:
    """The changes to be written, all of them allowed and of the right form."""
    if not save.changes:
        return []
    if standing.form_id is None:
        raise NotStarted
    fresh = _fresh(save.changes, standing, kept)
    if fresh:
        _check_open(standing, save.received_at)
        _check_fit(fresh, look_up(standing.form_id))
    return fresh


def _record_conflict(db: Connection, refusal: Refusal, now: datetime) -> None:
    error, standing = refusal.error, refusal.standing
    if isinstance(error, EventConflict) and standing is not None:
        with Session(db) as session:
            audit.record(
                session,
                None,
                "response_event.conflicted",
                "attempt",
                standing.attempt_id,
                now=now,
                after={"seq": error.seq},
            )
            session.flush()


def _fresh(changes: Sequence[Change], standing: Standing, kept: Mapping[Key, Kept]) -> list[Change]:
    """The changes not stored yet; the same number with other bytes is refused."""
    fresh: dict[int, Change] = {}
    for change in changes:
        twin = fresh.get(change.seq)
        old = kept.get(_key(standing, change)) if kept else None
        if (twin and twin != change) or (old and old != _bytes_of(change)):
            raise EventConflict(change.seq)
        if old is None:
            fresh[change.seq] = change
    return list(fresh.values())


def _bytes_of(change: Change) -> Kept:
    return Kept(change.kind, change.item, value_bytes(change.value), change.client_at)


def _check_open(standing: Standing, now: datetime) -> None:
    if standing.suspended_at is not None:
        raise AttemptSuspended
    if standing.submitted_by == SubmittedBy.TIMEOUT:
        raise DeadlinePassed
    if standing.submitted_at is not None:
        raise AttemptSubmitted
    if standing.held_since is not None:
        raise AttemptPaused
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
