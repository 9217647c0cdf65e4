"""One reader for each watched sitting, however many consoles look: a statement a second, numbered changes.

The reader is a thread that lives while somebody listens. It holds no connection between two looks,
tells nobody anything while nothing changes, and keeps the newest changes so that a console whose
line was cut goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from delivery.attempts.service import close_overdue
from delivery.sittings import repository as sittings
from delivery.watching.repository import Watched, watched

from ..db import Database
from .console_views import Seat, SeatMap, overdue, seat_map, seats_by_id

log = logging.getLogger("khaothi.consoles")
TICK_SECONDS = 1.0
REST = 4  # at least so many times as long as reading took: a large sitting never fills a core
LINGER_SECONDS = 10.0  # a console that reloads finds its reader still there
MOST_CHANGES = 5000
MOST_STREAMS = 60
Clock = Callable[[], datetime]


def look(database: Database, sitting_id: uuid.UUID, now: datetime) -> Watched:
    """Read the sitting; write only where a paper's time is over and it was not handed in."""
    with database.read() as db:
        found = watched(db, sitting_id)
    if not overdue(found, now):
        return found
    with database.write() as db:
        close_overdue(db, now=now, sitting=sittings.sitting_of(db, sitting_id))
        return watched(db, sitting_id)


@dataclass(frozen=True, slots=True)
class Change:
    """What one look found different. `layout`: who sits where, so the page is drawn anew."""

    number: int
    seats: tuple[Seat, ...]
    layout: bool
    of_sitting: bool  # its state or its log: told in every room


@dataclass(frozen=True, slots=True)
class News:
    """What a console has to be told: everything, or the changes since its position in their order."""

    position: str
    room: SeatMap
    changes: tuple[Change, ...] | None  # None: the position is unknown here, tell everything
    read_at: datetime


class SittingReader:
    """The sitting as of its last look, and the changes that led there."""

    def __init__(
        self, database: Database, clock: Clock, sitting_id: uuid.UUID, tick: float = TICK_SECONDS
    ) -> None:
        self.database, self.clock, self.sitting_id, self.tick = database, clock, sitting_id, tick
        self.name = secrets.token_hex(4)  # positions of another reader mean nothing to this one
        self.seen: SeatMap | None = None
        self.read_at: datetime | None = None
        self._number = 0
        self._changes: deque[Change] = deque()
        self._n_kept = 0
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._left_at = time.monotonic()
        self._ending = threading.Event()

    def run(self) -> None:
        """Until nobody has listened for a while."""
        while not self._ending.is_set() and not self.is_deserted:
            began = time.monotonic()
            try:
                self.read()
            except (
                Exception
            ):  # the consoles see that the figures grow old; the next look may succeed
                log.exception("sitting %s was not read", self.sitting_id)
            self._ending.wait(max(self.tick, REST * (time.monotonic() - began)))

    def end(self) -> None:
        self._ending.set()
        self._wake()

    @property
    def is_over(self) -> bool:
        return self._ending.is_set()

    @property
    def is_deserted(self) -> bool:
        with self._lock:
            return not self._listeners and time.monotonic() - self._left_at > LINGER_SECONDS

    def read(self) -> None:
        """One look. What changed gets a number and the listeners are woken."""
        now = self.clock()
        found = seat_map(look(self.database, self.sitting_id, now), "", now)
        with self._lock:
            self.read_at = now
            if found == self.seen:
                return
            if self.seen is not None:
                self._keep(_difference(self.seen, found, self._number + 1))
            self._number += 1
            self.seen = found
        self._wake()

    def news(self, position: str | None, room: str) -> News | None:
        """What a console at this position has missed; None when nothing, or nothing is known yet."""
        with self._lock:
            seen, read_at = self.seen, self.read_at
            here = f"{self.name}-{self._number}"
            changes = self._after(position)
        if seen is None or read_at is None or position == here:
            return None
        return News(here, of_room(seen, room), changes, read_at)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something changed; of the caller's loop."""
        woken = asyncio.Event()
        with self._lock:
            self._listeners[woken] = asyncio.get_running_loop()
        try:
            yield woken
        finally:
            with self._lock:
                del self._listeners[woken]
                self._left_at = time.monotonic()

    @property
    def n_listeners(self) -> int:
        return len(self._listeners)

    def _after(self, position: str | None) -> tuple[Change, ...] | None:
        name, _, number = (position or "").partition("-")
        if name != self.name or not number.isdecimal() or int(number) > self._number:
            return None
        first = self._changes[0].number if self._changes else self._number + 1
        if int(number) + 1 < first:
            return None
        return tuple(change for change in self._changes if change.number > int(number))

    def _keep(self, change: Change) -> None:
        self._changes.append(change)
        self._n_kept += 1 + len(change.seats)
        while self._n_kept > MOST_CHANGES:
            self._n_kept -= 1 + len(self._changes.popleft().seats)

    def _wake(self) -> None:
        with self._lock:
            for woken, loop in self._listeners.items():
                if not loop.is_closed():
                    loop.call_soon_threadsafe(woken.set)


class Consoles:
    """The readers of the sittings that somebody watches, and how many streams are open."""

    def __init__(self, database: Database, clock: Clock, tick: float = TICK_SECONDS) -> None:
        self.database, self.clock, self.tick = database, clock, tick
        self.n_streams = 0
        self._readers: dict[uuid.UUID, tuple[SittingReader, threading.Thread]] = {}
        self._lock = threading.Lock()
        self.is_over = False

    @property
    def is_full(self) -> bool:
        return self.n_streams >= MOST_STREAMS

    def reader_of(self, sitting_id: uuid.UUID) -> SittingReader:
        """The one reader of this sitting, started when there is none."""
        with self._lock:
            reader, thread = self._readers.get(sitting_id, (None, None))
            if reader is None or thread is None or not thread.is_alive() or reader.is_over:
                reader = SittingReader(self.database, self.clock, sitting_id, self.tick)
                thread = threading.Thread(target=reader.run, name="console", daemon=True)
                self._forget_the_ended()
                self._readers[sitting_id] = (reader, thread)
                thread.start()
            return reader

    def stop(self) -> None:
        """End the readers and, through them, every open stream."""
        self.is_over = True
        with self._lock:
            running = list(self._readers.values())
            self._readers.clear()
        for reader, _ in running:
            reader.end()
        for _, thread in running:
            thread.join()

    def _forget_the_ended(self) -> None:
        self._readers = {
            sitting: (reader, thread)
            for sitting, (reader, thread) in self._readers.items()
            if thread.is_alive()
        }


def of_room(whole: SeatMap, room: str) -> SeatMap:
    if not room:
        return whole
    return replace(whole, room=room, seats=tuple(s for s in whole.seats if s.room == room))


def _difference(before: SeatMap, after: SeatMap, number: int) -> Change:
    old = seats_by_id(before.seats)
    changed = tuple(seat for seat in after.seats if old.get(seat.candidate_id) != seat)
    return Change(
        number,
        changed,
        layout=_places(before) != _places(after),
        of_sitting=(before.sitting_state, before.n_noted) != (after.sitting_state, after.n_noted),
    )


def _places(seats: SeatMap) -> list[tuple[uuid.UUID, str, str, str]]:
    return [(seat.candidate_id, seat.room, seat.seat, seat.number) for seat in seats.seats]
