"""The three gates before a hand-over, and whether they are open. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import Message, Problem, msg
from ..items.models import Item
from .quotas import BLOCK, Standing

PROCESS, CRITERIA, QUOTA = "process", "criteria", "quota"
GATE_NAMES: dict[str, str] = {
    PROCESS: "Đủ quy trình",
    CRITERIA: "Đạt tiêu chí chất lượng",
    QUOTA: "Đủ số lượng",
}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item with what it lacks at the first two gates."""

    item: Item
    version_hash: str
    topic: str
    level: str | None
    process: tuple[Message, ...]
    criteria: tuple[Message, ...]

    @property
    def is_ready(self) -> bool:
        return not self.process and not self.criteria


@dataclass(frozen=True, slots=True)
class Gate:
    """`is_open` lets the hand-over through; a shortage that is only marked leaves it open."""

    code: str
    is_open: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Report:
    lines: tuple[ItemLine, ...]
    standings: tuple[Standing, ...]
    on_shortage: str

    @property
    def shortages(self) -> tuple[Standing, ...]:
        return tuple(standing for standing in self.standings if standing.short)

    @property
    def gates(self) -> tuple[Gate, ...]:
        lacking = tuple(standing.as_problem() for standing in self.shortages)
        holds_back = bool(lacking) and self.on_shortage == BLOCK
        return (
            _of_items(PROCESS, [(line.item.code, line.process) for line in self.lines]),
            _of_items(CRITERIA, [(line.item.code, line.criteria) for line in self.lines]),
            Gate(QUOTA, not holds_back, lacking),
        )

    @property
    def is_open(self) -> bool:
        return bool(self.lines) and all(gate.is_open for gate in self.gates)


def _of_items(code: str, told: Sequence[tuple[str, tuple[Message, ...]]]) -> Gate:
    found = tuple(
        Problem(msg("Câu {code}", code=item), what) for item, whats in told for what in whats
    )
    return Gate(code, not found, found)
