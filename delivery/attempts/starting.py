"""Opening papers: many candidates in one transaction, each of them decided on by themselves.

A whole sitting presses the button within seconds. What the rules ask about is read for all of them
at once, under the locks that keep a pause, a closing or another device from coming in between.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.allocation.repository import assigned_forms
from delivery.sittings.lateness import comes_too_late
from delivery.sittings.models import Accommodation, Candidate, Sitting
from delivery.sittings.repository import accommodations_of
from delivery.sittings.states import OPEN
from itembank import audit
from itembank.errors import KhaothiError

from . import action_log, repository
from .clock import deadline_of
from .devices import check_holder
from .errors import CameTooLate, DeviceUnknown, NotStarted, RoomPaused
from .models import Attempt
from .repository import Held


@dataclass(frozen=True, slots=True)
class Start:
    """A device's wish to open the paper."""

    token_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoStart:
    """A paper that stays shut, and why."""

    error: KhaothiError


Begun = Attempt | NoStart


def start_all(db: Session, starts: Sequence[Start]) -> list[Begun]:
    """Open the papers that may be opened. Time runs from here; starting again changes nothing."""
    tokens = {start.token_hash for start in starts}
    repository.lock_for_starting(db, tokens)
    held = repository.held_by_all(db, tokens)
    known = _known(db, held.values())
    running = {one.candidate.id: one.attempt for one in held.values() if one.attempt is not None}
    outcomes = [_begun(start, held.get(start.token_hash), known, running) for start in starts]
    _keep(db, held, running)
    return outcomes


def may_start(db: Session, sitting: Sitting, candidate: Candidate, now: datetime) -> None:
    """Refuse where the paper is shut, the room stands still or the candidate came too late."""
    place = (sitting.id, candidate.room)
    paused = action_log.paused_rooms(db, [place])
    _check(sitting, candidate, now, paused, action_log.admitted_late(db, [candidate.id]))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the rooms and the candidates of one batch."""

    paused: Collection[action_log.Place]
    admitted: Collection[uuid.UUID]
    granted: Mapping[uuid.UUID, Accommodation]
    forms: Mapping[uuid.UUID, uuid.UUID]


def _known(db: Session, held: Collection[Held]) -> _Known:
    new = {one.candidate.id for one in held if one.attempt is None}
    return _Known(
        paused=action_log.paused_rooms(db, {(h.sitting.id, h.candidate.room) for h in held}),
        admitted=action_log.admitted_late(db, new),
        granted=accommodations_of(db, new),
        forms=assigned_forms(db, new),
    )


def _begun(
    start: Start, held: Held | None, known: _Known, running: dict[uuid.UUID, Attempt]
) -> Begun:
    try:
        if held is None:
            raise DeviceUnknown
        check_holder(held.lease)
        if held.candidate.id not in running:
            _check(held.sitting, held.candidate, start.at, known.paused, known.admitted)
            running[held.candidate.id] = _attempt(held, known, start.at)
        return running[held.candidate.id]
    except KhaothiError as error:
        return NoStart(error)


def _check(
    sitting: Sitting,
    candidate: Candidate,
    now: datetime,
    paused: Collection[action_log.Place],
    admitted: Collection[uuid.UUID],
) -> None:
    if sitting.state != OPEN:
        raise NotStarted
    if (sitting.id, candidate.room) in paused:
        raise RoomPaused
    came_late = comes_too_late(now, sitting.starts_at, sitting.opened_at, sitting.late_minutes)
    if came_late and candidate.id not in admitted:
        raise CameTooLate(sitting.late_minutes or 0)


def _attempt(held: Held, known: _Known, now: datetime) -> Attempt:
    sitting, candidate = held.sitting, held.candidate
    granted = known.granted.get(candidate.id)
    return Attempt(
        sitting_id=sitting.id,
        candidate_id=candidate.id,
        form_id=known.forms.get(candidate.id, sitting.form_id),
        started_at=now,
        deadline=deadline_of(now, sitting.minutes, granted.extra_percent if granted else 0),
        last_seen_at=now,
    )


def _keep(db: Session, held: Mapping[str, Held], running: Mapping[uuid.UUID, Attempt]) -> None:
    """The new attempts, and an event of each."""
    numbers = {one.candidate.id: one.candidate.number for one in held.values()}
    new = [attempt for attempt in running.values() if attempt.id is None]
    db.add_all(new)
    db.flush()
    for one in new:
        after = {"number": numbers[one.candidate_id], "deadline": one.deadline.isoformat()}
        audit.record(
            db, None, "attempt.started", "attempt", one.id, now=one.started_at, after=after
        )
