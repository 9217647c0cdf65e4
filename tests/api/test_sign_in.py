"""Signing in: who gets a session, who does not, and what the session allows."""

from __future__ import annotations

from datetime import datetime

from api.auth import passwords
from api.db import Database
from itembank.people import service as people
from tests.web import make_client, sign_in


def _person(database: Database, now: datetime, *, must_change: bool = False) -> None:
    with database.write() as db:
        unit = people.create_unit(db, code="THPT-A", name="THPT A", kind="truong")
        people.create_person(
            db,
            None,
            unit=unit,
            username="ha",
            full_name="Nguyễn Thu Hà",
            password_hash=passwords.hash_password("mot cau de nho"),
            now=now,
            must_change_password=must_change,
        )


def test_stranger_is_sent_to_sign_in(database: Database, clock) -> None:
    client = make_client(database, clock)
    response = client.get("/thong-bao", headers={"accept": "text/html"}, follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"] == "/dang-nhap?tiep=/thong-bao"


def test_right_password_opens_a_session_and_sign_out_ends_it(database, clock, now) -> None:
    _person(database, now)
    client = make_client(database, clock)
    csrf = sign_in(client, "ha", "mot cau de nho")
    assert "Nguyễn Thu Hà" in client.get("/thong-bao").text
    old = dict(client.cookies)
    client.post("/dang-xuat", data={"csrf_token": csrf})
    client.cookies.update(old)
    refused = client.get("/thong-bao", headers={"accept": "application/json"})
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "not_signed_in"


def test_wrong_password_says_so_without_telling_who_exists(database, clock, now) -> None:
    _person(database, now)
    client = make_client(database, clock)
    known = client.post("/dang-nhap", data={"username": "ha", "password": "sai"})
    unknown = client.post("/dang-nhap", data={"username": "ai", "password": "sai"})
    assert known.status_code == unknown.status_code == 422
    assert known.text.replace('"ha"', "") == unknown.text.replace('"ai"', "")


def test_tries_are_limited(database, clock, now) -> None:
    _person(database, now)
    client = make_client(database, clock, sign_in_tries=3)
    for _ in range(3):
        client.post("/dang-nhap", data={"username": "ha", "password": "sai"})
    blocked = client.post("/dang-nhap", data={"username": "ha", "password": "mot cau de nho"})
    assert blocked.status_code == 429
    clock.forward(hours=2)
    assert sign_in(client, "ha", "mot cau de nho")


def test_first_password_must_be_changed(database, clock, now) -> None:
    _person(database, now, must_change=True)
    client = make_client(database, clock)
    csrf = sign_in(client, "ha", "mot cau de nho")
    gate = client.get("/thong-bao", headers={"accept": "text/html"}, follow_redirects=False)
    assert gate.headers["location"] == "/doi-mat-khau"
    form = {
        "csrf_token": csrf,
        "old": "mot cau de nho",
        "new": "cau khac han",
        "again": "cau khac han",
    }
    client.post("/doi-mat-khau", data=form)
    assert client.get("/thong-bao", headers={"accept": "text/html"}).status_code == 200


def test_unsafe_request_needs_its_token_and_its_origin(database, clock, now) -> None:
    _person(database, now)
    client = make_client(database, clock)
    csrf = sign_in(client, "ha", "mot cau de nho")
    assert client.post("/dang-xuat").status_code == 403
    foreign = {"origin": "https://evil.example"}
    assert client.post("/dang-xuat", data={"csrf_token": csrf}, headers=foreign).status_code == 403
