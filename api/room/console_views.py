"""The seat map as anybody may be shown it: what stands where, how many, and whether it adds up. Pure.

An invigilator's console, an inspector's view and a projection all draw from :class:`SeatMap`.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from delivery.attempts.actions import Hold
from delivery.attempts.states import SEAT_NAMES, SeatState, seat_state
from delivery.incidents.headcount import Headcount
from delivery.safe_exam_browser.findings import FINDING_NAMES, Finding
from delivery.watching.repository import SeatRow, Watched
from itembank.errors import Message, msg

from ..formats import local

SHOWN_STATES = (
    SeatState.WORKING,
    SeatState.IDLE,
    SeatState.LOST,
    SeatState.ASKS_DEVICE,
    SeatState.PAUSED,
    SeatState.READY,
    SeatState.SUBMITTED,
    SeatState.SUSPENDED,
    SeatState.ABSENT,
)
OVER = (SeatState.SUBMITTED, SeatState.SUSPENDED, SeatState.ABSENT, SeatState.READY)
OWN_END = timedelta(
    minutes=1
)  # who ends later than the room by more than this has an end of their own


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat now. Nothing in it changes by the mere passing of a second: durations are `since`."""

    candidate_id: uuid.UUID
    number: str
    name: str
    room: str
    seat: str
    state: SeatState
    since: datetime | None  # when the state began, where how long it lasts matters
    answered: int
    total: int
    saved_at: datetime | None
    deadline: datetime | None
    held_since: datetime | None
    given_minutes: int
    suspension_asked: bool
    finding: Finding | None
    device: str
    hand_overs: int
    has_device: bool
    has_started: bool
    n_actions: int

    @property
    def state_name(self) -> str:
        return SEAT_NAMES[self.state]

    @property
    def tenths(self) -> int:
        """How much is answered, in tenths: drawn by a class, since styles are not computed here."""
        return round(10 * self.answered / self.total) if self.total else 0

    @property
    def browser(self) -> str:
        return FINDING_NAMES[self.finding] if self.finding else ""

    @property
    def browser_is_right(self) -> bool:
        return self.finding in (None, Finding.MATCHED)

    @property
    def is_running(self) -> bool:
        return self.state not in OVER and self.has_started

    def note(self, now: datetime) -> Message | None:
        """How long, or since when: «đã 2:18» is a duration, «lúc 14:29» a moment."""
        if self.since is None:
            return None
        if self.state in (SeatState.SUBMITTED, SeatState.SUSPENDED):
            return msg("lúc {time}", time=f"{local(self.since):%H:%M}")
        minutes, seconds = divmod(max(0, int((now - self.since).total_seconds())), 60)
        return msg("đã {time}", time=f"{minutes}:{seconds:02d}")


@dataclass(frozen=True, slots=True)
class SeatMap:
    """One room of a sitting (all of them where `room` is empty) at one moment."""

    sitting_id: uuid.UUID
    sitting_state: str
    room: str
    rooms: tuple[str, ...]
    seats: tuple[Seat, ...]
    n_noted: int

    @property
    def counts(self) -> tuple[tuple[SeatState, str, int], ...]:
        tally = Counter(seat.state for seat in self.seats)
        return tuple((state, SEAT_NAMES[state], tally[state]) for state in SHOWN_STATES)

    @property
    def headcount(self) -> Headcount:
        """Present is who opened a paper."""
        started = [seat for seat in self.seats if seat.has_started]
        return Headcount(
            registered=len(self.seats),
            present=len(started),
            suspended=sum(seat.state is SeatState.SUSPENDED for seat in started),
            submitted=sum(seat.state is SeatState.SUBMITTED for seat in started),
        )

    @property
    def n_signed_in(self) -> int:
        return sum(seat.state is not SeatState.ABSENT for seat in self.seats)

    @property
    def all_submitted(self) -> bool:
        """Submitted = present - suspended, or the line stays red; before a start it is neither."""
        return self.headcount.present > 0 and self.headcount.tallies

    @property
    def n_wrong_browsers(self) -> int:
        return sum(not seat.browser_is_right for seat in self.seats)

    @property
    def ends_at(self) -> datetime | None:
        """When time is over for the middle one of those who work, without what some have beyond."""
        common = [_common_end(seat) for seat in self.seats if seat.is_running and seat.deadline]
        return median_low(common) if common else None

    @property
    def own_ends(self) -> tuple[Seat, ...]:
        """Who may work on when the room's time is over."""
        end = self.ends_at
        if end is None:
            return ()
        return tuple(
            seat
            for seat in self.seats
            if seat.is_running and seat.deadline and seat.deadline > end + OWN_END
        )

    def seat_of(self, candidate_id: uuid.UUID | None) -> Seat | None:
        return next((seat for seat in self.seats if seat.candidate_id == candidate_id), None)


def _common_end(seat: Seat) -> datetime:
    assert seat.deadline is not None
    return seat.deadline - timedelta(minutes=seat.given_minutes)


def seat_map(watched: Watched, room: str, now: datetime) -> SeatMap:
    seats = [seat_of(row, watched.n_items, now) for row in watched.seats if room in {"", row.room}]
    return SeatMap(
        sitting_id=watched.sitting_id,
        sitting_state=watched.state,
        room=room,
        rooms=tuple(sorted({row.room for row in watched.seats if row.room})),
        seats=tuple(sorted(seats, key=lambda s: (s.room, s.seat.zfill(6), s.number))),
        n_noted=watched.n_noted,
    )


def seat_of(row: SeatRow, n_items: int, now: datetime) -> Seat:
    state = seat_state(row.facts, now)
    return Seat(
        candidate_id=row.candidate_id,
        number=row.number,
        name=row.name,
        room=row.room,
        seat=row.seat,
        state=state,
        since=_since(state, row),
        answered=row.answered,
        total=n_items,
        saved_at=row.facts.last_change_at,
        deadline=row.deadline,
        held_since=row.facts.held_since,
        given_minutes=row.given_seconds // 60,
        suspension_asked=Hold.SUSPENSION in row.holds and row.facts.suspended_at is None,
        finding=row.finding,
        device=row.device,
        hand_overs=row.hand_overs,
        has_device=row.facts.has_device or row.facts.asks_device,
        has_started=row.facts.started_at is not None,
        n_actions=row.n_actions,
    )


def _since(state: SeatState, row: SeatRow) -> datetime | None:
    facts = row.facts
    return {
        SeatState.LOST: facts.last_seen_at or facts.started_at,
        SeatState.IDLE: facts.last_change_at or facts.started_at,
        SeatState.PAUSED: facts.held_since,
        SeatState.SUBMITTED: facts.submitted_at,
        SeatState.SUSPENDED: facts.suspended_at,
    }.get(state)


def overdue(watched: Watched, now: datetime) -> bool:
    """Whether a paper waits to be handed in because its time and grace are over."""
    latest = now - timedelta(seconds=watched.grace_seconds)
    return any(_is_overdue(row, latest) for row in watched.seats)


def _is_overdue(row: SeatRow, latest: datetime) -> bool:
    facts = row.facts
    is_open = facts.submitted_at is None and facts.suspended_at is None and facts.held_since is None
    return is_open and row.deadline is not None and row.deadline < latest


def seats_by_id(seats: Sequence[Seat]) -> dict[uuid.UUID, Seat]:
    return {seat.candidate_id: seat for seat in seats}
