"""Finding items: words, facets, ranges, pages by their first code.

A fair sample says first about how many match. Up to `MOST_COUNTED` matches are then read once and
counted exactly; of clearly more, the sample is counted and the numbers are marked as estimates.
What a person may not see is never in either.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from ..finding import index
from ..finding.models import ItemTag
from ..permissions import Actor
from .models import Item
from .search_query import (
    FACETS,
    ORDERS,
    RANGES,
    Asked,
    Order,
    Query,
    Range,
    readable_by,
    visible_to,
)
from .search_tally import CLEARLY_MORE, Tally, chosen_facets, countable, exact_tally, sample_tally

__all__ = [
    "ORDERS",
    "PAGE_SIZE",
    "RANGES",
    "Found",
    "Query",
    "Range",
    "items_chosen",
    "items_found",
    "search",
    "tag_counts",
]
PAGE_SIZE = 20
MOST_COUNTED = 10_000


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


def search(db: Session, actor: Actor, query: Query) -> Found:
    asked = Asked(db, actor, query)
    sample = sample_tally(asked)
    if sample.total * index.SAMPLE <= CLEARLY_MORE:
        exact = exact_tally(asked, sample)
        if len(exact.codes) <= MOST_COUNTED:
            return _counted(asked, exact, sample)
    return _dense(asked, sample)


def items_found(db: Session, actor: Actor, query: Query, *, most: int) -> tuple[list[Item], int]:
    """Every match in the order of codes, and their number; none when there are more than `most`."""
    conditions = Asked(db, actor, query).conditions()
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
    conditions = Asked(db, actor, replace(query, tags=())).conditions()
    tagged = select(ItemTag.tag, func.count()).join(Item, Item.id == ItemTag.item_id)
    counted = tagged.where(*conditions.values(), readable_by(actor)).group_by(ItemTag.tag)
    rows = db.execute(counted.order_by(func.count().desc(), ItemTag.tag).limit(most))
    return [(tag, n) for tag, n in rows]


def _counted(asked: Asked, exact: Tally, sample: Tally) -> Found:
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


def _in_order(asked: Asked, codes: Sequence[str]) -> Sequence[str]:
    if asked.query.order == "code":
        return sorted(codes)
    ordered = select(Item.code).where(*asked.conditions().values())
    return asked.db.scalars(ordered.order_by(*ORDERS[asked.query.order].keys())).all()


def _facets(
    asked: Asked, exact: Tally, sample: Tally
) -> tuple[dict[str, list[tuple[str, int]]], frozenset[str]]:
    """Counts of every value; of a facet with a choice, as they were without that choice: counted
    too, or estimated where they are many.
    """
    about = frozenset(chosen_facets(asked)) - countable(asked, sample)
    counts = {
        name: sample.weighted(name) if name in about else exact.counts[name] for name in FACETS
    }
    return {name: _by_number(counts[name]) for name in FACETS}, about


def _dense(asked: Asked, sample: Tally) -> Found:
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


def _dense_page(asked: Asked) -> tuple[list[Item], bool]:
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


def _by_number(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    in_order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(value, n) for value, n in in_order if value]
