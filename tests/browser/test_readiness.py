"""The check of a machine by keyboard alone at an address that is no secure context; the room's
report, and the inspector's pages: no barrier, no sideways scroll, English to the last word.

With KHAOTHI_TOUR=docs/tour the pictures of the tour are taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from api.db import Database
from api.settings import Settings
from api.web import system_clock
from delivery.readiness.models import ReadinessCheck
from delivery.sittings.repository import candidates
from tests.factories.attempts import Room
from tests.factories.readiness import ROOM_CODE
from tests.factories.web import PASSWORD

from .chromium import FLAGS, chromium
from .conftest import serving
from .page_checks import barriers, frame_problems, left_in_vietnamese, overflow
from .province import phone, picture
from .readiness_room import before_the_day, on_the_day

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
SCREEN = {"width": 1366, "height": 768}


@dataclass(frozen=True)
class Served:
    address: str
    database: Database
    room: Room

    @property
    def sitting(self) -> str:
        return str(self.room.sitting.id)


@pytest.fixture
def served(database: Database) -> Iterator[Served]:
    now = system_clock() - timedelta(hours=1)
    with database.write() as db:
        room = before_the_day(db, now=now)
    with serving(database, Settings(worker_in_process=False)) as address:
        yield Served(address, database, room)


def opened(browser: Browser, address: str) -> Page:
    context = browser.new_context(
        viewport=SCREEN, base_url=address, bypass_csp=True, timezone_id="Asia/Ho_Chi_Minh"
    )
    return context.new_page()


@pytest.fixture
def lan(browser: Browser, served: Served) -> Iterator[Page]:
    """A machine of the room: http:// and a name that is not this machine's own."""
    found = chromium()
    args = [*found.args, *FLAGS, "--host-resolver-rules=MAP phong-thi.test 127.0.0.1"]
    plain = browser.browser_type.launch(executable_path=found.executable, args=args, env=found.env)
    yield opened(plain, served.address.replace("127.0.0.1", "phong-thi.test"))
    plain.close()


@pytest.fixture
def desk(browser: Browser, served: Served, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = opened(browser, served.address)
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(request.param)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    yield page
    page.context.close()


def is_fit(page: Page) -> None:
    """For everybody, at every width."""
    assert [*frame_problems(page), *overflow(page), *barriers(page)] == []
    page.set_viewport_size(SCREEN)


def reads_in_english(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html[lang=en]")).to_be_attached()
    assert left_in_vietnamese(page) == []
    assert barriers(page) == []


def test_a_machine_is_checked_by_keyboard_alone(lan: Page, served: Served) -> None:
    lan.goto(f"/kiem-tra-may?ma={ROOM_CODE}")
    assert lan.evaluate("isSecureContext") is False
    lan.get_by_label("Số ghế").focus()
    lan.keyboard.type("21")
    picture(lan, "14-kiem-tra-may-ma-phong")
    lan.keyboard.press("Enter")
    expect(lan.get_by_text("Ghi thử rồi đọc lại, khớp")).to_be_visible()
    by_keyboard(lan)
    expect(lan.get_by_text("Máy này")).to_be_visible()
    kept = newest(served.database)
    assert (kept["typed"], kept["looks_right"], kept["was_heard"]) == (
        "Tiếng Việt có dấu",
        True,
        True,
    )
    assert (kept["store"], kept["has_room"], kept["has_font"], kept["draws_formulas"]) == (
        "database", True, True, True,
    )  # fmt: skip
    assert kept["kilobits"] > 0 and kept["latency_ms"] is not None and kept["clock_ms"] is not None
    picture(lan, "14-kiem-tra-may", whole=True)
    phone(lan, "14-kiem-tra-may-dien-thoai")
    is_fit(lan)
    reads_in_english(lan)


def by_keyboard(page: Page) -> None:
    """From the top of the page to the button: Tab, Space and letters only."""
    page.locator("#noi-dung").focus()
    reach(page, "input[name=looks_right]")
    page.keyboard.press("Space")
    reach(page, "[data-tone]")
    page.keyboard.press("Enter")
    reach(page, "input[name=was_heard]")
    page.keyboard.press("Space")
    reach(page, "#typed")
    page.keyboard.type("Tiếng Việt có dấu")
    reach(page, "[data-keep]")
    page.keyboard.press("Enter")


def reach(page: Page, selector: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def newest(database: Database) -> dict[str, object]:
    with database.read() as db:
        one = db.query(ReadinessCheck).order_by(ReadinessCheck.at.desc()).first()
        assert one is not None and one.seat == "21"
        found: dict[str, object] = json.loads(one.measured)
        return found


def test_a_server_that_does_not_answer_is_told_and_nothing_typed_is_lost(
    lan: Page, served: Served
) -> None:
    lan.goto(f"/kiem-tra-may/{ROOM_CODE}/22")
    expect(lan.get_by_text("Ghi thử rồi đọc lại, khớp")).to_be_visible()
    lan.get_by_label("Gõ câu này, có dấu:").fill("Tiếng Việt có dấu")
    lan.context.set_offline(True)
    lan.get_by_role("button", name="Ghi kết quả ghế 22").click()
    expect(lan.get_by_text("Máy chủ phòng thi không trả lời")).to_be_visible()
    lan.context.set_offline(False)
    lan.get_by_role("button", name="Ghi kết quả ghế 22").click()
    expect(lan.get_by_text("Đã ghi lúc")).to_be_visible()
    assert lan.get_by_label("Gõ câu này, có dấu:").input_value() == "Tiếng Việt có dấu"


@pytest.mark.parametrize("desk", ["giamthi"], indirect=True)
def test_the_room_before_the_day(desk: Page, served: Served) -> None:
    desk.goto(f"/kiem-tra-phong/{served.sitting}")
    expect(desk.get_by_text("trên 24 máy dùng được")).to_be_visible()
    picture(desk, "14-kiem-tra-may-phong", whole=True)
    phone(desk, "14-kiem-tra-may-phong-dien-thoai")
    is_fit(desk)
    desk.emulate_media(media="print")
    picture(desk, "14-kiem-tra-may-ban-in", whole=True)
    assert desk.pdf(format="A4").count(b"/Type /Page\n") <= 2
    desk.emulate_media(media="screen")
    desk.get_by_role("link", name="Ghế 9").click()
    expect(desk.get_by_text("Không nghe thấy tiếng thử")).to_be_visible()
    is_fit(desk)
    desk.go_back()
    reads_in_english(desk)


@pytest.mark.parametrize("desk", ["thanhtra"], indirect=True)
def test_the_inspector_looks_and_finds_nothing_to_press(desk: Page, served: Served) -> None:
    with served.database.write() as db:
        room = served.room
        db.add_all([room.sitting])
        on_the_day(db, room, list(candidates(db, room.sitting.id))[:15], now=system_clock())
    desk.goto(f"/thanh-tra/{served.sitting}")
    expect(desk.get_by_role("heading", name="Sơ đồ ghế")).to_be_visible()
    assert desk.locator("main form, main button").count() == 0
    picture(desk, "14-thanh-tra", whole=True)
    phone(desk, "14-thanh-tra-dien-thoai")
    is_fit(desk)
    desk.get_by_role("link", name="Máy dùng được").click()
    expect(desk.get_by_role("heading", name="Sơ đồ máy")).to_be_visible()
    assert desk.locator("main form, main button").count() == 0
    is_fit(desk)
    desk.go_back()
    reads_in_english(desk)
