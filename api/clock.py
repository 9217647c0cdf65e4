"""The program's clock: the machine's time when it started, and from then on the time that passed.

Whoever sets the machine's clock during an examination takes nothing from a candidate and gives
nothing. A clock that was wrong at the start stays wrong until the program is started again, and the
log says so.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta

log = logging.getLogger("khaothi.clock")
WORTH_TELLING = timedelta(seconds=2)
# Goes on while the machine sleeps, where the system has such a clock.
_PASSING = getattr(time, "CLOCK_BOOTTIME", None)


def passed() -> float:
    """Seconds that nobody can set."""
    return time.clock_gettime(_PASSING) if _PASSING is not None else time.monotonic()


class SteadyClock:
    """Called, it tells the moment in UTC."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self._origin = passed()
        self._told = timedelta(0)

    def __call__(self) -> datetime:
        now = self._start + timedelta(seconds=passed() - self._origin)
        self._tell(datetime.now(UTC) - now)
        return now

    def _tell(self, apart: timedelta) -> None:
        """Once for each time the machine's clock is set."""
        if abs(apart - self._told) > WORTH_TELLING:
            self._told = apart
            log.warning("the machine's clock was set by %s; this program keeps its own time", apart)
