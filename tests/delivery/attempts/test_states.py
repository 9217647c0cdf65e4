"""How the invigilator sees a seat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from delivery.attempts.states import SEAT_NAMES, SeatFacts, SeatState, seat_state

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def seat(**facts):
    known = {
        "has_device": True,
        "asks_device": False,
        "started_at": NOW - timedelta(minutes=30),
        "submitted_at": None,
        "last_seen_at": NOW - timedelta(seconds=5),
        "last_change_at": NOW - timedelta(seconds=20),
    }
    return seat_state(SeatFacts(**{**known, **facts}), NOW)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, SeatState.WORKING),
        ({"has_device": False, "started_at": None}, SeatState.ABSENT),
        ({"started_at": None}, SeatState.READY),
        ({"asks_device": True}, SeatState.ASKS_DEVICE),
        ({"last_seen_at": NOW - timedelta(seconds=61)}, SeatState.LOST),
        ({"last_change_at": NOW - timedelta(minutes=4)}, SeatState.IDLE),
        ({"last_change_at": None}, SeatState.IDLE),
        ({"submitted_at": NOW, "asks_device": True}, SeatState.SUBMITTED),
    ],
)
def test_the_most_urgent_true_thing_is_shown(facts, expected):
    assert seat(**facts) == expected


def test_every_state_has_a_name():
    assert set(SEAT_NAMES) == set(SeatState)
