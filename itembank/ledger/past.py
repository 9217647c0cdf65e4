"""All queries behind a look back at a school year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from ..calibrations.repository import operational_for_items
from ..forms.models import FormItem, TestForm
from ..items.models import Item, ItemVersion, ItemVersionEvent
from ..review.checklists import NOT_MET, checklist_for
from ..review.models import ReviewAssignment, ReviewDecision, ReviewRound, ReviewVerdict
from .retrospective import AfterUse, Retrospective, YearShares
from .tallies import year_span

MOST_WORDS = 30
REAL_LIFE = b'"real_life":true'  # as canonical bytes write it; quotes inside a text are escaped
DECIDED = ("approved", "returned", "rejected")


def retrospective(db: Session, subject: str, school_year: int, *, years: int = 3) -> Retrospective:
    begin, end = year_span(school_year)
    outcomes = _outcomes(db, subject, begin, end)
    return Retrospective(
        school_year=school_year,
        subject=subject,
        approved=outcomes["approved"],
        returned=outcomes["returned"],
        rejected=outcomes["rejected"],
        reasons=_reasons(db, subject, begin, end),
        words=_words(db, subject, begin, end),
        rounds=_rounds(db, subject, begin, end),
        days=_days(db, subject, begin, end),
        after_use=_after_use(db, subject, begin, end),
        shares=[_shares(db, subject, y) for y in range(school_year - years + 1, school_year + 1)],
    )


def _closed(subject: str, begin: datetime, end: datetime, *columns: Any) -> Select[Any]:
    """Rounds of the subject that were decided on in this time."""
    return (
        select(*columns)
        .select_from(ReviewRound)
        .join(Item, Item.id == ReviewRound.item_id)
        .where(Item.subject == subject, ReviewRound.outcome.in_(DECIDED))
        .where(ReviewRound.closed_at >= begin, ReviewRound.closed_at < end)
    )


def _outcomes(db: Session, subject: str, begin: datetime, end: datetime) -> Counter[str]:
    query = _closed(subject, begin, end, ReviewRound.outcome, func.count())
    return Counter({o: n for o, n in db.execute(query.group_by(ReviewRound.outcome))})


def _reasons(db: Session, subject: str, begin: datetime, end: datetime) -> list[tuple[str, int]]:
    query = (
        _closed(subject, begin, end, Item.kind, ReviewVerdict.checklist)
        .join(ReviewAssignment, ReviewAssignment.round_id == ReviewRound.id)
        .join(ReviewVerdict, ReviewVerdict.assignment_id == ReviewAssignment.id)
        .where(ReviewVerdict.verdict != "accept")
    )
    unmet = Counter(_unmet(db.execute(query)))
    return sorted(unmet.items(), key=lambda pair: (-pair[1], pair[0]))


def _unmet(rows: Iterable[Any]) -> Iterable[str]:
    for kind, checklist in rows:
        names = {c.code: c.name for c in checklist_for(kind, with_stimulus=True)}
        yield from (names.get(code, code) for code, said in checklist.items() if said == NOT_MET)


def _words(db: Session, subject: str, begin: datetime, end: datetime) -> Sequence[str]:
    query = (
        _closed(subject, begin, end, ReviewDecision.reason)
        .join(ReviewDecision, ReviewDecision.round_id == ReviewRound.id)
        .where(ReviewDecision.decision == "reject", ReviewDecision.reason != "")
        .order_by(ReviewDecision.at.desc())
    )
    return db.scalars(query.limit(MOST_WORDS)).all()


def _rounds(db: Session, subject: str, begin: datetime, end: datetime) -> list[int]:
    """How many rounds each item needed that was finally approved or refused in this time."""
    done = _closed(subject, begin, end, ReviewRound.item_id).where(
        ReviewRound.outcome.in_(("approved", "rejected"))
    )
    query = (
        select(func.count())
        .select_from(ReviewRound)
        .where(ReviewRound.item_id.in_(done), ReviewRound.closed_at < end)
        .where(ReviewRound.outcome.in_(DECIDED))
        .group_by(ReviewRound.item_id)
    )
    return list(db.scalars(query))


def _days(db: Session, subject: str, begin: datetime, end: datetime) -> list[float]:
    query = _closed(subject, begin, end, ReviewRound.opened_at, ReviewRound.closed_at)
    return [(closed - opened).total_seconds() / 86_400 for opened, closed in db.execute(query)]


def _after_use(db: Session, subject: str, begin: datetime, end: datetime) -> AfterUse:
    query = (
        select(FormItem.item_id)
        .distinct()
        .join(TestForm, TestForm.id == FormItem.form_id)
        .where(TestForm.subject == subject, TestForm.state == "frozen")
        .where(TestForm.frozen_at >= begin, TestForm.frozen_at < end)
    )
    used = db.scalars(query).all()
    known = operational_for_items(db, used).values() if used else ()
    return AfterUse(
        used=len(used),
        calibrated=len(known),
        flagged=sum(bool(row.flags) for row in known),
        by_flag=Counter(flag for row in known for flag in row.flags),
        difficulties=_numbers(row.statistics.get("difficulty", row.estimates.get("b")) for row in known),
        discriminations=_numbers(row.estimates.get("a") for row in known),
    )  # fmt: skip


def _numbers(values: Iterable[object]) -> list[float]:
    return [float(v) for v in values if isinstance(v, int | float)]


def _shares(db: Session, subject: str, school_year: int) -> YearShares:
    begin, end = year_span(school_year)
    version = (
        select(ItemVersion.item_id, func.max(ItemVersion.hash).label("hash"))
        .join(ItemVersionEvent, ItemVersionEvent.version_hash == ItemVersion.hash)
        .where(ItemVersionEvent.kind == "approved")
        .where(ItemVersionEvent.at >= begin, ItemVersionEvent.at < end)
        .group_by(ItemVersion.item_id)
        .subquery("approved")
    )
    query = (
        select(
            func.count(),
            _sum_of(Item.level == "van_dung"),
            _sum_of(Item.kind == "essay"),
            _sum_of(_says_real_life(db)),
        )
        .select_from(version)
        .join(Item, Item.id == version.c.item_id)
        .join(ItemVersion, ItemVersion.hash == version.c.hash)
        .where(Item.subject == subject)
    )
    return YearShares(school_year, *(int(n or 0) for n in db.execute(query).one()))


def _sum_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _says_real_life(db: Session) -> ColumnElement[bool]:
    """What the frozen bytes say; the two databases name the search for bytes differently."""
    if db.get_bind().dialect.name == "postgresql":
        return func.position(literal(REAL_LIFE).op("IN")(ItemVersion.stored)) > 0
    return func.instr(ItemVersion.stored, literal(REAL_LIFE)) > 0
