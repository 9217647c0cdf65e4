"""Accounts: imported with a dry run, refused by line, reset by the unit's administrator only."""

from __future__ import annotations

import re

import pytest

from api.auth import passwords
from itembank.people import repository, service
from itembank.permissions import Role
from tests.web import make_client, sign_in

PASSWORD = "mot cau de nho"
GOOD = (
    "ten_dang_nhap,ho_ten,ma_don_vi,vai_tro,mon\n"
    "lan.tt,Trần Thị Lan,THPT-A,Giáo viên|Thẩm định viên,toan\n"
    "an.nv,Nguyễn Văn An,THPT-A,teacher,\n"
)


@pytest.fixture
def province(database, now):
    with database.write() as db:
        department = service.create_unit(db, code="SO", name="Sở", kind="so")
        school = service.create_unit(
            db, code="THPT-A", name="THPT A", kind="truong", admin_parent=department
        )
        other = service.create_unit(db, code="THPT-X", name="THPT X", kind="truong")
        for username, unit, role in (
            ("admin", department, Role.UNIT_ADMIN),
            ("teacher", school, Role.TEACHER),
            ("stranger", other, Role.TEACHER),
        ):
            person = service.create_person(
                db,
                None,
                unit=unit,
                username=username,
                full_name=username,
                password_hash=passwords.hash_password(PASSWORD),
                now=now,
                must_change_password=False,
            )
            service.grant_role(db, None, person, role, unit, now=now)
    return database


def _upload(client, csrf, text):
    return client.post(
        "/quan-tri/nhap",
        data={"csrf_token": csrf},
        files={"tep": ("ds.csv", text.encode("utf-8-sig"), "text/csv")},
    )


def test_import_is_shown_before_it_is_written_and_first_passwords_work(province, clock):
    client = make_client(province, clock)
    csrf = sign_in(client, "admin", PASSWORD)
    preview = _upload(client, csrf, GOOD)
    assert "Trần Thị Lan" in preview.text
    with province.read() as db:
        assert repository.person_by_username(db, "lan.tt") is None
    done = client.post("/quan-tri/nhap/ghi", data={"csrf_token": csrf, "text": GOOD})
    first = re.search(r"lan\.tt</code></td><td><code>([^<]+)", done.text)[1]
    newcomer = make_client(province, clock)
    sign_in(newcomer, "lan.tt", first)
    response = newcomer.get("/", headers={"accept": "text/html"}, follow_redirects=True)
    assert "Đổi mật khẩu" in response.text


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("ten_dang_nhap,ho_ten,vai_tro\na,b,c\n", "Thêm cột «ma_don_vi»"),
        (GOOD + "lan.tt,Lặp,THPT-A,teacher,\n", "dòng 4, cột ten_dang_nhap"),
        (GOOD.replace("THPT-A,teacher", "THPT-X,teacher"), "dòng 3, cột ma_don_vi"),
        (GOOD.replace(",teacher", ",vua"), "dòng 3, cột vai_tro"),
        (GOOD.replace("Nguyễn Văn An", ""), "dòng 3, cột ho_ten"),
    ],
)
def test_bad_list_is_refused_by_line_and_nothing_is_written(province, clock, text, where):
    client = make_client(province, clock)
    csrf = sign_in(client, "admin", PASSWORD)
    response = _upload(client, csrf, text)
    assert response.status_code == 422
    assert where in response.text
    with province.read() as db:
        assert repository.person_by_username(db, "an.nv") is None


def test_only_the_administrator_of_the_unit_resets_a_password(province, clock):
    with province.read() as db:
        teacher = repository.person_by_username(db, "teacher").id
        stranger = repository.person_by_username(db, "stranger").id
    client = make_client(province, clock)
    csrf = sign_in(client, "admin", PASSWORD)
    other = make_client(province, clock)
    sign_in(other, "teacher", PASSWORD)
    reset = client.post(f"/quan-tri/nguoi/{teacher}/mat-khau", data={"csrf_token": csrf})
    assert "Mật khẩu lần đầu" in reset.text
    assert other.get("/thong-bao", headers={"accept": "application/json"}).status_code == 401
    foreign = client.post(f"/quan-tri/nguoi/{stranger}/mat-khau", data={"csrf_token": csrf})
    assert foreign.status_code == 404


def test_teacher_has_no_business_there(province, clock):
    client = make_client(province, clock)
    sign_in(client, "teacher", PASSWORD)
    assert client.get("/quan-tri").status_code == 403
