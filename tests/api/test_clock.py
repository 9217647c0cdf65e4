"""The program's clock follows the time that passes, whatever the machine's clock is set to."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from api import clock
from api.clock import SteadyClock


class Wall(datetime):
    """A clock on the wall that somebody sets."""

    shift = timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 11, 23, 6, 0, tzinfo=UTC) + cls.shift


@pytest.mark.parametrize("hours", [1, -1])
def test_setting_the_machines_clock_moves_nothing(monkeypatch, caplog, hours) -> None:
    monkeypatch.setattr(clock, "datetime", Wall)
    monkeypatch.setattr(clock, "passed", iter([100.0, 130.0, 160.0]).__next__)
    steady = SteadyClock()
    first = steady()
    monkeypatch.setattr(Wall, "shift", timedelta(hours=hours))
    with caplog.at_level(logging.WARNING):
        second = steady()
    assert second - first == timedelta(seconds=30)
    assert "was set by" in caplog.text
