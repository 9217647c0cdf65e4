"""Every kind of item answered in a real browser: by keyboard alone, by mouse."""

from __future__ import annotations

import base64
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from api.db import Database
from delivery.process.models import ProcessEvent
from delivery.results.service import scoring_key
from itembank.scoring.rules import score
from tests.factories.kinds import RIGHT

from .candidate_keys import by_keyboard, press
from .kinds_paper import RIGHT_ORDER, address, all_saved, effective, go_to, player, room

__all__ = ["address", "player", "room"]  # fixtures: the paper, served, a candidate before it
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


def looked_at(database: Database) -> set[object]:
    """The items whose time on the screen the server was told."""
    with database.read() as db:
        told = db.scalars(select(ProcessEvent).where(ProcessEvent.kind == "item_left"))
        return {event.form_item_id for event in told if (event.milliseconds or 0) > 0}


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
    for _ in range(300):  # told when there is time: nothing waits for it
        if looked_at(database) == set(room.items.values()):
            break
        player.wait_for_timeout(100)
    assert looked_at(database) == set(room.items.values())
    with database.read() as db:
        for keyed in scoring_key(db, room.sitting.form_id):
            if keyed.content.kind != "essay":
                given = score(keyed.content, RIGHT[keyed.content.kind], keyed.weight)
                assert given.points == keyed.weight.maximum > Decimal(0)


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
