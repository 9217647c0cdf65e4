"""One writer for all saves: what arrives while a commit is on its way goes into the next one.

Nothing waits for a timer: an idle writer takes a save at once, a busy one finds many. Every save is
answered after the commit that holds it.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from delivery.attempts.save_store import store_of
from delivery.attempts.saves import LookCloser, Outcome, Save
from delivery.attempts.saving import save_batch, save_fresh

from ..db import Database

log = logging.getLogger("khaothi.saves")
MOST_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class _Waiting:
    save: Save
    answer: asyncio.Future[Outcome]


class GroupCommit:
    """Gathers saves of many requests into one transaction after another."""

    def __init__(self, database: Database, most: int = MOST_AT_ONCE) -> None:
        self.database = database
        self.most = most
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None  # used by the writer alone
        self._starting = threading.Lock()

    async def save(self, save: Save) -> Outcome:
        """Returns when the save is on disk or refused; raises what the database raised."""
        self._start()
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting(save, answer))
        return await answer

    def stop(self) -> None:
        """Finish what was taken and end the writer."""
        with self._starting:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
                thread.join()

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="saves", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while batch := self._take():
            _answer(batch, self._write(batch))
        self._hang_up()

    def _connected(self) -> Connection:
        """The writer's own connection; a new one after anything went wrong."""
        if self._connection is None:
            connection = self.database.engine.connect()
            with connection.begin():
                store_of(connection).plan_once()
            self._connection = connection
        return self._connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _take(self) -> list[_Waiting]:
        """Everything that waits, at least one; nothing when the writer is to end."""
        batch: list[_Waiting] = []
        try:
            while len(batch) < self.most:
                waiting = self._queue.get(block=not batch)
                if waiting is None:
                    if batch:
                        self._queue.put(None)
                    break
                batch.append(waiting)
        except queue.Empty:
            pass
        return batch

    def _write(self, batch: Sequence[_Waiting]) -> list[Outcome | Exception]:
        try:
            return list(self._committed([waiting.save for waiting in batch]))
        except Exception as error:
            self._hang_up()
            if len(batch) == 1 or isinstance(error, OperationalError):
                log.exception("a batch of %d saves was not written", len(batch), exc_info=error)
                return [error] * len(batch)
            # One save the database cannot take must not take the others down with it.
            return [outcome for waiting in batch for outcome in self._write([waiting])]

    def _committed(self, saves: Sequence[Save]) -> list[Outcome]:
        """What became of each save, after the commit."""
        db = self._connected()
        try:
            with db.begin():
                return save_fresh(db, saves)
        except LookCloser:
            with db.begin():
                return save_batch(db, saves)


def _answer(batch: Sequence[_Waiting], outcomes: Sequence[Outcome | Exception]) -> None:
    """Tell the requests; those of one event loop in one call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Outcome | Exception]]] = {}
    for pair in zip(batch, outcomes, strict=True):
        by_loop.setdefault(pair[0].answer.get_loop(), []).append(pair)
    for loop, pairs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_set_all, pairs)
        except RuntimeError:  # the loop is closed: nobody waits any more
            log.warning("%d saves were answered to nobody", len(pairs))


def _set_all(pairs: Sequence[tuple[_Waiting, Outcome | Exception]]) -> None:
    for waiting, outcome in pairs:
        if waiting.answer.done():  # the request was given up
            continue
        if isinstance(outcome, Exception):
            waiting.answer.set_exception(outcome)
        else:
            waiting.answer.set_result(outcome)
