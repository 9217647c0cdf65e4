"""What goes over the line to a console: codes and moments, no name, no answer, no key. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .console_views import Seat, SeatMap

MOST_OWN_ENDS = 3


def seat_message(seat: Seat) -> dict[str, Any]:
    """One seat by its id: the page knows who sits there."""
    return {
        "id": str(seat.candidate_id),
        "state": seat.state,
        "answered": seat.answered,
        "total": seat.total,
        "since": _ms(seat.since),
        "saved": _ms(seat.saved_at),
        "end": _ms(seat.deadline) if seat.is_running else None,
        "held": _ms(seat.held_since),
        "given": seat.given_minutes,
        "asked": seat.suspension_asked,
        "finding": None if seat.browser_is_right else seat.finding,
        "acts": seat.n_actions,
    }


def room_message(room: SeatMap) -> dict[str, Any]:
    """The counts, the sum that must come out, and when time is over."""
    count = room.headcount
    return {
        "state": room.sitting_state,
        "counts": {state: n for state, _, n in room.counts},
        "signedIn": room.n_signed_in,
        "present": count.present,
        "suspended": count.suspended,
        "submitted": count.submitted,
        "unfinished": count.missing,
        "even": room.all_submitted,
        "wrongBrowsers": room.n_wrong_browsers,
        "end": _ms(room.ends_at),
        "ownEnds": [
            [seat.seat or seat.number, _ms(seat.deadline)] for seat in room.own_ends[:MOST_OWN_ENDS]
        ],
        "noted": room.n_noted + sum(seat.n_actions for seat in room.seats),
    }


def map_message(room: SeatMap, now: datetime) -> dict[str, Any]:
    return changes_message(room.seats, room, now)


def changes_message(seats: Iterable[Seat], room: SeatMap, now: datetime) -> dict[str, Any]:
    return {
        "now": _ms(now),
        "room": room_message(room),
        "seats": [seat_message(seat) for seat in seats],
    }


def server_sent(event: str, data: dict[str, Any], *, number: str | None = None) -> str:
    """One message of an event stream; without a number it leaves the position as it was."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def _ms(moment: datetime | None) -> int | None:
    return round(1000 * moment.timestamp()) if moment else None
