"""Cells of the stock (topic × level × kind), what each is to hold and what it holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import reduce
from typing import Any

from ..curriculum import topic_name
from ..errors import Message, Problem, msg, problem
from ..items.content import KIND_NAMES, LEVEL_NAMES

MOST_CELLS, MOST_COUNT = 1_000, 10_000
SHADES = (1.0, 0.9, 0.75, 0.505)  # shares of what is required at which the shade turns darker


class Standing(StrEnum):
    """Where an item of the stock stands; each is counted once."""

    USABLE = "usable"
    IN_REVIEW = "in_review"
    LOCKED = "locked"
    EXPOSED = "exposed"


STANDING_NAMES: dict[Standing, str] = {
    Standing.USABLE: "Đã duyệt, dùng được",
    Standing.IN_REVIEW: "Đang thẩm định",
    Standing.LOCKED: "Khoá vì đã ra đề thi",
    Standing.EXPOSED: "Đã lộ",
}


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    topic: str
    kind: str
    level: str

    @property
    def name(self) -> Message:
        return msg(
            "{topic} · {kind} · {level}",
            topic=Message(topic_name(self.topic)),
            kind=Message(KIND_NAMES.get(self.kind, self.kind)),
            level=Message(LEVEL_NAMES.get(self.level, self.level)),
        )


Required = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Holding:
    """What is there against what is required (None: nothing is asked of this cell).

    `short` of several cells is the sum of theirs: what one has too much of helps no other.
    """

    required: int | None = None
    usable: int = 0
    in_review: int = 0
    locked: int = 0
    exposed: int = 0
    short: int = 0

    def __add__(self, other: Holding) -> Holding:
        asked = [h.required for h in (self, other) if h.required is not None]
        return Holding(
            sum(asked) if asked else None,
            self.usable + other.usable,
            self.in_review + other.in_review,
            self.locked + other.locked,
            self.exposed + other.exposed,
            self.short + other.short,
        )

    @property
    def shade(self) -> int:
        """0 where there is enough, 4 where there is half or less."""
        if not self.required:
            return 0
        return sum(self.usable / self.required < limit for limit in SHADES)

    @property
    def short_after_review(self) -> int:
        """What would be short if all that is under appraisal were approved."""
        return max(0, self.short - self.in_review)


@dataclass(frozen=True)
class Board:
    """All cells of one subject and grade that hold or ask for something."""

    cells: Mapping[Cell, Holding] = field(default_factory=dict)

    def total(self, cells: Iterable[Cell] | None = None) -> Holding:
        chosen = self.cells if cells is None else cells
        return reduce(
            Holding.__add__, (self.cells[c] for c in chosen if c in self.cells), Holding()
        )

    @property
    def shortest(self) -> Cell | None:
        """The cell that is short of most; None where none is."""
        short = [(h.short, c) for c, h in self.cells.items() if h.short]
        return min(short, key=lambda pair: (-pair[0], pair[1]))[1] if short else None

    @property
    def n_short(self) -> int:
        return sum(h.short > 0 for h in self.cells.values())

    @property
    def n_required(self) -> int:
        return sum(bool(h.required) for h in self.cells.values())


def board(counts: Iterable[tuple[Cell, Standing, int]], required: Required) -> Board:
    """What the bank counted, laid against what it is to hold."""
    found = {cell: Holding(required=n) for cell, n in required.items()}
    for cell, standing, n in counts:
        there = found.get(cell, Holding())
        found[cell] = replace(there, **{standing.value: getattr(there, standing.value) + n})
    return Board({cell: _with_shortage(holding) for cell, holding in found.items()})


def _with_shortage(holding: Holding) -> Holding:
    return replace(holding, short=max(0, (holding.required or 0) - holding.usable))


def stored(required: Required) -> list[dict[str, Any]]:
    return [
        {"topic": cell.topic, "kind": cell.kind, "level": cell.level, "count": n}
        for cell, n in sorted(required.items())
    ]


def read(rows: Sequence[Mapping[str, Any]]) -> dict[Cell, int]:
    return {Cell(row["topic"], row["kind"], row["level"]): row["count"] for row in rows}


def problems_of(required: Required, topics: Iterable[str]) -> list[Problem]:
    """What keeps these numbers from being a requirement, each with its place."""
    known = set(topics)
    found = [trouble for cell, n in required.items() for trouble in _of_cell(cell, n, known)]
    if len(required) > MOST_CELLS:
        found.append(problem("cells", msg("Nhiều nhất {n} ô.", n=MOST_CELLS)))
    if not any(required.values()):
        found.append(problem("cells", "Ghi số câu cần cho ít nhất một ô."))
    return found


def _of_cell(cell: Cell, count: int, topics: set[str]) -> list[Problem]:
    checks = (
        (cell.topic in topics, "Chủ đề này không có trong chương trình của môn và lớp."),
        (cell.kind in KIND_NAMES, "Dạng câu hỏi không có trong danh mục."),
        (cell.level in LEVEL_NAMES, "Cấp độ tư duy là Biết, Hiểu hoặc Vận dụng."),
        (0 <= count <= MOST_COUNT, msg("Số câu ở mỗi ô từ 0 đến {n}.", n=MOST_COUNT)),
    )
    return [problem(cell.name, what) for holds, what in checks if not holds]
