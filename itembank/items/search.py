"""Finding items: words, facets, ranges, pages by their first code.

A fair sample says first about how many match. Up to `MOST_COUNTED` matches are then read once and
counted exactly; of clearly more, the sample is counted and the numbers are marked as estimates.
What a person may not see is never in either.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
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
from ..finding.models import ItemTag
from ..permissions import Actor, Grant
from .models import Item
from .rules import READERS

PAGE_SIZE = 20
MOST_COUNTED = 10_000
CLEARLY_MORE = 13_000  # by the sample; its error there is a few per cent
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
_CODE, _TOTAL = "", "*"  # in place of a facet's name
STEPS = 4  # of a logit, when values are drawn
OFTEN = 3  # forms: an item seen so often is counted with those seen more often


@dataclass(frozen=True, slots=True)
class Order:
    """By `key`, and by code where it is the same or missing."""

    key: Any = None
    descends: bool = False

    def keys(self, *, backwards: bool = False) -> list[Any]:
        code = Item.code.desc() if backwards else Item.code.asc()
        if self.key is None:
            return [code]
        return [self.key.desc() if self.descends != backwards else self.key.asc(), code]


_NEVER_SO_HARD = 1_000.0  # logits, in place of what is not calibrated: it comes last
ORDERS: Mapping[str, Order] = {
    "code": Order(),
    "newest": Order(Item.created_at, descends=True),
    "difficulty": Order(func.coalesce(Item.difficulty, _NEVER_SO_HARD)),
}


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
    tags: tuple[str, ...] = ()
    order: str = "code"  # of ORDERS
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    after: str = ""  # the page begins behind this code
    before: str = ""  # the page ends before this code


@dataclass(frozen=True)
class Found:
    """`total` is an estimate where `estimated`; `first` is the place on the list."""

    items: Sequence[Item]
    total: int
    estimated: bool
    first: int | None
    has_before: bool
    has_after: bool
    facets: Mapping[str, Sequence[tuple[str, int]]]  # value and count under the other filters
    estimated_facets: frozenset[str]
    spread: Mapping[str, Sequence[tuple[float, int]]]  # of the ranges: about where, how many


Conditions = Mapping[str, ColumnElement[bool]]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The one place that says whose items a list may name: own ones, and all ever submitted."""
    return or_(Item.author_id == actor.person_id, Item.current_version.is_not(None))


def search(db: Session, actor: Actor, query: Query) -> Found:
    asked = _Asked(db, actor, query)
    sample = _sample_tally(asked)
    if sample.total * index.SAMPLE <= CLEARLY_MORE:
        exact = _exact_tally(asked, sample)
        if len(exact.codes) <= MOST_COUNTED:
            return _counted(asked, exact, sample)
    return _dense(asked, sample)


def items_found(db: Session, actor: Actor, query: Query, *, most: int) -> tuple[list[Item], int]:
    """Every match in the order of codes, and their number; none when there are more than `most`."""
    conditions = _Asked(db, actor, query).conditions()
    rows = db.scalars(select(Item.code).where(*conditions.values()).limit(MOST_COUNTED + 1)).all()
    if len(rows) > most:
        return [], min(len(rows), MOST_COUNTED)
    return list(_items(db, rows)), len(rows)


def items_chosen(db: Session, actor: Actor, ids: Collection[uuid.UUID]) -> list[Item]:
    """Those of these items that a list may name to the person, in the order of codes."""
    query = select(Item).where(Item.id.in_(ids), visible_to(actor))
    return list(db.scalars(query.order_by(Item.code)))


def tag_counts(
    db: Session, actor: Actor, query: Query, *, most: int = 50
) -> Sequence[tuple[str, int]]:
    """The tags on matches the person may read, as they were without a choice of tags."""
    if db.scalar(select(ItemTag.tag).limit(1)) is None:
        return []
    conditions = _Asked(db, actor, replace(query, tags=())).conditions()
    tagged = select(ItemTag.tag, func.count()).join(Item, Item.id == ItemTag.item_id)
    counted = tagged.where(*conditions.values(), readable_by(actor)).group_by(ItemTag.tag)
    rows = db.execute(counted.order_by(func.count().desc(), ItemTag.tag).limit(most))
    return [(tag, n) for tag, n in rows]


