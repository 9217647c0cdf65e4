"""What a candidate has beside the items: marks, recordings, larger formulas, the other language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from api.db import Database
from delivery.attempts import devices, repository
from delivery.process.models import ProcessEvent

from .candidate_keys import press
from .kinds_paper import address, go_to, player, room, sign_in

__all__ = ["address", "player", "room"]  # fixtures: the paper, served, a candidate before it
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


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
    for _ in range(300):
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
