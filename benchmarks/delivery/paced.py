"""Seats on slow lines that fetch the same files: `python -m benchmarks.delivery.paced`.

The first line of standard input is the plan (JSON); the next one is the signal. Every seat reads
no faster than its line carries: what does not fit waits in the server's socket, as on a real line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

CHUNK = 16_384


async def fetch(plan: dict[str, Any], token: str) -> float:
    """All files over one kept connection; the seconds it took."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(plan["host"], plan["port"], limit=CHUNK)
    line = Line(plan["bytes_per_second"])
    for path in plan["paths"]:
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {plan['host']}:{plan['port']}\r\n"
            f"Cookie: khaothi_thi={token}\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await line.carry(len(head))
        left = _length(head)
        while left:
            got = len(await reader.readexactly(min(left, CHUNK)))
            left -= got
            await line.carry(got)
    writer.close()
    return time.perf_counter() - began


class Line:
    """So many bytes a second and no more."""

    def __init__(self, bytes_per_second: float) -> None:
        self.rate, self.free_at = bytes_per_second, time.perf_counter()

    async def carry(self, n: int) -> None:
        now = time.perf_counter()
        self.free_at = max(now, self.free_at) + n / self.rate
        await asyncio.sleep(self.free_at - now)


def _length(head: bytes) -> int:
    start = head.index(b"content-length:") + 15
    return int(head[start : head.index(b"\r\n", start)])


async def main() -> None:
    plan = json.loads(sys.stdin.readline())
    print("ready", flush=True)
    sys.stdin.readline()
    took = await asyncio.gather(*(fetch(plan, token) for token in plan["tokens"]))
    print(json.dumps(sorted(took)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
