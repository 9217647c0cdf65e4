"""The people and machines of an exam day: the program as served, seats, desks, simulated candidates."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Error, Page, expect

from .chromium import FLAGS, ROOT, chromium
from .namespaces import SERVER, Network

PORT = 8000
PATIENCE = 30_000  # milliseconds; the machine is shared
WAIT = """
import socket, sys, time
for _ in range(600):
    try:
        socket.create_connection((sys.argv[1], int(sys.argv[2])), 1).close()
        break
    except OSError:
        time.sleep(0.1)
else:
    sys.exit("nothing answers")
"""


@contextmanager
def running(
    network: Network, argv: Sequence[str], *, host: str = SERVER, port: int = PORT, **env: str
) -> Iterator[str]:
    """`khaothi ARGV` on a host until the block ends; the address the seats open."""
    python = [sys.executable, "-m", "api.cli", *argv, "--host", "0.0.0.0", "--port", str(port)]
    server = subprocess.Popen(network.command(host, python), cwd=ROOT, env={**os.environ, **env})
    try:
        wait = [sys.executable, "-c", WAIT, network.address, str(port)]
        subprocess.run(network.command(host, wait), check=True)
        yield f"http://{network.address}:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


class Machine:
    """A machine of its own in the room: one Chromium with a profile on its disk."""

    def __init__(self, chromium_: BrowserType, network: Network, host: str, disk: Path) -> None:
        self.chromium, self.network, self.host = chromium_, network, host
        self.disk = disk / host
        self.disk.mkdir()
        self.context: BrowserContext | None = None

    def switch_on(self) -> Page:
        """The browser with the profile as the disk has it."""
        found = chromium()
        self.context = self.chromium.launch_persistent_context(
            self.disk / "profile",
            executable_path=self._on_this_host(found.executable),
            args=[*found.args, *FLAGS],
            env={**os.environ, **found.env},
            viewport={"width": 1366, "height": 768},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        self.context.set_default_timeout(PATIENCE)
        return self.context.pages[0]

    def kill(self) -> None:
        """As when the cord is pulled: nothing is flushed, nobody says goodbye."""
        os.kill(int((self.disk / "pid").read_text()), signal.SIGKILL)
        self.switch_off()

    def switch_off(self) -> None:
        if self.context is not None:
            with contextlib.suppress(Error):
                self.context.close()
            self.context = None

    def lose_network(self) -> None:
        if self.network.has_cables:
            self.network.pull_cable(self.host)
        elif self.context is not None:
            self.context.set_offline(True)

    def find_network(self) -> None:
        if self.network.has_cables:
            self.network.plug_in(self.host)
        elif self.context is not None:
            self.context.set_offline(False)

    def _on_this_host(self, program: str) -> Path:
        started = self.disk / "chromium.sh"
        run = shlex.join(self.network.command(self.host, [program]))
        pid = shlex.quote(str(self.disk / "pid"))
        started.write_text(f'#!/bin/sh\necho $$ > {pid}\nexec {run} "$@"\n')
        started.chmod(0o755)
        return started


class Room:
    """Simulated candidates: they do a thing together, and tell what was acknowledged to them."""

    def __init__(
        self, network: Network, host: str, address: str, codes: Mapping[str, str],
        never_hand_in: Sequence[str],
    ) -> None:  # fmt: skip
        run = [sys.executable, "-m", "tests.browser.simulated_candidates"]
        self.process = subprocess.Popen(
            network.command(host, run), cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        plan = {"address": address, "candidates": list(codes.items()),
                "never_hand_in": list(never_hand_in)}  # fmt: skip
        self.ask(json.dumps(plan))

    def ask(self, word: str) -> None:
        """They begin; `told` waits for them."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def told(self) -> dict[str, dict[str, Any]]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the simulated candidates broke off"
        answer: dict[str, dict[str, Any]] = json.loads(line)
        return answer

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


# --- what a candidate does ------------------------------------------------------------------------


class Sitter:
    """A candidate at a machine. `given` is what they mean to have answered, by (part, number)."""

    def __init__(self, machine: Machine, address: str, number: str, code: str) -> None:
        self.machine, self.address, self.number, self.code = machine, address, number, code
        self.given: dict[tuple[str, int], Any] = {}
        self.page = machine.switch_on()

    def sign_in(self) -> None:
        self.page.goto(f"{self.address}/thi")
        self.page.get_by_label("Số báo danh").fill(self.number)
        self.page.get_by_label("Mã vào phòng").fill(self.code)
        self.page.get_by_role("button", name="Tiếp tục").click()

    def start(self) -> None:
        self.page.get_by_role("button", name="bắt đầu làm bài").click()
        self.sees_paper()

    def sees_paper(self) -> None:
        expect(self.page.get_by_role("heading", name="Câu", exact=False).first).to_be_visible()

    def choose(self, number: int, letter: str) -> None:
        self._go("I", number)
        self.page.locator(".kt-option").filter(
            has=self.page.locator(f"b:text-is('{letter}')")
        ).click()
        self.given["I", number] = letter

    def judge(self, number: int, judgements: str) -> None:
        """`ĐSĐ`: the first statements, in order."""
        self._go("II", number)
        for row, side in enumerate(judgements):
            word = "Đúng" if side == "Đ" else "Sai"
            self.page.locator(".kt-statement").nth(row).get_by_text(word, exact=True).click()
        sides = zip("abcd", judgements, strict=False)
        self.given["II", number] = {statement: side == "Đ" for statement, side in sides}

    def write(self, number: int, text: str) -> None:
        self._go("III", number)
        self.page.locator(".kt-short-field").fill(text)
        self.given["III", number] = text

    def all_saved(self) -> None:
        saved = self.page.locator('.saved.is-saved[data-pending="0"]')
        expect(saved).to_contain_text("Đã lưu", timeout=PATIENCE)

    def sees_again(self) -> None:
        """Everything that was given is on the screen."""
        for (part, number), value in self.given.items():
            self._go(part, number)
            if part == "I":
                chosen = self.page.locator(".kt-option.is-chosen")
                expect(chosen).to_have_count(1)
                expect(chosen).to_contain_text(value)
            elif part == "II":
                expect(self.page.locator(".kt-statement .is-chosen")).to_have_count(len(value))
            else:
                expect(self.page.locator(".kt-short-field")).to_have_value(value)

    def hand_in(self) -> str:
        """What the page says on the receipt."""
        self.page.get_by_role("button", name="Kiểm tra và nộp bài").first.click()
        self.page.get_by_role("button", name="Nộp bài", exact=True).click()
        expect(self.page.get_by_text("Đã nhận bài").first).to_be_visible(timeout=PATIENCE)
        return self.page.locator("main").inner_text()

    def _go(self, part: str, number: int) -> None:
        heading = self.page.locator("nav.map h3").filter(has_text=f"Phần {part}.")
        if not heading.count():
            heading = self.page.locator("nav.map h3", has_text=f"Phần {part}").first
        row = heading.locator("xpath=following-sibling::ol[1]")
        row.get_by_role("button").nth(number - 1).click()
        expect(self.page.get_by_role("heading", name=f"Câu {number}", exact=True)).to_be_visible()


def sign_in_staff(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def picture(page: Page, name: str) -> None:
    """Keep a picture where KHAOTHI_TOUR names a folder."""
    folder = os.environ.get("KHAOTHI_TOUR")
    if folder:
        page.wait_for_timeout(400)
        page.screenshot(path=Path(folder) / f"{name}.png")
