"""Every screen of a candidate beside the questions themselves: no fault of accessibility, nothing wider
than the window, and every word in the chosen language. In Vietnamese in high contrast at 200 %, and in
English on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from api.db import Database
from delivery.attempts import devices, invigilation, repository, room_invigilation
from delivery.attempts.models import Attempt
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import CODE, NUMBER
from tests.factories.forms import make_actor
from tests.factories.kinds import KindsRoom

from .kinds_paper import address, room
from .page_checks import faults

__all__ = ["address", "room"]  # fixtures: the paper with every kind of item, served
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
REASON = "Power failure on the corridor"  # people's own words are shown as they were written
VIETNAMESE = re.compile(
    r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.I
)
# Where the program itself speaks; the paper, names and the language switch's own name do not count.
SPOKEN = ".bands, .ending main, .side, .foot, .map-button, .timer, .saved, .end, #plain-head"


@dataclass(frozen=True)
class Look:
    language: str
    contrast: str
    width: int


# 683 is what is left of 1366 when the browser enlarges everything twice.
LOOKS = [Look("vi", "high", 683), Look("en", "normal", 390)]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look.language}-{look.contrast}-{look.width}")
def look(request: pytest.FixtureRequest) -> Look:
    return request.param


@pytest.fixture
def seat(browser: Browser, address: str, look: Look) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": look.width, "height": 768}, bypass_csp=True, accept_downloads=True
    )
    context.add_cookies([{"name": "khaothi_lang", "value": look.language, "url": address}])
    yield context
    context.close()


@pytest.fixture
def player(seat: BrowserContext, address: str, room: KindsRoom, look: Look) -> Page:
    page = sign_in(seat.new_page(), address)
    page.locator("form[action$=bat-dau] button").click()
    expect(page.locator(".kt-item")).to_be_visible()
    if look.contrast == "high":
        page.locator(".contrast").first.click()
    return page


def sign_in(page: Page, address: str) -> Page:
    page.goto(f"{address}/thi")
    page.locator('input[name="sbd"]').fill(NUMBER)
    page.locator('input[name="ma"]').fill(CODE)
    page.locator('form:has(input[name="ma"]) button').last.click()
    page.wait_for_url("**/thi/**")
    return page


def is_fit(page: Page, look: Look, name: str) -> None:
    assert faults(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
    if look.language == "en":
        spoken = page.locator(SPOKEN).all_inner_texts()
        assert spoken, name
        assert [
            line for text in spoken for line in text.splitlines() if VIETNAMESE.search(line)
        ] == []


def choose(page: Page, at: int) -> None:
    page.locator(".kt-option").nth(at).click()


def told(page: Page) -> None:
    """Wait until the server has everything, and so has said what it has to say."""
    expect(page.locator('.saved.is-saved[data-pending="0"]')).to_be_visible()


def acting(database: Database, room: KindsRoom, act) -> None:
    with database.write() as db:
        act(db, repository.lock_candidate(db, room.candidate.id), datetime.now(UTC))


def test_bands_above_the_work(player, database, room, look):
    """A message of the room, five minutes left, no line; then the map of questions."""
    with database.write() as db:
        now = datetime.now(UTC)
        room_invigilation.announce(
            db, room.officer, room.sitting, "", text="Paper is free.", now=now
        )
        db.scalars(select(Attempt)).one().deadline = now + timedelta(minutes=5, seconds=4)
    choose(player, 0)
    told(player)
    expect(player.get_by_text("Paper is free.")).to_be_visible()
    is_fit(player, look, "message")
    expect(player.locator(".band.is-time")).to_be_visible()
    is_fit(player, look, "five minutes left")
    player.context.set_offline(True)
    choose(player, 1)
    expect(player.locator(".saved.is-local")).to_be_visible()
    is_fit(player, look, "no line")
    player.context.set_offline(False)
    told(player)
    player.locator(".foot .button").last.click()  # beside a passage the map opens on demand
    player.locator(".map-button").click()
    expect(player.locator("#question-map")).to_be_focused()
    is_fit(player, look, "map")


def test_time_ends_without_a_line_and_the_receipt_follows(player, database, look):
    with database.write() as db:
        db.scalars(select(Attempt)).one().deadline = datetime.now(UTC) + timedelta(seconds=5)
    choose(player, 0)
    told(player)
    player.context.set_offline(True)
    choose(player, 1)
    expect(player.locator("#closing-head")).to_be_visible()
    expect(player.locator(".ending button").first).to_be_visible()
    is_fit(player, look, "time over without a line")
    player.context.set_offline(False)
    expect(player.locator("#receipt-head")).to_be_visible()
    is_fit(player, look, "receipt of a paper that handed itself in")


def test_a_pause_and_a_suspension(player, database, room, look):
    officer, sitting = room.officer, room.sitting
    acting(database, room, lambda db, candidate, now: invigilation.pause(
        db, officer, sitting, candidate, reason=REASON, now=now))  # fmt: skip
    choose(player, 0)
    expect(player.locator("#plain-head")).to_be_visible()
    is_fit(player, look, "paused")
    acting(database, room, lambda db, candidate, now: invigilation.resume(
        db, officer, sitting, candidate, reason=REASON, now=now))  # fmt: skip
    expect(player.locator(".kt-item")).to_be_visible()
    told(player)
    with database.write() as db:
        now = datetime.now(UTC)
        unit = db.get_one(Unit, sitting.unit_id)
        second = make_actor(db, unit, "truongdiem", Role.EXAM_OFFICER, Role.INVIGILATOR, now=now)
        candidate = repository.lock_candidate(db, room.candidate.id)
        invigilation.ask_suspension(db, officer, sitting, candidate, reason=REASON, now=now)
        invigilation.suspend(db, second, sitting, candidate, now=now)
    choose(player, 1)
    expect(player.locator("#plain-head")).to_be_visible()
    is_fit(player, look, "suspended")


def test_an_older_page_and_another_machine(player, browser, address, database, room, look):
    newer = player.context.new_page()
    newer.goto(player.url)
    expect(player.locator(".band.is-time")).to_be_visible()
    is_fit(player, look, "older page")
    acting(database, room, lambda db, candidate, now: devices.release_device(
        db, room.officer, room.sitting, candidate, reason=REASON, now=now))  # fmt: skip
    other = browser.new_context()
    sign_in(other.new_page(), address)
    choose(newer, 0)
    expect(newer.locator("#plain-head")).to_be_visible()
    is_fit(newer, look, "another machine took over")
    other.close()


def test_before_the_paper(seat, address, room, look):
    """Signing in, not filled in, a wrong code, the confirmation of who one is."""
    page = seat.new_page()
    page.goto(f"{address}/thi")
    if look.contrast == "high":
        page.locator(".contrast").first.click()
    is_fit_before(page, look)
    for code in ("", "SAI-SAI"):
        page.locator('input[name="sbd"]').fill(NUMBER)
        page.locator('input[name="ma"]').fill(code)
        page.locator('form:has(input[name="ma"]) button').last.click()
        expect(page.get_by_role("alert").first).to_be_visible()
        is_fit_before(page, look)
    is_fit_before(sign_in(page, address), look)


def is_fit_before(page: Page, look: Look) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    if look.language == "en":
        words = page.locator("h1, h2, label, button, [role=alert]").all_inner_texts()
        known = {"Tiếng Việt", "Tiếng Việt\nVI"}
        assert [w for w in words if VIETNAMESE.search(w) and w not in known] == []
