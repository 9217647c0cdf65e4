"""Every kind of item as it looks: no fault of accessibility, nothing wider than the screen.

Set KHAOTHI_TOUR to a folder to keep pictures of every kind and size.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from delivery.attempts import invigilation, repository
from tests.factories.attempts import CODE, NUMBER

from .candidate_keys import by_keyboard
from .kinds_paper import RIGHT_ORDER, address, go_to, player, room
from .page_checks import faults

__all__ = ["address", "player", "room"]  # fixtures: the paper, served, a candidate before it
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


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
