"""One writer for all saves, one for all starts: many candidates in one commit.

Every save and every start is answered after the commit that holds it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sqlalchemy import Connection

from delivery.attempts.save_store import store_of
from delivery.attempts.saves import LookCloser, Outcome, Save
from delivery.attempts.saving import save_batch, save_fresh
from delivery.attempts.starting import Begun, Start, start_all

from ..db import Database
from .gathering import MOST_AT_ONCE, Gathering
from .loop_commit import LoopCommit


class GroupCommit(Gathering[Save, Outcome]):
    """Saves, written over a connection of the writer's own."""

    name = "saves"

    def __init__(self, database: Database, most: int = MOST_AT_ONCE) -> None:
        super().__init__(most)
        self.database = database
        self._connection: Connection | None = None  # used by the writer alone

    def work(self, asks: Sequence[Save]) -> Sequence[Outcome]:
        """What became of each save, after the commit."""
        db = self.connected()
        try:
            with db.begin():
                return save_fresh(db, asks)
        except LookCloser:
            with db.begin():
                return save_batch(db, asks)

    def on_loop(self) -> LoopCommit | GroupCommit:
        """Who takes saves on the running event loop; on Windows loops watch no connections."""
        if self.database.engine.dialect.name == "postgresql" and sys.platform != "win32":
            return LoopCommit(self.database, self)
        return self

    def connected(self) -> Connection:
        """The writer's own connection; a new one after anything went wrong."""
        if self._connection is None:
            connection = self.database.engine.connect()
            with connection.begin():
                store_of(connection).plan_once()
            self._connection = connection
        return self._connection

    def hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


class GroupStart(Gathering[Start, Begun]):
    """Starts: a whole room presses the button within a few seconds."""

    name = "starts"

    def __init__(self, database: Database, most: int = MOST_AT_ONCE) -> None:
        super().__init__(most)
        self.database = database

    def work(self, asks: Sequence[Start]) -> Sequence[Begun]:
        with self.database.write() as db:
            return start_all(db, asks)
