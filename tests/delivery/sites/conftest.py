"""A centre that has built a package, and a second database of the same kind: the box."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.db import Database, connect
from api.site.box import SiteBox
from tests.conftest import _admin, _named
from tests.factories.sites import BUILD, CENTRE, make_centre, make_package


@pytest.fixture
def box_database(request, database: Database, tmp_path: Path) -> Iterator[Database]:
    if database.engine.dialect.name == "sqlite":
        file = tmp_path / "box.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        made = connect(f"sqlite:///{file}")
        yield made
        made.dispose()
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"khaothi_box_{uuid.uuid4().hex[:12]}"
    template = request.getfixturevalue("postgresql_template")
    _admin(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    made = connect(_named(server, name))
    yield made
    made.dispose()
    _admin(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def centre(database, now):
    with database.write() as db:
        return make_centre(db, now=now)


@pytest.fixture
def built(database, centre, now):
    with database.write() as db:
        return make_package(db, centre, now=now)


@pytest.fixture
def box(box_database) -> SiteBox:
    return SiteBox(box_database, CENTRE.public, None, BUILD)
