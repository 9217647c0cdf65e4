"""Choosing many items of the list: by keyboard, from page to page, a tag put and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from api.db import Database
from api.settings import Settings
from itembank.finding.models import ItemTag
from tests.factories.council import PASSWORD, make_council, make_submitted
from tests.factories.forms import choice_content

from .conftest import serving
from .page_checks import barriers, overflow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
ITEMS = 23  # a page and three more


@pytest.fixture
def desk(browser: Browser, database: Database) -> Iterator[Page]:
    now = datetime.now(UTC)
    with database.write() as db:
        council = make_council(db, now)
        for n in range(ITEMS):
            content = choice_content(stem=f"<p>Tính {n} + {n * n}.</p>")
            make_submitted(db, council, content, now=now)
    with serving(database, Settings(worker_in_process=False)) as address:
        context = browser.new_context(
            viewport={"width": 1366, "height": 800}, base_url=address, bypass_csp=True
        )
        page = context.new_page()
        page.goto("/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill("secretary")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.goto("/ngan-hang")
        yield page
        context.close()


def bar(page: Page) -> str:
    return page.locator("[data-count]").inner_text()


def test_rows_are_chosen_over_pages_tagged_and_the_tag_taken_back(
    desk: Page, database: Database
) -> None:
    expect(desk.locator("[data-selection]")).to_be_hidden()
    boxes = desk.locator("input[data-pick]")
    for row in (0, 3):
        boxes.nth(row).focus()
        desk.keyboard.press("Space")
    assert bar(desk) == "Đã chọn 2 câu"
    desk.get_by_role("link", name="Trang sau").press("Enter")
    expect(boxes).to_have_count(ITEMS - 20)
    boxes.nth(0).focus()
    desk.keyboard.press("Space")
    assert bar(desk) == "Đã chọn 3 câu"
    assert [*barriers(desk), *overflow(desk)] == []
    desk.get_by_label("Nhãn", exact=True).focus()
    desk.keyboard.type("ôn tập")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Đã gắn nhãn «ôn tập» cho 3 câu.")).to_be_visible()
    expect(desk.locator("[data-selection]")).to_be_hidden()
    assert tagged(database) == 3
    desk.get_by_role("button", name="Hoàn tác").press("Enter")
    expect(desk.get_by_text("Đã bỏ nhãn.")).to_be_visible()
    assert tagged(database) == 0


def tagged(database: Database) -> int:
    with database.read() as db:
        return db.scalar(select(func.count()).select_from(ItemTag)) or 0


def test_all_of_the_page_all_that_match_and_none(desk: Page) -> None:
    desk.get_by_label("Chọn mọi câu ở trang này").check()
    assert bar(desk) == "Đã chọn 20 câu"
    desk.get_by_label(f"Cả {ITEMS} câu khớp, ở mọi trang").check()
    assert bar(desk) == f"Đã chọn cả {ITEMS} câu khớp"
    desk.get_by_label("Nhãn", exact=True).fill("đợt 1")
    desk.get_by_role("button", name="Gắn nhãn").click()
    expect(desk.get_by_text(f"Đã gắn nhãn «đợt 1» cho {ITEMS} câu.")).to_be_visible()
    desk.get_by_label("Chọn mọi câu ở trang này").check()
    desk.get_by_role("button", name="Bỏ chọn").click()
    expect(desk.locator("[data-selection]")).to_be_hidden()
    assert desk.locator("input[data-pick]:checked").count() == 0


def test_a_filter_narrows_the_list_and_keeps_what_was_chosen(desk: Page) -> None:
    desk.locator("input[data-pick]").nth(1).check()
    with desk.expect_response("**/ngan-hang?**"):
        desk.get_by_label("Câu của tôi").check()
    expect(desk.get_by_text("Không có câu nào khớp.")).to_be_visible()
    with desk.expect_response("**/ngan-hang?**"):
        desk.get_by_label("Câu của tôi").uncheck()
    expect(desk.locator("input[data-pick]:checked")).to_have_count(1)
    assert bar(desk) == "Đã chọn 1 câu"
