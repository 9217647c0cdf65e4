"""A paper with every kind of item, served, and a candidate in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from api.db import Database
from api.settings import Settings
from delivery.attempts import repository
from delivery.attempts.models import Attempt
from tests.factories.attempts import CODE, NUMBER
from tests.factories.kinds import KindsRoom, make_kinds_room

from .conftest import serving

RIGHT_ORDER = (
    "choice", "multiple", "tf_cluster", "short", "cloze", "match", "order", "hotspot", "gap_match",
    "hottext", "composite", "essay",
)  # fmt: skip


@pytest.fixture
def room(database: Database) -> KindsRoom:
    with database.write() as db:
        return make_kinds_room(db, now=datetime.now(UTC))


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()


@pytest.fixture
def player(browser: Browser, address: str, room: KindsRoom) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, address)
    page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    yield page
    context.close()


def go_to(page: Page, kind: str) -> None:
    """To the item of this kind, through the list of questions."""
    if not page.locator("#question-map").is_visible():  # beside a passage it opens on demand
        page.locator(".map-button").click()
    part = RIGHT_ORDER.index(kind)
    page.locator("#question-map .cells").nth(part).get_by_role("button").first.click()
    expect(page.locator(f'[data-kind="{kind}"]')).to_be_visible()


def effective(database: Database, room: KindsRoom) -> dict[str, object]:
    with database.read() as db:
        attempt = db.scalars(select(Attempt)).one()
        found = repository.effective_responses(db, attempt.id)
    return {kind: found.get(ref) for kind, ref in room.items.items()}


def all_saved(page: Page) -> None:
    expect(page.locator('.saved.is-saved[data-pending="0"]')).to_contain_text("Đã lưu")
