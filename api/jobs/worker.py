"""One thread that takes jobs from the table and runs their bodies."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from itembank.errors import KhaothiError, Message

from ..db import Database
from ..i18n import Bilingual, translate
from ..settings import Settings
from ..web import system_clock
from . import queue
from .chores import Chores
from .models import Job

log = logging.getLogger("khaothi.jobs")
IDLE_SECONDS = 0.5
REPORT_EVERY = 0.3


class Cancelled(Exception):
    """Somebody ended the job from its page, or the program is stopping."""


@dataclass
class Context:
    """What a job's body gets: the database, the settings, and a way to say how far it is."""

    database: Database
    settings: Settings
    job_id: uuid.UUID
    asked_by: uuid.UUID | None
    stopping: threading.Event
    _last_report: float = 0.0

    def report(self, progress: float, message: Message | str = "") -> None:
        """Store progress now and then; raises Cancelled when the job must end."""
        if self.stopping.is_set():
            raise Cancelled
        if time.monotonic() - self._last_report < REPORT_EVERY and progress < 1.0:
            return
        self._last_report = time.monotonic()
        with self.database.write() as db:
            if not queue.report(db, self.job_id, progress, message, now=system_clock()):
                raise Cancelled


Body = Callable[[Context, Mapping[str, Any]], Mapping[str, Any]]


class Worker:
    def __init__(self, database: Database, settings: Settings, bodies: Mapping[str, Body]) -> None:
        self._bodies = bodies
        self._database = database
        self._settings = settings
        self._stopping = threading.Event()
        self._chores = Chores(database, settings)
        self._thread = threading.Thread(target=self.run_forever, name="khaothi-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request_stop(self) -> None:
        self._stopping.set()

    def stop(self) -> None:
        self.request_stop()
        self._thread.join(timeout=20)

    def run_forever(self) -> None:
        while not self._stopping.is_set():
            try:
                self._chores.do_due()
                worked = self.run_one()
            except Exception:
                log.exception("the worker met an error outside any job")
                worked = False
            if not worked:
                self._stopping.wait(IDLE_SECONDS)

    def run_one(self) -> bool:
        """Take and run one job; False when there is none."""
        with self._database.write() as db:
            job = queue.claim(db, now=system_clock())
            if job is None:
                return False
            taken = (job.id, job.kind, dict(job.inputs), job.asked_by)
        self._carry_out(*taken)
        return True

    def _carry_out(
        self, job_id: uuid.UUID, kind: str, inputs: dict[str, Any], asked_by: uuid.UUID | None
    ) -> None:
        context = Context(self._database, self._settings, job_id, asked_by, self._stopping)
        try:
            outcome = self._bodies[kind](context, inputs)
        except Cancelled:
            self._give_back(job_id)
        except KhaothiError as error:
            self._fail(job_id, _in_full(error))
        except Exception as error:
            log.exception("job %s (%s) failed", job_id, kind)
            self._fail(job_id, f"{type(error).__name__}: {error}")
        else:
            with self._database.write() as db:
                queue.finish(db, job_id, outcome, now=system_clock())

    def _fail(self, job_id: uuid.UUID, error: Message | str) -> None:
        with self._database.write() as db:
            queue.fail(db, job_id, error, now=system_clock())

    def _give_back(self, job_id: uuid.UUID) -> None:
        """A stop of the program is not the job's fault: it waits for the next start."""
        with self._database.write() as db:
            job = db.get_one(Job, job_id)
            if job.state == "running":
                job.state = "waiting"
                job.attempts -= 1


def _in_full(error: KhaothiError) -> Message:
    """The refusal with everything there is to mend, in both languages."""
    return Bilingual(_text(error, "vi"), english=_text(error, "en"))


def _text(error: KhaothiError, lang: str) -> str:
    details = (f"{translate(p.where, lang)}: {translate(p.what, lang)}" for p in error.problems)
    return f"{translate(error.message, lang)} {'; '.join(details)}".strip()
