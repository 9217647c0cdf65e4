"""How much a cold browser fetches before the first question, fonts included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

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


def test_the_first_question_costs_no_more_than_350_kilobytes(browser: Browser, address: str):
    """From the sign-in page on, as they come over the wire: a formula is in the first question."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    fetched: dict[str, float] = {}
    names: dict[str, str] = {}
    wire.on(
        "Network.responseReceived", lambda e: names.update({e["requestId"]: e["response"]["url"]})
    )
    wire.on(
        "Network.loadingFinished",
        lambda e: fetched.update({e["requestId"]: e["encodedDataLength"]}),
    )
    wire.send("Network.enable")
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
    expect(page.locator(".kt-stem math").first).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    largest = sorted(((size, names.get(key, key)) for key, size in fetched.items()), reverse=True)
    context.close()
    assert any("stix-two-math-core" in name for _, name in largest)
    assert sum(fetched.values()) <= MOST_BYTES, largest[:20]
