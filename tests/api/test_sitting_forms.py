"""The officer's page of forms, room plans and who gets which."""

from __future__ import annotations

import pytest

from delivery.allocation import repository
from itembank.people import repository as people
from itembank.permissions import Role
from tests.factories.forms import make_frozen_form, make_person, make_unit
from tests.factories.sittings import make_sitting
from tests.factories.web import Desk, add_staff


@pytest.fixture
def hall(database, clock):
    """An officer's browser, a sitting of 24 in one room, and four frozen forms."""
    person, unit = add_staff(database, "totchuc", Role.EXAM_OFFICER, now=clock.now)
    with database.write() as db:
        actor = people.load_actor(db, person)
        author = make_person(db, unit, "tacgia", Role.TEACHER, now=clock.now)
        made = [
            make_frozen_form(db, actor, author, now=clock.now, code=f"DE-{n}") for n in range(4)
        ]
        sitting, _ = make_sitting(db, actor, made[0], unit, now=clock.now, n=24)
    return Desk(database, clock, "totchuc"), sitting, made


def test_from_four_forms_to_a_room_in_which_neighbours_differ(hall, database):
    officer, sitting, made = hall
    here = f"/ca-thi/{sitting.id}/ma-de"
    assert "Chưa có mã đề nào" in officer.get(here).text
    for n, form in enumerate(made):
        assert officer.post(f"{here}/them", form=str(form.id), code=f"10{n}").status_code == 303
    refused = officer.post(f"{here}/chia", cach="ghe")
    assert refused.status_code == 422 and "chưa có sơ đồ chỗ ngồi" in refused.text
    officer.post(f"{here}/so-do", room="01", rows="6", columns="4")
    assert officer.post(f"{here}/chia", cach="ghe").status_code == 303
    page = officer.get(here).text
    assert page.count('class="shade-') == 24 and "Đã chia cho 24 thí sinh" in page
    with database.read() as db:
        assert len(repository.assignments(db, sitting.id)) == 24


def test_what_is_wrong_is_said_where_it_is(hall):
    officer, sitting, made = hall
    here = f"/ca-thi/{sitting.id}/ma-de"
    refused = officer.post(f"{here}/them", form="", code="101")
    assert refused.status_code == 422 and "Chọn một đề đã chốt" in refused.text
    refused = officer.post(f"{here}/so-do", room="01", rows="99", columns="4")
    assert refused.status_code == 422 and "từ 1 đến 30" in refused.text
    assert officer.post(f"{here}/chia", cach="vong").status_code == 422
    assert made


def test_an_officer_of_another_unit_sees_nothing(hall, database, clock):
    _, sitting, _ = hall
    with database.write() as db:
        other = make_unit(db, "KHAC")
    add_staff(database, "la", Role.EXAM_OFFICER, now=clock.now, unit=other)
    assert Desk(database, clock, "la").get(f"/ca-thi/{sitting.id}/ma-de").status_code == 403
