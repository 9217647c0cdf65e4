"""A province's candidates at once: they sign in beforehand, start, work, and hand in together."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, at_most, shown

from .room import postgresql, waiting_hall
from .served import served

ROOM = 40  # candidates
START_WITHIN, SUBMIT_WITHIN = 10, 5  # seconds
P99_SAVE, P99_START, LAST_RECEIPT, MEGABYTES = 0.3, 3.0, 30.0, 60.0


@dataclass(frozen=True)
class Size:
    """How many candidates, and how long they work."""

    on_postgresql: int
    on_sqlite: int
    seconds: int


def on_postgresql(size: Size) -> Iterator[Figure]:
    with postgresql() as (uri, _):
        url = uri.replace("postgresql://", "postgresql+psycopg://", 1)
        yield from _day("PostgreSQL", url, size.on_postgresql, size.seconds)


def on_sqlite(size: Size) -> Iterator[Figure]:
    folder = tempfile.mkdtemp()
    yield from _day("SQLite", f"sqlite:///{folder}/khaothi.db", size.on_sqlite, size.seconds)


def _day(kind: str, url: str, n: int, seconds: int) -> Iterator[Figure]:
    """Every phase, and the memory of the server once everybody is at work.

    One room is at work before: what the program loads for the first candidate, and keeps for
    checking codes, is not what another thousand candidates take.
    """
    codes = list(waiting_hall(url, n + ROOM, Path(tempfile.mkdtemp())).items())
    with ExitStack() as stack:
        server = stack.enter_context(served(url))
        idle = server.settled_megabytes()
        _at_work(stack.enter_context(_candidates(server.port, codes[n:])))
        with_one_room = server.megabytes()
        crowd = stack.enter_context(_candidates(server.port, codes[:n]))
        signed_in = crowd.do("sign-in", 0)
        yield shown(f"sign-ins/s on {kind}", round(n / signed_in["wall"], 1), "1/s")
        started = crowd.do("start", START_WITHIN)
        what = f"start, {n} within {START_WITHIN} s on {kind}"
        yield at_most(f"{what}: p99", percentile(started["waits"], 99), "s", P99_START)
        worked = crowd.do("work", seconds)
        at_work = server.megabytes()
        what = f"save, {n} candidates on {kind}"
        yield shown(f"{what}: saves/s", round(len(worked["waits"]) / worked["wall"], 1), "1/s")
        yield shown(f"{what}: median", round(percentile(worked["waits"], 50), 4), "s")
        yield at_most(f"{what}: p99", percentile(worked["waits"], 99), "s", P99_SAVE)
        yield from _memory(kind, n, idle, with_one_room, at_work)
        submitted = crowd.do("submit", SUBMIT_WITHIN)
        what = f"submit, {n} within {SUBMIT_WITHIN} s on {kind}"
        yield at_most(f"{what}: last receipt", submitted["waits"][-1], "s", LAST_RECEIPT)
        phases = (signed_in, started, worked, submitted)
    yield _errors(kind, [error for phase in phases for error in phase["errors"]])


def _at_work(room: Crowd) -> None:
    for phase, seconds in (("sign-in", 0), ("start", 1), ("work", 4)):
        room.do(phase, seconds)


def _memory(
    kind: str, n: int, idle: float, with_one_room: float, at_work: float
) -> Iterator[Figure]:
    yield shown(f"memory of the server on {kind}, idle", round(idle, 1), "MB")
    what = f"memory of the server on {kind}, one room of {ROOM} at work"
    yield shown(what, round(with_one_room, 1), "MB")
    yield shown(f"memory of the server on {kind}, {n} more at work", round(at_work, 1), "MB")
    per_thousand = (at_work - with_one_room) * 1000 / n
    what = f"memory per 1,000 active candidates on {kind}"
    yield at_most(what, round(per_thousand, 1), "MB", MEGABYTES)


def _errors(kind: str, found: list[str]) -> Figure:
    for error in found[:5]:
        print(error, file=sys.stderr)
    return at_most(f"errors in the whole day on {kind}", len(found), "requests", 0)


def percentile(ordered: list[float], percent: int) -> float:
    """Nearest rank: never a value that nobody waited."""
    if not ordered:
        return float("inf")
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


class Crowd:
    """The process of the candidates."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def do(self, phase: str, seconds: int) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{phase} {seconds}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the candidates broke off")
        seen: dict[str, Any] = json.loads(line)
        return seen


@contextmanager
def _candidates(port: int, codes: list[tuple[str, str]]) -> Iterator[Crowd]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.delivery.candidates"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    plan = {"host": "127.0.0.1", "port": port, "candidates": codes}
    process.stdin.write(json.dumps(plan) + "\n")
    try:
        yield Crowd(process)
    finally:
        process.kill()
        process.wait()
