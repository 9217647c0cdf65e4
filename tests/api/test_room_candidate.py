"""The candidate's way through the room, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery.attempts import devices
from delivery.sittings.models import Candidate, Sitting
from itembank.audit import AuditEvent
from itembank.forms.models import FormItem
from tests.factories.attempts import CODE, NUMBER, make_room
from tests.web import make_client

OURS = {"X-Requested-With": "khaothi"}


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        return make_room(db, now=clock.now)


@pytest.fixture
def client(database, clock, room):
    return make_client(database, clock)


def enter(client, number=NUMBER, code=CODE):
    return client.post("/thi", data={"sbd": number, "ma": code}, follow_redirects=False)


def begin(client):
    assert enter(client).status_code == 303
    response = client.post("/thi/bat-dau", follow_redirects=False)
    assert response.headers["location"] == "/thi/lam-bai"
    return client.get("/thi/api/attempt").json()


def change(seq, item, value, kind="answer"):
    at = "2026-11-23T06:00:00.000Z"
    return {"seq": seq, "kind": kind, "item": str(item), "value": value, "client_at": at}


def save(client, document, *changes, **headers):
    body = {"writer": document["writer"]["id"], "events": list(changes)}
    return client.post("/thi/api/events", json=body, headers={**OURS, **headers})


def hand_in(client, document, last_seq):
    body = {"writer": document["writer"]["id"], "last_seq": last_seq}
    return client.post("/thi/api/submit", json=body, headers=OURS)


def code_of(response):
    return response.json()["error"]["code"]


def set_state(database, room, state):
    with database.write() as db:
        db.get_one(Sitting, room.sitting.id).state = state


# --- entering ---------------------------------------------------------------------------------


def test_from_the_slip_to_the_receipt(client, room, clock):
    assert "Vào phòng thi" in client.get("/thi").text
    document = begin(client)
    assert document["attempt"]["state"] == "running"
    assert document["candidate"] == {"number": NUMBER, "name": "Nguyễn Thị Minh Anh"}
    assert [part["code"] for part in document["parts"]] == ["I", "II", "III"]
    saved = save(client, document, change(1, room.choice, "A"), change(2, room.short, "3,5"))
    assert saved.json()["acked"] == [1, 2]
    assert saved.json()["deadline"] == "2026-11-23T07:30:00.000Z"
    clock.forward(minutes=30)
    receipt = hand_in(client, document, 2).json()["receipt"]
    assert (receipt["answered"], receipt["total"]) == (2, 3)
    assert re.fullmatch(r"[3-9A-Y]{4}-[3-9A-Y]{4}", receipt["code"])
    assert hand_in(client, document, 2).json()["receipt"] == receipt
    again = client.get("/thi/api/attempt").json()
    assert again["attempt"]["state"] == "submitted"
    assert (again["receipt"], again["parts"], again["responses"]) == (receipt, [], {})


def test_a_reload_finds_every_response_and_flag(client, room):
    document = begin(client)
    save(
        client,
        document,
        change(1, room.choice, "A"),
        change(2, room.cluster, {"a": True, "b": False}),
        change(3, room.cluster, True, kind="flag"),
        change(4, room.choice, "C"),
    )
    again = client.get("/thi/api/attempt").json()
    assert again["responses"] == {
        str(room.choice): {"value": "C", "flagged": False},
        str(room.cluster): {"value": {"a": True, "b": False}, "flagged": True},
    }
    assert again["writer"] == {**document["writer"], "next_seq": 5}


def test_the_name_shows_only_after_the_code_was_right(client):
    assert "Minh Anh" not in enter(client, code="XXXXX-XXXXX").text
    enter(client)
    page = client.get("/thi/xac-nhan").text
    assert "Nguyễn Thị Minh Anh" in page and "17/05/2008" in page


def test_a_wrong_code_and_an_unknown_number_read_the_same(client):
    wrong = enter(client, code="AAAAA-AAAAA")
    unknown = enter(client, number="03999999", code="AAAAA-AAAAA")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(NUMBER, "") == unknown.text.replace("03999999", "")
    assert "còn 19 lần thử" in wrong.text


@pytest.mark.parametrize("number", [NUMBER, "03999999"])
def test_guessing_stops_after_twenty_tries_for_an_hour(client, clock, number):
    for _ in range(20):
        assert enter(client, number=number, code="AAAAA-AAAAA").status_code == 422
    stopped = enter(client, number=number)
    assert stopped.status_code == 429
    assert "Giơ tay báo giám thị" in stopped.text
    clock.forward(minutes=61)
    assert enter(client, number=number).status_code == (303 if number == NUMBER else 422)


def test_empty_fields_are_named_each_and_what_was_typed_is_kept(client):
    response = enter(client, code="")
    assert response.status_code == 422
    assert f'value="{NUMBER}"' in response.text and 'href="#ma"' in response.text


def test_before_the_sitting_opens_the_candidate_waits(client, database, room):
    set_state(database, room, "planned")
    enter(client)
    assert "Chờ giám thị mở đề" in client.get("/thi/xac-nhan").text
    assert (
        client.post("/thi/bat-dau", follow_redirects=False).headers["location"] == "/thi/xac-nhan"
    )
    assert code_of(client.get("/thi/api/attempt")) == "not_started"
    set_state(database, room, "open")
    assert "bắt đầu làm bài" in client.get("/thi/xac-nhan/trang-thai").text


def test_a_wrong_person_leaves_the_machine_to_the_next(client):
    enter(client)
    client.post("/thi/thoat", follow_redirects=False)
    assert client.get("/thi/xac-nhan", follow_redirects=False).headers["location"] == "/thi"
    assert enter(client).status_code == 303
    assert "bắt đầu làm bài" in client.get("/thi/xac-nhan").text


def test_nobody_leaves_an_open_paper(client):
    begin(client)
    assert client.post("/thi/thoat", headers={"accept": "application/json"}).status_code == 409


# --- a second device --------------------------------------------------------------------------


def test_a_second_device_waits_is_released_and_finds_everything(database, clock, room, client):
    document = begin(client)
    save(client, document, change(1, room.choice, "A"))
    second = make_client(database, clock)
    enter(second)
    assert "Chờ giám thị cho đổi máy" in second.get("/thi/xac-nhan").text
    assert second.get("/thi/api/attempt").status_code == 403
    assert code_of(second.get("/thi/api/attempt")) == "device_waits"
    with database.write() as db:
        sitting = db.get_one(Sitting, room.sitting.id)
        candidate = db.get_one(Candidate, room.candidate.id)
        devices.release_device(
            db, room.officer, sitting, candidate, reason="Máy 07 mất mạng", now=clock.now
        )
    moved = second.get("/thi/api/attempt").json()
    assert moved["responses"][str(room.choice)]["value"] == "A"
    assert moved["writer"]["epoch"] == 2
    assert moved["deadline"] == document["deadline"]
    late = save(client, document, change(2, room.choice, "B"))
    assert (late.status_code, code_of(late)) == (409, "writer_replaced")
    assert code_of(client.get("/thi/api/clock")) == "writer_replaced"


def test_a_page_from_an_earlier_lease_does_not_write_under_the_new_one(client, room):
    document = begin(client)
    other = {"writer": {"id": "w-" + str(room.choice)}}
    refused = save(client, other, change(1, room.choice, "A"))
    assert (refused.status_code, code_of(refused)) == (409, "writer_replaced")
    assert client.get("/thi/api/attempt").json()["writer"]["next_seq"] == 1
    assert document["writer"]["next_seq"] == 1


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "attempt"), ("get", "clock"), ("post", "events"), ("post", "submit")],
)
def test_a_stranger_is_told_to_sign_in(client, method, path):
    body = {"writer": "w-x", "events": [change(1, "x", "A")]} if path == "events" else None
    body = {"writer": "w-x", "last_seq": 0} if path == "submit" else body
    arguments = {"json": body, "headers": OURS} if body else {}
    response = getattr(client, method)(f"/thi/api/{path}", **arguments)
    assert (response.status_code, code_of(response)) == (401, "not_signed_in")


def test_the_same_number_with_other_bytes_is_refused_and_logged(client, room, database):
    document = begin(client)
    save(client, document, change(1, room.choice, "A"))
    refused = save(client, document, change(1, room.choice, "B"))
    assert (refused.status_code, code_of(refused)) == (409, "event_conflict")
    assert save(client, document, change(1, room.choice, "A")).json()["acked"] == [1]
    with database.read() as db:
        assert "response_event.conflicted" in set(db.scalars(select(AuditEvent.action)))


def test_a_late_save_is_refused_and_the_server_hands_in(client, room, clock):
    document = begin(client)
    save(client, document, change(1, room.choice, "A"))
    clock.forward(minutes=90, seconds=11)
    refused = save(client, document, change(2, room.choice, "B"))
    assert (refused.status_code, code_of(refused)) == (409, "deadline_passed")
    receipt = hand_in(client, document, 2).json()["receipt"]
    assert (receipt["answered"], receipt["automatic"]) == (1, True)


@pytest.mark.parametrize("item", ["khong-phai-uuid", "00000000-0000-7000-8000-000000000001"])
def test_a_save_of_an_unknown_item_writes_nothing(client, room, item):
    document = begin(client)
    refused = save(client, document, change(1, room.choice, "A"), change(2, item, "A"))
    assert (refused.status_code, code_of(refused)) == (422, "unknown_item")
    assert "thay đổi số 2" in refused.json()["error"]["problems"][0]["where"]
    assert client.get("/thi/api/attempt").json()["responses"] == {}


def test_an_item_of_another_form_is_unknown(client, room, database):
    document = begin(client)
    with database.read() as db:
        mine = set(db.scalars(select(FormItem.id)))
    assert room.choice in mine
    refused = save(client, document, change(1, room.sitting.id, "A"))
    assert code_of(refused) == "unknown_item"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"writer": "w", "events": []}',
        b'{"writer": "w", "events": [{"seq": 0}]}',
        b'{"writer": "w", "events": [], "role": "admin"}',
        b'{"a":' * 5000,
    ],
)
def test_unreadable_bodies_are_refused_in_the_one_shape(client, body):
    begin(client)
    response = client.post("/thi/api/events", content=body, headers=OURS)
    assert (response.status_code, code_of(response)) == (422, "unreadable")


def test_a_huge_body_is_refused(client):
    begin(client)
    response = client.post("/thi/api/events", content=b"x" * 1_500_000, headers=OURS)
    assert response.status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Requested-With": ""},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_another_site_cannot_write(client, room, headers):
    document = begin(client)
    refused = save(client, document, change(1, room.choice, "A"), **headers)
    assert (refused.status_code, code_of(refused)) == (403, "csrf_failed")


def test_another_site_cannot_sign_in_or_start(client):
    foreign = {"origin": "https://evil.example"}
    for path in ("/thi", "/thi/bat-dau", "/thi/thoat"):
        assert client.post(path, headers=foreign).status_code == 403


# --- what never leaves the server -------------------------------------------------------------


def test_no_key_rationale_or_solution_is_in_any_byte_a_candidate_receives(client, room):
    document = begin(client)
    pages = [
        client.get(path).text for path in ("/thi/api/attempt", "/thi/lam-bai", "/thi/api/clock")
    ]
    pages.append(save(client, document, change(1, room.choice, "A")).text)
    pages.append(hand_in(client, document, 1).text)
    for secret in ("bí mật", "vì A", "Lời giải kín", '"key"', "rationale", "solution"):
        assert not any(secret in page for page in pages), secret


def test_right_and_wrong_saves_answer_with_the_same_length(client, room):
    document = begin(client)
    right = save(client, document, change(1, room.choice, "A"))
    wrong = save(client, document, change(2, room.choice, "B"))
    assert len(right.content) == len(wrong.content)


def test_pictures_are_given_only_with_the_paper_they_are_in(client):
    begin(client)
    missing = client.get("/thi/hinh/" + "0" * 64)
    assert missing.status_code == 404


def test_the_clock_needs_no_sign_in_only_where_it_says_so(client, clock):
    assert client.get("/thi/api/time").json() == {"server_now": "2026-11-23T06:00:00.000Z"}
    begin(client)
    clock.now += timedelta(minutes=89)
    assert client.get("/thi/api/clock").json() == {
        "server_now": "2026-11-23T07:29:00.000Z",
        "deadline": "2026-11-23T07:30:00.000Z",
        "state": "running",
        "paused": None,
        "suspended": None,
        "messages": 0,
    }
