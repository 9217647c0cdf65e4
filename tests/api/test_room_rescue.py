"""The rescue file over HTTP, and the key a device keeps its journal under."""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select

from api.auth import passwords
from delivery.attempts.models import Attempt, ResponseEvent
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import CODE, NUMBER, make_room
from tests.factories.forms import make_person
from tests.factories.rescue import record, seal
from tests.web import make_client, sign_in

PASSWORD = "mot mat khau that dai"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now)
        unit = db.get_one(Unit, made.sitting.unit_id)
        for name, role in (("giamthi", Role.INVIGILATOR), ("giaovien", Role.TEACHER)):
            make_person(db, unit, name, role, now=clock.now, password_hash=HASH)
        return made


@pytest.fixture
def candidate(database, clock, room):
    client = make_client(database, clock)
    client.post("/thi", data={"sbd": NUMBER, "ma": CODE})
    return client


def staff(database, clock, name):
    client = make_client(database, clock)
    client.headers["X-CSRF-Token"] = sign_in(client, name, PASSWORD)
    client.headers["accept"] = "text/html"
    return client


def test_the_key_is_for_a_device_with_an_open_paper_only(database, clock, candidate):
    assert make_client(database, clock).get("/thi/api/journal-key").status_code == 401
    assert candidate.get("/thi/api/journal-key").status_code == 409
    candidate.post("/thi/bat-dau")
    answer = candidate.get("/thi/api/journal-key")
    assert len(base64.b64decode(answer.json()["key"])) == 32
    assert answer.headers["cache-control"] == "no-store"
    assert candidate.get("/thi/api/journal-key").json() == answer.json()


def test_the_invigilator_hands_in_a_file_and_is_told_what_came_of_it(
    database, clock, candidate, room
):
    candidate.post("/thi/bat-dau")
    key = base64.b64decode(candidate.get("/thi/api/journal-key").json()["key"])
    writer = candidate.get("/thi/api/attempt").json()["writer"]["id"].removeprefix("w-")
    with database.read() as db:
        attempt = db.scalars(select(Attempt)).one().id
    raw = seal(key, attempt, NUMBER, [record(writer, 1, 1, room.choice, "B")])
    place = f"/phong-thi/{room.sitting.id}/cuu-ho"
    invigilator = staff(database, clock, "giamthi")
    assert "Tệp cứu hộ" in invigilator.get(place).text
    done = invigilator.post(place, files={"tep": ("cuu-ho.khaothi", raw)})
    assert done.status_code == 200
    assert "Nguyễn Thị Minh Anh" in done.text
    with database.read() as db:
        assert [event.value for event in db.scalars(select(ResponseEvent))] == [b'"B"']
    broken = invigilator.post(place, files={"tep": ("cuu-ho.khaothi", raw[:-9])})
    assert broken.status_code == 422
    assert "không phải tệp cứu hộ" in broken.text


def test_nobody_else_sees_the_page_or_hands_in(database, clock, room):
    place = f"/phong-thi/{room.sitting.id}/cuu-ho"
    assert make_client(database, clock).get(place, follow_redirects=False).status_code in {303, 401}
    teacher = staff(database, clock, "giaovien")
    assert teacher.get(place).status_code == 403
    assert teacher.post(place, files={"tep": ("x", b"{}")}).status_code == 403
    without = staff(database, clock, "giamthi")
    del without.headers["X-CSRF-Token"]
    assert without.post(place, files={"tep": ("x", b"{}")}).status_code == 403
