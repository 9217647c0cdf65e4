"""F01 to F03: the server, the database and the power are taken away while devices save."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from . import reader
from .disk import ForgetfulDisk, lies_under
from .reader import Findings
from .served import RELEASED
from .servers import Postgresql
from .stage import COLD, make_stage


@dataclass
class Killed:
    """What came of the cycles of one scenario."""

    cycles: int
    findings: Findings
    back_after: list[float] = field(default_factory=list)  # seconds, one a cycle
    unflushed: int = 0  # writes the power took back
    whole: bool = True  # the database's own check, after every cycle
    refused: int = 0  # saves answered with anything but «saved» and «try again»

    @property
    def bound(self) -> float:
        """No loss in n kills: with 95 % confidence at most 3/n of kills lose (rule of three)."""
        return 3 / self.cycles


def kill_the_program(url: str, cycles: int, *, seed: int = 1, way: str = COLD) -> Killed:
    """F01: SIGKILL to the server process in the middle of saves."""
    stage = make_stage(url, Path(tempfile.mkdtemp()), seed, way)
    back: list[float] = []
    with stage.program.running(), stage.room.at_work():
        for _ in range(cycles):
            stage.save_a_while()
            stage.program.kill()
            back.append(stage.program.start())
        stage.save_a_while()
    return Killed(cycles, stage.finish(), back, refused=stage.n_refused)


def kill_postgresql(
    server: Postgresql, cycles: int, *, seed: int = 2, way: str = RELEASED,
    both_every: int = 6,
) -> Killed:  # fmt: skip
    """F02: SIGKILL to every process of PostgreSQL; each `both_every`-th time to the program too.

    «Back» is the database's recovery; after it the scenario goes on only once saves are
    acknowledged again, so a program that does not find its database again ends the scenario.
    """
    stage = make_stage(server.url, Path(tempfile.mkdtemp()), seed, way)
    back: list[float] = []
    with stage.program.running(), stage.room.at_work():
        for cycle in range(cycles):
            stage.save_a_while()
            server.kill()
            if (cycle + 1) % both_every == 0:
                stage.program.kill()
                back.append(server.start())
                stage.program.start()
            else:
                back.append(server.start())
        stage.save_a_while()
    return Killed(cycles, stage.finish(), back, refused=stage.n_refused)


def cut_the_power(
    folder: Path, cycles: int, *, seed: int = 3, way: str = RELEASED, mode: str = ""
) -> Killed:
    """F03: the program dies and the disk forgets every write that was not flushed.

    Every other cycle it dies exactly where it was going to flush, and some of the unflushed writes
    arrive after all, in part torn.
    """
    disk = ForgetfulDisk(folder)
    disk.turn("")
    url = f"sqlite:///{disk.folder}/khaothi.db"
    stage = make_stage(url, folder, seed, way, **disk.environment())
    is_control = bool(mode) or way != RELEASED
    killed = Killed(cycles, Findings(0, 0, 0, 0, 0))
    with stage.program.running(), stage.room.at_work():
        assert lies_under(stage.program.pid, disk.library), "the shim is not below SQLite"
        disk.turn(mode)
        for cycle in range(cycles):
            try:
                stage.save_a_while()
            except TimeoutError:
                if is_control:
                    break  # its disk forgot the devices themselves: what they were told is lost
                raise
            if cycle % 2 and not is_control:
                disk.turn("dies")
                stage.program.wait_ended()
            stage.program.kill()
            disk.turn(mode)
            killed.unflushed += disk.cut(stage.dice if cycle % 2 else None)
            killed.whole &= reader.is_whole(url)
            if not killed.whole:
                break  # a control has destroyed its database: nothing more to see
            killed.back_after.append(stage.program.start())
    killed.refused = stage.n_refused
    killed.findings = stage.finish() if killed.whole else killed.findings
    return killed
