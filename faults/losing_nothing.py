"""F01 to F03 as figures, with the controls that must lose."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure, shown

from .disk import NoCompiler
from .kills import Killed, cut_the_power, kill_postgresql, kill_the_program
from .outcome import left_out, must_lose, none_of, within
from .served import HASTY, LAZY
from .servers import Postgresql

PROGRAM_BACK, DATABASE_BACK = 5.0, 10.0  # seconds
CONTROL_CYCLES = 4


def figures_of(name: str, killed: Killed, back_within: float | None) -> Iterator[Figure]:
    found = killed.findings
    yield shown(f"{name}: cycles", killed.cycles, "kills")
    yield shown(f"{name}: acknowledged changes", found.acknowledged, "changes")
    yield none_of(f"{name}: acknowledged and lost", found.lost, "changes")
    yield none_of(f"{name}: doubled or sent by nobody", found.doubled + found.invented, "changes")
    yield none_of(f"{name}: refused without a reason", killed.refused, "saves")
    yield shown(f"{name}: kills that lose, 95 % bound", round(killed.bound, 4), "share of kills")
    if back_within is not None:
        yield shown(f"{name}: back after, median", round(median(killed.back_after), 2), "s")
        yield within(f"{name}: back after, longest", max(killed.back_after), back_within)


def program_killed(cycles: int) -> Iterator[Figure]:
    """F01, half of the cycles on each database."""
    half = -(-cycles // 2)
    yield from figures_of(
        "F01 kill of the program, SQLite", kill_the_program(_file(), half), PROGRAM_BACK
    )
    with Postgresql().running() as server:
        killed = kill_the_program(server.url, half)
    yield from figures_of("F01 kill of the program, PostgreSQL", killed, PROGRAM_BACK)
    control = kill_the_program(_file(), CONTROL_CYCLES, way=HASTY)
    yield must_lose("F01 answers before the commit", control.findings.lost, "changes")


def database_killed(cycles: int) -> Iterator[Figure]:
    """F02, every sixth time together with the program."""
    with Postgresql().running() as server:
        killed = kill_postgresql(server, cycles)
    yield from figures_of("F02 kill of PostgreSQL", killed, DATABASE_BACK)
    with Postgresql().running() as server:
        control = kill_postgresql(server, CONTROL_CYCLES, way=LAZY)
    yield must_lose("F02 synchronous_commit=off", control.findings.lost, "changes")


def power_cut(cycles: int) -> Iterator[Figure]:
    """F03: SQLite on a disk that forgets what was not flushed."""
    name = "F03 power cut, SQLite"
    try:
        killed = cut_the_power(_folder(), cycles)
    except NoCompiler as why:
        yield left_out(name, str(why))
        return
    yield from figures_of(name, killed, None)
    yield none_of(f"{name}: integrity_check not ok", int(not killed.whole), "files")
    yield Figure(
        f"{name}: unflushed writes taken back", killed.unflushed, "writes", 1, killed.unflushed > 0
    )
    for promise, control in (
        ("synchronous=OFF", cut_the_power(_folder(), CONTROL_CYCLES, way=LAZY)),
        ("a disk that lies about its flush", cut_the_power(_folder(), CONTROL_CYCLES, mode="lies")),
    ):
        yield must_lose(f"F03 {promise}", control.findings.lost + (not control.whole), "changes")


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="khaothi-faults-"))


def _file() -> str:
    return f"sqlite:///{_folder()}/khaothi.db"
