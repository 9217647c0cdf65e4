"""Administration: lists shown before they are applied, people found and changed, units changed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from api.admin import intake_views, people_views, words
from api.i18n import english
from api.jobs.kinds import BODIES
from api.jobs.worker import Worker
from api.settings import Settings
from itembank.people import repository
from itembank.people.intake import planning, rows, staff_list
from itembank.people.intake.models import Intake
from itembank.people.models import Person, Unit
from itembank.people.register import repository as register
from itembank.people.register import states
from itembank.people.units import repository as unit_rows
from itembank.people.units.states import UNIT_KINDS
from itembank.permissions import Role
from tests.factories.staff import make_staffed
from tests.factories.web import HASH, Desk
from tests.web import make_client, sign_in

GOOD = (
    "ten_dang_nhap,ho_ten,ma_don_vi,vai_tro,mon\n"
    "lan.tt,Trần Thị Lan,THPT-C,Giáo viên|Thẩm định viên,toan\n"
    "an.nv,Nguyễn Văn An,THPT-C,teacher,\n"
)


@pytest.fixture
def province(database, now):
    with database.write() as db:
        make_staffed(db, now=now, password_hash=HASH)
    return database


def _upload(desk, text, kind="people", name="ds.csv"):
    raw = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    return desk.post("/quan-tri/nhap", files={"tep": (name, raw)}, kind=kind)


def _plan(desk, text, **more):
    answer = _upload(desk, text, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _confirm(desk, address):
    page = desk.get(address).text
    sha256 = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)[1]
    return desk.post(f"{address}/ghi", sha256=sha256)


def _person(database, username):
    with database.read() as db:
        return repository.person_by_username(db, username)


def test_a_list_is_shown_before_it_is_applied_and_first_passwords_work(province, clock):
    desk = Desk(province, clock, "admin")
    address = _plan(desk, GOOD)
    assert "Trần Thị Lan" in desk.get(address).text
    assert _person(province, "lan.tt") is None
    assert _confirm(desk, address).status_code == 303
    assert _person(province, "lan.tt") is not None
    handed = desk.post(f"{address}/mat-khau").text
    first = re.search(r"lan\.tt</code></td><td><code>([^<]+)", handed)[1]
    newcomer = make_client(province, clock)
    sign_in(newcomer, "lan.tt", first)
    assert "Đổi mật khẩu" in newcomer.get("/", headers={"accept": "text/html"}).text
    again = desk.post(f"{address}/mat-khau").text
    assert "lan.tt" not in again


def test_bad_lines_are_refused_by_cell_and_the_others_applied(province, clock):
    desk = Desk(province, clock, "admin")
    address = _plan(
        desk,
        GOOD + "lan.tt,Lặp,THPT-C,teacher,\nbinh,Bình,THPT-X,teacher,\nchi,Chi,THPT-C,vua,\n"
        "dung,,THPT-C,teacher,\nem.tt,Em,THPT-C,teacher,thien-van\n",
    )
    refused = desk.get(f"{address}?xem=refuse").text
    for where in (
        "dòng 4", "dòng 5", "dòng 6, cột vai_tro", "dòng 7, cột ho_ten", "dòng 8, cột mon",
    ):  # fmt: skip
        assert where in refused
    assert "Trần Thị Lan" not in refused
    _confirm(desk, address)
    with province.read() as db:
        names = set(db.scalars(select(Person.username)))
    assert {"lan.tt", "an.nv"} <= names
    assert not names & {"binh", "chi", "dung", "em.tt"}


def test_files_that_cannot_be_read_say_why(province, clock):
    desk = Desk(province, clock, "admin")
    for raw, told in (
        (b"ten_dang_nhap,ho_ten,vai_tro\na,b,c\n", "ma_don_vi"),
        (b"\xff\xfe\x00x", "UTF-8"),
        (b'ten_dang_nhap,ho_ten,ma_don_vi,vai_tro\n"a', "CSV"),
    ):
        page = desk.get(_plan(desk, raw)).text
        assert told in page
        assert "/ghi" not in page
    assert _upload(desk, b"").status_code == 422


def test_another_file_is_not_applied_in_its_place(province, clock):
    desk = Desk(province, clock, "admin")
    address = _plan(desk, GOOD)
    assert desk.post(f"{address}/ghi", sha256="0" * 64).status_code == 409
    assert _person(province, "lan.tt") is None
    assert _confirm(desk, address).status_code == 303
    assert desk.post(f"{address}/ghi", sha256="0" * 64).status_code == 409


def test_a_plan_belongs_to_who_made_it_and_can_be_put_aside(province, clock):
    desk, other = Desk(province, clock, "admin"), Desk(province, clock, "admin2")
    address = _plan(desk, GOOD)
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/ghi", sha256="0" * 64).status_code == 404
    assert desk.post(f"{address}/bo").status_code == 303
    assert desk.get(address).status_code == 404


def test_a_school_administrator_reaches_the_school_only(province, clock):
    desk = Desk(province, clock, "school.admin")
    text = GOOD.replace("an.nv,Nguyễn Văn An,THPT-C", "an.nv,Nguyễn Văn An,THCS-A")
    address = _plan(desk, text)
    assert "THCS-A" in desk.get(f"{address}?xem=refuse").text
    page = desk.get("/quan-tri").text
    assert "Nguyễn Thu Hà" in page and "Phạm Quốc Bảo" not in page
    assert desk.get(f"/quan-tri/nguoi/{_person(province, 'reviewer').id}").status_code == 404


def test_a_long_list_is_a_job_with_progress(province, clock):
    lines = "".join(f"gv{n:04d},Giáo Viên {n},THPT-C,teacher,toan\n" for n in range(400))
    desk = Desk(province, clock, "admin")
    text = GOOD + lines + "#" * 60_000
    answer = _upload(desk, text)
    assert answer.headers["location"].startswith("/viec/")
    worker = Worker(province, Settings(), BODIES)
    assert worker.run_one()
    with province.read() as db:
        address = f"/quan-tri/nhap/{db.scalars(select(Intake.id)).one()}"
    assert _confirm(desk, address).headers["location"].startswith("/viec/")
    assert worker.run_one()
    assert "Đã ghi 402 dòng" in desk.get(address).text
    assert _person(province, "gv0399").full_name == "Giáo Viên 399"


def test_a_teacher_has_no_business_there_and_strangers_sign_in_first(province, clock):
    teacher, stranger = Desk(province, clock, "teacher"), make_client(province, clock)
    for path in ("/quan-tri", "/quan-tri/nhap", "/quan-tri/don-vi", "/quan-tri/may-chu"):
        assert teacher.get(path).status_code == 403, path
        assert stranger.get(path, follow_redirects=False).status_code in (303, 401), path


def test_the_blank_lists_read_back_as_lists(province, clock):
    desk = Desk(province, clock, "admin")
    for kind in ("people", "units"):
        for form in ("csv", "xlsx"):
            raw = desk.get(f"/quan-tri/nhap/mau/{kind}.{form}").content
            page = desk.get(_plan(desk, raw, kind=kind, name=f"mau.{form}")).text
            assert "problem-list" in page or "Thêm mới" in page
            assert "error-summary" not in page
    assert desk.get("/quan-tri/nhap/mau/people.exe").status_code == 404


def test_people_are_found_without_accents_and_by_role_unit_and_subject(province, clock, now):
    desk = Desk(province, clock, "admin")
    for query, found, missing in (
        ("q=thu+ha", "Nguyễn Thu Hà", "Phạm Quốc Bảo"),
        ("don_vi=thcs-a", "Phạm Quốc Bảo", "Nguyễn Thu Hà"),
        ("vai_tro=appraiser", "Phạm Quốc Bảo", "Nguyễn Thu Hà"),
        ("trang_thai=locked", "Không có ai", "Nguyễn Thu Hà"),
        ("mon=toan", "Không có ai", "Nguyễn Thu Hà"),
    ):
        page = desk.get(f"/quan-tri?{query}").text
        assert found in page and missing not in page, query


def test_an_administrator_grants_appoints_certifies_and_takes_back(province, clock, now):
    desk, teacher = Desk(province, clock, "admin"), _person(province, "teacher")
    here, today = f"/quan-tri/nguoi/{teacher.id}", now.date()
    with province.read() as db:
        department = repository.unit_by_code(db, "SO").id
    steps = (
        ("vai-tro", {"role": "appraiser", "unit": department, "subject": "toan"}),
        ("bo-nhiem", {"council": "Hội đồng Toán", "post": "member", "unit": department,
                      "decision_number": "12/QĐ", "valid_from": today}),
        ("chung-nhan", {"title": "Tập huấn ra đề", "issuer": "Bộ GDĐT",
                        "issued_on": today - timedelta(days=700),
                        "valid_until": today + timedelta(days=30)}),
        ("trinh-do", {"degree": "master", "field": "Toán học", "year": "2012"}),
        ("xung-dot", {"kind": "child_sits_exam", "valid_from": today, "exam_year": "2027"}),
        ("thong-tin", {"full_name": "Nguyễn Thu Hà", "unit": teacher.unit_id,
                       "subjects": ["toan", "vat-li"], "levels": ["thpt"]}),
    )  # fmt: skip
    for form, fields in steps:
        assert desk.post(f"{here}/{form}", **fields).status_code == 303, form
    page = desk.get(here).text
    for told in ("12/QĐ", "Tập huấn ra đề", "Sắp hết hạn", "<svg", "Thạc sĩ", "Có con dự thi",
                  "Vật lí", "Thẩm định viên"):  # fmt: skip
        assert told in page, told
    assert "cần gia hạn" in desk.get("/quan-tri?q=teacher").text
    with province.read() as db:
        grant = next(g for g in repository.active_grants(db, teacher.id) if g.role == "appraiser")
        conflict = register.conflicts_of(db, [teacher.id])[0]
    assert desk.post(f"{here}/thu-hoi", grant=grant.id, reason="").status_code == 422
    assert desk.post(f"{here}/thu-hoi", grant=grant.id, reason="Hết việc").status_code == 303
    ending = {"table": "conflict_of_interest", "record": conflict.id, "ended_on": today}
    assert desk.post(f"{here}/ket-thuc", reason="Đã thi", **ending).status_code == 303
    with province.read() as db:
        assert not repository.load_actor(db, db.get_one(Person, teacher.id)).has(Role.APPRAISER)
        asked = {"subject": "toan", "grade": 12, "on": today}
        assert not register.conflicts_on(db, teacher.id, **asked)


def test_what_is_wrong_in_a_form_is_told_beside_the_field_and_nothing_typed_is_lost(
    province, clock
):
    desk, teacher = Desk(province, clock, "admin"), _person(province, "teacher")
    answer = desk.post(
        f"/quan-tri/nguoi/{teacher.id}/chung-nhan", title="Tập huấn đã gõ", issuer="Bộ",
        issued_on="2026-05-05", valid_until="2020-01-01",
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'id="chung-nhan-valid_until-loi"' in answer.text
    assert 'value="Tập huấn đã gõ"' in answer.text
    chosen = {"kind": "other", "subject": "vat-li", "grade": "11", "valid_from": ""}
    answer = desk.post(f"/quan-tri/nguoi/{teacher.id}/xung-dot", **chosen)
    for value in ("other", "vat-li"):
        assert f'<option value="{value}" selected>' in answer.text
    assert "<option selected>11</option>" in answer.text


def test_a_person_declares_a_conflict_but_grants_and_ends_nothing_of_their_own(
    province, clock, now
):
    desk, teacher = Desk(province, clock, "teacher"), _person(province, "teacher")
    today = now.date()
    declared = desk.post("/ho-so/xung-dot", kind="child_sits_exam", valid_from=today, grade="12")
    assert declared.status_code == 303
    assert "Có con dự thi" in desk.get("/ho-so").text
    with province.read() as db:
        row = register.conflicts_of(db, [teacher.id])[0]
        department = repository.unit_by_code(db, "SO").id
    ending = {"table": "conflict_of_interest", "record": row.id, "reason": "x", "ended_on": today}
    assert desk.post("/ho-so/ket-thuc", **ending).status_code == 404
    for form, fields in (
        ("ket-thuc", ending),
        ("vai-tro", {"role": "unit_admin", "unit": department}),
    ):
        answer = desk.post(f"/quan-tri/nguoi/{teacher.id}/{form}", **fields)
        assert answer.status_code in (403, 422), form
    with province.read() as db:
        assert len(repository.active_grants(db, teacher.id)) == 1
        assert register.conflicts_of(db, [teacher.id])[0].term.ended_on is None


def test_only_the_administrator_of_the_unit_resets_a_password_and_locks(province, clock):
    desk, teacher = Desk(province, clock, "school.admin"), _person(province, "teacher")
    other = Desk(province, clock, "teacher")
    reset = desk.post(f"/quan-tri/nguoi/{teacher.id}/mat-khau")
    assert "Mật khẩu lần đầu" in reset.text
    assert other.client.get("/thong-bao", headers={"accept": "application/json"}).status_code == 401
    stranger = _person(province, "reviewer")
    assert desk.post(f"/quan-tri/nguoi/{stranger.id}/mat-khau").status_code == 404
    own = f"/quan-tri/nguoi/{_person(province, 'school.admin').id}/mat-khau"
    assert desk.post(own).status_code == 403
    assert desk.post(f"/quan-tri/nguoi/{teacher.id}/khoa").status_code == 303
    assert not _person(province, "teacher").is_active


def test_units_are_shown_as_of_a_day_and_changed_with_a_reason(province, clock, now):
    desk = Desk(province, clock, "admin")
    with province.read() as db:
        school = repository.unit_by_code(db, "THCS-A")
        commune = repository.unit_by_code(db, "XA-HAI")
    here = f"/quan-tri/don-vi/{school.id}"
    told = {"on": "2025-07-01", "reason": "Bỏ cấp huyện"}
    assert desk.post(f"{here}/chuyen", parent=commune.id, **told).status_code == 303
    assert desk.post(f"{here}/doi-ten", name="THCS Hải Hoà 1", **told).status_code == 303
    assert desk.post(f"{here}/doi-ten", name="Tên khác", on="2025-07-01").status_code == 422
    assert "THCS Hải Hoà 1" in desk.get("/quan-tri/don-vi").text
    before = desk.get("/quan-tri/don-vi?ngay=2024-05-01").text
    assert "THCS An Dương" in before and "THCS Hải Hoà 1" not in before
    page = desk.get(here).text
    assert "Bỏ cấp huyện" in page and "THCS An Dương" in page


def test_a_merger_by_page_and_a_refused_one_change_all_or_nothing(province, clock, now):
    desk = Desk(province, clock, "admin")
    with province.read() as db:
        into, other = (repository.unit_by_code(db, c).id for c in ("THCS-B", "THCS-A"))
    here = f"/quan-tri/don-vi/{into}/sap-nhap"
    assert desk.post(here, other=into, on="2026-08-01", reason="x").status_code == 422
    assert desk.post(here, other=other, on="2026-08-01", reason="").status_code == 422
    assert desk.post(here, other=other, on="2026-08-01", reason="Quyết định 15").status_code == 303
    with province.read() as db:
        assert db.get_one(Unit, other).valid_to == date(2026, 7, 31)
        assert repository.person_by_username(db, "reviewer").unit_id == into
        assert unit_rows.carried_on_by(db, other) == {into}


def test_a_school_administrator_changes_no_unit(province, clock):
    desk = Desk(province, clock, "school.admin")
    with province.read() as db:
        own, other = (repository.unit_by_code(db, c).id for c in ("THPT-C", "THCS-A"))
    told = {"name": "Tên khác", "on": "2026-01-01", "reason": "x"}
    assert desk.post(f"/quan-tri/don-vi/{own}/doi-ten", **told).status_code == 422
    assert desk.post(f"/quan-tri/don-vi/{other}/doi-ten", **told).status_code == 404
    with province.read() as db:
        assert db.get_one(Unit, own).name == "THPT Cát Hải"


NAMED = (
    words.VALIDITY_NAMES, words.EVENT_NAMES, people_views.STATES, intake_views.STATE_NAMES,
    rows.THING_NAMES, rows.ACTION_NAMES, rows.FIELD_NAMES, planning.KINDS, staff_list.LEVELS,
    states.POST_NAMES, states.CONFLICT_NAMES, states.DEGREE_NAMES, UNIT_KINDS,
)  # fmt: skip


def test_every_name_of_a_table_has_its_english():
    missing = {name for table in NAMED for name in table.values()} - english().keys()
    assert not missing
