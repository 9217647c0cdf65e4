"""An event loop for a test: in a thread of its own, since a browser's driver may hold this one's."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run_loop(work: Coroutine[Any, Any, Answer]) -> Answer:
    """What the coroutine returns, or its error; whichever tests ran in this process before."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(asyncio.run, work).result()
