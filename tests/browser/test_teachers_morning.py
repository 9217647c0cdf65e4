"""A teacher's morning: items of the school chosen, given to a class, worked on, looked at.

Set KHAOTHI_TOUR to a folder to keep a picture of every page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from itembank.people import repository as people
from itembank.people.classes import service as classes
from itembank.people.classes.repository import school_year_of
from itembank.permissions import Role
from tests.factories.forms import (
    choice_content,
    cluster_content,
    make_item,
    make_person,
    make_unit,
    short_content,
)
from tests.factories.web import HASH, PASSWORD

from .conftest import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NOW = datetime.now(UTC)


@dataclass
class School:
    browser: Browser
    address: str

    def page(self, *, width: int = 1366) -> Page:
        view = {"width": width, "height": 900}
        return self.browser.new_context(viewport=view, bypass_csp=True).new_page()

    def desk(self, username: str) -> Page:
        page = self.page()
        page.goto(f"{self.address}/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        return page


@pytest.fixture
def school(browser: Browser, database: Database) -> Iterator[School]:
    with database.write() as db:
        unit = make_unit(db, "TRUONG", "truong")
        author = make_person(db, unit, "colleague", Role.TEACHER, now=NOW)
        person = make_person(db, unit, "teacher", Role.TEACHER, now=NOW, password_hash=HASH)
        person.subjects = "toan"
        make_person(db, unit, "thuki", Role.SECRETARY, now=NOW, password_hash=HASH)
        for content in (choice_content("A"), cluster_content("ĐSĐS"), short_content("3,5")):
            make_item(db, author, content, now=NOW)
        teacher = people.load_actor(db, person)
        group = classes.add_class(
            db, teacher, unit_id=unit.id, school_year=school_year_of(NOW.date()), code="12A1",
            name="12A1", grade=12, now=NOW,
        )  # fmt: skip
        for code, name in (("HS01", "Nguyễn Hà An"), ("HS02", "Trần Gia Bảo")):
            classes.enrol(db, teacher, group, code=code, full_name=name, now=NOW)
    with serving(database, Settings(worker_in_process=False)) as address:
        yield School(browser, address)


def checked(page: Page, name: str) -> None:
    """No violation of WCAG 2.2 AA with everything unfolded; no sideways scrolling."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.add_script_tag(path=AXE)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    told = [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found["violations"]]
    assert not told, name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if folder := os.environ.get("KHAOTHI_TOUR"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_items_are_given_before_the_first_lesson_and_looked_at_after_it(school: School) -> None:
    teacher = school.desk("teacher")
    slips = _issued_pins(teacher, school)
    task = _given(teacher, school)
    _worked(school, slips["HS01"])
    teacher.goto(task)
    expect(teacher.get_by_text("1 trên 2 em đã bắt đầu")).to_be_visible()
    row = teacher.get_by_role("row").filter(has_text="Nguyễn Hà An")
    expect(row).to_contain_text("2,50")
    checked(teacher, "ket-qua-lop")
    teacher.set_viewport_size({"width": 390, "height": 900})
    checked(teacher, "ket-qua-lop-390")


def _issued_pins(teacher: Page, school: School) -> dict[str, tuple[str, str]]:
    teacher.goto(f"{school.address}/luyen-tap")
    checked(teacher, "luyen-tap-dau")
    teacher.get_by_role("button", name=re.compile("Phát PIN")).click()
    checked(teacher, "phieu-pin")
    found = {}
    for slip in teacher.locator(".slip").all():
        code, number, pin = slip.locator("dd").all_inner_texts()
        found[number] = (code, pin)
    return found


def _given(teacher: Page, school: School) -> str:
    teacher.goto(f"{school.address}/luyen-tap")
    teacher.get_by_role("link", name="Chọn câu để giao").click()
    for box in teacher.locator("input[name=item]").all():
        box.check()
    teacher.get_by_label("Tên bộ câu").fill("Ôn đạo hàm")
    checked(teacher, "chon-cau")
    teacher.get_by_role("button", name="Lưu bộ câu và xem trước").click()
    expect(teacher.get_by_role("heading", name="Ôn đạo hàm")).to_be_visible()
    teacher.get_by_role("radio", name="Bài kiểm tra ngắn").check()
    teacher.get_by_role("button", name="Giao bài").click()
    expect(teacher.get_by_role("alert")).to_contain_text("số phút")
    checked(teacher, "bo-cau-chua-giao")
    teacher.get_by_role("radio", name="Luyện tập").check()
    teacher.get_by_role("button", name="Giao bài").click()
    expect(teacher.get_by_text("mã lớp")).to_be_visible()
    return teacher.url


def _worked(school: School, slip: tuple[str, str]) -> None:
    """On the plain page, which asks nothing of the browser; the screen has its own tests."""
    code, pin = slip
    pupil = school.page(width=390)
    pupil.goto(f"{school.address}/lop")
    checked(pupil, "vao-lop-390")
    _sign_in(pupil, code, "HS01", "000000" if pin != "000000" else "111111")
    expect(pupil.get_by_role("alert")).to_contain_text("không đúng")
    _sign_in(pupil, code, "HS01", pin)
    checked(pupil, "bai-cua-lop-390")
    pupil.get_by_role("link", name=re.compile("Mở bài")).click()
    plain = pupil.url
    pupil.get_by_role("button", name="Bắt đầu làm").click()
    expect(pupil.get_by_role("heading", name="Câu 1")).to_be_visible()
    pupil.goto(plain)
    _answer_all(pupil)
    checked(pupil, "lam-bai-390")
    pupil.get_by_role("button", name="Nộp bài").click()
    expect(pupil.get_by_text("Em được 2,50 trên 3")).to_be_visible()
    checked(pupil, "da-nop-390")
    pupil.get_by_role("button", name="Thoát").click()
    expect(pupil.get_by_role("heading", name="Vào lớp")).to_be_visible()


def _sign_in(pupil: Page, code: str, number: str, pin: str) -> None:
    pupil.get_by_label("Mã lớp").fill(code)
    pupil.get_by_label("Mã học sinh").fill(number)
    pupil.get_by_label("PIN").fill(pin)
    pupil.get_by_role("button", name="Vào lớp").click()


def _answer_all(pupil: Page) -> None:
    """The choice is checked and right, two statements are right, the number is only saved."""
    choice = pupil.locator(".work-item").filter(has=pupil.locator(".kt-options"))
    assert "Đáp án và lời giải" not in choice.inner_text()
    choice.locator(".kt-option").first.click()
    expect(choice.get_by_role("status")).to_contain_text("Đã ghi")
    choice.get_by_role("button", name="Kiểm tra").click()
    expect(choice.locator(".verdict")).to_contain_text("Đúng")
    cluster = pupil.locator(".work-item").filter(has=pupil.locator(".kt-statements"))
    for place, side in ((0, "Đúng"), (1, "Sai")):
        line = cluster.locator(".kt-statement").nth(place)
        line.get_by_label(side).check()
        expect(cluster.get_by_role("status").first).to_contain_text("Đã ghi")
    with pupil.expect_response(lambda r: "/cau/" in r.url and r.ok):
        cluster.get_by_label("Sai").nth(2).check()
    short = pupil.locator(".work-item").filter(has=pupil.locator(".kt-short-field"))
    short.locator("input").fill("3,5")
    with pupil.expect_response(lambda r: "/cau/" in r.url and r.ok):
        short.locator("input").press("Tab")
    expect(short.get_by_role("status")).to_contain_text("Đã ghi")


def test_what_is_required_is_read_from_a_file_looked_at_and_then_set(
    school: School, tmp_path: Path
) -> None:
    desk = school.desk("thuki")
    desk.goto(f"{school.address}/kho?mon=toan&lop=12")
    expect(desk.get_by_text("Chưa có định mức")).to_be_visible()
    checked(desk, "kho-chua-co-dinh-muc")
    desk.get_by_role("link", name="Đặt định mức").click()
    file = tmp_path / "dinh-muc.csv"
    heads = "ma_chu_de,dang,cap_do,so_cau\n"
    lines = "toan.12.dao-ham,Nhiều lựa chọn,Biết,5\nla.la,Trả lời ngắn,Hiểu,2\n"
    file.write_text(heads + lines, encoding="utf-8")
    desk.get_by_label("Tệp XLSX hoặc CSV").set_input_files(file)
    desk.get_by_role("button", name="Đọc thử").click()
    expect(desk.get_by_role("alert")).to_contain_text("la.la")
    expect(desk.get_by_text("Chưa ghi gì")).to_be_visible()
    checked(desk, "dinh-muc-doc-thu")
    desk.get_by_role("button", name="Lưu định mức").click()
    checked(desk, "kho-cau-hoi")
    expect(desk.get_by_role("heading", name=re.compile("Thiếu"))).to_be_visible()
    for path, name in (("/dong-gop", "dong-gop"), ("/kho/nhin-lai?mon=toan", "nhin-lai")):
        desk.goto(school.address + path)
        checked(desk, name)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Tải PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
