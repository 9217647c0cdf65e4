"""Saves on PostgreSQL without a thread between the connection and the database.

A writer of its own thread hands every batch over twice, and both threads want the interpreter at the
same time. Here a few writers of the event loop take turns: while PostgreSQL flushes what one of them
wrote, the loop reads what the next one will.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence

from delivery.attempts.save_line import SaveLine
from delivery.attempts.saves import LookCloser, Outcome, Save

from ..db import Database, open_on_loop
from .gathering import MOST_AT_ONCE, Gathering, Place, Waiting, set_all

log = logging.getLogger("khaothi.saves")
WRITERS = 3  # one waits for the disk, one is being answered, one is being read for
Asked = Waiting[Save, Outcome]


class Writer:
    """One connection, and what is being written over it."""

    def __init__(self) -> None:
        self.line: SaveLine | None = None
        self.batch: list[Asked] = []
        self.task: asyncio.Task[None] | None = None

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


class LoopCommit:
    """Group commit on an event loop; what is not plain goes to `ordinary`."""

    def __init__(self, database: Database, ordinary: Gathering[Save, Outcome]) -> None:
        self.database = database
        self.ordinary = ordinary
        self._waiting: deque[Asked] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._writers = [Writer() for _ in range(WRITERS)]
        for writer in self._writers:
            writer.task = asyncio.ensure_future(self._run(writer))

    def give(self, ask: Save, reply: Place[Outcome]) -> None:
        self._waiting.append(Waiting(ask, reply))
        if self._idle:
            self._idle.pop().set_result(None)

    def stop(self) -> None:
        """What is not written, or not known to be, goes the ordinary way."""
        for writer in self._writers:
            if writer.task is not None:
                writer.task.cancel()
            writer.close()  # and with it whatever the database holds for it
            self._hand_over(writer.batch)
        self._hand_over(self._waiting)
        self._waiting.clear()

    async def _run(self, writer: Writer) -> None:
        while True:
            writer.batch = await self._batch()
            try:
                writer.line = writer.line or await self._connected()
                saves = [waiting.ask for waiting in writer.batch]
                outcomes: Sequence[Outcome] = await writer.line.save(saves)
            except LookCloser:
                self._hand_over(writer.batch)
            except Exception as error:
                # Committed or not: what is stored already is acknowledged again there.
                log.warning("%d saves go the ordinary way: %r", len(writer.batch), error)
                writer.close()
                self._hand_over(writer.batch)
            else:
                set_all(list(zip(writer.batch, outcomes, strict=True)))
            writer.batch = []

    async def _batch(self) -> list[Asked]:
        """Everything that waits, at least one."""
        while not self._waiting:
            turn = asyncio.get_running_loop().create_future()
            self._idle.append(turn)
            await turn
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]

    async def _connected(self) -> SaveLine:
        return await SaveLine(await open_on_loop(self.database)).prepare()

    def _hand_over(self, batch: Iterable[Asked]) -> None:
        for waiting in batch:
            self.ordinary.give(waiting.ask, waiting.reply)
