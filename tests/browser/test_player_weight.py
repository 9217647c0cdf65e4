"""How much a cold browser fetches before the first question, fonts included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from tests.factories.attempts import CODE, NUMBER
from tests.factories.kinds import make_kinds_room

from .conftest import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
MOST_BYTES = 350_000


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    with database.write() as db:
        make_kinds_room(db, now=datetime.now(UTC))
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


class Wire:
    """What a page fetches, in bytes as they come over the wire."""

    def __init__(self, page: Page) -> None:
        self.fetched: dict[str, float] = {}
        self.names: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", self._named)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _named(self, event: dict[str, Any]) -> None:
        self.names[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.fetched[event["requestId"]] = event["encodedDataLength"]

    @property
    def total(self) -> float:
        return sum(self.fetched.values())

    @property
    def largest(self) -> list[tuple[float, str]]:
        sizes = ((size, self.names.get(key, key)) for key, size in self.fetched.items())
        return sorted(sizes, reverse=True)[:20]


def test_the_first_question_costs_no_more_than_350_kilobytes(
    browser: Browser, address: str, record_property: Callable[[str, object], None]
) -> None:
    """From the sign-in page on, as they come over the wire: a formula is in the first question."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    wire = Wire(page)
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
    expect(page.locator(".kt-stem math").first).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    context.close()
    record_property("bytes", wire.total)
    assert any("stix-two-math-core" in name for _, name in wire.largest)
    assert not any("practice" in name for name in wire.names.values())
    assert wire.total <= MOST_BYTES, wire.largest
