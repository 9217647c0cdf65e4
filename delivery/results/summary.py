"""Results as people read them: a line per candidate, means and a histogram. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from delivery.sittings.models import Candidate

from .repository import Sat, Score

ABSENT = "absent"
RUNNING = "running"
WAITING = "waiting"
MARKING = "marking"
SCORED = "scored"
SUSPENDED = "suspended"

STATUS_NAMES = {
    ABSENT: "Vắng",
    RUNNING: "Đang làm",
    WAITING: "Đã nộp, chưa chấm",
    MARKING: "Chờ chấm tự luận",
    SCORED: "Đã chấm",
    SUSPENDED: "Đình chỉ thi",
}


@dataclass(frozen=True, slots=True)
class PartScore:
    """What a part is worth and what was reached; None where people have still to mark."""

    code: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class ResultLine:
    candidate: Candidate
    status: str
    answered: int
    parts: tuple[PartScore, ...]
    total: Decimal | None


def result_lines(
    people: Sequence[Sat], part_of: Mapping[object, str], codes: Sequence[str]
) -> list[ResultLine]:
    """One line per candidate; `part_of` tells the part of a form item."""
    return [_line(one, part_of, codes) for one in people]


def _line(one: Sat, part_of: Mapping[object, str], codes: Sequence[str]) -> ResultLine:
    parts = tuple(
        PartScore(code, _sum([f for f in one.facts if part_of[f.form_item_id] == code]))
        for code in codes
    )
    return ResultLine(
        candidate=one.candidate,
        status=_status(one),
        answered=sum(fact.answered for fact in one.facts),
        parts=parts,
        total=_sum(one.facts),
    )


def _sum(facts: Sequence[Score]) -> Decimal | None:
    """None when nothing is scored yet, or when a person has still to mark something."""
    known = [fact.points for fact in facts if fact.points is not None]
    return sum(known, Decimal(0)) if facts and len(known) == len(facts) else None


def _status(one: Sat) -> str:
    if one.attempt is None:
        return ABSENT
    if one.attempt.suspended_at is not None:
        return SUSPENDED
    if one.attempt.submitted_at is None:
        return RUNNING
    if not one.facts:
        return WAITING
    return MARKING if any(fact.points is None for fact in one.facts) else SCORED


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of n numbers; None where there are too few."""

    n: int
    mean: float | None
    sd: float | None


def spread(values: Sequence[Decimal | None]) -> Spread:
    """Mean and sample standard deviation (divisor n - 1) of the known values."""
    known = [float(value) for value in values if value is not None]
    n = len(known)
    mean = sum(known) / n if n else None
    sd = None
    if mean is not None and n > 1:
        sd = sqrt(sum((x - mean) ** 2 for x in known) / (n - 1))
    return Spread(n, mean, sd)


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores in [low, high); the last bin takes its upper end too."""

    low: Decimal
    high: Decimal
    count: int


def histogram(
    values: Sequence[Decimal | None], most: Decimal, width: Decimal = Decimal("0.5")
) -> list[Bin]:
    """Counts of totals in bins of `width` from 0 to `most`."""
    known = [value for value in values if value is not None]
    n_bins = max(1, -int(-most // width))
    counts = [0] * n_bins
    for value in known:
        counts[min(n_bins - 1, int(value // width))] += 1
    return [Bin(i * width, min(most, (i + 1) * width), count) for i, count in enumerate(counts)]
