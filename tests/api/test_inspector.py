"""The inspector sees the room and changes nothing in it; every opening is noted."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import func, select

from api.app import create_app
from api.settings import Settings
from delivery.attempts.models import Attempt, AttemptAction
from delivery.incidents.service import note_incident
from delivery.readiness.models import RoomCode
from delivery.sittings.models import Sitting, SittingAction
from itembank.audit import AuditEvent
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.canaries.test_key_canaries import routes_of
from tests.factories.attempts import make_room, start_attempt
from tests.factories.forms import make_unit
from tests.factories.web import Desk, add_staff
from tests.web import make_client

WHY = "Mất điện ở dãy máy bên trái"
FILLED = {"reason": WHY, "text": WHY, "kind": "power", "phong": "03", "minutes": "5"}
ROOMS = ("/phong-thi", "/kiem-tra-phong", "/thanh-tra")


@pytest.fixture
def room(database, clock):
    with database.write() as db:
        made = make_room(db, now=clock.now)
        start_attempt(db, made, now=clock.now)
        note_incident(
            db, made.officer, made.sitting, kind="power", text=WHY, room="03",
            candidate=made.candidate, now=clock.now,
        )  # fmt: skip
        unit = db.get_one(Unit, made.sitting.unit_id)
    add_staff(database, "thanhtra", Role.INSPECTOR, now=clock.now, unit=unit)
    add_staff(database, "giamthi", Role.INVIGILATOR, now=clock.now, unit=unit)
    return made


@pytest.fixture
def inspector(database, clock, room):
    return Desk(database, clock, "thanhtra")


def addresses(room, method: str) -> list[str]:
    """Every address of the room, its names filled in."""
    known = {"sitting_id": room.sitting.id, "candidate_id": room.candidate.id, "verb": "tam-dung"}
    found = [r.path for r in routes_of(create_app(Settings()).routes) if method in r.methods]
    return [
        re.sub(r"\{(\w+)\}", lambda name: str(known.get(name[1], uuid.uuid4())), path)
        for path in found
        if path.startswith(ROOMS) and "{" in path
    ]


def everything_kept(database) -> list[int]:
    with database.read() as db:
        counted = (AttemptAction, SittingAction, Attempt, RoomCode)
        return [db.scalar(select(func.count()).select_from(one)) or 0 for one in counted]


def openings(database) -> list[AuditEvent]:
    with database.read() as db:
        query = select(AuditEvent).where(AuditEvent.action == "sitting.inspected")
        return list(db.scalars(query.order_by(AuditEvent.seq)))


def test_an_inspector_does_nothing_in_any_room(inspector, room, database):
    posts = addresses(room, "POST")
    assert len(posts) >= 9 and not [path for path in posts if path.startswith("/thanh-tra")]
    before = everything_kept(database)
    answers = {path: inspector.post(path, **FILLED).status_code for path in posts}
    assert answers == dict.fromkeys(posts, 403)
    assert everything_kept(database) == before
    with database.read() as db:
        assert db.get_one(Sitting, room.sitting.id).state == "open"


def test_an_inspector_reads_only_the_pages_of_inspection(inspector, room):
    for path in addresses(room, "GET"):
        expected = 200 if path.startswith("/thanh-tra") else 403
        assert inspector.get(path).status_code == expected, path


def test_nobody_else_reads_the_pages_of_inspection(room, database, clock):
    others = Desk(database, clock, "giamthi")
    stranger = make_client(database, clock)
    for path in addresses(room, "GET"):
        if path.startswith("/thanh-tra"):
            assert others.get(path).status_code == 403
            turned = stranger.get(path, headers={"accept": "text/html"}, follow_redirects=False)
            assert turned.headers["location"].startswith("/dang-nhap")
    assert openings(database) == []


def test_an_inspector_of_another_unit_sees_nothing(room, database, clock):
    with database.write() as db:
        elsewhere = make_unit(db, "SO-QN")
    add_staff(database, "tt.khac", Role.INSPECTOR, now=clock.now, unit=elsewhere)
    desk = Desk(database, clock, "tt.khac")
    assert desk.get(f"/thanh-tra/{room.sitting.id}").status_code == 403
    assert str(room.sitting.id) not in desk.get("/thanh-tra").text


def test_what_is_seen_has_numbers_and_no_names(inspector, room):
    assert str(room.sitting.id) in inspector.get("/thanh-tra").text
    page = inspector.get(f"/thanh-tra/{room.sitting.id}").text
    assert room.candidate.number in page and "Đang làm" in page and WHY in page
    assert "Đã nộp 0 ≠ có mặt 1 − đình chỉ 0" in page and "chưa niêm phong" in page
    part = inspector.get(f"/thanh-tra/{room.sitting.id}/so-do").text
    machines = inspector.get(f"/thanh-tra/{room.sitting.id}/may").text
    for seen in (page, part, machines):
        assert room.candidate.full_name not in seen and room.candidate.school not in seen
        assert "17/05/2008" not in seen and "2008-05-17" not in seen
        assert 'method="post" action="/phong-thi' not in seen and "/kiem-tra-phong" not in seen


def test_the_root_hash_is_shown_once_the_sitting_is_sealed(inspector, room, database, clock):
    Desk(database, clock, "giamthi").post(f"/phong-thi/{room.sitting.id}/dong", reason=WHY)
    page = inspector.get(f"/thanh-tra/{room.sitting.id}").text
    assert "khớp với mã niêm phong" in page and 'class="root"' in page
    assert "Đã nộp 1 = có mặt 1 − đình chỉ 0" in page


def test_every_opening_is_noted_and_the_part_that_redraws_is_not(inspector, room, database):
    for rest in ("", "?phong=03", "/so-do", "/so-do", "/may?phong=03"):
        inspector.get(f"/thanh-tra/{room.sitting.id}{rest}")
    noted = openings(database)
    assert [(one.after or {})["what"] for one in noted] == ["room", "room", "machines"]
    assert {one.object_id for one in noted} == {str(room.sitting.id)}
    assert all(one.actor_id is not None for one in noted)


def test_the_invigilator_reads_in_the_log_that_somebody_looked(inspector, room, database, clock):
    inspector.get(f"/thanh-tra/{room.sitting.id}")
    log = Desk(database, clock, "giamthi").get(f"/phong-thi/{room.sitting.id}/nhat-ki").text
    assert "Thanh tra mở xem" in log and "sitting.inspected" not in log
