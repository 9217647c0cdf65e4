"""A sitting with candidates at work, and the devices that write for them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from benchmarks.delivery.room import fill

from .devices import Device


@dataclass(frozen=True)
class Hall:
    url: str
    item: uuid.UUID
    devices: list[Device]


def make_hall(url: str, candidates: int, folder: Path) -> Hall:
    made = fill(url, candidates, folder)
    devices = [Device(s.token, uuid.UUID(s.writer.removeprefix("w-"))) for s in made.seats]
    return Hall(url, made.choice, devices)
