"""Every page of the staff: no barrier at WCAG 2.2 AA, no error in the console, no sideways scroll.

The demo province is walked from each person's first page along its links; pages that links do not
lead to in the demo are opened by what is put there first. Every page is met in English too. The
pages used most are looked at in every run of the tests (test_staff_pages.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.demo import load
from api.demo.cohort import ask_for_cohort
from api.settings import Settings
from api.web import system_clock

from .appraisal_paper import word_file
from .conftest import serving
from .province import Province
from .staff_states import more_states
from .staff_walk import Walk, desk, in_english, patterns, staff_routes, visit_all
from .test_workbench import wait_for_operational

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # some hundred pages, several looks at each
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STAFF = (
    "giaovien", "thamdinh", "thuki", "uyvien", "totchuc", "giamthi", "doluong", "quantri", "gv.toan2",
    "thanhtra",
)  # fmt: skip
COHORT = 60


@pytest.fixture
def province(database: Database, browser: Browser, tmp_path: Path) -> Iterator[Province]:
    now = system_clock()
    with database.write() as db:
        load.load(db, now=now)
        more_states(db, now)
    with serving(database, Settings(centre_key_file=str(tmp_path / "centre.key"))) as address:
        with database.write() as db:
            ask_for_cohort(db, address=address, size=COHORT, over_http=0, now=now)
        yield Province(address, browser, database)


def test_every_page_of_the_staff_can_be_used_by_everybody(
    province: Province, tmp_path: Path
) -> None:
    routes = staff_routes()
    walk = Walk(patterns(routes))
    for username in STAFF:
        page = desk(province, username)
        if username == "doluong":
            wait_for_operational(page, province)
        prepare(page, username, tmp_path)
        in_english(page, walk, visit_all(page, walk, username))
        page.context.close()
    assert walk.wrong == [], "\n".join(walk.wrong)
    assert sorted(set(routes) - walk.seen) == []


def prepare(page: Page, username: str, folder: Path) -> None:
    """Files that somebody brings: a paper of a teacher's, a list of the administrator's."""
    if username == "giaovien":
        file = folder / "de-cuong.docx"
        file.write_bytes(word_file())
        page.goto("/ngan-hang/nhap")
        page.get_by_label("Tệp câu hỏi").set_input_files(file)
        page.get_by_role("button", name="Tải lên và đọc").click()
        expect(page.get_by_role("link", name="Xem kết quả")).to_be_visible()
    if username == "quantri":
        file = folder / "can-bo.csv"
        file.write_text("ten_dang_nhap,ho_ten,ma_don_vi,vai_tro\nlan,Trần Lan,THPT-BM,Giáo viên\n")
        page.goto("/quan-tri/nhap")
        page.get_by_label("Tệp danh sách").set_input_files(file)
        page.get_by_role("button", name="Kiểm tra tệp").click()
        page.wait_for_url(re.compile(r"/quan-tri/nhap/."))
