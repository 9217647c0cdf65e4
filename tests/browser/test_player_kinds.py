"""Every kind of item in a real browser: by keyboard alone, by mouse, on every size of screen.

Set KHAOTHI_TOUR to a folder to keep pictures of every kind and size.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from api.db import Database
from api.settings import Settings
from delivery.attempts import devices, invigilation, repository
from delivery.attempts.models import Attempt
from delivery.process.models import ProcessEvent
from delivery.results.service import scoring_key
from itembank.scoring.rules import score
from tests.factories.attempts import CODE, NUMBER
from tests.factories.kinds import RIGHT, KindsRoom, make_kinds_room

from .conftest import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_TABS = 80


@pytest.fixture
def room(database: Database) -> KindsRoom:
    with database.write() as db:
        return make_kinds_room(db, now=datetime.now(UTC))


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    with serving(database, Settings(worker_in_process=False)) as served:
        yield served


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()


@pytest.fixture
def player(browser: Browser, address: str, room: KindsRoom) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    page = context.new_page()
    sign_in(page, address)
    page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    yield page
    context.close()


def go_to(page: Page, kind: str) -> None:
    """To the item of this kind, through the list of questions."""
    if not page.locator("#question-map").is_visible():  # beside a passage it opens on demand
        page.locator(".map-button").click()
    part = RIGHT_ORDER.index(kind)
    page.locator("#question-map .cells").nth(part).get_by_role("button").first.click()
    expect(page.locator(f'[data-kind="{kind}"]')).to_be_visible()


RIGHT_ORDER = (
    "choice", "multiple", "tf_cluster", "short", "cloze", "match", "order", "hotspot", "gap_match",
    "hottext", "composite", "essay",
)  # fmt: skip


def effective(database: Database, room: KindsRoom) -> dict[str, object]:
    with database.read() as db:
        attempt = db.scalars(select(Attempt)).one()
        found = repository.effective_responses(db, attempt.id)
    return {kind: found.get(ref) for kind, ref in room.items.items()}


def looked_at(database: Database) -> set[object]:
    """The items whose time on the screen the server was told."""
    with database.read() as db:
        told = db.scalars(select(ProcessEvent).where(ProcessEvent.kind == "item_left"))
        return {event.form_item_id for event in told if (event.milliseconds or 0) > 0}


def all_saved(page: Page) -> None:
    expect(page.locator('.saved.is-saved[data-pending="0"]')).to_contain_text("Đã lưu")


# --- the keyboard alone ---------------------------------------------------------------------------


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until the control has the focus: what cannot be reached so is a fault."""
    for _ in range(MOST_TABS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {target}")


def press(page: Page, target: Locator, *keys: str) -> None:
    tab_to(page, target)
    for key in keys:
        page.keyboard.press(key)


def by_keyboard(page: Page) -> dict[str, object]:
    """How each kind is answered without a mouse; the keys of each are what a candidate would press."""
    item = page.locator(".kt-item")
    return {
        "choice": lambda: press(page, item.locator("input").first, "ArrowDown", "Space"),
        "multiple": lambda: [
            press(page, item.locator("input").nth(at), "Space") for at in (0, 1, 3)
        ],
        "tf_cluster": lambda: [
            press(page, item.locator(".kt-statement").nth(row).locator("input").first, *keys)
            for row, keys in enumerate((["Space"], ["Space"], ["ArrowRight"], ["Space"]))
        ],
        "short": lambda: press(page, item.locator(".kt-short-field"), "3", ",", "5"),
        "cloze": lambda: [
            press(page, item.locator("select"), "w", "w"),
            press(page, item.locator("input"), *"library"),
        ],
        "match": lambda: [
            press(page, item.locator(".kt-row").nth(row).locator("input").first, *keys)
            for row, keys in enumerate((["ArrowLeft"], ["Space"], ["ArrowRight"]))
        ],
        "order": lambda: press(page, item.get_by_role("button", name="Lên: mục 2"), "Enter"),
        "hotspot": lambda: press(page, item.locator("input").first, "ArrowDown"),
        "gap_match": lambda: [
            press(page, item.locator("select").nth(0), "q"),
            press(page, item.locator("select").nth(1), "t"),
        ],
        "hottext": lambda: press(page, item.get_by_role("button", name="tham quang"), "Enter"),
        "composite": lambda: composite_by_keyboard(page),
        "essay": lambda: [
            tab_to(page, item.locator("textarea")),
            page.keyboard.insert_text("Em giúp bạn học."),
        ],
    }


def composite_by_keyboard(page: Page) -> None:
    """Every place of a composite item, in the order in which Tab comes by."""

    def at(asks: str) -> Locator:
        return page.locator(f'.kt-place[data-asks="{asks}"]')

    press(page, page.locator(".kt-composite > p input"), "1", "2")
    press(page, at("multiple").locator("input").first, "ArrowDown")
    press(page, at("slider").locator("input"), *["ArrowRight"] * 3)
    press(page, at("match").locator(".kt-row").nth(0).locator("input").first, "ArrowRight")
    press(page, at("match").locator(".kt-row").nth(1).locator("input").first, "Space")
    press(page, at("order").get_by_role("button", name="Lên: mục 2"), "Enter")
    for name in ("nóng", "lạnh", "ngày", "đêm"):
        press(page, at("associate").get_by_role("button", name=name, exact=True), "Enter")
    press(page, at("gap_match").locator("select"), "q")
    press(page, at("hottext").get_by_role("button", name="tham quang"), "Enter")
    press(page, at("hotspot").locator("input").first, "ArrowDown")
    press(page, at("picture_points").get_by_role("application"), "ArrowRight", "Enter")
    for name in ("C. Cái cây", "B. Ngôi nhà", "A. Mặt trời"):
        press(page, at("picture_order").get_by_role("button", name=name), "Enter")
    for name in ("A. Mặt trời", "C. Cái cây"):
        press(page, at("picture_links").get_by_role("button", name=name, exact=True), "Enter")
    press(page, at("picture_gaps").locator("select").nth(0), "n")
    press(page, at("picture_gaps").locator("select").nth(1), "c")
    tab_to(page, at("text").locator("textarea"))
    page.keyboard.insert_text("Em thấy đúng.")
    pen = ("Space", "ArrowRight", "ArrowRight", "Space")
    press(page, at("drawing").get_by_role("application"), *pen)


def test_a_whole_test_of_every_kind_by_keyboard_alone_scores_full_points(player, database, room):
    answers = by_keyboard(player)
    player.get_by_role("heading", name="Câu 1").focus()
    for kind in RIGHT_ORDER:
        expect(player.locator(f'.kt-item[data-kind="{kind}"]')).to_be_visible()
        answers[kind]()
        onward = "Kiểm tra bài" if kind == RIGHT_ORDER[-1] else "Sang "
        press(player, player.get_by_role("button", name=onward).last, "Enter")
    expect(player.get_by_role("heading", name="Kiểm tra trước khi nộp")).to_be_focused()
    all_saved(player)
    press(player, player.get_by_role("button", name="Nộp bài", exact=True), "Enter")
    expect(player.get_by_role("heading", name="Đã nhận bài")).to_be_focused()
    assert effective(database, room) == RIGHT
    for _ in range(50):  # told when there is time: nothing waits for it
        if looked_at(database) == set(room.items.values()):
            break
        player.wait_for_timeout(100)
    assert looked_at(database) == set(room.items.values())
    with database.read() as db:
        for keyed in scoring_key(db, room.sitting.form_id):
            if keyed.content.kind != "essay":
                given = score(keyed.content, RIGHT[keyed.content.kind], keyed.weight)
                assert given.points == keyed.weight.maximum > Decimal(0)


# --- mouse, reload, tools -------------------------------------------------------------------------


def drag(page: Page, start: Locator, end: Locator) -> None:
    here, there = start.bounding_box(), end.bounding_box()
    assert here and there
    page.mouse.move(here["x"] + 12, here["y"] + here["height"] / 2)
    page.mouse.down()
    page.mouse.move(there["x"] + 20, there["y"] + there["height"] / 2, steps=6)
    page.mouse.up()


def test_dragging_and_pressing_pictures_give_the_same_answers(player, database, room):
    go_to(player, "order")
    drag(player, player.locator(".kt-grip").nth(1), player.locator(".kt-order-row").nth(0))
    go_to(player, "gap_match")
    for piece, gap in (("quang hợp", 0), ("thoát hơi nước", 1)):
        drag(
            player, player.get_by_text(piece, exact=True).first, player.locator(".kt-gap").nth(gap)
        )
    go_to(player, "hotspot")
    player.locator('.kt-area[data-area="H"]').click()
    player.reload()
    expect(player.get_by_label("B. Ngôi nhà")).to_be_checked()
    all_saved(player)
    given = effective(database, room)
    assert {kind: given[kind] for kind in ("order", "gap_match", "hotspot")} == {
        kind: RIGHT[kind] for kind in ("order", "gap_match", "hotspot")
    }


SKETCH = b"\x89PNG\r\n\x1a\n nh\xc3\xa1p"


def test_a_picture_is_drawn_on_and_a_file_handed_in(player, database, room):
    """By mouse; both are there after a reload, and what is too large is refused in words."""
    go_to(player, "composite")
    page = player.locator('.kt-place[data-asks="drawing"]')
    stage = page.get_by_role("application")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box
    player.mouse.move(box["x"] + 40, box["y"] + 40)
    player.mouse.down()
    player.mouse.move(box["x"] + 140, box["y"] + 90, steps=5)
    player.mouse.up()
    file = player.locator('.kt-place[data-asks="upload"] input')
    file.set_input_files({"name": "lon.bin", "mimeType": "image/png", "buffer": b"0" * 50_000})
    expect(player.get_by_text("Tệp lớn hơn 44 kB")).to_be_visible()
    file.set_input_files({"name": "bài nháp.png", "mimeType": "image/png", "buffer": SKETCH})
    expect(player.get_by_text("bài nháp.png")).to_be_visible()
    all_saved(player)
    player.reload()
    expect(player.get_by_text("bài nháp.png")).to_be_visible()
    given = effective(database, room)["composite"]
    assert isinstance(given, dict)
    assert base64.b64decode(given["upload"].partition("base64,")[2]) == SKETCH
    start, *rest = given["drawing"].removeprefix("M").split("L")
    drawn_from, drawn_to = ([int(n) for n in spot.split()] for spot in (start, rest[-1]))
    assert [to - origin for origin, to in zip(drawn_from, drawn_to, strict=True)] == [100, 50]


def test_no_more_than_asked_can_be_picked_and_the_page_says_why(player, database, room):
    go_to(player, "multiple")
    boxes = player.locator(".kt-item").get_by_role("checkbox")
    for at in range(4):
        boxes.nth(at).click()
    expect(player.get_by_text("Đã chọn đủ 3.")).to_be_visible()
    expect(boxes.nth(3)).not_to_be_checked()
    all_saved(player)
    assert effective(database, room)["multiple"] == ["A", "B", "C"]


def test_marked_words_stay_marked_after_a_reload_and_can_be_cleared(player, room):
    go_to(player, "short")
    words = player.locator(".kt-passage p").first
    words.click(click_count=3)
    player.get_by_role("button", name="Tô sáng", exact=True).click()
    expect(player.locator(".kt-passage mark")).to_have_count(1)
    player.reload()
    expect(player.locator(".kt-passage mark")).to_contain_text("Một hộ nuôi vịt")
    player.get_by_role("button", name="Xoá tô sáng").click()
    expect(player.locator(".kt-passage mark")).to_have_count(0)


def test_a_sentence_is_marked_by_keyboard_alone(player, room):
    go_to(player, "short")
    press(player, player.get_by_role("button", name="Tô sáng", exact=True), "ArrowDown")
    for key in ("ArrowDown", "Enter"):
        player.keyboard.press(key)
    expect(player.locator(".kt-passage mark")).to_have_text("Cạnh sát bờ kênh không cần lưới.")


def test_a_recording_is_heard_as_often_as_allowed_and_its_words_stay_hidden(player, room):
    go_to(player, "short")
    recording = player.get_by_role("group", name="Đoạn nghe")
    for left in ("Còn 1 lượt nghe", "Đã hết lượt nghe"):
        recording.get_by_role("button", name="Nghe", exact=True).click()
        expect(recording).to_contain_text(left)
        expect(recording.get_by_role("button", name="Nghe", exact=True)).to_be_visible()
    expect(recording.get_by_role("button")).to_be_disabled()
    player.evaluate("localStorage.clear()")  # the server counts, whatever the machine forgot
    player.reload()
    expect(recording.get_by_role("button")).to_be_disabled()
    assert "bản ghi kín" not in player.evaluate("fetch('/thi/api/attempt').then((r) => r.text())")


def plays_told(database: Database) -> int:
    with database.read() as db:
        return len(
            db.scalars(select(ProcessEvent).where(ProcessEvent.kind == "heard_shared")).all()
        )


def test_plays_on_one_machine_count_on_the_next(player, browser, address, database, room):
    go_to(player, "short")
    player.get_by_role("group", name="Đoạn nghe").get_by_role("button", name="Nghe").click()
    expect(player.get_by_text("Còn 1 lượt nghe")).to_be_visible()
    for _ in range(50):
        if plays_told(database) == 1:
            break
        player.wait_for_timeout(100)
    with database.write() as db:
        candidate = repository.lock_candidate(db, room.candidate.id)
        devices.release_device(
            db,
            room.officer,
            room.sitting,
            candidate,
            reason="Máy tính bị treo",
            now=datetime.now(UTC),
        )
    second = browser.new_context().new_page()
    sign_in(second, address)
    expect(second.get_by_role("heading", name="Câu 1")).to_be_visible()
    go_to(second, "short")
    recording = second.get_by_role("group", name="Đoạn nghe")
    expect(recording).to_contain_text("Còn 1 lượt nghe")
    recording.get_by_role("button", name="Nghe").click()
    expect(recording).to_contain_text("Đã hết lượt nghe")
    second.context.close()


def test_a_formula_is_enlarged_and_put_away_with_escape(player, room):
    go_to(player, "tf_cluster")
    player.get_by_role("button", name="Phóng to công thức").click()
    shown = player.get_by_role("dialog", name="Phóng to công thức")
    expect(shown).to_be_visible()
    player.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(player.get_by_role("button", name="Phóng to công thức")).to_be_focused()


def test_the_whole_part_and_english_are_switched_without_losing_the_place(player, room):
    go_to(player, "match")
    player.get_by_role("button", name="Cả phần").click()
    expect(player.locator('.kt-item[data-kind="match"]')).to_be_visible()
    player.get_by_role("button", name="English").click()
    expect(player.get_by_role("heading", name="Question 1")).to_be_visible()
    expect(player.get_by_role("button", name="Check and hand in")).to_be_visible()
    assert player.evaluate("document.documentElement.lang") == "en"


# --- accessibility and what it looks like ---------------------------------------------------------


def faults(page: Page) -> list[str]:
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.add_script_tag(path=AXE)
    return page.evaluate(
        "async (tags) => (await axe.run({ runOnly: tags }))"
        ".violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' | '))",
        RULES,
    )


@pytest.mark.parametrize("contrast", ["normal", "high"])
def test_no_fault_of_accessibility_in_any_kind_and_theme(player, room, contrast):
    if contrast == "high":
        player.get_by_role("button", name="Tương phản").click()
    for kind in RIGHT_ORDER:
        go_to(player, kind)
        assert faults(player) == [], kind
    player.get_by_role("button", name="Kiểm tra và nộp bài").click()
    assert faults(player) == []
    player.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(player.get_by_role("heading", name="Đã nhận bài")).to_be_visible()
    assert faults(player) == []


@pytest.mark.parametrize("contrast", ["normal", "high"])
def test_no_fault_on_the_pages_around_the_paper(browser, address, room, database, contrast):
    """Signing in, a wrong code, waiting, a pause, an older page of the same browser."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/thi")
    if contrast == "high":
        page.get_by_role("button", name="Tương phản").click()
    expect(page.get_by_text("Máy này sẵn sàng")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill("SAI-SAI")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()
    assert faults(page) == []
    page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
    expect(page.get_by_role("heading", name="Câu 1")).to_be_visible()
    newer = context.new_page()
    newer.goto(page.url)
    expect(page.get_by_text("đang mở ở một trang khác")).to_be_visible()
    assert faults(page) == []
    with database.write() as db:
        candidate = repository.lock_candidate(db, room.candidate.id)
        why = "Mất điện ở hành lang"
        now = datetime.now(UTC)
        invigilation.pause(db, room.officer, room.sitting, candidate, reason=why, now=now)
    newer.get_by_role("button", name="Đánh dấu xem lại").click()
    expect(newer.get_by_role("heading", name="Giám thị tạm dừng")).to_be_visible()
    assert faults(newer) == []
    context.close()


@pytest.mark.parametrize("width", [390, 683])
def test_nothing_is_wider_than_a_phone_or_a_page_at_200_percent(player, room, width):
    """683 is what is left of 1366 when the browser enlarges everything twice (WCAG 1.4.10)."""
    player.set_viewport_size({"width": width, "height": 768})
    for kind in RIGHT_ORDER:
        go_to(player, kind)
        over = player.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, kind


SIZES = {"": (1366, 768), "-man-hinh-lon": (1920, 1080), "-may-tinh-bang": (820, 1180), "-dien-thoai": (390, 844)}  # fmt: skip
NAMES = {
    "tf_cluster": "dung-sai", "short": "ngu-lieu", "match": "ghep-cap", "order": "sap-thu-tu",
    "hotspot": "vung-tren-hinh", "gap_match": "keo-vao-cho-trong", "cloze": "dien-tu",
    "hottext": "chon-tu", "multiple": "nhieu-dap-an", "essay": "tu-luan",
    "composite": "nhieu-phan",
}  # fmt: skip
EVERY_SIZE = ("tf_cluster", "short")


@pytest.mark.skipif(not os.environ.get("KHAOTHI_TOUR"), reason="pictures for the tour")
def test_pictures_of_the_tour(player, database, room):
    folder = Path(os.environ["KHAOTHI_TOUR"])
    answers = by_keyboard(player)
    for kind in (*RIGHT_ORDER[:8], "composite"):
        go_to(player, kind)
        answers[kind]()
    for ending, (width, height) in SIZES.items():
        player.set_viewport_size({"width": width, "height": height})
        for kind, name in NAMES.items():
            if kind in EVERY_SIZE or ending in {"", "-dien-thoai"}:
                go_to(player, kind)
                player.evaluate("() => { window.scrollTo(0, 0); document.activeElement.blur(); }")
                if kind == "composite":  # longer than any screen
                    tasks = player.locator('.kt-place[data-asks="picture_links"]')
                    tasks.evaluate("node => node.scrollIntoView({ block: 'center' })")
                player.screenshot(path=folder / f"09-{name}{ending}.png")
        player.get_by_role("button", name="Kiểm tra và nộp bài").click()
        expect(player.get_by_role("heading", name="Kiểm tra trước khi nộp")).to_be_visible()
        player.screenshot(path=folder / f"09-kiem-tra{ending}.png")
        player.get_by_role("button", name="Quay lại làm bài").click()
    player.get_by_role("button", name="Tương phản").click()
    player.set_viewport_size({"width": 1366, "height": 768})
    go_to(player, "tf_cluster")
    player.screenshot(path=folder / "09-tuong-phan.png")
    player.get_by_role("button", name="Tương phản").click()
    player.get_by_role("button", name="Kiểm tra và nộp bài").click()
    player.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(player.get_by_role("heading", name="Đã nhận bài")).to_be_visible()
    for ending, (width, height) in SIZES.items():
        player.set_viewport_size({"width": width, "height": height})
        player.screenshot(path=folder / f"09-bien-nhan{ending}.png")
