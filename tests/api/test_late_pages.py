"""The pages about late work: seen by officers, asked by one, decided by another."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from delivery.attempts import late, service
from delivery.results.service import score_sitting
from delivery.sittings.states import CLOSED
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import answer, attempt_of, held, make_room, start_attempt
from tests.factories.forms import make_unit
from tests.factories.web import Desk, add_staff

WHY = "Mạng phòng 3 đứt từ 8 giờ 10, biên bản số 4"


@pytest.fixture
def hall(database, clock):
    with database.write() as db:
        room = make_room(db, now=clock.now, minutes=45)
        device = start_attempt(db, room, now=clock.now)
        service.save_events(db, device, [answer(1, room.choice, "B")], now=clock.now)
        end = clock.now + timedelta(minutes=46)
        service.close_overdue(db, now=end)
        late.keep_late(db, held(db, "may-07"), [answer(2, room.choice, "A")], now=end)
        score_sitting(db, None, room.sitting, now=end)
        room.sitting.state = CLOSED
        unit = db.get_one(Unit, room.sitting.unit_id)
        attempt = attempt_of(device).id
    for name in ("totchuc1", "totchuc2"):
        add_staff(database, name, Role.EXAM_OFFICER, now=clock.now, unit=unit)
    here = f"/ca-thi/{room.sitting.id}/gui-muon"
    return (
        f"{here}/{attempt}",
        Desk(database, clock, "totchuc1"),
        Desk(database, clock, "totchuc2"),
        room,
    )


def request_id(text):
    return re.search(r'name="de_nghi" value="([^"]+)"', text)[1]


def test_from_the_results_to_a_further_round_by_two_people(hall):
    here, one, two, room = hall
    list_ = here.rpartition("/")[0]
    assert list_ in one.get(f"/ca-thi/{room.sitting.id}/ket-qua").text
    assert here in one.get(list_).text and "Gửi sau khi đã nộp bài" in one.get(list_).text
    shown = one.get(here).text
    assert ">B<" in shown and ">A<" in shown and "0,25" in shown
    assert one.post(f"{here}/de-nghi", tinh="co", reason=WHY).status_code == 303
    assert "người khác người đề nghị" in one.get(here).text
    ruling = request_id(two.get(here).text)
    assert one.post(f"{here}/quyet-dinh", de_nghi=ruling, y_kien="dong-y").status_code == 403
    assert two.post(f"{here}/quyet-dinh", de_nghi=ruling, y_kien="dong-y").status_code == 303
    assert "Được tính" in one.get(list_).text
    assert "Vòng 2" in one.get(f"/ca-thi/{room.sitting.id}/cham-lai/vong").text
    assert "Nếu không tính nữa" in one.get(here).text


def test_what_is_missing_is_said_and_nothing_typed_is_lost(hall):
    here, one, two, _ = hall
    short = one.post(f"{here}/de-nghi", tinh="co", reason="mạng")
    assert short.status_code == 422 and ">mạng</textarea>" in short.text
    one.post(f"{here}/de-nghi", tinh="khong", reason=WHY)
    ruling = request_id(two.get(here).text)
    refused = two.post(f"{here}/quyet-dinh", de_nghi=ruling, y_kien="khong", reason="không")
    assert refused.status_code == 422 and ">không</textarea>" in refused.text


@pytest.mark.parametrize("role", [Role.INVIGILATOR, Role.TEACHER, None])
def test_nobody_else_sees_or_rules(hall, database, clock, role):
    here, one, _, room = hall
    one.post(f"{here}/de-nghi", tinh="co", reason=WHY)
    with database.write() as db:
        unit = db.get_one(Unit, room.sitting.unit_id) if role else make_unit(db, "KHAC")
    add_staff(database, "nguoila", role or Role.EXAM_OFFICER, now=clock.now, unit=unit)
    stranger = Desk(database, clock, "nguoila")
    for path in (here, here.rpartition("/")[0]):
        assert stranger.get(path).status_code == 403
    assert stranger.post(f"{here}/de-nghi", tinh="co", reason=WHY).status_code == 403
    ruling = str(room.sitting.id)
    assert stranger.post(f"{here}/quyet-dinh", de_nghi=ruling, y_kien="dong-y").status_code == 403


def test_an_attempt_of_another_sitting_is_not_found(hall):
    here, one, _, room = hall
    assert one.get(f"{here.rpartition('/')[0]}/{room.sitting.id}").status_code == 404
