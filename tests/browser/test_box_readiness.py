"""`khaothi site` days before the day: the package shut, nobody signed in, its machines checked.

With KHAOTHI_TOUR=docs/tour the pictures of the tour are taken.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.site.software import software_build
from api.web import system_clock
from delivery.sittings.models import Sitting
from tests.factories.readiness import lay_out
from tests.factories.sites import CENTRE, make_centre, make_package

from .chromium import ROOT
from .page_checks import barriers, frame_problems, left_in_vietnamese, overflow
from .province import phone, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
SCREEN = {"width": 1366, "height": 768}


@pytest.fixture
def package(database: Database, tmp_path: Path) -> Path:
    """Three days before: 22 candidates in a room of 24 machines."""
    day = system_clock() + timedelta(days=3)
    with database.write() as db:
        centre = make_centre(db, now=day, candidates=22)
        lay_out(db, db.get_one(Sitting, centre.sitting_id), "01", 4, 6, now=day)
        built = make_package(db, centre, now=day, software=software_build())
    file = tmp_path / "goi.ktgoi"
    file.write_bytes(built.file)
    return file


@pytest.fixture
def box(package: Path, tmp_path: Path) -> Iterator[str]:
    """The program itself, as a school starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--centre-key", CENTRE.public.text, "--package", str(package), "--port", str(port)]
    settings = {"KHAOTHI_DATABASE_URL": f"sqlite:///{tmp_path / 'box.db'}"}
    started = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "site", "--host", "127.0.0.1", *words],
        cwd=ROOT, env={**os.environ, **settings},
    )  # fmt: skip
    try:
        yield answering(started, f"http://127.0.0.1:{port}")
    finally:
        started.terminate()
        started.wait(timeout=20)


def answering(started: subprocess.Popen[bytes], address: str) -> str:
    while started.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
            return address
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the box did not start")


@pytest.fixture
def page(browser: Browser, box: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport=SCREEN, base_url=box, bypass_csp=True, timezone_id="Asia/Ho_Chi_Minh"
    )
    yield context.new_page()
    context.close()


def is_fit(page: Page) -> None:
    assert [*frame_problems(page), *overflow(page), *barriers(page)] == []
    page.set_viewport_size(SCREEN)


def test_the_machines_of_a_school_before_its_package_is_open(page: Page) -> None:
    page.goto("/may-diem-thi")
    expect(page.get_by_text("0 trên 24 máy dùng được")).to_be_visible()
    picture(page, "12-goi-con-khoa-kiem-tra-may", whole=True)
    is_fit(page)
    page.get_by_role("link", name="Mã phòng và tình trạng từng máy").click()
    page.get_by_label("Họ tên người kiểm tra").fill("Đỗ Thị Hà, tin học")
    page.get_by_role("button", name="Cấp mã phòng").click()
    expect(page.get_by_text("Đỗ Thị Hà, tin học cấp lúc")).to_be_visible()
    report = page.url
    seat_one_is_checked(page)
    page.goto(report)
    expect(page.get_by_text("1 trên 24 máy dùng được; còn 23 máy phải làm.")).to_be_visible()
    picture(page, "12-may-truoc-khi-mo-goi", whole=True)
    phone(page, "12-may-truoc-khi-mo-goi-dien-thoai")
    is_fit(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html[lang=en]")).to_be_attached()
    assert left_in_vietnamese(page) == []


def seat_one_is_checked(page: Page) -> None:
    code = page.locator(".code-box .code").inner_text()
    page.goto(f"/kiem-tra-may?ma={code}&ghe=01")
    expect(page.get_by_text("Ghi thử rồi đọc lại, khớp")).to_be_visible()
    page.get_by_label("Đọc rõ").check()
    page.get_by_label("Nghe rõ").check()
    page.get_by_label("Gõ câu này, có dấu:").fill("Tiếng Việt có dấu")
    page.get_by_role("button", name="Ghi kết quả ghế 1").click()
    expect(page.get_by_text("Đã ghi lúc")).to_be_visible()
