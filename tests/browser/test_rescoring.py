"""Re-scoring and late work in a real browser: from a doubt about a key to new points by two people."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.settings import Settings
from api.web import system_clock
from delivery.attempts import late
from delivery.attempts import service as attempts
from delivery.results.service import score_sitting
from delivery.sittings.states import CLOSED
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.api.test_rescoring_pages import other_version
from tests.factories.attempts import (
    answer,
    attempt_of,
    held,
    make_candidate,
    make_room,
    sign_in_device,
)
from tests.factories.web import PASSWORD, add_staff

from .conftest import serving
from .page_checks import WIDE, barriers, frame_problems, left_in_vietnamese, overflow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
WHY = "Đáp án in sai: phương án B mới đúng theo sách giáo khoa trang 41"
GIVEN = "AABABCABDA"


@pytest.fixture
def hall(database):
    """A closed sitting of ten; one machine sent more after the end. Its id, and that attempt's."""
    now = system_clock()
    with database.write() as db:
        room = make_room(db, now=now)
        people = [room.candidate] + [
            make_candidate(db, room.sitting, now=now, number=f"030060{n:02d}")
            for n in range(1, len(GIVEN))
        ]
        for n, (one, value) in enumerate(zip(people, GIVEN, strict=True)):
            attempts.start(db, sign_in_device(db, one, f"m{n}", now=now), now=now)
            given = [answer(1, room.choice, value), answer(2, room.short, "3,5")]
            attempts.save_events(db, held(db, f"m{n}"), given, now=now)
            attempts.submit(db, held(db, f"m{n}"), last_seq=2, now=now)
        first = held(db, "m0")
        late.keep_late(db, first, [answer(3, room.choice, "C")], now=now + timedelta(minutes=1))
        score_sitting(db, None, room.sitting, now=now)
        other = other_version(db, room, now)
        room.sitting.state, room.sitting.closed_at = CLOSED, now
        unit = db.get_one(Unit, room.sitting.unit_id)
    for name in ("totchuc1", "totchuc2"):
        add_staff(database, name, Role.EXAM_OFFICER, now=now, unit=unit)
    return room.sitting.id, attempt_of(first).id, other


