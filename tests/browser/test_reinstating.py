"""A mistaken suspension taken back: two consoles, and the candidate's own screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from api.auth import passwords
from api.db import Database
from api.settings import Settings
from delivery.attempts import invigilation, room_invigilation
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import Room, make_room
from tests.factories.forms import make_actor, make_person

from .conftest import serving
from .exam_hall import picture, sign_in_staff
from .page_checks import left_in_vietnamese
from .test_console import PATIENCE, SCREENS, looked_at
from .test_player import all_saved, choose, responses
from .test_player_safety import begin

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
PASSWORD = "mot mat khau that dai"
LOOKED_AT = {name: SCREENS[name] for name in ("", "-dien-thoai")}
SOON = 30_000  # milliseconds: the player asks for the clock every 12 to 18 seconds


@pytest.fixture
def room(database: Database) -> Room:
    now = datetime.now(UTC)
    kept = passwords.hash_password(PASSWORD)
    with database.write() as db:
        made = make_room(db, now=now)
        unit = db.get_one(Unit, made.sitting.unit_id)
        for name in ("giamthi", "giamthi2"):
            make_person(db, unit, name, Role.INVIGILATOR, now=now, password_hash=kept)
        return made


@pytest.fixture
def address(database: Database, room: Room) -> Iterator[str]:
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


def console(browser: Browser, address: str, name: str, room: Room) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    sign_in_staff(page, address, name, PASSWORD)
    page.goto(f"{address}/phong-thi/{room.sitting.id}?ghe={room.candidate.id}")
    return page


def test_the_paper_is_there_again_with_what_was_written_meanwhile(
    browser: Browser, address: str, database: Database, room: Room
) -> None:
    player = begin(browser.new_context().new_page(), address)
    choose(player, "A")
    all_saved(player)
    suspended(database, room)
    choose(player, "C")  # before the machine knows
    expect(player.get_by_role("heading", name="Bài thi bị đình chỉ")).to_be_visible(timeout=SOON)
    one = console(browser, address, "giamthi", room)
    one.locator("#ghe summary", has_text="Huỷ đình chỉ").click()
    looked_at(one, "14-huy-dinh-chi", LOOKED_AT)
    one.locator("#ghe .reason-chip", has_text="nhầm ghế").click()
    expect(one.locator("#viec-da-lam")).to_contain_text("Đã làm", timeout=PATIENCE)
    two = console(browser, address, "giamthi2", room)
    looked_at(two, "14-huy-dinh-chi-quyet-dinh", LOOKED_AT)
    in_english(two)
    two.get_by_role("button", name="cho ghế 07 thi tiếp").click()
    expect(one.locator(f'[data-seat="{room.candidate.id}"]')).to_contain_text(
        "Đang làm", timeout=PATIENCE
    )
    expect(player.get_by_role("heading", name="Câu 1")).to_be_visible(timeout=SOON)
    all_saved(player)
    assert responses(database) == {room.choice: "C"}
    a_break(database, room)
    the_minutes_tell_it(one, address, room)


def suspended(database: Database, room: Room) -> None:
    now = datetime.now(UTC)
    desk = (room.sitting, room.candidate)
    with database.write() as db:
        unit = db.get_one(Unit, room.sitting.unit_id)
        other = make_actor(db, unit, "diemtruong", Role.INVIGILATOR, now=now)
        invigilation.ask_suspension(db, room.officer, *desk, reason="Dùng điện thoại", now=now)
        invigilation.suspend(db, other, *desk, now=now)


def a_break(database: Database, room: Room) -> None:
    """Of four minutes, over now; and the whole sitting stands still."""
    now, why = datetime.now(UTC), "Thí sinh xin ra ngoài"
    desk = (room.officer, room.sitting)
    with database.write() as db:
        began = now - timedelta(minutes=4)
        invigilation.pause(db, *desk, room.candidate, reason=why, now=began)
        invigilation.resume(db, *desk, room.candidate, now=now)
        room_invigilation.pause_room(db, *desk, "", reason="Mất điện cả phòng", now=now)


def in_english(page: Page) -> None:
    here = page.url
    page.get_by_role("button", name="English").click()
    page.goto(here)
    assert left_in_vietnamese(page) == []
    page.get_by_role("button", name="Tiếng Việt").click()
    page.goto(here)


def the_minutes_tell_it(page: Page, address: str, room: Room) -> None:
    page.goto(f"{address}/phong-thi/{room.sitting.id}/bien-ban")
    expect(page.get_by_text("Huỷ đình chỉ, cho thi tiếp")).to_be_visible()
    pauses = page.get_by_role("region", name="Tạm dừng và nghỉ")
    expect(pauses.get_by_role("row", name="Cả phòng 03 1")).to_contain_text("đang dừng")
    expect(pauses.get_by_role("row", name=room.candidate.number)).to_contain_text("4 phút")
    looked_at(page, "14-bien-ban", LOOKED_AT)
    pauses.scroll_into_view_if_needed()
    picture(page, "14-bien-ban-nghi")
