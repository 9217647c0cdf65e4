"""Practice on the candidate's screen in a real browser: check, learn what was right, try again, hand in.

Set KHAOTHI_TOUR to a folder to keep pictures.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from api.auth.passwords import hash_code
from api.db import Database
from api.settings import Settings
from delivery.practice import repository, service
from delivery.practice.results import results
from delivery.practice.service import Terms
from itembank.items.content import ItemContent
from itembank.people import repository as people
from itembank.people.classes import service as classes
from itembank.permissions import Role
from tests.factories import kinds
from tests.factories.forms import make_item, make_person, make_unit
from tests.factories.web import HASH

from .candidate_keys import press
from .conftest import serving
from .kinds_paper import all_saved
from .page_checks import faults
from .test_player_weight import MOST_BYTES, Wire

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
CODE, PIN = "AB34CD", "314159"
WHY = "36 chia hết cho 9, nên 18 là thể tích."
SOLUTION = "Thể tích bằng tích ba cạnh."
ASKED = ("choice", "tf_cluster", "cloze", "order")


@dataclass(frozen=True)
class Practice:
    task: str
    solution: str = SOLUTION


def told(kind: str) -> ItemContent:
    """An item whose author wrote why, for each option and in all."""
    part = kinds._interactions("0" * 64)[kind]
    if kind == "choice":
        part["options"] = [{**option, "rationale": WHY} for option in part["options"]]
    return kinds._content(kind, part, None).model_copy(update={"solution": f"<p>{SOLUTION}</p>"})


@pytest.fixture
def practice(database: Database) -> Practice:
    now = datetime.now(UTC)
    with database.write() as db:
        unit = make_unit(db, "TRUONG", "truong")
        person = make_person(db, unit, "teacher", Role.TEACHER, now=now, password_hash=HASH)
        made = [make_item(db, person, told(kind), now=now) for kind in ASKED]
        teacher = people.load_actor(db, person)
        group = classes.add_class(
            db, teacher, unit_id=unit.id, school_year=2026, code="12A1", name="12A1", grade=12,
            now=now,
        )  # fmt: skip
        classes.enrol(db, teacher, group, code="HS01", full_name="Nguyễn Hà An", now=now)
        service.ensure_code(db, group, new_code=lambda: CODE, now=now)
        service.issue_pins(db, teacher, group, new_pin=lambda: PIN, hash_pin=hash_code, now=now)
        ids = [item.id for item in made]
        kept = service.keep_set(db, teacher, title="Ôn", item_ids=ids, now=now)
        terms = Terms("Ôn tập chương 1", "practice", "at_once", None, now, now + timedelta(hours=1))
        task = service.give(db, teacher, kept, group, terms, new_code=lambda: CODE, now=now)
        return Practice(str(task.id))


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


@pytest.fixture
def pupil(browser: Browser, address: str, practice: Practice) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    yield sign_in(context.new_page(), address)
    context.close()


def sign_in(page: Page, address: str) -> Page:
    """Into the class and up to the first item."""
    page.goto(f"{address}/lop")
    page.get_by_label("Mã lớp").fill(CODE)
    page.get_by_label("Mã học sinh").fill("HS01")
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Vào lớp").click()
    page.get_by_role("link", name="Mở bài").click()
    page.get_by_role("button", name="Bắt đầu làm").click()
    return first_item(page)


def first_item(page: Page) -> Page:
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    return page


def result_of(page: Page, n: int = 1):
    return page.get_by_role("region", name=f"Kết quả câu {n}")


def test_an_item_is_checked_explained_and_tried_again_and_the_first_try_counts(
    pupil, database, practice
):
    assert practice.solution not in pupil.content()
    pupil.locator(".kt-option").nth(0).click()
    pupil.get_by_role("button", name="Kiểm tra Câu 1").click()
    expect(result_of(pupil)).to_be_focused()
    expect(result_of(pupil)).to_contain_text("Chưa đúng")
    expect(result_of(pupil)).to_contain_text(practice.solution)
    expect(result_of(pupil).get_by_text(WHY).first).to_be_visible()
    expect(pupil.locator(".kt-option input").first).to_be_disabled()
    assert faults(pupil) == []
    pupil.get_by_role("button", name="Làm lại câu này").click()
    pupil.locator(".kt-option").nth(1).click()
    pupil.get_by_role("button", name="Kiểm tra Câu 1").click()
    expect(result_of(pupil)).to_contain_text("Đúng")
    pupil.reload()
    expect(result_of(pupil)).to_contain_text("Chưa đúng")
    with database.read() as db:
        task = repository.task_of(db, uuid.UUID(practice.task))
        (row,) = results(db, task, []).rows
        assert [mark.share for mark in row.marks] == [0.0, 0.0, 0.0, 0.0]


def test_what_is_being_checked_stays_as_it_is_and_is_asked_about_once(pupil):
    asked: list[Route] = []
    pupil.route("**/kiem-tra", lambda route: asked.append(route))
    pupil.locator(".kt-option").nth(1).click()
    pupil.get_by_role("button", name="Kiểm tra Câu 1").dblclick()
    expect(pupil.locator(".kt-option input").first).to_be_disabled()
    asked[0].continue_()
    expect(result_of(pupil)).to_contain_text("Đúng")
    assert len(asked) == 1


def test_practice_by_keyboard_alone_up_to_the_results(pupil, practice):
    pupil.get_by_role("heading", name="Câu 1").focus()
    press(pupil, pupil.locator(".kt-option input").first, "ArrowDown", "Space")
    press(pupil, pupil.get_by_role("button", name="Kiểm tra Câu 1"), "Enter")
    expect(result_of(pupil)).to_contain_text("Đúng")
    press(pupil, pupil.get_by_role("button", name="Sang Câu 2"), "Enter")
    press(pupil, pupil.locator(".kt-statement input").first, "Space")
    all_saved(pupil)
    press(pupil, pupil.get_by_role("button", name="Kiểm tra và nộp bài"), "Enter")
    expect(pupil.get_by_role("heading", name="Kiểm tra trước khi nộp")).to_be_focused()
    assert faults(pupil) == []
    press(pupil, pupil.get_by_role("button", name="Nộp bài", exact=True), "Enter")
    expect(pupil.get_by_text("Em được")).to_be_visible()
    assert pupil.url.endswith(f"/lop/bai/{practice.task}")


def test_answers_given_without_a_line_arrive_and_checking_waits_for_it(pupil):
    pupil.context.set_offline(True)
    pupil.locator(".kt-option").nth(1).click()
    expect(pupil.get_by_text("Đã lưu trên máy")).to_be_visible()
    pupil.get_by_role("button", name="Kiểm tra Câu 1").click()
    expect(pupil.get_by_text("Chưa kiểm tra được vì mất kết nối")).to_be_visible()
    pupil.context.set_offline(False)
    all_saved(pupil)
    pupil.get_by_role("button", name="Kiểm tra Câu 1").click()
    expect(result_of(pupil)).to_contain_text("Đúng")


def test_practice_in_english_and_on_a_phone(pupil):
    pupil.set_viewport_size({"width": 390, "height": 844})
    pupil.locator(".kt-option").nth(1).click()
    pupil.get_by_role("button", name="English").click()
    pupil.get_by_role("button", name="Check Question 1").click()
    expect(pupil.get_by_role("region", name="Result of question 1")).to_be_visible()
    assert pupil.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert faults(pupil) == []


def test_the_screen_of_practice_weighs_no_more_than_an_examination(browser, pupil, record_property):
    """On a cold cache, from the address of the screen: the lists before it are pages of the school."""
    context = browser.new_context(storage_state=pupil.context.storage_state())
    page = context.new_page()
    wire = Wire(page)
    page.goto(pupil.url)
    first_item(page)
    context.close()
    record_property("bytes", wire.total)
    assert any("practice.js" in name for name in wire.names.values())
    assert wire.total <= MOST_BYTES, wire.largest


@pytest.mark.skipif(not os.environ.get("KHAOTHI_TOUR"), reason="pictures for the tour")
def test_pictures_of_practice(pupil):
    folder = Path(os.environ["KHAOTHI_TOUR"])
    pupil.locator(".kt-option").nth(0).click()
    pupil.get_by_role("button", name="Kiểm tra Câu 1").click()
    expect(result_of(pupil)).to_be_visible()
    for ending, size in (("", (1366, 768)), ("-dien-thoai", (390, 844))):
        pupil.set_viewport_size({"width": size[0], "height": size[1]})
        result_of(pupil).evaluate("node => node.scrollIntoView({ block: 'end' })")
        pupil.screenshot(path=folder / f"09-luyen-tap{ending}.png")
