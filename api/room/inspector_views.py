"""What an inspector sees of a room: seats by candidate number, counts, log, minutes, seal.

No name, birth date or school, no reason to know them: whoever has to be named stands in the minutes
by number. Free words of the log are shown as they were written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.attempts.states import SeatState
from delivery.incidents.headcount import Headcount
from delivery.readiness.occasions import occasion_of_sitting
from delivery.readiness.report import machines_ready, readiness_of
from delivery.sittings.models import Candidate, Sitting
from delivery.watching.repository import Watched
from itembank.errors import Message

from .console_views import Seat, seat_map
from .day_views import Line, minutes_page


@dataclass(frozen=True, slots=True)
class InspectedSeat:
    number: str
    room: str
    seat: str
    state: SeatState
    state_name: str
    answered: int
    total: int
    note: Message | None
    browser: str  # where Safe Exam Browser is not as it should be


@dataclass(frozen=True, slots=True)
class InspectedRoom:
    """One room, or the whole sitting, at one moment."""

    sitting: Sitting
    site: str
    room: str
    rooms: tuple[str, ...]
    seats: tuple[InspectedSeat, ...]
    counts: tuple[tuple[SeatState, str, int], ...]
    headcount: Headcount
    absent: tuple[str, ...]
    suspended: tuple[str, ...]
    lines: Sequence[Line]
    incidents: Sequence[Line]
    root: str
    sealed_at: datetime | None
    seal_fits: bool
    machines: tuple[int, int]  # ready, of so many
    now: datetime


def inspected_room(
    db: Session, sitting: Sitting, found: Watched, *, room: str, now: datetime
) -> InspectedRoom:
    seats, minutes = seat_map(found, room, now), minutes_page(db, sitting, room, now)
    return InspectedRoom(
        sitting=sitting,
        site=minutes.site,
        room=room,
        rooms=seats.rooms,
        seats=tuple(_seat(seat, now) for seat in seats.seats),
        counts=seats.counts,
        headcount=seats.headcount,
        absent=_numbers(minutes.absent),
        suspended=_numbers(minutes.suspended),
        lines=minutes.lines,
        incidents=minutes.incidents,
        root=minutes.root,
        sealed_at=minutes.sealed_at,
        seal_fits=minutes.seal_fits,
        machines=_machines(db, sitting, room),
        now=now,
    )


def _seat(seat: Seat, now: datetime) -> InspectedSeat:
    return InspectedSeat(
        number=seat.number,
        room=seat.room,
        seat=seat.seat,
        state=seat.state,
        state_name=seat.state_name,
        answered=seat.answered,
        total=seat.total,
        note=seat.note(now),
        browser="" if seat.browser_is_right else seat.browser,
    )


def _numbers(people: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(one.number for one in people)


def _machines(db: Session, sitting: Sitting, room: str) -> tuple[int, int]:
    rooms = readiness_of(db, occasion_of_sitting(db, sitting))
    return machines_ready(one for one in rooms if room in {"", one.room})
