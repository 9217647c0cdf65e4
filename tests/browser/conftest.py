"""One headless Chromium for all walks; the application served for real on a free port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

from api.app import create_app
from api.db import Database
from api.settings import Settings

from .chromium import launch

BUNDLE = Path(__file__).parents[2] / "api/static/dist/player.js"
Serve = Callable[[Database, Settings], str]
expect.set_options(timeout=30_000)  # the machine is shared; what is there is seen at once


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert BUNDLE.exists(), "run `make setup` first: the player is not bundled"
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@contextmanager
def serving(database: Database, settings: Settings) -> Iterator[str]:
    """The address of the application while the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(settings, database)
    # A console left open listens without end: it is not waited for.
    config = uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
