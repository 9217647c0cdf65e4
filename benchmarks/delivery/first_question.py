"""The first question in Chromium with nothing cached, while a room of slow lines fetches the same."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from benchmarks.figure import Figure, at_most, shown
from tests.browser.chromium import launch

from .room import Hall, real_hall
from .served import served

CLIENTS = 40
BYTES_PER_SECOND = 10_000_000 / 8
DELAY_MS = 2  # there and back on a school's own network
MOST_SECONDS, MOST_KILOBYTES = 3.0, 350.0


@dataclass(frozen=True)
class Opened:
    """What one cold browser did."""

    seconds: float
    kilobytes: float
    paths: tuple[str, ...]


def figures() -> Iterator[Figure]:
    folder = Path(tempfile.mkdtemp())
    hall = real_hall(f"sqlite:///{folder}/khaothi.db", CLIENTS, folder)
    with served(hall.url) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        alone = opened(browser, server.port, hall.seats[0].token)
        others = _others(server.port, hall, alone.paths)
        among = opened(browser, server.port, hall.seats[0].token)
        took = json.loads(others.stdout.readline()) if others.stdout else []
        others.wait()
        browser.close()
    yield at_most("bytes before the first question", alone.kilobytes, "kB", MOST_KILOBYTES)
    yield shown("first question on a 10 Mbit/s line, alone", round(alone.seconds, 2), "s")
    what = f"first question, {CLIENTS} lines of 10 Mbit/s"
    yield at_most(what, round(among.seconds, 2), "s", MOST_SECONDS)
    yield shown("slowest of the other lines", round(took[-1], 2), "s")


def opened(browser: Browser, port: int, token: str) -> Opened:
    """A fresh profile at the paper's address: from the navigation until the question is drawn."""
    address = f"http://127.0.0.1:{port}"
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    context.add_cookies([{"name": "khaothi_thi", "value": token, "url": address}])
    page = context.new_page()
    line = context.new_cdp_session(page)
    fetched, paths = dict[str, float](), dict[str, str]()

    def asked(event: dict[str, Any]) -> None:
        if event["request"]["method"] == "GET":
            paths[event["requestId"]] = urlsplit(event["request"]["url"]).path

    def arrived(event: dict[str, Any]) -> None:
        fetched[event["requestId"]] = event["encodedDataLength"]

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.loadingFinished", arrived)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions",
              {"offline": False, "latency": DELAY_MS, "downloadThroughput": BYTES_PER_SECOND,
               "uploadThroughput": BYTES_PER_SECOND})  # fmt: skip
    began = time.perf_counter()
    page.goto(f"{address}/thi/lam-bai", wait_until="commit")
    page.get_by_role("heading", name="Câu 1").wait_for()
    page.evaluate("document.fonts.ready.then(() => 1)")
    seconds = time.perf_counter() - began
    context.close()
    wanted = tuple(path for id_, path in paths.items() if id_ in fetched)
    return Opened(seconds, sum(fetched.values()) / 1000, wanted)


def _others(port: int, hall: Hall, paths: tuple[str, ...]) -> subprocess.Popen[str]:
    """The other seats, already fetching."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.delivery.paced"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    plan = {"host": "127.0.0.1", "port": port, "bytes_per_second": BYTES_PER_SECOND,
            "paths": paths, "tokens": [seat.token for seat in hall.seats[1:]]}  # fmt: skip
    process.stdin.write(json.dumps(plan) + "\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdin.write("go\n")
    process.stdin.flush()
    return process
