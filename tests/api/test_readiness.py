"""The check of machines and its report, as browsers meet them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from api.room.readiness_pages import PROBE_BYTES
from delivery.readiness.models import ReadinessCheck
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import make_room
from tests.factories.readiness import CHROME, GOOD, ROOM_CODE, issue
from tests.factories.web import Desk, add_staff
from tests.web import make_client

OURS = {"X-Requested-With": "khaothi", "User-Agent": CHROME}
SEAT = f"/kiem-tra-may/{ROOM_CODE}/7"


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now, state="planned")
        issue(db, made.officer, made.sitting, now=clock.now)
        unit = db.get_one(Unit, made.sitting.unit_id)
    for name, role in (("giamthi", Role.INVIGILATOR), ("quantri", Role.UNIT_ADMIN),
                       ("giaovien", Role.TEACHER), ("thanhtra", Role.INSPECTOR)):  # fmt: skip
        add_staff(database, name, role, now=clock.now, unit=unit)
    return made


@pytest.fixture
def machine(database, clock, room):
    return make_client(database, clock)


def checks(database) -> list[ReadinessCheck]:
    with database.read() as db:
        return db.query(ReadinessCheck).all()


def test_a_machine_is_opened_by_code_and_seat_without_signing_in(machine):
    assert "Mã phòng" in machine.get("/kiem-tra-may").text
    found = machine.get("/kiem-tra-may?ma=abcdefghjk&ghe=07", follow_redirects=False)
    assert (found.status_code, found.headers["location"]) == (303, SEAT)
    page = machine.get(SEAT)
    assert page.status_code == 200 and "Ghế 7, phòng 03" in page.text
    assert "Nguyễn Thị Minh Anh" not in page.text and "03001247" not in page.text


@pytest.mark.parametrize(("ma", "ghe", "words"), [("QQQQQQQQQQ", "7", "Mã phòng không đúng"),
                                                  (ROOM_CODE, "8", "không có ghế đó")])  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(machine, ma, ghe, words):
    page = machine.get("/kiem-tra-may", params={"ma": ma, "ghe": ghe})
    assert page.status_code == 404 and words in page.text
    assert f'value="{ghe}"' in page.text and ma[:5] in page.text


def test_looking_writes_nothing_and_keeping_appends(machine, database, clock):
    seen = machine.post(f"{SEAT}/xem", json=GOOD | {"width": 300}, headers=OURS)
    assert seen.status_code == 200 and "Hẹp quá" in seen.text and checks(database) == []
    kept = machine.post(SEAT, json=GOOD, headers=OURS)
    assert "Máy này sẵn sàng" in kept.text
    machine.post(SEAT, json=GOOD | {"was_heard": None}, headers=OURS)
    assert [json.loads(one.measured)["was_heard"] for one in checks(database)] == [True, None]


@pytest.mark.parametrize("headers", [{}, OURS | {"Origin": "https://xa.example"}])
def test_another_site_cannot_send_for_a_machine(machine, database, headers):
    assert machine.post(SEAT, json=GOOD, headers=headers).status_code == 403
    assert checks(database) == []


@pytest.mark.parametrize("body", [b"{", b"[]", json.dumps(GOOD | {"typed": "x" * 5000}).encode(),
                                  json.dumps(GOOD | {"by": "ai"}).encode(), b"x" * 2_000_000])  # fmt: skip
def test_what_cannot_be_read_is_refused_and_not_repeated(machine, database, body):
    answer = machine.post(SEAT, content=body, headers=OURS | {"Content-Type": "application/json"})
    assert answer.status_code in {413, 422} and "x" * 50 not in answer.text
    assert checks(database) == []


def test_the_bundle_is_bounded_and_only_for_who_has_a_code(machine):
    bundle = machine.get(f"/kiem-tra-may/{ROOM_CODE}/goi-do")
    assert len(bundle.content) == PROBE_BYTES and bundle.headers["cache-control"] == "no-store"
    assert machine.get("/kiem-tra-may/AAAAA-AAAAA/goi-do").status_code == 404


def test_the_room_before_the_day_as_picture_chores_and_file(machine, room, database, clock):
    machine.post(SEAT, json=GOOD | {"typed": "Tieng Viet co dau"}, headers=OURS)
    for name in ("giamthi", "quantri"):
        desk = Desk(database, clock, name)
        page = desk.get(f"/kiem-tra-phong/{room.sitting.id}?phong=03").text
        assert "0 trên 1 máy dùng được; còn 1 máy phải làm." in page
        assert "Bật Unikey" in page and "Nguyễn Thị Minh Anh" not in page
        assert (ROOM_CODE in page) == (name == "giamthi")
        told = desk.get(f"/kiem-tra-phong/{room.sitting.id}/ghe?phong=03&ghe=07").text
        assert "Chữ không có dấu" in told
    file = desk.get(f"/kiem-tra-phong/{room.sitting.id}/kiem-tra-may.csv")
    (row,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    assert (row["phong"], row["ghe"], row["tinh_trang"]) == ("03", "7", "Không đạt")
    assert row["trinh_duyet"] == "Chrome 131" and row["keyboard"] == "Không đạt: Chữ không có dấu"


def test_an_invigilator_issues_a_new_code_and_the_old_opens_nothing(machine, room, database, clock):
    desk = Desk(database, clock, "giamthi")
    done = desk.post(f"/kiem-tra-phong/{room.sitting.id}/ma", phong="03", nghe="true")
    assert done.status_code == 303
    assert ROOM_CODE not in desk.get(done.headers["location"]).text
    assert machine.get(SEAT).status_code == 404


def test_others_see_no_report_and_issue_no_code(machine, room, database, clock):
    here = f"/kiem-tra-phong/{room.sitting.id}"
    for name in ("giaovien", "thanhtra"):
        desk = Desk(database, clock, name)
        for path in (here, f"{here}/kiem-tra-may.csv", f"{here}/ghe?phong=03&ghe=7"):
            assert desk.get(path).status_code == 403
        assert desk.post(f"{here}/ma", phong="03").status_code == 403
    assert Desk(database, clock, "quantri").post(f"{here}/ma", phong="03").status_code == 403
    assert (
        machine.get(here, headers={"accept": "text/html"}, follow_redirects=False)
        .headers["location"]
        .startswith("/dang-nhap")
    )


def test_an_unknown_seat_has_no_history(room, database, clock):
    desk = Desk(database, clock, "giamthi")
    assert desk.get(f"/kiem-tra-phong/{room.sitting.id}/ghe?phong=03&ghe=99").status_code == 404
