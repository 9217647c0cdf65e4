"""Starts the Chromium of the browser tests: the system's, else the one that npm carries."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # Chromium refuses to start as root with its sandbox
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",
)


@dataclass(frozen=True)
class Chromium:
    """Where it is and what it needs to start."""

    executable: str
    args: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)


def system_chromium() -> Chromium | None:
    found = next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)
    return Chromium(found) if found else None


def packaged_chromium() -> Chromium:
    """Unpacked into .cache/chromium by the first run; `npm ci` must have been run."""
    told = subprocess.run(
        ["tools/node.sh", "node", "tools/chromium.mjs"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    start = json.loads(told.stdout)
    return Chromium(start["executable"], tuple(start["args"]), start["env"])


@cache
def chromium() -> Chromium:
    return system_chromium() or packaged_chromium()


def launch(playwright: Playwright) -> Browser:
    """A headless browser; the caller closes it."""
    found = chromium()
    return playwright.chromium.launch(
        executable_path=found.executable,
        args=[*found.args, *FLAGS],
        env={**os.environ, **found.env},
    )
