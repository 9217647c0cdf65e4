"""What an invigilator's actions do to an attempt's clock. Pure: a clock and an action, a clock.

Every action is an appended row; the attempt keeps the newest clock in its own columns, so that a save
reads it without looking at the rows. Whatever holds an attempt stops its clock: the deadline moves
by the length of the hold when the last hold ends, and what is left is exact to the microsecond.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Hold(StrEnum):
    """Why a clock stands still; the gravest first. Several may hold one attempt at once."""

    SUSPENSION = "suspension"  # one person asked for it, another has to decide; or decided
    ROOM = "room"
    SEAT = "seat"
    DEVICE = "device"  # between one machine and the next


class ActionKind(StrEnum):
    EXTENDED = "extended"
    CREDITED = "credited"  # time that was lost is given back
    ACCOMMODATED = "accommodated"  # granted after the start
    PAUSED = "paused"
    RESUMED = "resumed"
    ROOM_PAUSED = "room_paused"
    ROOM_RESUMED = "room_resumed"
    DEVICE_RELEASED = "device_released"
    DEVICE_GRANTED = "device_granted"
    DEVICE_CHANGED = "device_changed"  # a device was waiting: no time between the two
    SUSPENSION_ASKED = "suspension_asked"
    SUSPENSION_REFUSED = "suspension_refused"
    SUSPENDED = "suspended"
    REINSTATEMENT_ASKED = "reinstatement_asked"
    REINSTATEMENT_REFUSED = "reinstatement_refused"
    REINSTATED = "reinstated"  # the suspension was a mistake
    SEAT_CHANGED = "seat_changed"
    ADMITTED_LATE = "admitted_late"
    ANNOUNCED = "announced"
    ENDED = "ended"


K = ActionKind
BEGINS: dict[str, Hold] = {
    K.PAUSED: Hold.SEAT,
    K.ROOM_PAUSED: Hold.ROOM,
    K.DEVICE_RELEASED: Hold.DEVICE,
    K.SUSPENSION_ASKED: Hold.SUSPENSION,
}
ENDS: dict[str, Hold] = {
    K.RESUMED: Hold.SEAT,
    K.ROOM_RESUMED: Hold.ROOM,
    K.DEVICE_GRANTED: Hold.DEVICE,
    K.SUSPENSION_REFUSED: Hold.SUSPENSION,
    K.REINSTATED: Hold.SUSPENSION,
}
GIVES_TIME = frozenset({K.EXTENDED, K.CREDITED, K.ACCOMMODATED})
# What the candidate is told of.
TOLD = GIVES_TIME | {K.ROOM_PAUSED, K.ROOM_RESUMED, K.SEAT_CHANGED, K.ANNOUNCED}


@dataclass(frozen=True, slots=True)
class Clock:
    """Where an attempt's time stands."""

    deadline: datetime
    holds: frozenset[Hold] = frozenset()
    held_since: datetime | None = None
    suspended_at: datetime | None = None
    n_messages: int = 0

    def remaining(self, now: datetime) -> timedelta:
        """What is left of the time; it does not run while something holds the attempt."""
        return self.deadline - (self.held_since or now)


def after(clock: Clock, kind: str, seconds: int | None, at: datetime) -> Clock:
    """The clock once this action is taken."""
    if kind in TOLD:
        clock = replace(clock, n_messages=clock.n_messages + 1)
    if kind in GIVES_TIME:
        return replace(clock, deadline=clock.deadline + timedelta(seconds=seconds or 0))
    if kind == K.SUSPENDED:
        return _held(replace(clock, suspended_at=at), Hold.SUSPENSION, at)
    if kind == K.REINSTATED:
        clock = replace(clock, suspended_at=None)
    if kind in BEGINS:
        return _held(clock, BEGINS[kind], at)
    if kind in ENDS:
        return _let_go(clock, ENDS[kind], at)
    return clock


def _held(clock: Clock, hold: Hold, at: datetime) -> Clock:
    since = clock.held_since if clock.holds else at
    return replace(clock, holds=clock.holds | {hold}, held_since=since)


def _let_go(clock: Clock, hold: Hold, at: datetime) -> Clock:
    left = clock.holds - {hold}
    if left or not clock.holds or clock.held_since is None:
        return replace(clock, holds=left)
    lost = max(at - clock.held_since, timedelta(0))
    return replace(clock, holds=left, held_since=None, deadline=clock.deadline + lost)


def written(holds: frozenset[Hold]) -> str | None:
    """Holds as they stand in a column, the gravest first."""
    return ",".join(hold for hold in Hold if hold in holds) or None


def read(text: str | None) -> frozenset[Hold]:
    return frozenset(Hold(part) for part in text.split(",")) if text else frozenset()


def gravest(text: str) -> Hold:
    return Hold(text.split(",")[0])
