"""Finding items: words, facets, ranges, pages by their first code.

Up to `MOST_COUNTED` matches are read once and counted exactly; of more, a fair sample is counted
and the numbers are marked as estimates. What a person may not see is never in either.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from ..finding import index
from ..finding.asked import terms
from ..permissions import Actor, Grant
from .models import Item
from .rules import READERS

PAGE_SIZE = 20
MOST_COUNTED = 10_000
SAMPLE = 16  # one in so many
_ALL_PLACES = 2**62
FACETS: Mapping[str, Any] = {
    "subject": Item.subject,
    "grade": Item.grade,
    "topic": Item.topic,
    "outcome": Item.outcome,
    "kind": Item.kind,
    "level": Item.level,
    "state": Item.state,
    "unit": Item.unit_id,
    "exposure": Item.exposure,
    "flagged": Item.flagged,
}
RANGES: Mapping[str, Any] = {
    "difficulty": Item.difficulty,
    "discrimination": Item.discrimination,
}
_CODE = ""  # in place of a facet's name
STEPS = 4  # of a logit, when values are drawn
OFTEN = 3  # forms: an item seen so often is counted with those seen more often


@dataclass(frozen=True, slots=True)
class Range:
    """`uncalibrated` lets items without an estimate through as well."""

    low: float | None = None
    high: float | None = None
    uncalibrated: bool = True


@dataclass(frozen=True)
class Query:
    """What a person looks for. Several values of one facet mean «any of them»."""

    text: str = ""
    with_marks: bool = False
    mine: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    after: str = ""  # the page begins behind this code
    before: str = ""  # the page ends before this code


@dataclass(frozen=True)
class Found:
    """`total` and the facets are estimates where `estimated`; `first` is the place on the list."""

    items: Sequence[Item]
    total: int
    estimated: bool
    first: int | None
    has_before: bool
    has_after: bool
    facets: Mapping[str, Sequence[tuple[str, int]]]  # value and count under the other filters
    spread: Mapping[str, Sequence[tuple[float, int]]]  # of the ranges: about where, how many


Conditions = Mapping[str, ColumnElement[bool]]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The one place that says whose items a list may name: own ones, and all ever submitted."""
    return or_(Item.author_id == actor.person_id, Item.current_version.is_not(None))


def search(db: Session, actor: Actor, query: Query) -> Found:
    conditions = _conditions(db, actor, query)
    tally = _tally(db, conditions, with_codes=True)
    if len(tally.codes) > MOST_COUNTED:
        return _dense(db, actor, query, conditions)
    codes = sorted(tally.codes)
    shown, first = _slice(codes, query)
    return Found(
        items=_items(db, shown),
        total=len(codes),
        estimated=False,
        first=first + 1 if codes else None,
        has_before=first > 0,
        has_after=first + len(shown) < len(codes),
        facets=_facets(db, query, conditions, tally, 1),
        spread=tally.spread,
    )


def items_found(db: Session, actor: Actor, query: Query, *, most: int) -> tuple[list[Item], int]:
    """Every match in the order of codes, and their number; none when there are more than `most`."""
    rows = _rows(db, _conditions(db, actor, query), [Item.code])
    if rows is None or len(rows) > most:
        return [], len(rows) if rows is not None else MOST_COUNTED
    return list(_items(db, [row.code for row in rows])), len(rows)


