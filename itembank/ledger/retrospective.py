"""A look back at a school year: why items were refused, how long it took, how they did in use.

The figures are plain counts; what they are drawn from is in `past.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

DAYS = (3, 7, 14, 30)  # upper bounds of the bars of time in appraisal
MOST_ROUNDS = 4  # so many rounds and more stand together


@dataclass(frozen=True, slots=True)
class YearShares:
    """Of the items approved in a year: how many at application level, open, from real life."""

    school_year: int
    approved: int
    application: int
    open: int
    real_life: int

    def share(self, head: str) -> float | None:
        return getattr(self, head) / self.approved if self.approved else None


SHARE_HEADS: dict[str, str] = {
    "application": "Vận dụng",
    "open": "Câu tự luận",
    "real_life": "Gắn với thực tế",
}


@dataclass(frozen=True, slots=True)
class AfterUse:
    """Items of the year's papers with operational estimates, and what was noticed of them."""

    used: int
    calibrated: int
    flagged: int
    by_flag: Mapping[str, int]
    difficulties: Sequence[float]
    discriminations: Sequence[float]


@dataclass(frozen=True, slots=True)
class Retrospective:
    """`reasons`: criteria that were not met, counted over the verdicts that did not accept."""

    school_year: int
    subject: str
    approved: int
    returned: int
    rejected: int
    reasons: Sequence[tuple[str, int]]
    words: Sequence[str]  # the council's own words for what it refused
    rounds: Sequence[int]  # rounds that each item decided on went through
    days: Sequence[float]  # from the opening of a round to its end
    after_use: AfterUse
    shares: Sequence[YearShares]

    @property
    def median_days(self) -> float | None:
        return median(self.days) if self.days else None

    @property
    def slow_days(self) -> float | None:
        """Nine rounds in ten took no longer."""
        if len(self.days) < 2:
            return self.median_days
        return quantiles(self.days, n=10, method="inclusive")[-1]


def round_bins(rounds: Sequence[int]) -> list[tuple[str, int]]:
    """Items by the rounds they needed: 1, 2, 3, 4 and more."""
    names = [*(str(n) for n in range(1, MOST_ROUNDS)), f"{MOST_ROUNDS}+"]
    return [
        (name, sum(min(r, MOST_ROUNDS) == n for r in rounds)) for n, name in enumerate(names, 1)
    ]


def day_bins(days: Sequence[float]) -> list[tuple[str, int]]:
    """Rounds by how long they took."""
    edges = [0.0, *map(float, DAYS)]
    bins = [
        (f"{int(low)}–{int(high)}", sum(low <= d < high for d in days))
        for low, high in pairwise(edges)
    ]
    return [*bins, (f"{DAYS[-1]}+", sum(d >= DAYS[-1] for d in days))]
