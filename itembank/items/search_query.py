"""What a person looks for among items, as conditions on rows; what they may not see is in none."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from ..finding import index
from ..finding.asked import terms
from ..finding.models import ItemTag
from ..permissions import Actor, Grant
from .models import Item
from .rules import READERS

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


Conditions = Mapping[str, ColumnElement[bool]]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The one place that says whose items a list may name: own ones, and all ever submitted."""
    return or_(Item.author_id == actor.person_id, Item.current_version.is_not(None))


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """The same rule as `rules.can_view_content`, as a condition on rows."""
    reaches = [_reach(grant) for grant in actor.grants if grant.role in READERS]
    return or_(Item.author_id == actor.person_id, *reaches)


def _reach(grant: Grant) -> ColumnElement[bool]:
    units = Item.unit_id.in_({grant.unit_id, *grant.below})
    return units if grant.subject is None else and_(units, Item.subject == grant.subject)


class Asked:
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
