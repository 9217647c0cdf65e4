"""A centre that has built a package, and a box of the same kind of database that has opened it.

Opening costs a second on purpose, so it is done once for each kind; every test gets copies.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.auth import passwords
from api.db import Database, connect
from api.site.box import SiteBox
from delivery.packages.build import Built
from delivery.packages.bundle import Bundle
from delivery.sites import box_service, repository
from tests.conftest import BOTH, set_flushes
from tests.emptied import administer, named
from tests.factories.sites import BUILD, CENTRE, Centre, make_centre, make_package, openers

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _as_in_an_examination(flushing_postgresql: None) -> None:
    """Every box of these tests is in exam mode."""


@dataclass(frozen=True)
class Copies:
    """Makes databases of one kind as copies of a named one."""

    first: Any
    copy: Callable[[Any], tuple[Any, Database]]
    remove: Callable[[Any], None]


@dataclass(frozen=True)
class Prepared:
    copies: Copies
    centre: Centre
    built: Built
    inside: Bundle
    centre_name: Any
    shut_name: Any
    open_name: Any


def _sqlite(template: Path, folder: Path) -> Copies:
    def copy(name: Path) -> tuple[Path, Database]:
        file = folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(name, file)
        return file, connect(f"sqlite:///{file}")

    return Copies(template, copy, lambda name: name.unlink())


def _postgresql(server: str, template: str) -> Copies:
    def copy(name: str) -> tuple[str, Database]:
        made = f"khaothi_{uuid.uuid4().hex[:12]}"
        administer(server, f'CREATE DATABASE "{made}" TEMPLATE "{name}"')
        return made, connect(named(server, made))

    return Copies(
        template, copy, lambda name: administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')
    )


def _settled(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()


def prepare(copies: Copies) -> Prepared:
    centre_name, database = copies.copy(copies.first)
    with database.write() as db:
        centre = make_centre(db, now=NOW)
        built = make_package(db, centre, now=NOW)
    _settled(database)
    shut_name, shut = copies.copy(copies.first)
    SiteBox(shut, CENTRE.public, None, BUILD).receive(built.file, now=NOW)
    _settled(shut)
    open_name, opened = copies.copy(shut_name)
    box = SiteBox(opened, CENTRE.public, None, BUILD)
    with opened.write() as db:
        held = repository.held_package(db, built.package_id)
        inside = box_service.unsealed(held, CENTRE.public, built.code, identity=None)
        box_service.open_package(
            db, built.package_id, inside, openers(built), box.described(),
            verify_password=passwords.verify, now=NOW,
        )  # fmt: skip
    _settled(opened)
    return Prepared(copies, centre, built, inside, centre_name, shut_name, open_name)


def _copy_of_kind(request: Any, kind: str, folder: Path) -> Iterator[Database]:
    """A second empty database of this kind, for tests that need a centre and a box."""
    if kind == "sqlite":
        copies = _sqlite(request.getfixturevalue("sqlite_template"), folder)
    else:
        server = request.getfixturevalue("postgresql_server")
        copies = _postgresql(server, request.getfixturevalue("postgresql_template"))
    made, database = copies.copy(copies.first)
    yield database
    database.dispose()
    copies.remove(made)


@pytest.fixture(scope="session")
def prepared_sqlite(sqlite_template, tmp_path_factory) -> Prepared:
    return prepare(_sqlite(sqlite_template, tmp_path_factory.mktemp("sites")))


@pytest.fixture(scope="session")
def prepared_postgresql(postgresql_server, postgresql_template) -> Prepared:
    set_flushes(postgresql_server, "on")  # made before the fixture of the module
    return prepare(_postgresql(postgresql_server, postgresql_template))


@pytest.fixture(params=BOTH)
def prepared(request) -> Prepared:
    return request.getfixturevalue(f"prepared_{request.param}")


def _copy_of(prepared: Prepared, name: Any) -> Iterator[Database]:
    made, database = prepared.copies.copy(name)
    yield database
    database.dispose()
    prepared.copies.remove(made)


@pytest.fixture
def database(prepared) -> Iterator[Database]:
    """The centre."""
    yield from _copy_of(prepared, prepared.centre_name)


@pytest.fixture
def box_database(prepared) -> Iterator[Database]:
    """A box that has opened the package."""
    yield from _copy_of(prepared, prepared.open_name)


@pytest.fixture
def shut_database(prepared) -> Iterator[Database]:
    """A box that holds the package and has not opened it."""
    yield from _copy_of(prepared, prepared.shut_name)


@pytest.fixture
def centre(prepared) -> Centre:
    return prepared.centre


@pytest.fixture
def built(prepared) -> Built:
    return prepared.built


@pytest.fixture
def box(box_database) -> SiteBox:
    return SiteBox(box_database, CENTRE.public, None, BUILD)


@pytest.fixture
def shut_box(shut_database) -> SiteBox:
    return SiteBox(shut_database, CENTRE.public, None, BUILD)
