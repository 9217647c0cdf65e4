"""Time of an attempt. The server decides; the browser only displays. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta


def deadline_of(started_at: datetime, minutes: int, extra_percent: int = 0) -> datetime:
    """Each candidate has the full time from their own start, as on paper after the bell.

    Extra time is counted in whole seconds, upwards.
    """
    return started_at + timedelta(seconds=60 * minutes + extra_seconds(minutes, extra_percent))


def extra_seconds(minutes: int, extra_percent: int) -> int:
    return -(-60 * minutes * extra_percent // 100)


def is_late(now: datetime, deadline: datetime, grace_seconds: int) -> bool:
    """True once a save can no longer be on its way since before the deadline."""
    return now > deadline + timedelta(seconds=grace_seconds)
