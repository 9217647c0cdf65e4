"""Many requests, one piece of work: what arrives while it is being done goes into the next one.

Nothing waits for a timer: an idle worker takes a request at once, a busy one finds many.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy.exc import OperationalError

log = logging.getLogger("khaothi.gathering")
Ask = TypeVar("Ask")
Reply = TypeVar("Reply")
Told = TypeVar("Told", contravariant=True)
MOST_AT_ONCE = 128


class Place(Protocol[Told]):
    """Where an answer goes to: a future, or whatever else can be told on its event loop."""

    def done(self) -> bool: ...
    def get_loop(self) -> asyncio.AbstractEventLoop: ...
    def set_result(self, result: Told, /) -> None: ...
    def set_exception(self, exception: Exception, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Ask, Reply]):
    """A request and the place its answer goes to."""

    ask: Ask
    reply: Place[Reply]


class Gathering(Generic[Ask, Reply]):
    """One thread that answers what many requests ask; a subclass says how."""

    name = "gathering"

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self.most = most
        self._queue: queue.SimpleQueue[Waiting[Ask, Reply] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def work(self, asks: Sequence[Ask]) -> Sequence[Reply]:
        """The answers, in the order of the questions; all of the work done, or an exception."""
        raise NotImplementedError

    def hang_up(self) -> None:
        """Let go of what the work holds: it went wrong, or is over."""

    async def answer(self, ask: Ask) -> Reply:
        """Returns what the work made of it; raises what the work raised."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.give(ask, reply)
        return await reply

    def give(self, ask: Ask, reply: Place[Reply]) -> None:
        """As :meth:`answer`, for who is told in another way."""
        self._start()
        self._queue.put(Waiting(ask, reply))

    def stop(self) -> None:
        """Finish what was taken and end the thread."""
        with self._starting:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
                thread.join()

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self.run, name=self.name, daemon=True)
                    self._thread.start()

    def run(self) -> None:
        while batch := self.take():
            tell(batch, self.done(batch))
        self.hang_up()

    def take(self) -> list[Waiting[Ask, Reply]]:
        """Everything that waits, at least one; nothing when the thread is to end."""
        batch: list[Waiting[Ask, Reply]] = []
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

    def done(self, batch: Sequence[Waiting[Ask, Reply]]) -> list[Reply | Exception]:
        try:
            return list(self.work([waiting.ask for waiting in batch]))
        except Exception as error:
            self.hang_up()
            if len(batch) == 1 or isinstance(error, OperationalError):
                log.exception("%s: %d requests were not answered", self.name, len(batch))
                return [error] * len(batch)
            # One request the database cannot take must not take the others down with it.
            return [reply for waiting in batch for reply in self.done([waiting])]


def tell(batch: Sequence[Waiting[Ask, Reply]], replies: Sequence[Reply | Exception]) -> None:
    """Tell the requests; those of one event loop in one call."""
    by_loop: dict[
        asyncio.AbstractEventLoop, list[tuple[Waiting[Ask, Reply], Reply | Exception]]
    ] = {}
    for pair in zip(batch, replies, strict=True):
        by_loop.setdefault(pair[0].reply.get_loop(), []).append(pair)
    for loop, pairs in by_loop.items():
        try:
            loop.call_soon_threadsafe(set_all, pairs)
        except RuntimeError:  # the loop is closed: nobody waits any more
            log.warning("%d requests were answered to nobody", len(pairs))


def set_all(pairs: Sequence[tuple[Waiting[Ask, Reply], Reply | Exception]]) -> None:
    for waiting, reply in pairs:
        if waiting.reply.done():  # the request was given up
            continue
        if isinstance(reply, Exception):
            waiting.reply.set_exception(reply)
        else:
            waiting.reply.set_result(reply)
