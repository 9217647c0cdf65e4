"""Safe Exam Browser over HTTP: the officer's file, both ways of proof, and no lost response."""

from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import func, select

from api.auth import passwords
from api.room import browser_watch
from delivery.attempts.models import ResponseEvent
from delivery.safe_exam_browser import seb_file
from delivery.safe_exam_browser.config_key import config_key
from delivery.safe_exam_browser.models import SafeExamBrowserSetting, SafeExamBrowserSighting
from itembank.audit import AuditEvent
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import CODE, NUMBER, make_room
from tests.factories.forms import make_person
from tests.web import make_client, sign_in

PASSWORD = "mot mat khau that dai"
HASH = passwords.hash_password(PASSWORD)
OURS = {"X-Requested-With": "khaothi"}
ORIGIN = "https://thi.example.vn"
HEADER = "X-SafeExamBrowser-ConfigKeyHash"
PAGE_HEADER = "X-Khaothi-Config-Key"


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now)
        unit = db.get_one(Unit, made.sitting.unit_id)
        for name, role in (("canbo", Role.EXAM_OFFICER), ("giamthi", Role.INVIGILATOR)):
            make_person(db, unit, name, role, now=clock.now, password_hash=HASH)
        return made


@pytest.fixture(autouse=True)
def always_read_again(monkeypatch):
    """The tests change settings faster than an officer would."""
    monkeypatch.setattr(browser_watch, "READ_AGAIN_SECONDS", 0.0)


@pytest.fixture
def app_client(database, clock, room):
    return make_client(database, clock, public_origin=ORIGIN + "/")


def staff(app_client, name):
    client = type(app_client)(app_client.app, raise_server_exceptions=False)
    client.headers["origin"] = ORIGIN
    client.headers["X-CSRF-Token"] = sign_in(client, name, PASSWORD)
    client.headers["accept"] = "text/html"
    return client


def here(room, rest=""):
    return f"/ca-thi/{room.sitting.id}/safe-exam-browser{rest}"


def prepared(officer, room):
    """The officer's page after the button: the configuration inside the file, and its key."""
    shown = officer.post(here(room))
    assert shown.status_code == 200, shown.text
    opens, quits = re.findall(r'<dd class="mono">([0-9A-Z-]{11,23})</dd>', shown.text)[:2]
    address = re.search(r'href="([^"]+\.seb)"', shown.text)[1]
    data = officer.get(address)
    configuration = seb_file.read(data.content, opens)
    return configuration, config_key(configuration), (opens, quits, data)


def begin(client):
    client.post("/thi", data={"sbd": NUMBER, "ma": CODE}, follow_redirects=False)
    client.post("/thi/bat-dau", follow_redirects=False)
    client.app.state.browsers.settle()


def proof(key, address, header=HEADER):
    return {header: hashlib.sha256(f"{ORIGIN}{address}{key}".encode()).hexdigest()}


def fetch(client, headers=None):
    response = client.get("/thi/api/attempt", headers=headers)
    client.app.state.browsers.settle()
    return response.json()


def save(client, document, seq, room, headers=None):
    at = "2026-11-23T06:00:00.000Z"
    event = {"seq": seq, "kind": "answer", "item": str(room.choice), "value": "A", "client_at": at}
    body = {"writer": document["writer"]["id"], "events": [event]}
    response = client.post("/thi/api/events", json=body, headers={**OURS, **(headers or {})})
    client.app.state.browsers.settle()
    return response


def sightings(database):
    with database.read() as db:
        rows = db.scalars(select(SafeExamBrowserSighting).order_by(SafeExamBrowserSighting.id))
        return [(row.finding, row.way) for row in rows]


# --- the officer ------------------------------------------------------------------------------


def test_the_downloaded_file_opens_and_its_key_is_the_one_checked(app_client, database, room):
    configuration, key, (opens, quits, data) = prepared(staff(app_client, "canbo"), room)
    assert configuration["startURL"] == f"{ORIGIN}/thi"
    assert configuration["hashedQuitPassword"] == hashlib.sha256(quits.encode()).hexdigest()
    assert data.headers["content-type"] == "application/seb"
    assert data.headers["content-disposition"].endswith('-1.seb"')
    with database.read() as db:
        stored = db.scalars(select(SafeExamBrowserSetting)).one()
        assert stored.config_key == key and stored.origin == ORIGIN
        assert opens.encode() not in stored.file
    assert len(re.sub("-", "", opens)) == 20  # 25**20: 92 bits


def test_passwords_are_shown_once_and_never_again(app_client, room):
    officer = staff(app_client, "canbo")
    _, _, (opens, quits, _) = prepared(officer, room)
    page = officer.get(here(room)).text
    assert opens not in page and quits not in page


def test_without_a_public_origin_no_file_is_made(database, clock, room):
    client = make_client(database, clock)
    client.headers["X-CSRF-Token"] = sign_in(client, "canbo", PASSWORD)
    client.headers["accept"] = "text/html"
    refused = client.post(here(room))
    assert refused.status_code == 422 and "KHAOTHI_PUBLIC_ORIGIN" in refused.text
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(SafeExamBrowserSetting)) == 0


def test_only_the_planner_reaches_page_and_file(app_client, room):
    officer = staff(app_client, "canbo")
    prepared(officer, room)
    invigilator = staff(app_client, "giamthi")
    assert invigilator.get(here(room)).status_code == 403
    assert invigilator.post(here(room)).status_code == 403
    assert invigilator.get(here(room, "/tep/1.seb")).status_code == 403
    stranger = type(app_client)(app_client.app)
    assert stranger.get(here(room, "/tep/1.seb"), follow_redirects=False).status_code in {303, 401}


