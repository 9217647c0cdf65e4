"""Writing down what happened, and the minutes of a room made from all that is written."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.attempts import action_log
from delivery.attempts.actions import ActionKind
from delivery.attempts.models import Attempt, AttemptAction
from delivery.seals.models import Seal
from delivery.seals.repository import newest_seal
from delivery.sittings import repository as sittings
from delivery.sittings.models import Accommodation, Candidate, Sitting, SittingAction
from delivery.sittings.rules import can_supervise
from itembank import audit
from itembank.errors import Invalid, problem
from itembank.permissions import Actor, require

from . import repository
from .headcount import Headcount
from .kinds import IncidentKind
from .models import Incident
from .pauses import Pauses, pauses_of_room, pauses_of_seat

SHORTEST, LONGEST = 5, 4000
# Technical in-betweens that the minutes leave out.
NOT_TOLD = frozenset({ActionKind.DEVICE_GRANTED})


def note_incident(
    db: Session, actor: Actor, sitting: Sitting, *,
    kind: str, text: str, now: datetime, happened_at: datetime | None = None,
    room: str = "", candidate: Candidate | None = None,
) -> Incident:  # fmt: skip
    """One entry; it stands as written. A mistake is put right by a further entry."""
    require(can_supervise(actor, sitting))
    words = text.strip()
    when = happened_at or now
    problems = []
    if kind not in set(IncidentKind):
        problems.append(problem("kind", "Chọn loại sự việc."))
    if not SHORTEST <= len(words) <= LONGEST:
        problems.append(problem("text", "Ghi sự việc, từ 5 đến 4000 kí tự."))
    if when > now + timedelta(minutes=1):
        problems.append(problem("happened_at", "Giờ xảy ra chưa tới; xem lại giờ."))
    if problems:
        raise Invalid("Chưa ghi được sự việc.", problems=problems)
    made = Incident(
        sitting_id=sitting.id, candidate_id=candidate.id if candidate else None,
        room=candidate.room if candidate else room, kind=kind, text=words, happened_at=when,
        by_id=actor.person_id, by_name=actor.name, noted_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    after = {"kind": kind, "room": made.room, "number": candidate.number if candidate else None}
    audit.record(db, actor, "incident.noted", "sitting", sitting.id, now=now, after=after)
    return made


@dataclass(frozen=True, slots=True)
class Minutes:
    """Everything the minutes of a room (or of the sitting) tell. No words of their own."""

    sitting: Sitting
    room: str
    headcount: Headcount
    absent: tuple[Candidate, ...]
    suspended: tuple[Candidate, ...]
    unfinished: tuple[Candidate, ...]
    granted: tuple[tuple[Candidate, Accommodation], ...]  # extra time, before the start
    on_room: tuple[SittingAction, ...]
    on_candidates: tuple[tuple[Candidate, AttemptAction], ...]
    incidents: tuple[tuple[Incident, Candidate | None], ...]
    room_pauses: tuple[tuple[str, Pauses], ...]  # of each room that stood still
    seat_pauses: tuple[tuple[Candidate, Pauses], ...]  # of each candidate who had a break
    seal: Seal | None


def minutes_of(db: Session, sitting: Sitting, room: str = "") -> Minutes:
    roster = repository.roster_of(db, sitting.id, room)
    people = {candidate.id: candidate for candidate, _ in roster}
    told = repository.incidents_of(db, sitting.id, room)
    acted = action_log.actions_of_sitting(db, sitting.id)
    on_sitting = action_log.sitting_actions(db, sitting.id)
    return Minutes(
        sitting=sitting,
        room=room,
        headcount=headcount_of(roster),
        absent=tuple(c for c, attempt in roster if attempt is None),
        suspended=tuple(c for c, a in roster if a and a.suspended_at),
        unfinished=tuple(c for c, a in roster if a and not a.suspended_at and not a.submitted_at),
        granted=_granted_before(roster, sittings.accommodations(db, sitting.id)),
        on_room=tuple(a for a in on_sitting if a.room in {"", room} or not room),
        on_candidates=tuple((people[a.candidate_id], a) for a in acted if _is_told(a, people)),
        incidents=tuple((i, people.get(i.candidate_id) if i.candidate_id else None) for i in told),
        room_pauses=_room_pauses(sitting, sorted({c.room for c, _ in roster}), on_sitting),
        seat_pauses=_seat_pauses(roster, acted),
        seal=newest_seal(db, sitting.id),
    )  # fmt: skip


def _room_pauses(
    sitting: Sitting, rooms: Sequence[str], acted: Sequence[SittingAction]
) -> tuple[tuple[str, Pauses], ...]:
    """A word to the whole sitting holds in each of its rooms."""
    each = (
        (room, pauses_of_room((a for a in acted if a.room in {"", room}), sitting.closed_at))
        for room in rooms
    )
    return tuple((room, pauses) for room, pauses in each if pauses.number)


def _seat_pauses(
    roster: Sequence[tuple[Candidate, Attempt | None]], acted: Sequence[AttemptAction]
) -> tuple[tuple[Candidate, Pauses], ...]:
    """A suspension or the end of the work is the end of a break as well."""
    own: dict[uuid.UUID, list[AttemptAction]] = defaultdict(list)
    for action in acted:
        own[action.candidate_id].append(action)
    each = (
        (candidate, pauses_of_seat(own[candidate.id], attempt.submitted_at or attempt.suspended_at))
        for candidate, attempt in roster
        if attempt is not None
    )
    return tuple((candidate, pauses) for candidate, pauses in each if pauses.number)


def _granted_before(
    roster: Sequence[tuple[Candidate, Attempt | None]], held: Mapping[uuid.UUID, Accommodation]
) -> tuple[tuple[Candidate, Accommodation], ...]:
    """Extra time of those who have it from before their start; later grants are actions of the day."""
    return tuple(
        (candidate, held[candidate.id])
        for candidate, attempt in roster
        if candidate.id in held
        and held[candidate.id].extra_percent
        and (attempt is None or held[candidate.id].at <= attempt.started_at)
    )


def _is_told(action: AttemptAction, people: Mapping[uuid.UUID, Candidate]) -> bool:
    """What was done to one candidate; what was done to the room stands there once."""
    of_room = action.sitting_action_id is not None
    return action.candidate_id in people and not of_room and action.kind not in NOT_TOLD


def headcount_of(roster: Sequence[tuple[Candidate, Attempt | None]]) -> Headcount:
    attempts = [attempt for _, attempt in roster if attempt is not None]
    return Headcount(
        registered=len(roster),
        present=len(attempts),
        suspended=sum(a.suspended_at is not None for a in attempts),
        submitted=sum(a.submitted_at is not None and a.suspended_at is None for a in attempts),
    )