class _Asked:
    """A query of one person as conditions on rows; the words of it are read once."""

    def __init__(self, db: Session, actor: Actor, query: Query) -> None:
        self.db, self.actor, self.query = db, actor, query
        self._terms = terms(query.text, with_marks=query.with_marks)
        self._codes_too = bool(self._terms) and self._a_code_is_met()

    def _a_code_is_met(self) -> bool:
        return index.any_code_says(self.db, self._terms)

    def _says(self, column: str, **how: Any) -> ColumnElement[bool]:
        return index.says(self.db.get_bind().dialect.name, column, self._terms, **how)

    def base(self, **how: Any) -> dict[str, ColumnElement[bool]]:
        """Conditions that are no facet's: what the person may see, the words, whose items."""
        found: dict[str, ColumnElement[bool]] = {"visible": visible_to(self.actor)}
        if self._terms:
            found["text"] = self._said(**how)
        if self.query.mine:
            found["mine"] = Item.author_id == self.actor.person_id
        if self.query.tags:
            tagged = select(ItemTag.item_id).where(ItemTag.tag.in_(self.query.tags))
            found["tag"] = and_(Item.id.in_(tagged), readable_by(self.actor))
        return found

    def _said(self, **how: Any) -> ColumnElement[bool]:
        """Words of the content are looked up only where the person may read it: a search that
        found closed items by their words would tell what they say. Codes are open to all.
        """
        column = "marked" if self.query.with_marks else "folded"
        words = and_(self._says(column, **how), readable_by(self.actor))
        return or_(self._says("code", **how), words) if self._codes_too else words

    def conditions(self, **how: Any) -> Conditions:
        facets = filters(self.query, {**FACETS, **RANGES})
        return {**self.base(filed=list(self._filed().values()), **how), **facets}

    def around(self, free: Collection[str]) -> Conditions:
        """Matches, and what would be one without its choice of one of these facets: of any two
        of the choices at least one is met.
        """
        facets, filed = filters(self.query, {**FACETS, **RANGES}), self._filed()
        kept = {name: met for name, met in facets.items() if name not in free}
        for one, other in combinations([name for name in facets if name in free], 2):
            kept[f"{one}, {other}"] = or_(facets[one], facets[other])
        groups = [group for name, group in filed.items() if name not in free]
        loose = [filed[name] for name in filed if name in free]
        groups += [[*one, *other] for one, other in combinations(loose, 2)]
        return {**self.base(filed=groups), **kept}

    def _filed(self) -> dict[str, list[str]]:
        """The tokens of what was chosen, where the index of words knows it."""
        return {
            name: [index.filed_as(name, value) for value in values]
            for name, values in self.query.chosen.items()
            if name in index.FILED and values
        }


def filters(query: Query, columns: Mapping[str, Any], *, without: str = "") -> Conditions:
    """What was chosen of these columns, as conditions on them; one facet's choice left aside."""
    found = {
        name: _one_of(name, columns[name], values)
        for name, values in query.chosen.items()
        if name in FACETS and name in columns and values and name != without
    }
    ranges = {
        name: _within(columns[name], wanted)
        for name, wanted in query.ranges.items()
        if name in columns
    }
    return {**found, **ranges}


def _counted(asked: _Asked, exact: Tally, sample: Tally) -> Found:
    codes = _in_order(asked, exact.codes)
    shown, first = _slice(codes, asked.query)
    facets, about = _facets(asked, exact, sample)
    return Found(
        items=_items(asked.db, shown),
        total=len(codes),
        estimated=False,
        first=first + 1 if codes else None,
        has_before=first > 0,
        has_after=first + len(shown) < len(codes),
        facets=facets,
        estimated_facets=about,
        spread=exact.spread,
    )


def _in_order(asked: _Asked, codes: Sequence[str]) -> Sequence[str]:
    if asked.query.order == "code":
        return sorted(codes)
    ordered = select(Item.code).where(*asked.conditions().values())
    return asked.db.scalars(ordered.order_by(*ORDERS[asked.query.order].keys())).all()


def _facets(
    asked: _Asked, exact: Tally, sample: Tally
) -> tuple[dict[str, list[tuple[str, int]]], frozenset[str]]:
    """Counts of every value; of a facet with a choice, as they were without that choice: counted
    too, or estimated where they are many.
    """
    about = frozenset(_chosen(asked)) - _countable(asked, sample)
    counts = {
        name: sample.weighted(name) if name in about else exact.counts[name] for name in FACETS
    }
    return {name: _by_number(counts[name]) for name in FACETS}, about


def _chosen(asked: _Asked) -> list[str]:
    return [name for name in FACETS if asked.query.chosen.get(name)]


def _countable(asked: _Asked, sample: Tally) -> frozenset[str]:
    """The chosen facets that would not let clearly more through without their choice."""
    few = CLEARLY_MORE // index.SAMPLE
    return frozenset(name for name in _chosen(asked) if sample.counts[name].total() <= few)


def _dense(asked: _Asked, sample: Tally) -> Found:
    """More matches than are counted: the page from the order, the counts from the sample."""
    items, more = _dense_page(asked)
    backwards = bool(asked.query.before)
    return Found(
        items=items,
        total=max(sample.total * index.SAMPLE, MOST_COUNTED),
        estimated=True,
        first=None if asked.query.after or backwards else 1,
        has_before=more if backwards else bool(asked.query.after),
        has_after=True if backwards else more,
        facets={name: _by_number(sample.weighted(name)) for name in FACETS},
        estimated_facets=frozenset(FACETS),
        spread=sample.spread,
    )


