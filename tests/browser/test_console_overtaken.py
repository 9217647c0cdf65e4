"""What the console asked for earlier never takes the place of what a person does meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .test_console import Hall, hall

__all__ = ["hall"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
WHY = "Máy treo, khởi động lại mất ba phút"


class Held:
    """Requests to an address that wait until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self.routes = list[Route]()
        self.is_open = False
        page.route(address, lambda route: self.meet(route))

    def meet(self, route: Route) -> None:
        if self.is_open:
            route.fallback()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        self.is_open = True
        for route in self.routes:
            route.continue_()


@pytest.fixture
def room(hall: Hall) -> tuple[Hall, Page]:
    page = hall.console("giamthi")
    page.get_by_role("button", name="Mở đề").click()
    expect(page.get_by_text("Đóng ca thi").first).to_be_visible()
    for at in (0, 1):
        hall.begins(at, 3)
        expect(hall.seat(page, at)).to_contain_text("Đang làm")
    hall.choose(page, 0)
    return hall, page


def opened(page: Page, act: str) -> Locator:
    """Opening one closes the others a moment later."""
    page.locator("#ghe summary", has_text=act).click()
    return page.locator("#ghe details.act").filter(has=page.locator("summary", has_text=act))


def reason(page: Page, act: str) -> Locator:
    return opened(page, act).get_by_label("Lí do")


def sent(page: Page, act: str, address: str) -> Held:
    """An act with its reason, whose answer is on its way."""
    held, form = Held(page, address), opened(page, act)
    form.get_by_label("Lí do").fill(WHY)
    with page.expect_request(address):
        form.locator(".button").click()
    return held


def test_what_is_typed_while_an_act_is_on_its_way_stays(room: tuple[Hall, Page]) -> None:
    hall, page = room
    held = sent(page, "Tạm dừng", "**/tam-dung")
    field = reason(page, "Thu bài")
    field.fill("Thí sinh xin")
    held.let_go()
    expect(page.locator("#viec-da-lam")).to_contain_text("Đã làm: Tạm dừng")
    expect(hall.seat(page, 0)).to_contain_text("Tạm dừng")
    expect(field).to_have_value("Thí sinh xin")
    expect(field).to_be_focused()


def test_an_act_is_told_at_its_own_seat_and_a_failure_at_any(room: tuple[Hall, Page]) -> None:
    hall, page = room
    held = sent(page, "Tạm dừng", "**/tam-dung")
    hall.choose(page, 1)
    held.let_go()
    expect(hall.seat(page, 0)).to_contain_text("Tạm dừng")
    expect(page.locator("#viec-da-lam")).to_be_hidden()
    held = sent(page, "Tạm dừng", "**/tam-dung")
    hall.choose(page, 0)
    for route in held.routes:
        route.abort()
    expect(page.locator("#viec-da-lam")).to_contain_text("Tạm dừng ghế")


def test_a_keyboard_that_went_on_is_not_called_back(room: tuple[Hall, Page]) -> None:
    hall, page = room
    held = Held(page, "**/bang?**")
    hall.seat(page, 1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(hall.seat(page, 2)).to_be_focused()
    held.let_go()
    name = hall.seat(page, 1).get_attribute("data-name")
    expect(page.locator("#ghe-ten")).to_have_text(f"Ghế {name}")
    expect(hall.seat(page, 2)).to_be_focused()


def test_seats_drawn_anew_leave_the_person_where_they_are_by_then(room: tuple[Hall, Page]) -> None:
    hall, page = room
    hall.seat(page, 0).focus()
    held = Held(page, "**/so-do?**")
    with page.expect_request("**/so-do?**"):
        moved(hall, page)
    field = reason(page, "Thu bài")
    field.fill("Thí sinh xin")
    held.let_go()
    expect(hall.seat(page, 1)).to_have_attribute("data-name", "61")
    expect(field).to_be_focused()
    expect(field).to_have_value("Thí sinh xin")


def moved(hall: Hall, page: Page) -> None:
    """Another console puts the candidate of the second seat elsewhere."""
    other = hall.console("totchuc")
    hall.choose(other, 1)
    form = opened(other, "Đổi chỗ")
    form.get_by_label("Ghế mới").fill("61")
    form.get_by_label("Lí do").fill(WHY)
    form.locator(".button").click()
