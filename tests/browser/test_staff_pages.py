"""The pages that staff use most: no barrier at WCAG 2.2 AA, nothing wider than a telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from api.db import Database
from api.settings import Settings
from tests import demo_province

from .conftest import serving
from .page_checks import barriers, frame_problems, left_in_vietnamese, overflow
from .staff_walk import ELSEWHERE, addresses, desk, staff_routes
from .test_six_steps import Province, picture

pytestmark = pytest.mark.browser
# Whose desk, which addresses; a name in angle brackets is the first link that leads there.
PAGES = {
    "giaovien": ("/viec-cua-toi", "/ngan-hang", "/ngan-hang/cau-hoi/moi", "<soan>"),
    "thamdinh": ("/tham-dinh", "<tham-dinh>"),
    "thuki": ("/hoi-dong", "/ban-giao", "/kho?mon=toan&lop=12", "<cau-hoi>"),
    "totchuc": ("/de", "/ca-thi"),
    "quantri": ("/quan-tri", "/thong-bao"),
}
LINKS = {
    "<soan>": ("/viec-cua-toi", r"/ngan-hang/cau-hoi/[^/]+/soan$"),
    "<tham-dinh>": ("/tham-dinh", r"/tham-dinh/[0-9a-f-]{36}$"),
    "<cau-hoi>": ("/ngan-hang", r"/ngan-hang/cau-hoi/[0-9a-f-]{36}$"),
}


@pytest.fixture
def province(database: Database, browser: Browser) -> Iterator[Province]:
    demo_province.fill(database)
    with serving(database, Settings()) as address:
        yield Province(address, browser, database)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_pages_used_most_can_be_used_by_everybody_and_are_whole_in_english(
    province: Province,
) -> None:
    wrong = []
    for username, paths in PAGES.items():
        page = desk(province, username)
        for path in paths:
            page.goto(address_of(page, path))
            found = [*frame_problems(page), *overflow(page), *barriers(page)]
            wrong += [f"{username} {path}: {what}" for what in found]
        if username == "thuki":
            wrong += some_items_chosen(page)
        page.get_by_role("button", name="English").click()
        for path in paths[:2]:
            page.goto(address_of(page, path))
            wrong += [f"{username} {path}: {words}" for words in left_in_vietnamese(page)]
        page.context.close()
    assert wrong == [], "\n".join(wrong)


def some_items_chosen(page: Page) -> list[str]:
    """The list with rows marked and the bar of what can be done with them."""
    page.goto("/ngan-hang?mon=toan")
    for row in (0, 2, 4):
        page.locator("input[data-pick]").nth(row).check()
    picture(page, "10-chon-nhieu-cau")
    return [f"items chosen: {what}" for what in [*overflow(page), *barriers(page)]]


def address_of(page: Page, path: str) -> str:
    if path not in LINKS:
        return path
    where, pattern = LINKS[path]
    page.goto(where)
    found = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
    return next(href for href in found if re.search(pattern, href))


def test_every_address_is_a_page_of_the_walk_or_named_with_its_reason() -> None:
    """An exception that no address needs any more is taken out."""
    known = addresses()
    stale = [p for p in ELSEWHERE if not any(re.search(p, path) for path in known)]
    assert stale == []
    assert len(staff_routes()) > 80
