"""Administration with a browser: a list looked at and applied, a merger, a conflict, by keyboard.

Set KHAOTHI_TOUR to a folder to keep a picture of every page.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from itembank.people.register import service as register
from tests.factories.staff import Staffed, make_staffed
from tests.factories.web import HASH, PASSWORD

from .conftest import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
NOW = datetime.now(UTC)
LIST = (
    "ten_dang_nhap,ho_ten,ma_don_vi,vai_tro,mon,cap_day\n"
    "lan.tt,Trần Thị Lan,THPT-C,Giáo viên,toan,THPT\n"
    "teacher,Nguyễn Thị Thu Hà,THPT-C,Giáo viên,toan,THPT\n"
    "x,,THPT-Z,Vua,,\n"
)


class Province:
    def __init__(self, browser: Browser, address: str, made: Staffed) -> None:
        self.browser, self.address, self.made = browser, address, made

    def desk(self, username: str, *, width: int = 1366) -> Page:
        """A signed-in person's page; checks may be injected into it."""
        page = self.browser.new_context(
            viewport={"width": width, "height": 900}, bypass_csp=True
        ).new_page()
        page.goto(f"{self.address}/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        return page


@pytest.fixture
def province(browser: Browser, database: Database) -> Iterator[Province]:
    with database.write() as db:
        made = make_staffed(db, now=NOW, password_hash=HASH)
        for title, days in (
            ("Tập huấn ra đề", -40),
            ("Ra câu hỏi Đúng/Sai", 30),
            ("Đo lường", 600),
        ):
            register.add_certificate(
                db, made.actor(db, "admin"), made.people["teacher"], title=title, issuer="Bộ GDĐT",
                issued_on=NOW.date() - timedelta(days=500), now=NOW,
                valid_until=NOW.date() + timedelta(days=days),
            )  # fmt: skip
    with serving(database, Settings(worker_in_process=False)) as address:
        yield Province(browser, address, made)


def checked(page: Page, name: str) -> None:
    """No violation of WCAG 2.2 AA with everything unfolded; a picture where one is asked for."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    told = [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found["violations"]]
    assert not told, name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    folder = os.environ.get("KHAOTHI_TOUR")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_list_is_looked_at_line_by_line_before_it_is_applied(
    province: Province, tmp_path: Path
) -> None:
    page = province.desk("admin")
    page.goto(f"{province.address}/quan-tri/nhap")
    checked(page, "nhap-danh-sach")
    file = tmp_path / "can-bo.csv"
    file.write_text(LIST, encoding="utf-8")
    page.get_by_label("Tệp danh sách").set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ghi 2 dòng")).to_be_visible()
    for words in ("Thêm mới", "Thay đổi", "Từ chối"):
        expect(page.locator("tbody .tag", has_text=words)).to_have_count(1)
    expect(page.locator("del")).to_have_text("Nguyễn Thu Hà")
    checked(page, "xem-truoc-danh-sach")
    page.get_by_role("button", name="Ghi 2 dòng").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã ghi 2 dòng.")).to_be_visible()
    page.get_by_role("button", name="Cấp mật khẩu lần đầu").click()
    expect(page.get_by_role("row", name="Trần Thị Lan")).to_be_visible()
    checked(page, "mat-khau-lan-dau")
    page.goto(f"{province.address}/quan-tri?q=tran+thi+lan")
    expect(page.locator("tbody tr")).to_have_count(1)
    checked(page, "nguoi")
    page.context.close()


def test_units_merge_and_yesterdays_report_keeps_them_apart(province: Province) -> None:
    page = province.desk("admin")
    page.goto(f"{province.address}/quan-tri/don-vi/{province.made.units['THCS-B'].id}")
    page.locator("summary", has_text="Sáp nhập").focus()
    page.keyboard.press("Enter")
    form = page.locator("form[action$='sap-nhap']")
    form.get_by_label("Đơn vị được sáp nhập").select_option(label="THCS An Dương (THCS-A)")
    form.get_by_label("Từ ngày").fill("2026-08-01")
    form.get_by_label("Lí do").fill("Quyết định 15/QĐ-UBND")
    form.get_by_role("button", name="Sáp nhập").click()
    expect(page.get_by_text("từ 01/08/2026")).to_be_visible()
    checked(page, "don-vi")
    page.goto(f"{province.address}/quan-tri/don-vi")
    checked(page, "cay-don-vi")
    expect(page.get_by_role("link", name="THCS An Dương")).to_have_count(0)
    page.get_by_label("Xem tại ngày").fill(date(2026, 7, 31).isoformat())
    page.get_by_role("button", name="Xem", exact=True).click()
    page.locator("summary", has_text="Phòng GDĐT An Dương").click()
    expect(page.get_by_role("link", name="THCS An Dương")).to_be_visible()
    page.context.close()


def test_a_teacher_declares_a_conflict_on_a_telephone_and_the_administrator_sees_it(
    province: Province,
) -> None:
    phone = province.desk("teacher", width=390)
    phone.goto(f"{province.address}/ho-so")
    phone.locator("summary", has_text="Khai xung đột lợi ích").focus()
    phone.keyboard.press("Enter")
    form = phone.locator("form[action$='xung-dot']")
    form.get_by_label("Kì thi năm").fill("hai nghìn")
    form.get_by_role("button", name="Khai xung đột").click()
    expect(phone.locator("#xung-dot-exam_year-loi")).to_be_visible()
    phone.locator("#xung-dot-exam_year").fill("2027")
    phone.get_by_role("button", name="Khai xung đột").click()
    expect(phone.get_by_text("Không được phân công nội dung liên quan.")).to_be_visible()
    checked(phone, "ho-so-390")
    phone.context.close()
    page = province.desk("admin")
    page.goto(f"{province.address}/quan-tri/nguoi/{province.made.people['teacher'].id}")
    expect(page.get_by_text("Có con dự thi").first).to_be_visible()
    expect(page.locator("svg.chart rect")).to_have_count(3)
    checked(page, "mot-nguoi")
    page.goto(f"{province.address}/quan-tri/may-chu")
    checked(page, "thiet-lap")
    page.context.close()
