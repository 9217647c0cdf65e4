"""Contributions of a school year: one's own, or those of the units one leads; a look back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS
from itembank.ledger import repository
from itembank.ledger.past import retrospective
from itembank.ledger.retrospective import Retrospective
from itembank.ledger.rules import reach_of
from itembank.ledger.tallies import (
    VIETNAM,
    Line,
    Sum,
    Tally,
    by_group,
    by_school,
    cumulative,
    months_of,
    total,
)
from itembank.people.classes.repository import school_year_of
from itembank.permissions import Actor
from itembank.stock import repository as stock
from itembank.stock.rules import can_set_target

from .charts import CurveData

YEARS = range(2018, 2101)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    school_year: int
    years: list[int]
    subject: str
    subjects: dict[str, str]
    lines: list[Line]
    groups: list[Sum]
    schools: list[Sum]
    total: Tally
    is_own: bool
    target: int | None
    may_set_target: bool
    unit: str


@dataclass(frozen=True, slots=True)
class OwnYear:
    """A teacher's approved items of this school year against the target and the even pace."""

    school_year: int
    approved: int
    target: int | None
    even_pace: int | None
    in_review: int
    curve: CurveData

    @property
    def boxes(self) -> list[str]:
        """One box an item of the target: there, under appraisal, missing."""
        if not self.target or self.target > 40:
            return []
        there = min(self.approved, self.target)
        coming = min(self.in_review, self.target - there)
        missing = self.target - there - coming
        return ["there"] * there + ["coming"] * coming + ["missing"] * missing


def ledger_page(db: Session, actor: Actor, year: int, subject: str, *, now: datetime) -> LedgerPage:
    this_year = school_year_of(now.date())
    chosen = year if year in YEARS else this_year
    lines = ledger_lines(db, actor, chosen, subject)
    target = stock.target(db, actor.unit_id, chosen)
    return LedgerPage(
        school_year=chosen,
        years=sorted({*repository.years(db), this_year, chosen}, reverse=True),
        subject=subject if subject in SUBJECTS else "",
        subjects=SUBJECTS,
        lines=lines,
        groups=by_group(lines, SUBJECTS),
        schools=by_school(lines),
        total=total(lines),
        is_own=not reach_of(actor).grants,
        target=target.items if target else None,
        may_set_target=bool(can_set_target(actor, actor.unit_id)),
        unit=actor.unit_name,
    )


def ledger_lines(db: Session, actor: Actor, year: int, subject: str) -> list[Line]:
    known = subject if subject in SUBJECTS else ""
    return repository.lines(db, reach_of(actor), year, subject=known)


def own_year(db: Session, actor: Actor, *, in_review: int, now: datetime) -> OwnYear:
    year = school_year_of(now.astimezone(VIETNAM).date())
    approvals = repository.approvals_of(db, actor.person_id, year)
    months = months_of(year)
    local = now.astimezone(VIETNAM)
    so_far = months.index((local.year, local.month)) + 1
    target = stock.target(db, actor.unit_id, year)
    asked = target.items if target else None
    return OwnYear(
        school_year=year,
        approved=len(approvals),
        target=asked,
        even_pace=round(asked * so_far / 12) if asked else None,
        in_review=in_review,
        curve=CurveData(cumulative(approvals, year)[:so_far], [m for _, m in months], asked),
    )


@dataclass(frozen=True, slots=True)
class PastPage:
    past: Retrospective
    years: list[int]
    subjects: dict[str, str]


def past_page(db: Session, subject: str, year: int, *, now: datetime) -> PastPage:
    this_year = school_year_of(now.date())
    chosen = year if year in YEARS else this_year
    known = sorted({*repository.years(db), this_year, chosen}, reverse=True)
    return PastPage(retrospective(db, subject, chosen), known, SUBJECTS)
