"""The invigilator's desk: who may see it, and what can be done there."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from api.auth import passwords
from api.jobs.models import Job
from delivery.attempts.models import Attempt
from delivery.sittings.models import Sitting
from itembank.audit import AuditEvent
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import CODE, NUMBER, make_candidate, make_room
from tests.factories.forms import make_person, make_unit
from tests.web import make_client, sign_in

PASSWORD = "mot mat khau that dai"
HASH = passwords.hash_password(PASSWORD)
OURS = {"X-Requested-With": "khaothi"}


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now)
        unit = db.get_one(Unit, made.sitting.unit_id)
        other = make_unit(db, "THPT-XA", "truong")
        staff = (("giamthi", unit, Role.INVIGILATOR), ("giaovien", unit, Role.TEACHER))
        for name, where, role in (*staff, ("giamthi.xa", other, Role.INVIGILATOR)):
            make_person(db, where, name, role, now=clock.now, password_hash=HASH)
        make_candidate(db, made.sitting, now=clock.now, number="03001248")
        return made


@pytest.fixture
def invigilator(database, clock, room):
    client = make_client(database, clock)
    client.headers["X-CSRF-Token"] = sign_in(client, "giamthi", PASSWORD)
    client.headers["accept"] = "text/html"
    return client


@pytest.fixture
def candidate(database, clock, room):
    return make_client(database, clock)


def enter(client, code=CODE):
    return client.post("/thi", data={"sbd": NUMBER, "ma": code}, follow_redirects=False)


def begin(client):
    assert enter(client).status_code == 303
    client.post("/thi/bat-dau")
    return client.get("/thi/api/attempt").json()


def desk(room, rest=""):
    return f"/phong-thi/{room.sitting.id}{rest}"


def of_candidate(room, verb):
    return desk(room, f"/thi-sinh/{room.candidate.id}/{verb}")


def actions(database):
    with database.read() as db:
        return set(db.scalars(select(AuditEvent.action)))


def test_an_anonymous_visitor_is_sent_to_sign_in(database, clock, room):
    client = make_client(database, clock)
    response = client.get(desk(room), headers={"accept": "text/html"}, follow_redirects=False)
    assert response.headers["location"].startswith("/dang-nhap")


@pytest.mark.parametrize("name", ["giaovien", "giamthi.xa"])
@pytest.mark.parametrize("rest", ["", "/so-do"])
def test_others_do_not_watch_the_room(database, clock, room, name, rest):
    client = make_client(database, clock)
    sign_in(client, name, PASSWORD)
    assert client.get(desk(room, rest)).status_code == 403


def test_an_invigilator_of_another_unit_finds_no_sitting_listed(database, clock, room):
    client = make_client(database, clock)
    sign_in(client, "giamthi.xa", PASSWORD)
    assert room.sitting.title not in client.get("/phong-thi").text


def test_the_desk_shows_states_and_never_a_response(invigilator, candidate, room):
    assert "Thi thử tốt nghiệp THPT" in invigilator.get("/phong-thi").text
    assert invigilator.get(desk(room)).text.count("Chưa vào") >= 3
    document = begin(candidate)
    change = {"seq": 1, "kind": "answer", "item": str(room.short), "value": "9,87", "client_at": ""}
    body = {"writer": document["writer"]["id"], "events": [change]}
    assert candidate.post("/thi/api/events", json=body, headers=OURS).status_code == 200
    page = invigilator.get(desk(room, f"?ghe={room.candidate.id}")).text
    assert "Đang làm" in page and "<b>1/3</b>" in page and "Nguyễn Thị Minh Anh" in page
    assert "9,87" not in page


def test_a_silent_device_is_lost_and_an_idle_one_is_idle(invigilator, candidate, room, clock):
    begin(candidate)
    clock.forward(seconds=61)
    assert "đã 1:01" in invigilator.get(desk(room, "/so-do")).text
    clock.forward(minutes=3)
    candidate.get("/thi/api/clock")
    seats = invigilator.get(desk(room, "/so-do")).text
    assert "seat is-idle" in seats and "seat is-lost" not in seats


def test_changing_machines_needs_a_reason_which_is_kept(invigilator, candidate, room, database):
    begin(candidate)
    refused = invigilator.post(of_candidate(room, "doi-may"), data={"reason": "ngắn"})
    assert refused.status_code == 422
    assert ">ngắn</textarea>" in refused.text and 'href="#reason-doi-may"' in refused.text
    done = invigilator.post(of_candidate(room, "doi-may"), data={"reason": "Máy 07 mất mạng"})
    assert done.status_code == 200
    assert "Được đổi máy: Máy 07 mất mạng" in done.text
    assert candidate.get("/thi/api/clock").json()["error"]["code"] == "writer_replaced"


def test_a_new_code_kills_the_old_one(invigilator, candidate, room):
    assert invigilator.post(of_candidate(room, "cap-lai-ma"), data={}).status_code == 422
    page = invigilator.post(of_candidate(room, "cap-lai-ma"), data={"reason": "Làm mất phiếu"})
    fresh = re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}", page.text)
    assert fresh
    assert enter(candidate, CODE).status_code == 422
    assert enter(candidate, fresh[0]).status_code == 303
    assert fresh[0] not in invigilator.get(desk(room)).text


def test_opening_and_closing_the_sitting(invigilator, candidate, room, database):
    with database.write() as db:
        db.get_one(Sitting, room.sitting.id).state = "planned"
    assert "Mở đề" in invigilator.get(desk(room)).text
    invigilator.post(desk(room, "/mo"))
    begin(candidate)
    refused = invigilator.post(desk(room, "/dong"), data={})
    assert refused.status_code == 422 and "Còn bài đang làm" in refused.text
    closed = invigilator.post(desk(room, "/dong"), data={"reason": "Thu bài vì mất điện cả trường"})
    assert closed.status_code == 200 and "Đã đóng" in closed.text
    with database.read() as db:
        attempt = db.scalars(select(Attempt)).one()
        assert attempt.submitted_by == "invigilator"
    assert {"attempt.submitted", "sitting.closed"} <= actions(database)
    minutes = invigilator.get(desk(room, "/bien-ban")).text
    assert "Đóng ca thi" in minutes and "Thu bài vì mất điện cả trường" in minutes
    assert candidate.get("/thi/api/attempt").json()["receipt"]["automatic"] is True
    with database.read() as db:
        assert [job.kind for job in db.scalars(select(Job))] == ["score_sitting"]


def test_looking_at_the_room_hands_in_what_is_overdue(invigilator, candidate, room, clock):
    begin(candidate)
    clock.forward(minutes=91)
    assert "Đã nộp = đã bắt đầu" in invigilator.get(desk(room, "/so-do")).text


@pytest.mark.parametrize("verb", ["doi-may", "cap-lai-ma"])
def test_actions_need_the_csrf_token(invigilator, room, verb):
    invigilator.headers.pop("X-CSRF-Token")
    assert invigilator.post(of_candidate(room, verb), data={"reason": "x" * 20}).status_code == 403


def test_a_candidate_of_another_sitting_is_not_found_here(invigilator, room):
    path = desk(room, f"/thi-sinh/{room.sitting.id}/doi-may")
    assert invigilator.post(path, data={"reason": "Máy 07 mất mạng"}).status_code == 404
