"""What the results page shows, and the lines its files are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from delivery.allocation import repository as allocation
from delivery.attempts.late import late_counts
from delivery.results import repository
from delivery.results.summary import (
    ABSENT,
    RUNNING,
    STATUS_NAMES,
    WAITING,
    Bin,
    ResultLine,
    Spread,
    histogram,
    result_lines,
    spread,
)
from delivery.sittings.models import Sitting
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.forms.structures import ExamStructure, Part

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class PartSummary:
    part: Part
    points: Spread

    @property
    def share(self) -> float | None:
        """Mean as a share of what the part is worth."""
        mean = self.points.mean
        return None if mean is None else mean / float(self.part.points)


@dataclass(frozen=True, slots=True)
class ResultsPage:
    sitting: Sitting
    form: TestForm
    structure: ExamStructure
    lines: Sequence[ResultLine]
    start: int
    by_points: bool
    counts: Counter[str]
    total: Spread
    parts: Sequence[PartSummary]
    bins: Sequence[Bin]
    n_late: int  # attempts for which something came too late

    @property
    def shown(self) -> Sequence[ResultLine]:
        return self.lines[self.start : self.start + PAGE_SIZE]

    @property
    def next_start(self) -> int | None:
        after = self.start + PAGE_SIZE
        return after if after < len(self.lines) else None

    @property
    def n_present(self) -> int:
        return len(self.lines) - self.counts[ABSENT]

    @property
    def n_running(self) -> int:
        return self.counts[RUNNING]

    @property
    def n_waiting(self) -> int:
        return self.counts[WAITING]

    @property
    def status_names(self) -> dict[str, str]:
        return STATUS_NAMES


def lines_of(db: Session, sitting: Sitting) -> tuple[ExamStructure, list[ResultLine]]:
    """The structure of the sitting's form, and a line for everybody on the roster."""
    structure = forms.structure_of(forms.form_of(db, sitting.form_id))
    part_of: dict[object, str] = {p.id: p.part for p in allocation.places(db, sitting)}
    codes = [part.code for part in structure.parts]
    return structure, result_lines(repository.sat(db, sitting.id), part_of, codes)


def results_page(
    db: Session, sitting: Sitting, *, start: int = 0, by_points: bool = False
) -> ResultsPage:
    structure, lines = lines_of(db, sitting)
    totals = [line.total for line in lines]
    return ResultsPage(
        sitting=sitting,
        form=forms.form_of(db, sitting.form_id),
        structure=structure,
        lines=_by_points(lines) if by_points else lines,
        start=start,
        by_points=by_points,
        counts=Counter(line.status for line in lines),
        total=spread(totals),
        parts=[
            PartSummary(part, spread([line.parts[i].points for line in lines]))
            for i, part in enumerate(structure.parts)
        ],
        bins=histogram(totals, structure.total),
        n_late=len(late_counts(db, sitting.id)),
    )


def _by_points(lines: Sequence[ResultLine]) -> list[ResultLine]:
    """The highest total first, those without one last."""
    return sorted(
        lines,
        key=lambda line: (line.total is None, -(line.total or Decimal(0)), line.candidate.number),
    )