def _dense_page(asked: _Asked) -> tuple[list[Item], bool]:
    query = asked.query
    conditions = asked.conditions(one_by_one=True)
    page = select(Item).where(*conditions.values()).limit(PAGE_SIZE + 1)
    order, backwards = ORDERS[query.order], bool(query.before)
    if place := query.before or query.after:
        page = page.where(_beyond(asked.db, order, place, backwards=backwards))
    found = list(asked.db.scalars(page.order_by(*order.keys(backwards=backwards))))
    shown = found[:PAGE_SIZE]
    return shown[::-1] if query.before else shown, len(found) > PAGE_SIZE


def _beyond(db: Session, order: Order, code: str, *, backwards: bool) -> ColumnElement[bool]:
    """Items that come after (backwards: before) the one of this code; codes settle ties."""
    next_code = Item.code < code if backwards else Item.code > code
    if order.key is None:
        return next_code
    value = db.scalar(select(order.key).where(Item.code == code))
    if value is None:
        return next_code
    farther = order.key < value if order.descends != backwards else order.key > value
    return or_(farther, and_(order.key == value, next_code))


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


def _one_of(name: str, column: Any, values: Sequence[str]) -> ColumnElement[bool]:
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
    """Matches counted by value of every facet, each as it is without its own choice."""

    total: int
    counts: Mapping[str, Counter[str]]
    spread: Mapping[str, Sequence[tuple[float, int]]]
    codes: Sequence[str] = ()

    def weighted(self, name: str) -> Counter[str]:
        """Of a sample: what the counts stand for."""
        return Counter({value: n * index.SAMPLE for value, n in self.counts[name].items()})


def _sample_tally(asked: _Asked) -> Tally:
    """The sample counted in one statement, each facet as it is without its own choice."""
    base = {**asked.base(sampled=True), "sample": Item.place < index.SAMPLED_BELOW}
    hits = _hits(base, [*FACETS, *RANGES])
    columns = {name: hits.c[name] for name in [*FACETS, *RANGES]}
    parts = [
        _part(hits, name).where(*filters(asked.query, columns, without=name).values())
        for name in columns
    ]
    everything = filters(asked.query, columns).values()
    parts.append(
        select(literal(_TOTAL), literal(""), func.count()).select_from(hits).where(*everything)
    )
    return _read(asked.db.execute(union_all(*parts)).all())


def _exact_tally(asked: _Asked, sample: Tally) -> Tally:
    """Everything counted, and the codes of the matches, from one reading of the bank."""
    free, names = _countable(asked, sample), [*FACETS, *RANGES]
    hits = _hits(asked.around(free), names)
    columns = {name: hits.c[name] for name in names if name in free}
    parts: list[Any] = [
        _part(hits, name).where(*filters(asked.query, columns, without=name).values())
        for name in names
    ]
    met = filters(asked.query, columns).values()
    parts.append(select(literal(_CODE), hits.c.code, literal(1)).where(*met))
    return _read(asked.db.execute(union_all(*parts)).all())


def _hits(conditions: Conditions, names: Sequence[str]) -> CTE:
    columns = [({**FACETS, **RANGES})[name].label(name) for name in names]
    return select(*columns, Item.code.label("code")).where(*conditions.values()).cte("hits")


def _part(hits: CTE, name: str) -> Select[str, str, int]:
    column: Any = hits.c[name]
    if name in RANGES:
        column = func.round(column * STEPS)
    return select(literal(name), cast(column, String), func.count()).group_by(column)


def _read(lines: Sequence[Any]) -> Tally:
    counts: dict[str, Counter[str]] = {name: Counter() for name in [*FACETS, *RANGES]}
    totals = [n for name, _, n in lines if name == _TOTAL]
    for name, value, n in lines:
        if name in counts:
            counts[name][_as_value(name, value)] += n
    return Tally(
        total=sum(totals),
        counts=counts,
        spread={
            name: [(int(float(v)) / STEPS, n) for v, n in counts[name].items() if v]
            for name in RANGES
        },
        codes=[value for name, value, _ in lines if name == _CODE],
    )


def _by_number(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    in_order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(value, n) for value, n in in_order if value]


def _as_value(name: str, value: str | None) -> str:
    """The value as addresses have it, whatever the database makes of it as text."""
    if value is None:
        return ""
    if name == "exposure":
        return str(min(int(value), OFTEN))
    if name == "flagged":
        return "1" if value in ("1", "true") else ""
    return str(uuid.UUID(value)) if name == "unit" else value
