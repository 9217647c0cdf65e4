"""The candidate's screen in a real browser: without network, reloaded, opened twice, out of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from api.db import Database
from api.settings import Settings
from delivery.attempts import repository
from delivery.attempts.models import Attempt
from tests.factories.attempts import CODE, NUMBER, make_room

from .conftest import serving

# The page is the same on both databases, and what is under it is tested on both elsewhere.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def room(database: Database):
    with database.write() as db:
        return make_room(db, now=datetime.now(UTC), minutes=90)


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


@pytest.fixture
def player(browser: Browser, address: str, room) -> Iterator[Page]:
    """A candidate who has just opened the paper."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    yield page
    context.close()


def choose(page: Page, letter: str) -> None:
    page.locator(".kt-option").filter(has=page.locator(f"b:text-is('{letter}')")).click()


def all_saved(page: Page) -> None:
    """The server has acknowledged everything, and the page says so."""
    expect(page.locator('.saved.is-saved[data-pending="0"]')).to_contain_text("Đã lưu")


JOURNAL = """() => new Promise((resolve) => {
  const opening = indexedDB.open("khaothi");
  opening.onsuccess = () => {
    const table = opening.result.transaction("journal").objectStore("journal");
    const found = {};
    table.openCursor().onsuccess = ({ target: { result } }) => {
      if (result === null) { opening.result.close(); return resolve(found); }
      found[result.key] = result.value;
      result.continue();
    };
  };
})"""


def journal(page: Page) -> dict[str, str]:
    """What the machine keeps on its disk, as anybody who opens the profile would find it."""
    return page.evaluate(JOURNAL)


def responses(database: Database) -> dict:
    with database.read() as db:
        attempt = db.scalars(select(Attempt)).one()
        return repository.effective_responses(db, attempt.id)


def test_answers_given_without_network_arrive_when_it_is_back(player, database, room):
    player.context.set_offline(True)
    choose(player, "B")
    expect(player.get_by_text("Đã lưu trên máy")).to_be_visible()
    expect(player.get_by_text("Mất kết nối lúc")).to_be_visible()
    assert responses(database) == {}
    player.context.set_offline(False)
    all_saved(player)
    assert responses(database) == {room.choice: "B"}


def test_a_reload_shows_every_kind_of_answer_again(player, database, room):
    choose(player, "C")
    player.get_by_role("button", name="Đánh dấu xem lại").click()
    player.get_by_role("button", name="Sang Câu 1, phần II").click()
    player.get_by_role("radiogroup", name="a) ý a").get_by_text("Đúng").click()
    player.get_by_role("button", name="Sang Câu 1, phần III").click()
    for key in ("3", "dấu phẩy", "5"):
        player.get_by_role("button", name=key, exact=True).click()
    player.reload()
    expect(player.get_by_label("Câu trả lời của bạn")).to_have_value("3,5")
    expect(player.get_by_role("button", name="Câu 1, đã trả lời, đánh dấu xem lại")).to_be_visible()
    expect(player.get_by_role("button", name="Câu 1, đã trả lời 1/4")).to_be_visible()
    all_saved(player)
    assert responses(database) == {room.choice: "C", room.cluster: {"a": True}, room.short: "3,5"}


def test_the_newest_page_works_and_the_older_one_says_so(player, database, room):
    choose(player, "A")
    second = player.context.new_page()
    second.goto(player.url)
    expect(second.locator(".kt-option.is-chosen")).to_contain_text("A")
    expect(player.get_by_text("đang mở ở một trang khác")).to_be_visible()
    expect(player.locator(".kt-option input").first).to_be_disabled()
    choose(second, "D")
    all_saved(second)
    assert responses(database) == {room.choice: "D"}


def test_when_time_is_over_the_paper_hands_itself_in(player, database, room):
    choose(player, "A")
    all_saved(player)
    with database.write() as db:
        db.scalars(select(Attempt)).one().deadline = datetime.now(UTC)
    choose(player, "B")
    expect(player.get_by_role("heading", name="Đã nhận bài")).to_be_visible()
    expect(player.get_by_text("Tự nộp khi hết giờ")).to_be_visible()
    with database.read() as db:
        assert db.scalars(select(Attempt)).one().submitted_by == "timeout"
    assert journal(player) == {}


def test_the_whole_way_with_the_keyboard_alone(player, database, room):
    player.get_by_role("heading", name="Câu 1").focus()
    for key in ("Tab", "Tab", "Space", "ArrowDown"):
        player.keyboard.press(key)
    expect(player.locator(".kt-option.is-chosen")).to_contain_text("B")
    player.get_by_role("button", name="Kiểm tra và nộp bài").press("Enter")
    expect(player.get_by_role("heading", name="Kiểm tra trước khi nộp")).to_be_focused()
    player.get_by_role("button", name="Nộp bài", exact=True).press("Enter")
    expect(player.get_by_role("heading", name="Đã nhận bài")).to_be_focused()
    assert responses(database) == {room.choice: "B"}


@pytest.mark.parametrize("place", ["phan-I-cau-1", "phan-II-cau-1", "phan-III-cau-1", "kiem-tra"])
def test_no_accessibility_fault_that_a_program_can_find(browser, player, place):
    axe = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
    context = browser.new_context(
        bypass_csp=True,
        storage_state=player.context.storage_state(),
        viewport={"width": 390, "height": 844},
    )
    page = context.new_page()
    page.goto(f"{player.url.split('#')[0]}#{place}")
    expect(page.locator("main h2").first).to_be_visible()
    page.add_script_tag(path=axe)
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes[0].html)"
    )
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    context.close()
    assert found == []
    assert overflow <= 0
