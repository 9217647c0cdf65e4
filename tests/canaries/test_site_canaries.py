"""No key, rationale, rubric or unselected item in anything a site can read.

The package is opened, the box's database is read byte by byte, candidates work on it, the results
are unsealed: everything is searched. `test_a_leaky_package_is_found` shows that the search finds.
"""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import select

from api.auth import passwords
from api.settings import sqlite_file
from api.site.box import SiteBox
from api.tables import Base
from delivery.packages import paper
from delivery.packages.bundle import pack
from delivery.packages.envelope import PACKAGE, RESULTS, unwrap
from delivery.packages.keys import opened_by
from delivery.packages.rows import row_out
from delivery.sites import box_service, repository, service
from delivery.sites.box_service import Opener
from delivery.sittings.models import Sitting
from itembank.items.content import ItemContent
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.canaries.hiding_places import found_in
from tests.canaries.marked_bank import make_marked_room
from tests.canaries.test_key_canaries import LogLines, Readings, walk
from tests.delivery.sites.conftest import _copy_of_kind
from tests.factories.forms import make_actor, make_person
from tests.factories.sites import BUILD, CENTRE
from tests.web import make_client

pytestmark = pytest.mark.usefixtures("flushing_postgresql")


@pytest.fixture
def box_database(request, database, tmp_path):
    yield from _copy_of_kind(request, database.engine.dialect.name, tmp_path)


@pytest.fixture
def room(database, now):
    with database.write() as db:
        room = make_marked_room(db, now=now)
        db.get_one(Sitting, room.sitting.id).state = "planned"
        unit = db.get_one(Unit, room.sitting.unit_id)
        make_person(db, unit, "giamthi2", Role.INVIGILATOR, now=now)
        return room


def build(database, room, now):
    with database.write() as db:
        sitting = db.get_one(Sitting, room.sitting.id)
        unit = db.get_one(Unit, sitting.unit_id)
        officer = make_actor(db, unit, "canbo", Role.EXAM_OFFICER, now=now)
        site = service.create_site(
            db, officer, unit=unit, code="DT-01", name="Điểm thi", recipient="", now=now
        )
        return service.build_package(
            db, officer, site=site, sitting=sitting, centre=CENTRE, software=BUILD,
            new_password=passwords.new_code, hash_password=passwords.hash_password, now=now,
        )  # fmt: skip


def inside_of(box, built, now):
    box.receive(built.file, now=now)
    with box.database.read() as db:
        held = repository.held_package(db, built.package_id)
    return box_service.unsealed(held, CENTRE.public, built.code, identity=None)


def open_with(box, built, inside, now):
    openers = [Opener(slip.username, slip.password) for slip in built.slips]
    described = box.described()
    with box.database.write() as db:
        box_service.open_package(
            db, built.package_id, inside, openers, described,
            verify_password=passwords.verify, now=now,
        )  # fmt: skip


def found_inside(inside, marks):
    """In the packed bytes, and in every row of every table as it will be stored."""
    rows = json.dumps([inside.tables, inside.beside], ensure_ascii=False).encode()
    return found_in(pack(inside), marks) | found_in(rows, marks)


def found_in_database(database, marks):
    file = sqlite_file(str(database.engine.url))
    if file is not None:
        files = [path for path in file.parent.glob(file.name + "*")]
        return set().union(*(found_in(path.read_bytes(), marks) for path in files))
    found = set()
    with database.read() as db:
        for table in Base.metadata.sorted_tables:
            for row in db.execute(select(table)).mappings():
                found |= found_in(json.dumps(row_out(dict(row)), default=str).encode(), marks)
    return found


def test_nothing_secret_reaches_a_site_or_comes_back_from_it(database, box_database, room, clock):
    logs = LogLines()
    root = logging.getLogger()
    level = root.level
    root.addHandler(logs)
    root.setLevel(logging.DEBUG)
    try:
        found = day_at_the_box(database, box_database, room, clock)
    finally:
        root.setLevel(level)
        root.removeHandler(logs)
    found["log"] = found_in("\n".join(logs.lines).encode(), room.secrets)
    assert len(room.secrets) > 50
    assert {where: places for where, places in found.items() if places} == {}


def day_at_the_box(database, box_database, room, clock):
    """Where the day left bytes that a site can read -> secrets found there."""
    marks = room.secrets
    built = build(database, room, clock.now)
    box = SiteBox(box_database, CENTRE.public, None, BUILD)
    inside = inside_of(box, built, clock.now)
    found = {
        "package": found_in(built.file, marks),
        "manifest": found_in(unwrap(PACKAGE, built.file).told, marks),
        "opened package": found_inside(inside, marks),
        "database before opening": found_in_database(box_database, marks | {"seen": room.seen}),
    }
    open_with(box, built, inside, clock.now)
    assert found_in(pack(inside), {"seen": room.seen}) == {"seen"}  # the search sees the paper
    with box_database.write() as db:
        sitting = db.get_one(Sitting, room.sitting.id)
        sitting.state, sitting.opened_at = "open", clock.now
    client = make_client(box_database, clock)
    client.app.state.site_box = box
    readings = Readings(client)
    readings.ask("GET", "/may-diem-thi")
    walk(readings, room)
    assert readings.secrets_in_them({"seen": room.seen})  # the paper was really handed out
    found["bodies and headers"] = {place for _, place in readings.secrets_in_them(marks)}
    with box_database.write() as db:
        sitting = db.get_one(Sitting, room.sitting.id)
        sitting.state, sitting.closed_at = "closed", clock.now
    sealed = box.seal(None, built.package_id, now=clock.now)
    found["database after the day"] = found_in_database(box_database, marks)
    plain = opened_by(CENTRE.identity, unwrap(RESULTS, sealed.file).sealed)
    found["result file"] = found_in(sealed.file, marks) | found_in(plain, marks)
    return found


def test_a_leaky_package_is_found(database, box_database, room, clock, monkeypatch):
    """The guard of the package switched off: items travel as the bank has them."""

    def leaky(content: ItemContent, *, stimulus: str | None) -> ItemContent:
        return content

    monkeypatch.setattr(paper, "keyless_item", leaky)
    built = build(database, room, clock.now)
    box = SiteBox(box_database, CENTRE.public, None, BUILD)
    inside = inside_of(box, built, clock.now)
    found = found_inside(inside, room.secrets)
    for place in ("form: rationale B", "form: rubric level 4", "form: key of the short",
                  "form: solution of choice", "form: model answer"):  # fmt: skip
        assert place in found
    open_with(box, built, inside, clock.now)
    assert "form: rationale B" in found_in_database(box_database, room.secrets)
