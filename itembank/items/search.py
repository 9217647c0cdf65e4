"""Finding items: words, facets, ranges, pages by their first code.

Up to `MOST_COUNTED` matches are read once and counted exactly; of more, a fair sample is counted
and the numbers are marked as estimates. What a person may not see is never in either.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
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
    values: Mapping[str, Sequence[float]]  # of the ranges, to be drawn


Conditions = Mapping[str, ColumnElement[bool]]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The one place that says whose items a list may name: own ones, and all ever submitted."""
    return or_(Item.author_id == actor.person_id, Item.current_version.is_not(None))


def search(db: Session, actor: Actor, query: Query) -> Found:
    conditions = _conditions(db, actor, query)
    rows = _rows(db, conditions, [*FACETS.values(), *RANGES.values(), Item.code])
    if rows is None:
        return _dense(db, actor, query, conditions)
    codes = sorted(row[-1] for row in rows)
    shown, first = _slice(codes, query)
    return Found(
        items=_items(db, shown),
        total=len(codes),
        estimated=False,
        first=first + 1 if codes else None,
        has_before=first > 0,
        has_after=first + len(shown) < len(codes),
        facets=_facets(db, query, conditions, rows, 1),
        values=_values(rows),
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
    columns = [*FACETS.values(), *RANGES.values()]
    rows = db.execute(select(*columns).where(*sampled.values())).all()
    items, more = _dense_page(db, _conditions(db, actor, query, one_by_one=True), query)
    backwards = bool(query.before)
    return Found(
        items=items,
        total=max(len(rows) * SAMPLE, MOST_COUNTED),
        estimated=True,
        first=None if query.after or backwards else 1,
        has_before=more if backwards else bool(query.after),
        has_after=True if backwards else more,
        facets=_facets(db, query, conditions, rows, SAMPLE),
        values=_values(rows),
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


def _facets(
    db: Session, query: Query, conditions: Conditions, rows: Sequence[Row[Any]], weight: int
) -> dict[str, list[tuple[str, int]]]:
    """Counts of every value; of a facet with a choice, as they were without that choice."""
    found = {}
    columns = list(zip(*rows, strict=True))
    for place, name in enumerate(FACETS):
        if query.chosen.get(name):
            found[name] = _without_its_choice(db, name, conditions)
        else:
            found[name] = _counted(name, columns[place] if columns else (), weight)
    return found


def _without_its_choice(db: Session, name: str, conditions: Conditions) -> list[tuple[str, int]]:
    others = {key: condition for key, condition in conditions.items() if key != name}
    rows, weight = _rows(db, others, [FACETS[name]]), 1
    if rows is None:
        sample = select(FACETS[name]).where(*others.values(), Item.place < _ALL_PLACES // SAMPLE)
        rows, weight = db.execute(sample).all(), SAMPLE
    return _counted(name, (row[0] for row in rows), weight)


def _counted(name: str, values: Iterable[Any], weight: int) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for value, n in Counter(values).items():  # few values, many rows
        counts[_as_value(name, value)] += n * weight
    return [(value, n) for value, n in counts.most_common() if value]


def _as_value(name: str, value: Any) -> str:
    if name == "exposure":
        return str(min(value, OFTEN))
    if name == "flagged":
        return "1" if value else ""
    return "" if value is None else str(value)


def _values(rows: Sequence[Row[Any]]) -> dict[str, list[float]]:
    start = len(FACETS)
    return {
        name: [row[place] for row in rows if row[place] is not None]
        for place, name in enumerate(RANGES, start=start)
    }