def test_a_new_file_replaces_the_old_and_switching_off_takes_both_away(app_client, room):
    officer = staff(app_client, "canbo")
    _, first, _ = prepared(officer, room)
    _, second, _ = prepared(officer, room)
    assert first != second
    assert officer.get(here(room, "/tep/1.seb")).status_code == 404
    assert officer.get(here(room, "/tep/2.seb")).status_code == 200
    officer.post(here(room, "/tat"))
    officer.post(here(room, "/tat"))
    assert officer.get(here(room, "/tep/2.seb")).status_code == 404
    assert "Tệp số 2" in officer.get(here(room)).text


# --- the candidate ----------------------------------------------------------------------------


def test_the_header_is_held_against_the_external_address(app_client, database, room):
    _, key, _ = prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    document = fetch(app_client, proof(key, "/thi/api/attempt"))
    saved = save(app_client, document, 1, room, proof(key, "/thi/api/events"))
    assert saved.json()["acked"] == [1]
    app_client.get("/thi/api/clock", headers=proof(key, "/thi/api/clock"))
    app_client.get("/thi/api/clock?x=%20", headers=proof(key, "/thi/api/clock?x=%20"))
    app_client.app.state.browsers.settle()
    assert sightings(database) == [("matched", "header")]


def test_the_page_reports_for_browsers_that_send_no_header(app_client, database, room):
    _, key, _ = prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    of_page = proof(key, "/thi/lam-bai", PAGE_HEADER)
    document = fetch(app_client, of_page)
    save(app_client, document, 1, room, of_page)
    assert sightings(database) == [("matched", "page")]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, ("absent", "none")),
        ({HEADER: "0" * 64}, ("mismatched", "header")),
        ({HEADER: "không phải".encode()}, ("mismatched", "header")),
        ({PAGE_HEADER: "0" * 64}, ("mismatched", "page")),
    ],
)
def test_a_mismatch_is_reported_and_the_save_still_counts(
    app_client, database, room, headers, found
):
    prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    document = fetch(app_client, headers)
    saved = save(app_client, document, 1, room, headers)
    assert saved.status_code == 200 and saved.json()["acked"] == [1]
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(ResponseEvent)) == 1
        told = db.scalars(
            select(AuditEvent).where(AuditEvent.action == f"safe_exam_browser.{found[0]}")
        ).all()
        assert [event.object_id for event in told] == [str(room.candidate.id)]
    assert sightings(database) == [found]


def test_the_hash_of_another_address_is_a_mismatch(app_client, database, room):
    _, key, _ = prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    document = fetch(app_client, proof(key, "/thi/api/attempt"))
    save(app_client, document, 1, room, proof(key, "/thi/api/attempt"))
    assert sightings(database) == [("matched", "header"), ("mismatched", "header")]


def test_the_raw_key_itself_proves_nothing(app_client, database, room):
    _, key, _ = prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    fetch(app_client, {HEADER: key, PAGE_HEADER: key})
    assert sightings(database) == [("mismatched", "header")]


def test_pages_reached_by_a_redirect_speak_only_for_the_browser(app_client, database, room):
    _, key, _ = prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    app_client.get("/thi/lam-bai", headers={HEADER: "0" * 64})
    app_client.get("/thi/lam-bai")
    app_client.app.state.browsers.settle()
    assert sightings(database) == []
    app_client.get("/thi/lam-bai", headers=proof(key, "/thi/lam-bai"))
    app_client.app.state.browsers.settle()
    assert sightings(database) == [("matched", "header")]


def test_the_invigilator_sees_it_on_the_seat_and_in_the_log(app_client, room):
    prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    fetch(app_client)
    invigilator = staff(app_client, "giamthi")
    page = invigilator.get(f"/phong-thi/{room.sitting.id}?ghe={room.candidate.id}").text
    assert "Không thấy SEB" in page
    assert "Safe Exam Browser: 1 máy không khớp." in page
    assert "Máy không dùng Safe Exam Browser; bài vẫn được lưu" in page


def test_where_the_check_is_off_nothing_is_noted(app_client, database, room):
    begin(app_client)
    fetch(app_client, {HEADER: "0" * 64})
    assert sightings(database) == []
    officer = staff(app_client, "canbo")
    prepared(officer, room)
    fetch(app_client)
    officer.post(here(room, "/tat"))
    fetch(app_client, {HEADER: "0" * 64})
    assert sightings(database) == [("absent", "none")]
    assert "SEB" not in officer.get(f"/phong-thi/{room.sitting.id}").text.split("nhat-ki")[0]


def test_a_second_server_process_writes_no_finding_twice(app_client, database, clock, room):
    prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    fetch(app_client)
    other = make_client(database, clock, public_origin=ORIGIN)
    other.cookies = app_client.cookies
    fetch(other)
    assert sightings(database) == [("absent", "none")]


def test_a_broken_check_stops_no_save(app_client, database, room, monkeypatch):
    prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    document = fetch(app_client)

    def broken(*_):
        raise RuntimeError("planted")

    with monkeypatch.context() as reading:
        reading.setattr(browser_watch.service, "expectation", broken)
        assert save(app_client, document, 1, room).json()["acked"] == [1]
    monkeypatch.setattr(browser_watch, "READ_AGAIN_SECONDS", 60.0)
    monkeypatch.setattr(browser_watch.Expectation, "finding", broken)
    assert save(app_client, document, 2, room).json()["acked"] == [2]


def test_a_device_that_alternates_cannot_flood_the_log(app_client, database, room):
    _, key, _ = prepared(staff(app_client, "canbo"), room)
    begin(app_client)
    for _ in range(5):
        fetch(app_client, proof(key, "/thi/api/attempt"))
        fetch(app_client)
    assert sightings(database) == [("matched", "header"), ("absent", "none")]