def signed_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(viewport={"width": WIDE, "height": 768}).new_page()
    page.goto(f"{address}/dang-nhap")
    page.fill('input[name="username"]', name)
    page.fill('input[name="password"]', PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    return page


def looked_at(page: Page, name: str) -> None:
    """No barrier, no sideways scroll at either width; a picture where one is asked for."""
    assert barriers(page) == [] and frame_problems(page) == [], name
    assert overflow(page) == [], name
    folder = os.environ.get("KHAOTHI_LOOK")
    if folder:
        for width in (WIDE, 390):
            page.set_viewport_size({"width": width, "height": 768})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": WIDE, "height": 768})


def in_english(page: Page, address: str) -> list[str]:
    page.context.add_cookies([{"name": "khaothi_lang", "value": "en", "url": address}])
    page.reload()
    left = left_in_vietnamese(page)
    page.context.clear_cookies(name="khaothi_lang")
    page.reload()
    return left


def test_a_key_is_changed_by_two_people_who_see_what_it_does(browser, database, hall):
    sitting, attempt, other = hall
    with serving(database, Settings(worker_in_process=False)) as address:
        here = f"{address}/ca-thi/{sitting}"
        one, two = signed_in(browser, address, "totchuc1"), signed_in(browser, address, "totchuc2")
        one.goto(f"{here}/ket-qua")
        one.get_by_role("link", name="Chấm lại").click()
        looked_at(one, "danh-sach")
        assert in_english(one, address) == []
        one.get_by_role("table").last.get_by_role("link").first.click()
        one.get_by_label("Phiên bản 2").check()
        one.get_by_role("button", name="Xem ai bị ảnh hưởng").click()
        expect(one.get_by_role("img", name="Chênh lệch điểm sau khi đổi đáp án")).to_be_visible()
        looked_at(one, "tinh-thu")
        assert in_english(one, address) == []
        one.get_by_label("Lí do").fill(WHY)
        one.get_by_role("button", name="Đề nghị đổi đáp án").click()
        expect(one.get_by_text("người khác người đề nghị")).to_be_visible()
        two.goto(one.url)
        looked_at(two, "quyet-dinh")
        assert in_english(two, address) == []
        two.get_by_role("button", name="Đồng ý và chấm lại").click()
        expect(two.get_by_role("heading", name="Đã đổi như sau")).to_be_visible()
        looked_at(two, "da-doi")
        two.goto(f"{here}/cham-lai/vong")
        expect(two.get_by_role("columnheader", name="Vòng 2")).to_be_visible()
        looked_at(two, "vong")
        assert in_english(two, address) == []
        assert other and attempt


def test_a_further_option_counts_as_the_key_does_by_two_people(browser, database, hall):
    """Of ten, three chose B and one C: B is let count beside A, and then a statement either way."""
    sitting, _, _ = hall
    with serving(database, Settings(worker_in_process=False)) as address:
        here = f"{address}/ca-thi/{sitting}/cham-lai"
        one, two = signed_in(browser, address, "totchuc1"), signed_in(browser, address, "totchuc2")
        one.goto(here)
        one.get_by_role("table").last.get_by_role("link").first.click()
        one.get_by_label("Giữ đáp án A và tính đúng thêm").check()
        one.get_by_role("button", name="Xem ai bị ảnh hưởng").click()
        expect(one.get_by_text("Đánh dấu ít nhất một phương án")).to_be_visible()
        looked_at(one, "tinh-them-trong")
        one.get_by_role("group", name="Phương án cũng được tính đúng").get_by_label("B").check()
        one.get_by_role("button", name="Xem ai bị ảnh hưởng").click()
        expect(one.locator(".figure-big")).to_have_text(["10", "3", "3", "0"])
        looked_at(one, "tinh-them")
        assert in_english(one, address) == []
        one.get_by_label("Lí do").fill(WHY)
        one.get_by_role("button", name="Đề nghị đổi đáp án").click()
        expect(one.get_by_text("A; B cũng được tính đúng")).to_be_visible()
        two.goto(one.url)
        looked_at(two, "tinh-them-quyet-dinh")
        assert in_english(two, address) == []
        two.get_by_role("button", name="Đồng ý và chấm lại").click()
        expect(two.get_by_role("heading", name="Đã đổi như sau")).to_be_visible()
        expect(two.locator(".figure-big")).to_have_text(["10", "3", "3", "0"])
        two.goto(here)
        expect(two.get_by_role("cell", name="A; B cũng được tính đúng")).to_be_visible()
        looked_at(two, "tinh-them-danh-sach")
        two.get_by_role("table").last.get_by_role("link").nth(1).click()
        expect(
            two.get_by_role("group", name="Ý mà cả hai câu trả lời đều được tính")
        ).to_be_visible()
        looked_at(two, "tinh-them-y")
        assert in_english(two, address) == []


def test_late_work_is_let_count_by_two_people(browser, database, hall):
    sitting, attempt, _ = hall
    with serving(database, Settings(worker_in_process=False)) as address:
        here = f"{address}/ca-thi/{sitting}/gui-muon"
        one, two = signed_in(browser, address, "totchuc1"), signed_in(browser, address, "totchuc2")
        one.goto(here)
        looked_at(one, "gui-muon")
        assert in_english(one, address) == []
        one.get_by_role("table").get_by_role("link").click()
        looked_at(one, "gui-muon-bai")
        assert in_english(one, address) == []
        one.get_by_label("Lí do").fill("Mạng phòng 3 đứt từ 8 giờ 10, biên bản số 4")
        one.get_by_role("button", name="Đề nghị tính", exact=True).click()
        expect(one.get_by_text("người khác người đề nghị")).to_be_visible()
        two.goto(one.url)
        looked_at(two, "gui-muon-quyet-dinh")
        two.get_by_role("button", name="Đồng ý", exact=True).click()
        expect(two.get_by_role("heading", name="Đã quyết định")).to_be_visible()
        looked_at(two, "gui-muon-xong")
        assert attempt
