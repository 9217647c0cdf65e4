"""Two thousand candidates in one process, phase by phase: `python -m benchmarks.delivery.candidates`.

The first line of standard input is the plan (JSON); every further line names a phase, which is
answered by one line of JSON: what was refused, and how long each candidate waited. What happens
within `seconds` is spread evenly over them, as people press buttons: no rank and file.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from .wire import Wire

FORM = "application/x-www-form-urlencoded"
AT = "2026-11-23T06:00:00.000Z"
THINK = 10.0  # seconds between two changes of one candidate, on average; at least one
CLOCK = (12.0, 18.0)  # the player asks the clock every so often
SIGNING_IN = 40  # at once: the code is hashed slowly on purpose


class Refused(RuntimeError):
    """An answer that a candidate cannot go on with."""


@dataclass
class Seen:
    """What one phase showed."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def wait_for(self, doing: Awaitable[object]) -> None:
        start = time.perf_counter()
        try:
            await doing
        except (Refused, OSError, asyncio.IncompleteReadError) as error:
            self.errors.append(f"{type(error).__name__}: {error}"[:200])
        else:
            self.waits.append(time.perf_counter() - start)


class Candidate:
    """One browser at a seat."""

    def __init__(self, host: str, port: int, number: str, code: str) -> None:
        self.wire, self.number, self.code = Wire(host, port), number, code
        self.rng = random.Random(number)
        self.writer, self.items, self.seq = "", list[dict[str, Any]](), 0

    async def sign_in(self) -> None:
        body = urlencode({"sbd": self.number, "ma": self.code}).encode()
        answer = await self._expect(303, "POST", "/thi", body, FORM)
        self.wire.token = answer.headers["set-cookie"].split(";")[0].split("=", 1)[1]

    async def start(self) -> None:
        """From the button to the paper: the page, its key and the questions."""
        await self._expect(303, "POST", "/thi/bat-dau", b"", FORM)
        await self._expect(200, "GET", "/thi/lam-bai")
        paper = json.loads((await self._expect(200, "GET", "/thi/api/attempt")).body)
        await self._expect(200, "GET", "/thi/api/journal-key")
        self.writer, self.seq = paper["writer"]["id"], paper["writer"]["next_seq"] - 1
        self.items = [item for part in paper["parts"] for item in part["items"]]

    async def save(self) -> None:
        self.seq += 1
        item = self.rng.choice([one for one in self.items if one["kind"] == "choice"])
        value = self.rng.choice(item["options"])["id"]
        event = {"seq": self.seq, "kind": "answer", "item": item["ref"], "value": value,
                 "client_at": AT}  # fmt: skip
        body = json.dumps({"writer": self.writer, "events": [event]}).encode()
        await self._expect(200, "POST", "/thi/api/events", body)

    async def clock(self) -> None:
        await self._expect(200, "GET", "/thi/api/clock")

    async def submit(self) -> None:
        body = json.dumps({"writer": self.writer, "last_seq": self.seq}).encode()
        answer = await self._expect(200, "POST", "/thi/api/submit", body)
        if not json.loads(answer.body)["receipt"]["code"]:
            raise Refused("no receipt")

    async def _expect(
        self, status: int, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> Any:
        answer = await self.wire.ask(method, path, body, kind)
        if answer.status != status:
            raise Refused(f"{path}: {answer.status} {answer.body[:120]!r}")
        return answer


async def sign_in(people: list[Candidate], seconds: float) -> Seen:
    """Some at a time, as a room files in."""
    seen, doors = Seen(), asyncio.Semaphore(SIGNING_IN)

    async def one(candidate: Candidate) -> None:
        async with doors:
            await seen.wait_for(candidate.sign_in())

    await asyncio.gather(*map(one, people))
    return seen


async def start(people: list[Candidate], seconds: float) -> Seen:
    return await _spread(people, seconds, Candidate.start)


async def submit(people: list[Candidate], seconds: float) -> Seen:
    return await _spread(people, seconds, Candidate.submit)


async def _spread(
    people: list[Candidate], seconds: float, do: Callable[[Candidate], Awaitable[None]]
) -> Seen:
    seen = Seen()

    async def one(candidate: Candidate) -> None:
        await asyncio.sleep(candidate.rng.uniform(0, seconds))
        await seen.wait_for(do(candidate))

    await asyncio.gather(*map(one, people))
    return seen


async def work(people: list[Candidate], seconds: float) -> Seen:
    """Changes with thinking between them, and the clock beside; only saves are timed."""
    seen, end = Seen(), time.perf_counter() + seconds

    async def thinks(candidate: Candidate) -> None:
        await asyncio.sleep(candidate.rng.uniform(0, THINK))
        while time.perf_counter() < end:
            await seen.wait_for(candidate.save())
            await asyncio.sleep(1 + candidate.rng.expovariate(1 / (THINK - 1)))

    async def asks(candidate: Candidate) -> None:
        beside = Wire(candidate.wire.host, candidate.wire.port, candidate.wire.token)
        while True:
            await asyncio.sleep(candidate.rng.uniform(*CLOCK))
            if time.perf_counter() >= end:
                return beside.close()
            answer = await beside.ask("GET", "/thi/api/clock")
            if answer.status != 200:
                seen.errors.append(f"clock: {answer.status}")

    await asyncio.gather(*map(thinks, people), *map(asks, people))
    return seen


PHASES = {"sign-in": sign_in, "start": start, "work": work, "submit": submit}


async def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    plan = json.loads(sys.stdin.readline())
    host, port = plan["host"], plan["port"]
    people = [Candidate(host, port, number, code) for number, code in plan["candidates"]]
    for line in sys.stdin:
        phase, seconds = line.split()
        began = time.perf_counter()
        seen = await PHASES[phase](people, float(seconds))
        wall = time.perf_counter() - began
        print(json.dumps({"waits": sorted(seen.waits), "errors": seen.errors, "wall": wall}),
              flush=True)  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main())
