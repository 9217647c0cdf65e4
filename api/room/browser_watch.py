"""Watches whether candidates' requests come from the sitting's Safe Exam Browser.

A request costs one look into a table in memory and one comparison. What has to be read or written
is done by a thread of its own, after the request and never in its way: a save is neither refused
nor delayed by what is found here.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from delivery.safe_exam_browser import service
from delivery.safe_exam_browser.findings import Expectation, Finding, Proof
from delivery.safe_exam_browser.service import Seen

from ..db import Database

log = logging.getLogger("khaothi.safe_exam_browser")
HEADER = "x-safeexambrowser-configkeyhash"
PAGE_HEADER = "x-khaothi-config-key"  # what the page's script was told by the browser
READ_AGAIN_SECONDS = 5.0
TELL_AGAIN_SECONDS = 30.0
MOST_AT_ONCE = 500
MOST_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class _Look:
    """One request to be judged, or one that was."""

    sitting_id: uuid.UUID
    lease_id: uuid.UUID
    proof: Proof
    at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    expectation: Expectation | None
    read_at: float


class BrowserWatch:
    """Judges requests from memory, and writes down what changed."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._queue: queue.Queue[_Look | None] = queue.Queue()
        self._known: dict[uuid.UUID, _Known] = {}
        self._last: dict[uuid.UUID, Finding] = {}
        self._told: dict[tuple[uuid.UUID, Finding], float] = {}
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def notice(self, request: Request, sitting_id: uuid.UUID, lease_id: uuid.UUID) -> None:
        """Compare what the request shows; whatever follows from it happens later, elsewhere.

        Never raises: a save that is on disk is acknowledged, whatever goes wrong in here.
        """
        try:
            self._compare(request, sitting_id, lease_id)
        except Exception:
            log.exception("the browser of lease %s was not looked at", lease_id)

    def _compare(self, request: Request, sitting_id: uuid.UUID, lease_id: uuid.UUID) -> None:
        known = self._known.get(sitting_id)
        is_fresh = known is not None and time.monotonic() - known.read_at < READ_AGAIN_SECONDS
        if is_fresh and known is not None and known.expectation is None:
            return
        look = _Look(sitting_id, lease_id, _proof(request), request.app.state.clock())
        if is_fresh and known is not None and not self._is_news(known.expectation, look):
            return
        self._start()
        self._queue.put(look)

    def settle(self) -> None:
        """Return when everything noticed so far is written."""
        self._queue.join()

    def stop(self) -> None:
        with self._starting:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
                thread.join()

    def _is_news(self, expectation: Expectation | None, look: _Look) -> bool:
        found = expectation.finding(look.proof) if expectation else None
        if found is None or self._last.get(look.lease_id) == found[0]:
            return False
        told_at = self._told.get((look.lease_id, found[0]))
        return told_at is None or time.monotonic() - told_at >= TELL_AGAIN_SECONDS

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="browsers", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            taken = self._take()
            looks = [look for look in taken if look is not None]
            try:
                self._judge(looks)
            except Exception:  # the next request of the same device tries again
                log.exception("%d looks at candidates' browsers were not written", len(looks))
            for _ in taken:
                self._queue.task_done()
            if len(looks) < len(taken):
                return

    def _take(self) -> list[_Look | None]:
        """What waits, at least one; up to the sign to end, if it is there."""
        taken = [self._queue.get()]
        try:
            while taken[-1] is not None and len(taken) < MOST_AT_ONCE:
                taken.append(self._queue.get_nowait())
        except queue.Empty:
            pass
        return taken

    def _judge(self, looks: Sequence[_Look]) -> None:
        for sitting_id in {look.sitting_id for look in looks}:
            self._read(sitting_id)
        news = []
        for look in looks:
            expectation = self._known[look.sitting_id].expectation
            if self._is_news(expectation, look):
                news.append(self._seen(expectation, look))
        if news:
            with self.database.write() as db:
                service.note(db, news)
            self._remember(news)

    def _seen(self, expectation: Expectation | None, look: _Look) -> Seen:
        found = expectation.finding(look.proof) if expectation else None
        assert found is not None  # it is news
        path = look.proof.raw_path.decode("latin-1")
        return Seen(look.sitting_id, look.lease_id, *found, path, look.at)

    def _read(self, sitting_id: uuid.UUID) -> None:
        known = self._known.get(sitting_id)
        if known is not None and time.monotonic() - known.read_at < READ_AGAIN_SECONDS:
            return
        with self.database.read() as db:
            now_expected = service.expectation(db, sitting_id)
        if known is not None and known.expectation != now_expected:
            self._forget()
        self._known[sitting_id] = _Known(now_expected, time.monotonic())

    def _remember(self, news: Sequence[Seen]) -> None:
        if len(self._last) > MOST_REMEMBERED:
            self._forget()
        for seen in news:
            self._last[seen.lease_id] = seen.finding
            self._told[seen.lease_id, seen.finding] = time.monotonic()
            if seen.finding is not Finding.MATCHED:
                log.warning("lease %s: %s (%s)", seen.lease_id, seen.finding, seen.way)

    def _forget(self) -> None:
        self._last = {}
        self._told = {}


def _proof(request: Request) -> Proof:
    scope = request.scope
    return Proof(
        scope.get("raw_path") or scope["path"].encode(),
        scope["query_string"],
        request.headers.get(HEADER),
        request.headers.get(PAGE_HEADER),
    )
