"""Pages about papers: who may come in, what is told, what is kept."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from itembank.audit import AuditEvent
from itembank.forms import repository
from itembank.forms.models import TestForm
from itembank.people.models import Person, Unit
from itembank.permissions import Role
from tests.factories.forms import make_bank, make_person
from tests.factories.web import HTML, Desk, add_staff
from tests.web import make_client


@pytest.fixture
def officer(database, clock, now) -> Desk:
    _, unit = add_staff(database, "canbo", Role.EXAM_OFFICER, now=now)
    with database.write() as db:
        make_bank(db, make_person(db, unit, "tacgia", Role.TEACHER, now=now), now=now)
    return Desk(database, clock, "canbo")


def _create(desk: Desk, code: str = "T01") -> str:
    made = desk.post("/de/moi", preset="thpt-2025-toan", code=code, title="Thi thử <b>lần 1</b>")
    assert made.status_code == 303, made.text
    return made.headers["location"]


def test_strangers_and_teachers_stay_out(database, clock, now) -> None:
    stranger = make_client(database, clock)
    for path in ("/de", "/de/moi"):
        away = stranger.get(path, headers=HTML, follow_redirects=False)
        assert away.status_code == 303 and away.headers["location"].startswith("/dang-nhap")
    add_staff(database, "giaovien", Role.TEACHER, now=now)
    teacher = Desk(database, clock, "giaovien")
    assert teacher.get("/de").status_code == 403
    assert teacher.post("/de/moi", preset="thpt-2025-toan", code="A", title="A").status_code == 403


def test_empty_list_says_what_to_do_first(officer) -> None:
    assert "Chưa có đề nào" in officer.get("/de").text


def test_form_is_created_filled_looked_at_and_frozen(officer, database) -> None:
    where = _create(officer)
    page = officer.get(where).text
    assert "Thi thử &lt;b&gt;lần 1&lt;/b&gt;" in page
    assert "Đề chưa có câu nào" in page
    assert officer.post(f"{where}/chon-cau", seed="7").status_code == 303
    page = officer.get(where).text
    assert page.count("Thay câu</button>") == 22
    assert officer.post(f"{where}/chot").status_code == 303
    page = officer.get(where).text
    assert "Đề đã chốt" in page and "Thay câu" not in page
    assert officer.post(f"{where}/chon-cau", seed="8").status_code == 403


def test_a_form_begun_by_hand_is_filled_up_around_what_stands_in_it(officer, database) -> None:
    where = _create(officer)
    officer.post(f"{where}/chon-cau", seed="7")
    with database.write() as db:
        form = db.scalars(select(TestForm)).one()
        places = repository.form_items(db, form.id)
        kept = {place.item_id for place in places[:5]}
        for place in places[5:]:
            db.delete(place)
    assert "Chọn thêm cho đủ" in officer.get(where).text
    assert officer.post(f"{where}/chon-cau", seed="9", giu="true").status_code == 303
    assert "Chọn thêm cho đủ" not in officer.get(where).text
    with database.read() as db:
        there = {place.item_id for place in repository.form_items(db, form.id)}
    assert kept < there and len(there) == 22


def test_missing_words_are_told_beside_the_field_and_kept(officer) -> None:
    refused = officer.post("/de/moi", preset="", code="", title="Giữ lại tên này")
    assert refused.status_code == 422
    assert "Giữ lại tên này" in refused.text and "Chọn một cấu trúc đề" in refused.text
    refused = officer.post("/de/moi", preset="thpt-2025-toan", code="", title="Giữ lại tên này")
    assert 'href="#code"' in refused.text and "Ghi mã đề." in refused.text


@pytest.mark.parametrize("seed", ["", "abc", "-1", "9" * 30, "１２"])
def test_seed_that_is_no_number_is_told(officer, seed) -> None:
    where = _create(officer)
    refused = officer.post(f"{where}/chon-cau", seed=seed)
    assert refused.status_code == 422 and "Số gieo là số nguyên" in refused.text


def test_shortage_is_told_by_cell(database, clock, now) -> None:
    _, unit = add_staff(database, "canbo", Role.EXAM_OFFICER, now=now)
    with database.write() as db:
        author = make_person(db, unit, "tacgia", now=now)
        make_bank(db, author, now=now, counts={"choice": {"biet": 6, "hieu": 4, "van_dung": 1}})
    desk = Desk(database, clock, "canbo")
    where = _create(desk)
    assert "thiếu 1" in desk.get(where).text
    refused = desk.post(f"{where}/chon-cau", seed="1")
    assert refused.status_code == 422
    assert "Phần I · Vận dụng" in refused.text
    assert "Cần 2 câu, ngân hàng có 1: thiếu 1 câu." in refused.text


def test_replacing_one_item_changes_only_it(officer, database) -> None:
    where = _create(officer)
    officer.post(f"{where}/chon-cau", seed="7")
    with database.read() as db:
        form = db.scalars(select(TestForm)).one()
        before = {p.id: p.version_hash for p in repository.form_items(db, form.id)}
    place = next(iter(before))
    moved = officer.post(f"{where}/cau/{place}/thay")
    assert moved.headers["location"] == f"{where}#cau-1"
    with database.read() as db:
        after = {p.id: p.version_hash for p in repository.form_items(db, form.id)}
    assert [i for i in before if before[i] != after[i]] == [place]


def test_paper_as_candidates_see_it_has_no_key_and_the_other_look_is_recorded(
    officer, database
) -> None:
    where = _create(officer)
    officer.post(f"{where}/chon-cau", seed="7")
    seen = officer.get(f"{where}/xem").text
    assert seen.count('class="kt-item"') == 22
    assert "Đáp án:" not in seen and "Lời giải kín" not in seen and "bí mật" not in seen
    keyed = officer.get(f"{where}/dap-an").text
    assert "<strong>Đáp án:</strong> a) Đ · b) S · c) Đ · d) S" in keyed
    with database.read() as db:
        query = select(AuditEvent).where(AuditEvent.action == "form.opened_with_keys")
        assert len(db.scalars(query).all()) == 1


def test_unknown_form_and_foreign_subject(officer, database, clock, now) -> None:
    missing = "/de/00000000-0000-7000-8000-000000000000"
    assert officer.get(missing).status_code == 404
    assert officer.get("/de/khong-phai-ma").status_code in {404, 422}
    where = _create(officer)
    with database.write() as db:
        unit_id = db.scalars(select(Person.unit_id)).first()
        unit = db.get_one(Unit, unit_id)
        make_person(
            db,
            unit,
            "vatli",
            Role.EXAM_OFFICER,
            now=now,
            subject="vat-li",
            password_hash=db.scalars(
                select(Person.password_hash).where(Person.username == "canbo")
            ).one(),
        )
    other = Desk(database, clock, "vatli")
    assert other.get(where).status_code == 403
    assert "T01" not in other.get("/de").text


def test_posting_without_the_token_is_refused(officer) -> None:
    refused = officer.client.post(
        "/de/moi", data={"preset": "thpt-2025-toan", "code": "X", "title": "X"}, headers=HTML
    )
    assert refused.status_code == 403


def test_every_page_has_its_title_and_one_heading(officer) -> None:
    where = _create(officer)
    officer.post(f"{where}/chon-cau", seed="7")
    for path in ("/de", "/de/moi", where, f"{where}/xem", f"{where}/dap-an"):
        page = officer.get(path).text
        assert len(re.findall(r"<h1", page)) == 1, path
