"""What a package tells of a room is enough to draw it, and says nothing of who sits in it."""

from __future__ import annotations

import json

import pytest

from delivery.allocation.grid import Plan
from delivery.readiness.seats import room_seats
from delivery.readiness.told_rooms import rooms_told, told

PLANS = (None, Plan(2, 3), Plan(3, 4, is_snake=True))


@pytest.mark.parametrize("plan", PLANS)
def test_a_told_room_has_the_same_seats_in_the_same_places(plan):
    room = room_seats(plan, [("07", "03001247"), ("B1", "03001248"), ("40", "03001249")])
    line = json.dumps(told({"03": room, "": room_seats(plan, [])}))
    found = rooms_told(json.loads(line))
    assert list(found) == ["", "03"]
    assert (found["03"].names, found["03"].columns) == (room.names, room.columns)
    places = [[one.place_of(seat) for seat in one.names] for one in (room, found["03"])]
    assert places[0] == places[1]
    assert "0300124" not in line and set(found["03"].taken.values()) == {""}
