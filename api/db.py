"""Engine and transactions. The only place that commits is `Database.write`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session

from .settings import sqlite_file

LOOP_CONNECTION = "khaothi saves"
SAFE_POSTGRESQL = "PostgreSQL must run with synchronous_commit=on"


class UnsafeDatabase(RuntimeError):
    """The database would acknowledge what a power cut could take back."""


class WrittenWhileReading(RuntimeError):
    """A page that said it only looks has changed something; better told than silently dropped."""


class Database:
    """Transactions on one engine: `write` commits or rolls back, `read` only looks."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(sqlite_begin="BEGIN DEFERRED")

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            yield db

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._reading, expire_on_commit=False, autoflush=False) as db:
            yield db
            if db.new or db.dirty or db.deleted:
                raise WrittenWhileReading("use Database.write: nothing here would be kept")

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        """A transaction in which anything may be tried; all of it is taken back."""
        with Session(self.engine, expire_on_commit=False) as db:
            yield db
            db.rollback()

    def dispose(self) -> None:
        self.engine.dispose()


def connect(url: str) -> Database:
    """Open the database and check at every connection that a commit means it is on disk.

    What a statement carried stays out of errors and so out of logs: it may be an answer.
    """
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    if url.startswith("sqlite"):
        engine = create_engine(
            url, connect_args={"check_same_thread": False, "timeout": 30}, hide_parameters=True
        )
        _prepare_sqlite(engine)
    else:
        engine = create_engine(
            url, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True
        )
        event.listen(engine, "connect", _check_postgresql)
    return Database(engine)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: SqliteConnection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see on_begin
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("PRAGMA synchronous").fetchone() != (2,):
            raise UnsafeDatabase("SQLite must run with synchronous=FULL")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # Writers take the write lock at once: upgrading a read lock half-way can fail.
        how = connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE")
        connection.exec_driver_sql(how)


def _check_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit')")
        (setting,) = cursor.fetchone()
    connection.rollback()
    if setting == "off":
        raise UnsafeDatabase(SAFE_POSTGRESQL)


async def open_on_loop(database: Database) -> psycopg.AsyncConnection:
    """A connection to the same PostgreSQL, for the event loop that asks."""
    url = database.engine.url.set(drivername="postgresql")
    connection = await psycopg.AsyncConnection.connect(
        url.render_as_string(hide_password=False),
        connect_timeout=5,
        application_name=LOOP_CONNECTION,
    )
    cursor = await connection.execute("SELECT current_setting('synchronous_commit')")
    if await cursor.fetchone() == ("off",):
        await connection.close()
        raise UnsafeDatabase(SAFE_POSTGRESQL)
    await connection.commit()
    return connection


def ready(database: Database) -> bool:
    with database.read() as db:
        return db.execute(text("SELECT 1")).scalar() == 1
