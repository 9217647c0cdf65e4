"""What is done again and again, each at its own time, between the worker's jobs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from delivery.attempts import service as attempts
from delivery.process.service import let_go_if_due

from ..audit_keeping import seal_record
from ..db import Database
from ..settings import Settings
from ..web import system_clock

log = logging.getLogger("khaothi.jobs")


@dataclass(frozen=True, slots=True)
class Chore:
    name: str
    every: float  # seconds
    do: Callable[[Database, Settings], object]


def hand_in_overdue(database: Database, _: Settings) -> None:
    """Attempts whose time is over."""
    with database.write() as db:
        attempts.close_overdue(db, now=system_clock())


def let_process_data_go(database: Database, _: Settings) -> None:
    with database.write() as db:
        let_go_if_due(db, now=system_clock())


def seal_audit(database: Database, settings: Settings) -> None:
    seal_record(database, settings, now=system_clock())


CHORES = (
    Chore("hand in overdue attempts", 15.0, hand_in_overdue),
    Chore("seal the audit record", 60.0, seal_audit),
    Chore("let old process data go", 3600.0, let_process_data_go),
)


@dataclass(slots=True)
class Chores:
    """Which of them are due. One that fails is logged, tried again at its time, and stops no other."""

    database: Database
    settings: Settings
    chores: Sequence[Chore] = CHORES
    _done_at: dict[str, float] = field(default_factory=dict)

    def do_due(self) -> None:
        for chore in self.chores:
            now = time.monotonic()
            if now - self._done_at.get(chore.name, -chore.every) < chore.every:
                continue
            self._done_at[chore.name] = now
            try:
                chore.do(self.database, self.settings)
            except Exception:
                log.exception("could not %s", chore.name)