def _dense(db: Session, actor: Actor, query: Query, conditions: Conditions) -> Found:
    """More matches than are counted: the page from the order of codes, the counts from a sample."""
    sampled = {**conditions, "sample": Item.place < _ALL_PLACES // SAMPLE}
    tally = _tally(db, sampled, with_codes=False)
    items, more = _dense_page(db, _conditions(db, actor, query, one_by_one=True), query)
    backwards = bool(query.before)
    return Found(
        items=items,
        total=max(tally.total * SAMPLE, MOST_COUNTED),
        estimated=True,
        first=None if query.after or backwards else 1,
        has_before=more if backwards else bool(query.after),
        has_after=True if backwards else more,
        facets=_facets(db, query, conditions, tally, SAMPLE),
        spread=tally.spread,
    )


def _dense_page(db: Session, conditions: Conditions, query: Query) -> tuple[list[Item], bool]:
    page = select(Item).where(*conditions.values()).limit(PAGE_SIZE + 1)
    if query.before:
        page = page.where(Item.code < query.before).order_by(Item.code.desc())
    else:
        page = page.where(Item.code > query.after).order_by(Item.code)
    found = list(db.scalars(page))
    shown = found[:PAGE_SIZE]
    return shown[::-1] if query.before else shown, len(found) > PAGE_SIZE


def _slice(codes: Sequence[str], query: Query) -> tuple[Sequence[str], int]:
    if query.before:
        end = bisect_left(codes, query.before)
        start = max(0, end - PAGE_SIZE)
        return codes[start:end], start
    start = bisect_right(codes, query.after) if query.after else 0
    return codes[start : start + PAGE_SIZE], start


def _items(db: Session, codes: Sequence[str]) -> Sequence[Item]:
    rows = db.scalars(select(Item).where(Item.code.in_(codes))).all()
    return sorted(rows, key=lambda item: item.code)


def _rows(db: Session, conditions: Conditions, columns: Sequence[Any]) -> Sequence[Row[Any]] | None:
    """The matches, or None when there are too many to be read."""
    query = select(*columns).where(*conditions.values()).limit(MOST_COUNTED + 1)
    rows = db.execute(query).all()
    return rows if len(rows) <= MOST_COUNTED else None


def _conditions(
    db: Session, actor: Actor, query: Query, *, one_by_one: bool = False
) -> dict[str, ColumnElement[bool]]:
    found: dict[str, ColumnElement[bool]] = {"visible": visible_to(actor)}
    if said := _said(db, actor, query, one_by_one):
        found["text"] = said[0]
    if query.mine:
        found["mine"] = Item.author_id == actor.person_id
    for name, values in query.chosen.items():
        if name in FACETS and values:
            found[name] = _one_of(name, values)
    for name, wanted in query.ranges.items():
        found[name] = _within(RANGES[name], wanted)
    return found


def _said(db: Session, actor: Actor, query: Query, one_by_one: bool) -> list[ColumnElement[bool]]:
    """Words of the content are looked up only where the person may read it: a search that found
    closed items by their words would tell what they say. Codes are open to all.
    """
    asked = terms(query.text, with_marks=query.with_marks)
    if not asked:
        return []
    dialect = db.get_bind().dialect.name
    column = "marked" if query.with_marks else "folded"
    code = index.says(dialect, "code", asked, one_by_one=one_by_one)
    words = index.says(dialect, column, asked, one_by_one=one_by_one)
    return [or_(code, and_(words, readable_by(actor)))]


def _one_of(name: str, values: Sequence[str]) -> ColumnElement[bool]:
    column: Any = FACETS[name]
    if name == "exposure":
        exact = [int(v) for v in values if v.isdecimal() and int(v) < OFTEN]
        often = [column >= OFTEN] if str(OFTEN) in values else []
        return or_(column.in_(exact), *often)
    return column.in_([known for v in values if (known := _known(name, v)) is not None])  # type: ignore[no-any-return]


def _known(name: str, value: str) -> object | None:
    """A value of the address as its column has it; None for what cannot be one."""
    if name == "grade":
        return int(value) if value.isdecimal() and len(value) < 3 else None
    if name == "flagged":
        return value == "1"
    if name == "unit":
        try:
            return uuid.UUID(value)
        except ValueError:
            return None
    return value


def _within(column: Any, wanted: Range) -> ColumnElement[bool]:
    bounds = [column >= wanted.low] if wanted.low is not None else []
    bounds += [column <= wanted.high] if wanted.high is not None else []
    inside = and_(column.is_not(None), *bounds)
    return or_(column.is_(None), inside) if wanted.uncalibrated else inside


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """The same rule as `rules.can_view_content`, as a condition on rows."""
    reaches = [_reach(grant) for grant in actor.grants if grant.role in READERS]
    return or_(Item.author_id == actor.person_id, *reaches)


def _reach(grant: Grant) -> ColumnElement[bool]:
    units = Item.unit_id.in_({grant.unit_id, *grant.below})
    return units if grant.subject is None else and_(units, Item.subject == grant.subject)


@dataclass(frozen=True, slots=True)
class Tally:
    """Matches counted by value of every facet; at most `MOST_COUNTED` and one are looked at."""

    codes: Sequence[str]
    total: int
    counts: Mapping[str, Mapping[str, int]]
    spread: Mapping[str, Sequence[tuple[float, int]]]


def _tally(
    db: Session, conditions: Conditions, *, with_codes: bool, only: str | None = None
) -> Tally:
    """Counted where the rows are: one statement, of which few lines come back."""
    names = [only] if only else [*FACETS, *RANGES]
    hits = _hits(conditions, names)
    parts = [_part(hits, name) for name in names]
    if with_codes:
        parts.append(select(literal(_CODE), hits.c.code, literal(1)))
    lines = db.execute(union_all(*parts)).all()
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for name, value, n in lines:
        if name != _CODE:
            counts[name][_as_value(name, value)] += n
    return Tally(
        codes=[value for name, value, _ in lines if name == _CODE],
        total=counts[names[0]].total(),
        counts=counts,
        spread={
            name: [(int(float(v)) / STEPS, n) for v, n in counts.get(name, {}).items() if v]
            for name in RANGES
        },
    )


def _hits(conditions: Conditions, names: Sequence[str]) -> CTE:
    columns = [({**FACETS, **RANGES})[name].label(name) for name in names]
    found = select(*columns, Item.code.label("code")).where(*conditions.values())
    if "sample" not in conditions:  # a sample is small already, and cut it would not be fair
        found = found.limit(MOST_COUNTED + 1)
    return found.cte("hits")


def _part(hits: CTE, name: str) -> Select[str, str, int]:
    column: Any = hits.c[name]
    if name in RANGES:
        column = func.round(column * STEPS)
    return select(literal(name), cast(column, String), func.count()).group_by(column)


def _facets(
    db: Session, query: Query, conditions: Conditions, tally: Tally, weight: int
) -> dict[str, list[tuple[str, int]]]:
    """Counts of every value; of a facet with a choice, as they were without that choice."""
    return {
        name: _without_its_choice(db, name, conditions)
        if query.chosen.get(name)
        else _weighted(tally.counts[name], weight)
        for name in FACETS
    }


def _without_its_choice(db: Session, name: str, conditions: Conditions) -> list[tuple[str, int]]:
    others = {key: condition for key, condition in conditions.items() if key != name}
    tally, weight = _tally(db, others, with_codes=False, only=name), 1
    if tally.total > MOST_COUNTED:
        sampled = {**others, "sample": Item.place < _ALL_PLACES // SAMPLE}
        tally, weight = _tally(db, sampled, with_codes=False, only=name), SAMPLE
    return _weighted(tally.counts[name], weight)


def _weighted(counts: Mapping[str, int], weight: int) -> list[tuple[str, int]]:
    in_order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(value, n * weight) for value, n in in_order if value]


def _as_value(name: str, value: str | None) -> str:
    """The value as addresses have it, whatever the database makes of it as text."""
    if value is None:
        return ""
    if name == "exposure":
        return str(min(int(value), OFTEN))
    if name == "flagged":
        return "1" if value in ("1", "true") else ""
    return str(uuid.UUID(value)) if name == "unit" else value
