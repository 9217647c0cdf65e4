"""F04 to F06, F08, F10, F14, F15: a bad disk, a bad clock, a bad line, restarts, while devices save."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks.figure import Figure, at_most, shown

from . import reader
from .disk import ForgetfulDisk, NoCompiler
from .line import BadLine
from .outcome import left_out, none_of, within
from .served import RELEASED
from .stage import COLD, Stage, make_stage

BAD_FOR = 2.0  # seconds
GOOD_AFTER = 30.0  # seconds within which saves must be taken again
RESTART_WITHIN = 60.0


@contextlib.contextmanager
def on_a_bad_disk(seed: int) -> Iterator[tuple[ForgetfulDisk, Stage]]:
    folder = Path(tempfile.mkdtemp(prefix="khaothi-faults-"))
    disk = ForgetfulDisk(folder)
    url = f"sqlite:///{disk.folder}/khaothi.db"
    stage = make_stage(url, folder, seed, RELEASED, **disk.environment())
    with stage.program.running():
        yield disk, stage


def disk_fails(name: str, mode: str, seed: int) -> Iterator[Figure]:
    """The disk fails for a while, the power goes, and the disk is well again: three chances to lose."""
    try:
        with on_a_bad_disk(seed) as (disk, stage), stage.room.at_work() as journal:
            stage.save_a_while()
            disk.turn(mode)
            _until_put_off(stage)
            during = len(journal.acked)
            time.sleep(BAD_FOR)
            during = len(journal.acked) - during
            stage.program.kill()
            disk.cut()
            is_whole = reader.is_whole(stage.url)
            disk.turn("")
            well = time.monotonic()
            stage.program.start()
            stage.save_a_while()
            back = time.monotonic() - well
        found = stage.finish()
    except NoCompiler as why:
        yield left_out(name, str(why))
        return
    yield shown(f"{name}: saves put off with 503", journal.put_off, "saves")
    if mode == "eio":
        yield none_of(f"{name}: acknowledged while no flush succeeds", during, "changes")
    yield none_of(f"{name}: acknowledged and lost", found.lost, "changes")
    yield none_of(f"{name}: refused without a reason", stage.n_refused, "saves")
    yield none_of(f"{name}: integrity_check not ok", int(not is_whole), "files")
    yield within(f"{name}: taken again after", back, GOOD_AFTER)


def _until_put_off(stage: Stage) -> None:
    """A full disk is noticed only when a file would have to grow."""
    end = time.monotonic() + GOOD_AFTER
    while not stage.room.journal.put_off and time.monotonic() < end:
        time.sleep(0.02)


def clock_steps(hours: int) -> Iterator[Figure]:
    """F06: the machine's clock is set forward or back while candidates work."""
    name = f"F06 server's clock set by {hours:+d} h"
    try:
        with on_a_bad_disk(6) as (disk, stage):
            token = stage.room.devices[0].token
            before = _remaining(stage.program.port, token)
            start = time.monotonic()
            disk.shift_clock(3600 * hours)
            after = _remaining(stage.program.port, token)
            passed = time.monotonic() - start
    except NoCompiler as why:
        yield left_out(name, str(why))
        return
    yield at_most(f"{name}: error of the remaining time", abs(before - after - passed), "s", 1)


def _remaining(port: int, token: str) -> float:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/thi/api/clock", headers={"Cookie": f"khaothi_thi={token}"}
    )
    with urllib.request.urlopen(asked) as answer:
        told = json.load(answer)
    left = datetime.fromisoformat(told["deadline"]) - datetime.fromisoformat(told["server_now"])
    return left.total_seconds()


def line_fails(url: str, name: str, *, rounds: int, cut_for: float) -> Iterator[Figure]:
    """F08, F10, F14: requests doubled, answers lost, connections reset, and the whole line cut."""
    stage = make_stage(url, Path(tempfile.mkdtemp()), 8, RELEASED)
    line = BadLine(stage.program.port)
    stage.room.port = line.port
    with stage.program.running(), line.laid(), stage.room.at_work() as journal:
        for _ in range(rounds):
            stage.save_a_while()
            line.cut()
            time.sleep(cut_for)
            line.mend()
        stage.save_a_while()
    found = stage.finish()
    title = f"F08, F10, F14 bad line, {name}"
    yield shown(f"{title}: acknowledged changes", len(journal.acked), "changes")
    for fate in ("double", "cut after", "reset"):
        met = line.met[fate]
        yield Figure(f"{title}: requests that met «{fate}»", met, "requests", 1, met > 0)
    yield none_of(f"{title}: acknowledged and lost", found.lost, "changes")
    yield none_of(f"{title}: doubled or sent by nobody", found.doubled + found.invented, "changes")
    yield none_of(f"{title}: refused without a reason", stage.n_refused, "saves")


def restarts(url: str, name: str, times: int, *, way: str = COLD) -> Iterator[Figure]:
    """F15: stopped and started as an administrator does it, in the middle of the examination."""
    stage = make_stage(url, Path(tempfile.mkdtemp()), 15, way)
    longest = 0.0
    with stage.program.running(), stage.room.at_work():
        for _ in range(times):
            stage.save_a_while()
            start = time.monotonic()
            stage.program.stop()
            stage.program.start()
            longest = max(longest, time.monotonic() - start)
        stage.save_a_while()
    found = stage.finish()
    yield shown(f"F15 restarts, {name}", times, "restarts")
    yield none_of(f"F15 restarts, {name}: acknowledged and lost", found.lost, "changes")
    yield none_of(f"F15 restarts, {name}: asked to sign in again", stage.n_refused, "saves")
    yield within(f"F15 restarts, {name}: longest", longest, RESTART_WITHIN)
