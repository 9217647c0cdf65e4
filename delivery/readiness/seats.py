"""The seats a room has: those of its plan, and those of the candidates on its list. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from delivery.allocation.grid import Place, Plan

PLAIN_COLUMNS = 6  # where no plan says how the room stands


def seat_name(text: str) -> str:
    """«07» and «7» are one seat."""
    plain = text.strip().upper()
    return (plain.lstrip("0") or plain) if plain.isdecimal() else plain


@dataclass(frozen=True, slots=True)
class RoomSeats:
    """Seat -> the candidate numbers that sit there; in the order of the room."""

    plan: Plan | None
    taken: dict[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.planned, *self.unplanned)

    @property
    def planned(self) -> tuple[str, ...]:
        return tuple(str(n) for n in range(1, self.plan.size + 1)) if self.plan else ()

    @property
    def unplanned(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.taken) - set(self.planned), key=seat_order))

    @property
    def columns(self) -> int:
        return self.plan.columns if self.plan else PLAIN_COLUMNS

    def place_of(self, seat: str) -> Place | None:
        return self.plan.place_of(int(seat)) if self.plan and seat.isdecimal() else None


def room_seats(plan: Plan | None, taken: Iterable[tuple[str, str]]) -> RoomSeats:
    """`taken`: seat and candidate number of everybody on the list who has a seat."""
    return RoomSeats(plan, {seat_name(seat): number for seat, number in taken if seat.strip()})


def seat_order(seat: str) -> tuple[int, int, str]:
    """Numbers by their value, names after them."""
    return (0, int(seat), "") if seat.isdecimal() else (1, 0, seat)
