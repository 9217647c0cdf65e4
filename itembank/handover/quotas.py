"""How many items of which topic and level a hand-over needs, and what is short. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..curriculum import SUBJECTS, topic_name
from ..errors import Message, Problem, msg, problem
from ..forms.structures import ExamStructure
from ..items.content import LEVEL_NAMES

BLOCK, MARK = "block", "mark"
SHORTAGE_NAMES: dict[str, str] = {
    BLOCK: "Thiếu thì chưa được bàn giao",
    MARK: "Thiếu vẫn bàn giao, biên bản ghi «thiếu»",
}
MOST_CELLS, MOST_COUNT = 500, 10_000


@dataclass(frozen=True, slots=True)
class Cell:
    """At least `count` items; topic or level None takes every one."""

    topic: str | None
    level: str | None
    count: int

    def takes(self, topic: str, level: str | None) -> bool:
        return self.topic in (None, topic) and self.level in (None, level)

    @property
    def name(self) -> Message:
        topic = Message(topic_name(self.topic) if self.topic else "Mọi chủ đề")
        level = Message(LEVEL_NAMES[self.level] if self.level else "Mọi cấp độ")
        return msg("{topic} · {level}", topic=topic, level=level)


@dataclass(frozen=True, slots=True)
class Standing:
    """A cell and what there is for it."""

    cell: Cell
    available: int

    @property
    def short(self) -> int:
        return max(0, self.cell.count - self.available)

    def as_problem(self) -> Problem:
        return problem(
            self.cell.name,
            msg(
                "Cần {needed} câu, có {available}: thiếu {short} câu.",
                needed=self.cell.count,
                available=self.available,
                short=self.short,
            ),
        )


def standings(
    cells: Sequence[Cell], items: Iterable[tuple[str, str | None]]
) -> tuple[Standing, ...]:
    """Every cell against items given as (topic, level). An item counts in each cell it suits."""
    there = Counter(items)
    return tuple(
        Standing(cell, sum(n for place, n in there.items() if cell.takes(*place))) for cell in cells
    )


def cells_of_structure(structure: ExamStructure, n_papers: int) -> tuple[Cell, ...]:
    """What so many papers of this structure use up, by level; topics are left to the department."""
    wanted: Counter[str | None] = Counter()
    for part in structure.parts:
        for cell in part.cells:
            wanted[cell.level] += cell.count * n_papers
    levels = [*LEVEL_NAMES, None]
    return tuple(Cell(None, level, wanted[level]) for level in levels if wanted[level])


def stored(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    return [asdict(cell) for cell in cells]


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Cell, ...]:
    return tuple(Cell(row["topic"], row["level"], row["count"]) for row in rows)


def problems_of(
    title: str, subject: str, cells: Sequence[Cell], on_shortage: str, reason: str
) -> list[Problem]:
    """What keeps these numbers from being a quota, each with its place and what to do."""
    checks = (
        (bool(title.strip()), "title", "Ghi tên chỉ tiêu."),
        (subject in SUBJECTS, "subject", "Chọn môn học."),
        (0 < len(cells) <= MOST_CELLS, "cells", "Ghi số câu cần cho ít nhất một ô."),
        (on_shortage in SHORTAGE_NAMES, "on_shortage", "Chọn cách xử lí khi thiếu."),
        (
            on_shortage != MARK or bool(reason.strip()),
            "reason",
            "Cho bàn giao khi còn thiếu thì cần ghi lí do.",
        ),
    )
    found = [problem(place, what) for holds, place, what in checks if not holds]
    return found + [trouble for cell in cells for trouble in _of_cell(cell)]


def _of_cell(cell: Cell) -> list[Problem]:
    if 0 < cell.count <= MOST_COUNT:
        return []
    return [problem("cells", msg("Số câu ở mỗi ô từ 1 đến {n}.", n=MOST_COUNT))]
