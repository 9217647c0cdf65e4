"""The practice pages from outside: who gets in, and that no key leaves before its time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.auth.passwords import hash_code
from delivery.practice import repository, service
from delivery.practice.service import Terms
from itembank.people import repository as people
from itembank.people.classes import service as classes
from itembank.permissions import Role
from tests.factories.forms import choice_content, make_item, make_person, make_unit
from tests.factories.web import HASH, Desk
from tests.web import make_client

CODE, PIN = "AB34CD", "314159"
SECRET = "bí-mật-lời-giải"


@pytest.fixture
def school(database, now):
    """A class with one task of each kind of feedback; ids as text."""
    with database.write() as db:
        unit = make_unit(db, "TRUONG", "truong")
        person = make_person(db, unit, "teacher", Role.TEACHER, now=now, password_hash=HASH)
        make_person(db, unit, "other", Role.TEACHER, now=now, password_hash=HASH)
        item = make_item(db, person, choice_content("B", solution=f"<p>{SECRET}</p>"), now=now)
        teacher = people.load_actor(db, person)
        group = classes.add_class(
            db,
            teacher,
            unit_id=unit.id,
            school_year=2026,
            code="12A1",
            name="12A1",
            grade=12,
            now=now,
        )
        classes.enrol(db, teacher, group, code="HS01", full_name="Nguyễn Hà An", now=now)
        service.ensure_code(db, group, new_code=lambda: CODE, now=now)
        service.issue_pins(db, teacher, group, new_pin=lambda: PIN, hash_pin=hash_code, now=now)
        kept = service.keep_set(db, teacher, title="Ôn", item_ids=[item.id], now=now)
        made = {}
        for feedback in ("at_once", "after"):
            terms = Terms(feedback, "practice", feedback, None, now, now + timedelta(hours=1))
            task = service.give(db, teacher, kept, group, terms, new_code=lambda: CODE, now=now)
            (place,) = repository.items_of_task(db, task.id)
            made[feedback] = (str(task.id), str(place.id))
        return made


def signed_in(database, clock, pin=PIN) -> tuple[TestClient, int]:
    client = make_client(database, clock)
    sent = {"ma_lop": CODE.lower(), "ma_hs": "hs01", "pin": pin}
    response = client.post("/lop", data=sent, follow_redirects=False)
    return client, response.status_code


def test_no_key_leaves_before_the_pupil_has_checked(database, clock, school):
    pupil, status = signed_in(database, clock)
    assert status == 303
    task, place = school["at_once"]
    pupil.post(f"/lop/bai/{task}/bat-dau")
    assert SECRET not in pupil.get(f"/lop/bai/{task}").text
    pupil.post(f"/lop/bai/{task}/cau/{place}", data={"a": "A"})
    assert SECRET not in pupil.get(f"/lop/bai/{task}").text
    pupil.post(f"/lop/bai/{task}/cau/{place}", data={"a": "A", "check": "1"})
    shown = pupil.get(f"/lop/bai/{task}").text
    assert SECRET in shown
    assert "Chưa đúng" in shown


def test_keys_of_a_task_with_feedback_after_wait_until_it_is_closed(database, clock, school):
    pupil, _ = signed_in(database, clock)
    task, place = school["after"]
    pupil.post(f"/lop/bai/{task}/bat-dau")
    pupil.post(f"/lop/bai/{task}/cau/{place}", data={"a": "B", "check": "1"})
    pupil.post(f"/lop/bai/{task}/nop")
    assert SECRET not in pupil.get(f"/lop/bai/{task}").text
    clock.forward(minutes=61)
    shown = pupil.get(f"/lop/bai/{task}").text
    assert SECRET in shown
    assert "1,00" in shown


def test_nobody_looks_at_the_work_without_signing_in(database, clock, school):
    stranger = make_client(database, clock)
    task, place = school["at_once"]
    assert stranger.get(f"/lop/bai/{task}", follow_redirects=False).headers["location"] == "/lop"
    assert stranger.post(f"/lop/bai/{task}/cau/{place}", data={"a": "B"}).status_code == 403
    assert stranger.get(f"/lop/hinh/{'0' * 64}").status_code == 403


def test_guessing_a_pin_is_stopped(database, clock, school):
    client = make_client(database, clock, sign_in_tries=3)
    sent = {"ma_lop": CODE, "ma_hs": "HS01"}
    answers = [client.post("/lop", data={**sent, "pin": str(n)}).status_code for n in range(4)]
    assert answers == [422, 422, 422, 429]
    assert client.post("/lop", data={**sent, "pin": PIN}).status_code == 429


def test_another_site_cannot_answer_for_the_pupil(database, clock, school):
    pupil, _ = signed_in(database, clock)
    task, _ = school["at_once"]
    foreign = {"origin": "https://elsewhere.example"}
    assert pupil.post(f"/lop/bai/{task}/bat-dau", headers=foreign).status_code == 403


def test_results_are_for_those_who_teach_the_class(database, clock, school):
    task, _ = school["at_once"]
    assert Desk(database, clock, "other").get(f"/luyen-tap/bai/{task}").status_code == 403
    desk = Desk(database, clock, "teacher")
    shown = desk.get(f"/luyen-tap/bai/{task}")
    assert "Nguyễn Hà An" in shown.text
    assert re.search(r"0\s+trên\s+1 em đã bắt đầu", shown.text)
    assert desk.get(f"/luyen-tap/bai/{task}/tep?kieu=xlsx").content.startswith(b"PK")
