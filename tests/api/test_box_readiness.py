"""The pages of a box whose package is still shut: a room code, seats, the room's report."""

from __future__ import annotations

import csv
import io
import re

import pytest

from api.site.box import SiteBox
from delivery.packages.release_code import grouped
from tests.delivery.sites.conftest import _copy_of_kind
from tests.factories.readiness import CHROME, GOOD
from tests.factories.sites import BUILD, CENTRE, make_centre, make_package
from tests.web import make_client, sign_in

OURS = {"X-Requested-With": "khaothi", "User-Agent": CHROME}
HTML = {"accept": "text/html"}

pytestmark = pytest.mark.usefixtures("flushing_postgresql")


@pytest.fixture
def built(database, now):
    with database.write() as db:
        return make_package(db, make_centre(db, now=now), now=now)


@pytest.fixture
def box_database(request, database, tmp_path):
    yield from _copy_of_kind(request, database.engine.dialect.name, tmp_path)


@pytest.fixture
def machine(box_database, built, clock, now):
    """Any browser on the school's network, three days before the day."""
    client = make_client(box_database, clock)
    client.app.state.site_box = box = SiteBox(box_database, CENTRE.public, None, BUILD)
    clock.forward(days=-3)
    box.receive(built.file, now=clock.now)
    return client


def issued(machine, here) -> str:
    done = machine.post(f"{here}/ma", data={"phong": "01", "nguoi": "Cô Hà"}, headers=HTML,
                        follow_redirects=False)  # fmt: skip
    assert (done.status_code, done.headers["location"]) == (303, f"{here}?phong=01")
    return re.search(r'class="code">([^<]+)<', machine.get(here).text)[1]


def test_a_room_is_checked_while_its_package_is_shut(machine, built):
    here = f"/may-diem-thi/{built.package_id}/may"
    front = machine.get("/may-diem-thi").text
    assert here in front and "0 trên 3 máy dùng được" in front
    code = issued(machine, here)
    seat = f"/kiem-tra-may/{code}/1"
    assert "Ghế 1, phòng 01" in machine.get(seat).text
    assert "Máy này sẵn sàng" in machine.post(seat, json=GOOD, headers=OURS).text
    report = machine.get(here).text
    assert "1 trên 3 máy dùng được; còn 2 máy phải làm." in report and "Cô Hà" in report
    assert "dự phòng" not in report and "Đề không có phần nghe." in report
    assert "Gõ đúng câu mẫu" in machine.get(f"{here}/ghe?phong=01&ghe=01").text
    assert machine.get(f"{here}/ghe?phong=01&ghe=9").status_code == 404
    rows = csv.DictReader(io.StringIO(machine.get(f"{here}/kiem-tra-may.csv").text.lstrip("﻿")))
    told = [(row["ghe"], row["so_bao_danh"], row["tinh_trang"]) for row in rows]
    assert told == [("1", "", "Sẵn sàng"), ("2", "", "Chưa kiểm tra"), ("3", "", "Chưa kiểm tra")]


def test_a_code_without_a_name_is_refused_at_its_field_and_from_elsewhere_at_once(machine, built):
    here = f"/may-diem-thi/{built.package_id}/may"
    refused = machine.post(f"{here}/ma", data={"phong": "01", "nguoi": " "}, headers=HTML)
    assert refused.status_code == 422 and "Ghi họ tên người kiểm tra máy." in refused.text
    assert 'aria-describedby="nguoi-loi' in refused.text
    foreign = machine.post(f"{here}/ma", data={"phong": "01", "nguoi": "Cô Hà"},
                           headers=HTML | {"Origin": "https://xa.example"})  # fmt: skip
    assert foreign.status_code == 403
    assert "Chưa có mã." in machine.get(here).text


def test_once_the_package_is_open_the_report_is_the_invigilators(machine, built, clock):
    here = f"/may-diem-thi/{built.package_id}/may"
    code = issued(machine, here)
    machine.post(f"/kiem-tra-may/{code}/1", json=GOOD, headers=OURS)
    clock.forward(days=3)
    slips = {f"{what}{n}": getattr(slip, what) for n, slip in enumerate(built.slips[:2], start=1)
             for what in ("username", "password")}  # fmt: skip
    opening = {"code": grouped(built.code), **slips}
    opened = machine.post(f"/may-diem-thi/{built.package_id}/mo", data=opening,
                          follow_redirects=False)  # fmt: skip
    assert opened.status_code == 303, opened.text
    assert "Ghế 1, phòng 01" in machine.get(f"/kiem-tra-may/{code}/1").text
    there = machine.get(here, follow_redirects=False).headers["location"]
    assert there.startswith("/kiem-tra-phong/")
    asked = machine.get(there, headers=HTML, follow_redirects=False)
    assert asked.headers["location"].startswith("/dang-nhap")
    for path in (f"{here}/ghe?phong=01&ghe=1", f"{here}/kiem-tra-may.csv"):
        assert machine.get(path).status_code == 403
    again = machine.post(f"{here}/ma", data={"phong": "01", "nguoi": "Cô Hà"}, headers=HTML)
    assert again.status_code == 403 and "Gói đã mở" in again.text
    sign_in(machine, slips["username1"], slips["password1"])
    report = machine.get(there).text
    assert code in report and "1 trên 3 máy dùng được; còn 2 máy phải làm." in report


def test_a_centre_has_no_such_page(database, clock, built):
    here = f"/may-diem-thi/{built.package_id}/may"
    assert make_client(database, clock).get(here).status_code == 404
