"""Next year's papers against what the bank will hold by then. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..forms.structures import ExamStructure

Shape = tuple[str, str | None]  # kind and level; None: any level will do
MOST_FORMS, MOST_RESERVE = 200, 300


@dataclass(frozen=True, slots=True)
class Papers:
    """So many forms of one structure."""

    structure: str
    forms: int


@dataclass(frozen=True, slots=True)
class Need:
    """One kind and level: items the papers take, items there will be, and the difference."""

    kind: str
    level: str | None
    needed: int
    usable: int
    reopening: int

    @property
    def available(self) -> int:
        return self.usable + self.reopening

    @property
    def short(self) -> int:
        return max(0, self.needed - self.available)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`pace` is approvals a month over the last months; `months` are left until the year begins."""

    needs: tuple[Need, ...]
    pace: float
    months: int

    @property
    def needed(self) -> int:
        return sum(need.needed for need in self.needs)

    @property
    def short(self) -> int:
        return sum(need.short for need in self.needs)

    @property
    def coming(self) -> int:
        """Items that the present pace brings until then."""
        return round(self.pace * self.months)

    @property
    def short_at_pace(self) -> int:
        return max(0, self.short - self.coming)

    @property
    def pace_needed(self) -> int:
        """Approvals a month that would close the gap, rounded up."""
        return -(-self.short // self.months) if self.months else self.short


def wanted(papers: Iterable[Papers], structures: Mapping[str, ExamStructure],
           reserve_percent: int) -> dict[Shape, int]:  # fmt: skip
    """Items that the papers use up, the reserve included and rounded up cell by cell."""
    total: Counter[Shape] = Counter()
    for paper in papers:
        for part in structures[paper.structure].parts:
            for cell in part.cells:
                total[part.kind, cell.level] += cell.count * paper.forms
    return {shape: -(-n * (100 + reserve_percent) // 100) for shape, n in total.items()}


def forecast(
    need: Mapping[Shape, int],
    usable: Mapping[Shape, int],
    reopening: Mapping[Shape, int],
    *,
    pace: float,
    months: int,
) -> Forecast:
    """A cell for any level takes what the cells of single levels leave over."""
    rows = [
        Need(kind, level, n, usable.get((kind, level), 0), reopening.get((kind, level), 0))
        for (kind, level), n in need.items()
        if level is not None
    ]
    taken = {(row.kind, row.level): min(row.needed, row.available) for row in rows}
    for (kind, level), n in need.items():
        if level is None:
            now, back = _of_kind(kind, usable), _of_kind(kind, reopening)
            used = sum(k for (other, _), k in taken.items() if other == kind)
            from_now = max(0, now - used)
            from_back = max(0, back - max(0, used - now))
            rows.append(Need(kind, None, n, from_now, from_back))
    return Forecast(tuple(rows), pace, months)


def _of_kind(kind: str, there: Mapping[Shape, int]) -> int:
    return sum(n for shape, n in there.items() if shape[0] == kind)


def stored(papers: Iterable[Papers]) -> list[dict[str, Any]]:
    return [{"structure": paper.structure, "forms": paper.forms} for paper in papers]


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Papers, ...]:
    return tuple(Papers(row["structure"], row["forms"]) for row in rows)
