"""The invigilator's console at work: two consoles, a room that works, a cut line, a keyboard alone."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from api.db import Database
from api.demo import load
from api.demo.client import Answer, CandidateClient
from api.settings import Settings
from api.web import system_clock
from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate

from .cable import Cable, cable
from .conftest import serving
from .exam_hall import picture, sign_in_staff
from .page_checks import barriers, left_in_vietnamese
from .planned_day import plan_day
from .simulated_candidates import some_value

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
SIZE = 24
PATIENCE = 30_000  # milliseconds; the machine is shared
SCREENS = {"": (1366, 768), "-rong": (1920, 1080), "-bang": (820, 1180), "-dien-thoai": (390, 844)}
WHY = "Máy 02 mất mạng, cắm lại không được"


@dataclass
class Hall:
    """A room, the people at its seats, and the consoles that watch it."""

    address: str
    line: Cable  # of one of the consoles
    database: Database
    browser: Browser
    sitting_id: uuid.UUID
    numbers: Sequence[str]
    codes: dict[str, str]
    people: dict[str, Candidate]
    sitters: dict[int, CandidateClient] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.address}/phong-thi/{self.sitting_id}"

    def console(self, username: str, address: str = "") -> Page:
        page = self.browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        sign_in_staff(page, address or self.address, username, load.PASSWORD)
        page.goto(self.url.replace(self.address, address or self.address))
        return page

    def begins(self, at: int, items: int) -> None:
        """A candidate signs in, starts and answers so many items."""
        client = self.sitters[at] = CandidateClient(self.address)
        client.sign_in(self.numbers[at], self.codes[self.numbers[at]])
        self.answers(at, client.start(), items)

    def answers(self, at: int, paper: dict[str, Any], items: int) -> None:
        rng = random.Random(at)
        given = [item for part in paper["parts"] for item in part["items"]][:items]
        self.sitters[at].save([Answer(item["ref"], some_value(item, rng)) for item in given])

    def seat(self, page: Page, at: int) -> Locator:
        return page.locator(f'[data-seat="{self.people[self.numbers[at]].id}"]')

    def choose(self, page: Page, at: int) -> None:
        seat = self.seat(page, at)
        seat.click()
        name = seat.get_attribute("data-name")
        expect(page.locator("#ghe-ten")).to_have_text(f"Ghế {name}", timeout=PATIENCE)

    def as_if(self, at: int, change: Callable[[Attempt], None]) -> None:
        """What only time brings about."""
        with self.database.write() as db:
            mine = Attempt.candidate_id == self.people[self.numbers[at]].id
            change(db.scalars(select(Attempt).where(mine)).one())


@pytest.fixture
def hall(database: Database, browser: Browser) -> Iterator[Hall]:
    sitting_id, codes = plan_day(database, SIZE)
    with database.read() as db:
        found = db.scalars(select(Candidate).where(Candidate.sitting_id == sitting_id))
        people = {one.number: one for one in found}
    with serving(database, Settings(worker_in_process=False)) as address, cable(address) as line:
        hall = Hall(address, line, database, browser, sitting_id, sorted(codes), codes, people)
        yield hall
        for context in browser.contexts:
            context.close()


def test_two_consoles_see_a_room_at_work(hall: Hall) -> None:
    one, two = hall.console("giamthi", hall.line.address), hall.console("totchuc")
    looked_at(one, "13-phong-thi-truoc-gio", {"": SCREENS[""]})
    one.get_by_role("button", name="Mở đề").click()
    expect(two.get_by_text("Đóng ca thi").first).to_be_visible(timeout=PATIENCE)
    for at in range(16):
        hall.begins(at, 4 + at)
    hall.begins(16, 9)
    for page in (one, two):
        expect(hall.seat(page, 16)).to_contain_text("9/22", timeout=PATIENCE)
        expect(hall.seat(page, 16)).to_contain_text("Đang làm", timeout=PATIENCE)
    many_states(hall)
    everything_is_seen(hall, one)
    the_line_is_cut_and_comes_back(hall, one)
    a_suspension_by_keyboard_and_a_second_person(hall, one, two)
    a_refusal_loses_no_word(hall, one)
    it_ends(hall, one)


def many_states(hall: Hall) -> None:
    now = system_clock()
    hall.as_if(1, lambda a: setattr(a, "last_seen_at", now - timedelta(seconds=138)))
    for at in (5, 16):
        hall.sitters[at].submit()


def everything_is_seen(hall: Hall, page: Page) -> None:
    lost = hall.seat(page, 1)
    expect(lost).to_contain_text("Mất kết nối", timeout=PATIENCE)
    expect(hall.seat(page, 5)).to_contain_text("Đã nộp")
    expect(page.locator("#doi-chieu")).to_contain_text("2 ≠ 17")
    expect(page.locator("#doc-to")).to_contain_text("Mất kết nối", timeout=PATIENCE)
    hall.choose(page, 1)
    page.locator("#ghe summary", has_text="Bù giờ").click()
    page.locator("#ghe details[open] .minutes label", has_text="10").click()
    page.locator("#ghe .reason-chip", has_text="mất mạng").first.click()
    expect(page.locator("#viec-da-lam")).to_contain_text("Đã làm: Bù giờ", timeout=PATIENCE)
    expect(page.locator(".history")).to_contain_text("10 phút", timeout=PATIENCE)
    hall.choose(page, 2)
    page.locator("#ghe summary", has_text="Tạm dừng").click()
    page.locator("#ghe .reason-chip", has_text="ra ngoài").click()
    expect(hall.seat(page, 2)).to_contain_text("Tạm dừng", timeout=PATIENCE)
    page.get_by_role("button", name="Hoàn tác").click()
    expect(hall.seat(page, 2)).to_contain_text("Đang làm", timeout=PATIENCE)
    page.locator("#ghe summary", has_text="Tạm dừng").click()
    page.locator("#ghe .reason-chip", has_text="ra ngoài").click()
    expect(hall.seat(page, 2)).to_contain_text("Tạm dừng", timeout=PATIENCE)
    hall.choose(page, 1)
    page.locator("#ghe summary", has_text="Cho đổi máy").click()
    page.locator("#ghe details[open]").get_by_label("Lí do").fill(WHY)
    looked_at(page, "13-phong-thi")


def the_line_is_cut_and_comes_back(hall: Hall, page: Page) -> None:
    hall.line.pull()
    expect(page.locator("#cu")).to_contain_text("Số liệu cách đây", timeout=PATIENCE)
    looked_at(page, "13-phong-thi-mat-mang", {"": SCREENS[""]})
    page.get_by_role("button", name="Đổi máy cho").click()
    expect(page.locator(".act-error").filter(has_text="Chưa gửi")).to_be_visible()
    expect(page.get_by_label("Lí do").filter(visible=True)).to_have_value(WHY)
    hall.begins(17, 5)
    hall.line.plug_in()
    expect(page.locator("#cu")).to_be_hidden(timeout=PATIENCE)
    expect(hall.seat(page, 17)).to_contain_text("5/22", timeout=PATIENCE)
    page.get_by_role("button", name="Đổi máy cho").click()
    expect(page.locator("#viec-da-lam")).to_contain_text("Đã làm", timeout=PATIENCE)


def a_suspension_by_keyboard_and_a_second_person(hall: Hall, one: Page, two: Page) -> None:
    """From the map to the reason without a mouse; the second person decides at a console of theirs."""
    hall.seat(one, 0).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        one.keyboard.press(key)
    expect(hall.seat(one, 3)).to_have_attribute("aria-current", "true")
    expect(one.locator("#ghe")).to_be_focused(timeout=PATIENCE)
    tab_to(one, "Đình chỉ thi")
    one.keyboard.press("Enter")
    tab_to(one, "Sử dụng điện thoại trong giờ thi")
    one.keyboard.press("Enter")
    expect(one.locator("#viec-da-lam")).to_contain_text("Đề nghị đình chỉ", timeout=PATIENCE)
    expect(hall.seat(two, 3)).to_contain_text("chờ quyết định", timeout=PATIENCE)
    hall.seat(two, 3).focus()
    two.keyboard.press("Enter")
    expect(two.locator("#ghe")).to_be_focused(timeout=PATIENCE)
    two.wait_for_timeout(100)
    tab_to(two, "Đình chỉ ghế")
    looked_at(two, "13-phong-thi-dinh-chi", {"": SCREENS[""]})
    two.keyboard.press("Enter")
    expect(hall.seat(one, 3)).to_contain_text("Đình chỉ thi", timeout=PATIENCE)
    one.keyboard.press("Escape")
    expect(hall.seat(one, 3)).to_be_focused()


def tab_to(page: Page, words: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"the Tab key does not reach {words}")


def a_refusal_loses_no_word(hall: Hall, page: Page) -> None:
    hall.choose(page, 4)
    page.locator("#ghe summary", has_text="Thu bài").click()
    form = page.locator("#ghe details[open] form")
    form.get_by_label("Lí do").fill("ngắn")
    form.get_by_role("button", name="Thu bài").click()
    expect(form.locator(".act-error")).to_contain_text("ít nhất 10 kí tự", timeout=PATIENCE)
    expect(form.get_by_label("Lí do")).to_have_value("ngắn")
    form.get_by_role("button", name="Thí sinh xin nộp bài sớm").click()
    expect(hall.seat(page, 4)).to_contain_text("Đã nộp", timeout=PATIENCE)


def it_ends(hall: Hall, page: Page) -> None:
    for at in (*range(0, 3), *range(6, 16), 17):
        if at == 2:
            hall.choose(page, 2)
            page.get_by_role("button", name="tiếp tục").click()
            expect(hall.seat(page, 2)).to_contain_text("Đang làm", timeout=PATIENCE)
        if at != 1:  # its machine was taken away
            hall.sitters[at].submit()
    hall.choose(page, 1)
    page.locator("#ghe summary", has_text="Thu bài").click()
    page.locator("#ghe .reason-chip", has_text="ốm").filter(visible=True).click()
    expect(page.locator("#doi-chieu")).to_contain_text("17 = 18 − 1", timeout=PATIENCE)
    expect(page.locator("#doi-chieu")).to_have_class("check-line ok")
    page.get_by_text("Đóng ca thi", exact=True).first.click()
    page.get_by_role("button", name="Đóng ca thi", exact=True).click()
    expect(page.get_by_text("Mã niêm phong của ca thi")).to_be_visible(timeout=PATIENCE)
    page.wait_for_load_state()
    looked_at(page, "13-phong-thi-da-dong", {"": SCREENS[""]})


def looked_at(page: Page, name: str, screens: dict[str, tuple[int, int]] = SCREENS) -> None:
    """No barrier, nothing beside the screen, all of it in English; and a picture of each size."""
    for suffix, (width, height) in screens.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        picture(page, f"{name}{suffix}")
        beside = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert beside <= 0, (name, width, beside)
        assert barriers_as_it_stands(page) == [], (name, width)
    page.set_viewport_size({"width": 1366, "height": 768})


def barriers_as_it_stands(page: Page) -> list[str]:
    """With what is folded left folded: unfolding would close what a person has open."""
    was = page.evaluate("[...document.querySelectorAll('details')].map(one => one.open)")
    found = barriers(page)
    page.evaluate(
        "was => document.querySelectorAll('details').forEach((one, at) => { one.open = was[at]; })",
        was,
    )
    return found


def test_the_console_speaks_english(hall: Hall) -> None:
    page = hall.console("giamthi")
    page.get_by_role("button", name="English").click()
    page.goto(hall.url)
    assert left_in_vietnamese(page) == []
    page.locator("[data-seat]").first.click()
    expect(page.locator("#ghe-ten")).to_contain_text("Seat")
    assert left_in_vietnamese(page) == []
