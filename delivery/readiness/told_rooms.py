"""The rooms as a package tells them to whoever holds it: how the machines stand, not who sits there.

Pure. A package built before this was told has no rooms in it; its machines are checked once it is
open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from delivery.allocation.grid import Plan

from .seats import RoomSeats, room_seats


def told(rooms: Mapping[str, RoomSeats]) -> list[dict[str, Any]]:
    """One entry a room: its plan, and the seats that stand in no plan."""
    return [
        {"room": room, "plan": _plan_told(seats.plan), "others": list(seats.unplanned)}
        for room, seats in sorted(rooms.items())
    ]


def _plan_told(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    return {"rows": plan.rows, "columns": plan.columns, "is_snake": plan.is_snake}


def rooms_told(entries: list[dict[str, Any]]) -> dict[str, RoomSeats]:
    """The rooms of these entries, nobody sitting in them yet."""
    return {
        one["room"]: room_seats(
            Plan(**one["plan"]) if one["plan"] else None, [(seat, "") for seat in one["others"]]
        )
        for one in entries
    }
