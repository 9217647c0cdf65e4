"""The program as it is released, and with one of its promises taken away: those must lose.

`python -m faults.served` loads it once and forks a life of it for every line «WAY PORT» it reads; it
answers with the life's process id. Where the crippled ways lose nothing, the harness is blind.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import event

from api import migrations
from api.app import create_app
from api.db import Database, connect
from api.room.gathering import tell
from api.room.group_commit import GroupCommit
from api.serving import server_of
from api.settings import from_env
from delivery.attempts.saves import Outcome, Save
from delivery.attempts.saving import save_batch

RELEASED, LAZY, HASTY = WAYS = ("released", "lazy", "hasty")
UNSET = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit = off"}


def commit_lazily(database: Database) -> None:
    """A commit that does not wait for the disk, set after the check that refuses it."""

    @event.listens_for(database.engine, "connect")
    def unset(connection: Any, _record: Any) -> None:
        connection.execute(UNSET[database.engine.dialect.name])
        if database.engine.dialect.name == "postgresql":
            connection.commit()


COMMITS_AFTER = 0.05  # seconds


class InThread(GroupCommit):
    """Writes over the connections of the engine alone, where a promise can be taken away."""

    def on_loop(self) -> GroupCommit:
        return self


class Hasty(InThread):
    """Answers before the commit, which follows in its own time."""

    def run(self) -> None:
        while batch := self.take():
            try:
                outcomes = self._foreseen([waiting.ask for waiting in batch])
            except Exception:
                self.hang_up()
                tell(batch, self.done(batch))
                continue
            tell(batch, outcomes)
            time.sleep(COMMITS_AFTER)
            self.done(batch)
        self.hang_up()

    def _foreseen(self, saves: Sequence[Save]) -> list[Outcome]:
        db = self.connected()
        with db.begin() as transaction:
            outcomes = save_batch(db, saves)
            transaction.rollback()
        return outcomes


def serve(way: str, port: int) -> None:
    settings = from_env()
    database = connect(settings.database_url)
    if way == LAZY:
        commit_lazily(database)
    migrations.upgrade(database)
    app = create_app(settings, database)
    if way != RELEASED:
        app.answer_path.saves = (InThread if way == LAZY else Hasty)(database)
    server_of(app, port=port).run()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the lives
    for line in iter(sys.stdin.readline, ""):
        way, port = line.split()
        life = os.fork()
        if life == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve(way, int(port))
            os._exit(0)
        sys.stdout.write(f"{life}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
