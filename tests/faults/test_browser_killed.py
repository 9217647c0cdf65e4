"""F13: Chromium is killed while the line is down; opened again it has everything, and sends it."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from api.settings import Settings
from delivery.attempts import devices, repository
from tests.browser.chromium import FLAGS, chromium
from tests.browser.conftest import serving
from tests.browser.test_player import all_saved, choose, journal, responses
from tests.factories.attempts import CODE, NUMBER, make_room

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


def opened(playwright, profile):
    """Chromium with a profile on disk, as a seat has one."""
    found = chromium()
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=found.executable, args=[*found.args, *FLAGS],
        env={**os.environ, **found.env},
    )  # fmt: skip


def enter(page, address):
    page.goto(f"{address}/thi")
    page.get_by_label("Số báo danh").fill(NUMBER)
    page.get_by_label("Mã vào phòng").fill(CODE)
    page.get_by_role("button", name="Tiếp tục").click()


def kill(profile):
    """Every process of this profile's browser, as a power button does it."""
    for process in psutil.process_iter(["cmdline"]):
        if str(profile) in " ".join(process.info["cmdline"] or ()):
            process.send_signal(signal.SIGKILL)


def test_a_killed_browser_loses_nothing_it_had_shown_as_kept(database, tmp_path):
    """In a thread of its own: the suite's other browser holds this one's loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_kill_and_open_again, database, tmp_path).result()


def _kill_and_open_again(database, tmp_path):
    with database.write() as db:
        room = make_room(db, now=datetime.now(UTC), minutes=90)
    with serving(database, Settings(worker_in_process=False)) as address:
        with sync_playwright() as playwright:
            context = opened(playwright, tmp_path)
            page = context.new_page()
            enter(page, address)
            page.get_by_role("button", name="Đúng là tôi, bắt đầu làm bài").click()
            choose(page, "A")
            all_saved(page)
            context.set_offline(True)
            choose(page, "C")
            expect(page.get_by_text("Đã lưu trên máy")).to_be_visible()
            page.wait_for_timeout(250)
            assert len(journal(page)) == 1
            kill(tmp_path)
        assert responses(database) == {room.choice: "A"}
        with sync_playwright() as playwright:
            page = opened(playwright, tmp_path).new_page()
            page.goto(f"{address}/thi")
            if page.get_by_label("Số báo danh").is_visible():  # the cookie was not on the disk yet
                released(database, room)
                enter(page, address)
            expect(page.locator(".kt-option.is-chosen")).to_contain_text("C", timeout=30_000)
            page.context.close()


def released(database, room):
    with database.write() as db:
        candidate = repository.lock_candidate(db, room.candidate.id)
        devices.release_device(
            db,
            room.officer,
            room.sitting,
            candidate,
            reason="Trình duyệt ngừng chạy giữa giờ",
            now=datetime.now(UTC),
        )
