"""What a scenario plays on: a database, the program, a room of devices at work, dice."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from . import reader
from .devices import Room
from .hall import make_hall
from .reader import Findings
from .servers import PATIENCE, Forked, Program

DEVICES = 50
COLD = "cold"  # started by `khaothi serve` each time, rather than forked


@dataclass(frozen=True)
class Stage:
    """Everything one scenario has: the program, the room, the dice."""

    url: str
    program: Program
    room: Room
    dice: random.Random

    def save_a_while(self) -> None:
        """Until something was acknowledged in this life, and a moment longer."""
        before, end = len(self.room.journal.acked), time.monotonic() + PATIENCE
        while len(self.room.journal.acked) == before:
            if time.monotonic() > end:
                raise TimeoutError("nothing is acknowledged any more")
            time.sleep(0.01)
        time.sleep(self.dice.uniform(0.1, 0.6))

    @property
    def n_refused(self) -> int:
        return len(self.room.journal.refused)

    def finish(self) -> Findings:
        return reader.judge(self.room.journal, reader.events_of(self.url))


def make_stage(url: str, folder: Path, seed: int, way: str, **env: str) -> Stage:
    hall = make_hall(url, DEVICES, folder)
    program = Program(url, env) if way == COLD else Forked(url, way, env)
    room = Room(hall.devices, hall.item, program.port, seed=seed)
    return Stage(url, program, room, random.Random(seed))
