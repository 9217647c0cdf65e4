"""Time of an attempt. The server decides; the browser only displays. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta


def deadline_of(started_at: datetime, minutes: int) -> datetime:
    """Each candidate has the full time from their own start, as on paper after the bell."""
    return started_at + timedelta(minutes=minutes)


def is_late(now: datetime, deadline: datetime, grace_seconds: int) -> bool:
    """True once a save can no longer be on its way since before the deadline."""
    return now > deadline + timedelta(seconds=grace_seconds)
