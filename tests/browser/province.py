"""The demo province, served: its desks, its cohort on the way, and pictures of what is seen there.

Set KHAOTHI_TOUR to a folder to keep the pictures (`docs/tour` is made this way).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.demo import load
from api.demo.cohort import ask_for_cohort
from api.formats import count
from api.settings import Settings
from api.web import system_clock
from tests import demo_province

from .conftest import serving

COHORT = int(os.environ.get("KHAOTHI_TOUR_COHORT", "200"))
SLOW = 120_000  # milliseconds a job may take on a busy machine


@dataclass
class Province:
    """The served demo, and a way to sit down at somebody's desk."""

    address: str
    browser: Browser
    database: Database

    def desk(self, username: str) -> Page:
        page = self.stranger()
        page.goto(f"{self.address}/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(load.PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
        return page

    def stranger(self, width: int = 1366, height: int = 768) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        context.set_default_timeout(20_000)
        return context.new_page()


@pytest.fixture
def province(database: Database, browser: Browser) -> Iterator[Province]:
    demo_province.fill(database)
    with serving(database, Settings()) as address:
        with database.write() as db:
            ask_for_cohort(db, address=address, size=COHORT, over_http=10, now=system_clock())
        yield Province(address, browser, database)


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture; `whole` makes the window as tall as the page, so that nothing sticky floats."""
    folder = os.environ.get("KHAOTHI_TOUR")
    if not folder:
        return
    if whole:
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": 1366, "height": max(768, height)})
    page.wait_for_timeout(500)
    page.screenshot(path=Path(folder) / f"{name}.png")
    if whole:
        page.set_viewport_size({"width": 1366, "height": 768})


def phone(page: Page, name: str, look: Callable[[], None] = lambda: None) -> None:
    """The same page at the width of a phone, then back."""
    if not os.environ.get("KHAOTHI_TOUR"):
        return
    page.set_viewport_size({"width": 390, "height": 844})
    look()
    picture(page, name)
    page.set_viewport_size({"width": 1366, "height": 768})


def wait_for_cohort(page: Page, province: Province) -> None:
    page.goto(f"{province.address}/hieu-chuan")
    for _ in range(600):
        if page.get_by_text("mô phỏng").count() and page.get_by_text(count(COHORT)).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("the cohort did not arrive")
