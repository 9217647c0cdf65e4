"""Who comes too late to begin. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# More than 15 minutes after the start signal nobody is admitted: TT 24/2024/TT-BGDĐT.
LATE_MINUTES = 15


def comes_too_late(
    now: datetime, starts_at: datetime, opened_at: datetime | None, late_minutes: int | None
) -> bool:
    """Counted from the start signal: the planned time, or the opening where that came later."""
    if late_minutes is None:
        return False
    signal = max(starts_at, opened_at) if opened_at else starts_at
    return now > signal + timedelta(minutes=late_minutes)
