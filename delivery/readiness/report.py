"""How the machines of a room do: every seat with its last check, and what fails where."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from delivery.allocation.grid import Place

from . import repository
from .judging import Asked, Finding, Verdict, judge, overall
from .measured import Measured
from .models import ReadinessCheck, RoomCode
from .occasions import Occasion
from .seats import RoomSeats

MOST_HISTORY = 200


class Standing(StrEnum):
    """Where a seat stands: its last verdict, or that nobody has looked yet."""

    READY = "ready"
    WATCH = "watch"
    FAILED = "failed"
    NEVER = "never"


STANDING_NAMES: dict[Standing, str] = {
    Standing.READY: "Sẵn sàng",
    Standing.WATCH: "Cần để ý",
    Standing.FAILED: "Không đạt",
    Standing.NEVER: "Chưa kiểm tra",
}
_STANDING = {
    Verdict.PASSED: Standing.READY,
    Verdict.WATCH: Standing.WATCH,
    Verdict.FAILED: Standing.FAILED,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One check as it is judged now."""

    at: datetime
    user_agent: str
    measured: Measured
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        return overall(self.findings)

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.verdict is not Verdict.PASSED)


@dataclass(frozen=True, slots=True)
class SeatReadiness:
    seat: str
    number: str  # of the candidate; empty for a spare machine
    place: Place | None
    last: Checked | None
    same_machine: tuple[str, ...]  # other seats checked on this very machine

    @property
    def standing(self) -> Standing:
        """A check that was done on another seat's machine says nothing certain about this one."""
        if self.last is None:
            return Standing.NEVER
        found = _STANDING[self.last.verdict]
        return Standing.WATCH if self.same_machine and found is Standing.READY else found

    @property
    def standing_name(self) -> str:
        return STANDING_NAMES[self.standing]


@dataclass(frozen=True, slots=True)
class RoomReadiness:
    room: str
    columns: int
    code: RoomCode | None
    seats: tuple[SeatReadiness, ...]

    @property
    def counts(self) -> tuple[tuple[Standing, str, int], ...]:
        tally = Counter(seat.standing for seat in self.seats)
        return tuple((one, STANDING_NAMES[one], tally[one]) for one in Standing)

    @property
    def n_ready(self) -> int:
        return sum(seat.standing in (Standing.READY, Standing.WATCH) for seat in self.seats)

    @property
    def is_ready(self) -> bool:
        return bool(self.seats) and self.n_ready == len(self.seats)


def readiness_of(db: Session, occasion: Occasion) -> tuple[RoomReadiness, ...]:
    """Every room. Two queries, whatever the number of seats."""
    codes = repository.codes_of(db, occasion.sitting_id)
    checks = repository.newest_checks(db, occasion.sitting_id)
    return tuple(
        _room(room, seats, codes.get(room), checks) for room, seats in occasion.rooms.items()
    )


def machines_ready(rooms: Iterable[RoomReadiness]) -> tuple[int, int]:
    """So many machines can be used, of so many."""
    found = list(rooms)
    return sum(one.n_ready for one in found), sum(len(one.seats) for one in found)


def _room(
    room: str, seats: RoomSeats, code: RoomCode | None,
    checks: Mapping[tuple[str, str], ReadinessCheck],
) -> RoomReadiness:  # fmt: skip
    needs_sound = code is not None and code.needs_sound
    last = {
        seat: judged(checks[room, seat], needs_sound)
        for seat in seats.names
        if (room, seat) in checks
    }
    shared = _shared(last)
    found = tuple(
        SeatReadiness(
            seat, seats.taken.get(seat, ""), seats.place_of(seat), last.get(seat),
            shared.get(seat, ()),
        )
        for seat in seats.names
    )  # fmt: skip
    return RoomReadiness(room, seats.columns, code, found)


def _shared(last: Mapping[str, Checked]) -> dict[str, tuple[str, ...]]:
    """Seat -> the other seats that were checked on the same machine."""
    by_machine: dict[str, list[str]] = {}
    for seat, check in last.items():
        if check.measured.machine:
            by_machine.setdefault(check.measured.machine, []).append(seat)
    return {
        seat: tuple(other for other in seats if other != seat)
        for seats in by_machine.values()
        for seat in seats
        if len(seats) > 1
    }


def judged(check: ReadinessCheck, needs_sound: bool) -> Checked:
    measured = Measured.model_validate_json(check.measured)
    asked = Asked(needs_sound, check.needs_safe_exam_browser)
    return Checked(
        check.at, check.user_agent, measured, judge(measured, check.user_agent, asked)
    )  # fmt: skip


def history(db: Session, sitting_id: uuid.UUID, room: str, seat: str) -> Sequence[Checked]:
    """Every check of one seat, the newest first."""
    code = repository.codes_of(db, sitting_id).get(room)
    needs_sound = code is not None and code.needs_sound
    checks = repository.checks_of_seat(db, sitting_id, room, seat, most=MOST_HISTORY)
    return [judged(check, needs_sound) for check in checks]
