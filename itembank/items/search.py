"""Finding items: words without regard to diacritics, facets, pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..permissions import Actor, Grant
from .folding import fold
from .models import Item
from .rules import READERS

PAGE_SIZE = 20
FACETS: Mapping[str, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]] = {
    "subject": Item.subject,
    "topic": Item.topic,
    "kind": Item.kind,
    "level": Item.level,
    "state": Item.state,
}


@dataclass(frozen=True)
class Query:
    """What a person looks for. Several values of one facet mean «any of them»."""

    text: str = ""
    mine: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1


@dataclass(frozen=True)
class Found:
    items: Sequence[Item]
    total: int
    page: int
    pages: int
    facets: Mapping[str, Sequence[tuple[str, int]]]  # value and count under the other filters


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The one place that says whose items a list may name: own ones, and all ever submitted."""
    return or_(Item.author_id == actor.person_id, Item.current_version.is_not(None))


def search(db: Session, actor: Actor, query: Query) -> Found:
    conditions = _conditions(actor, query)
    total = db.scalar(select(func.count()).select_from(Item).where(*conditions.values())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, query.page), pages)
    rows = db.scalars(
        select(Item)
        .where(*conditions.values())
        .order_by(Item.code)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    facets = {name: _counts(db, name, conditions) for name in FACETS}
    return Found(rows, total, page, pages, facets)


def _conditions(actor: Actor, query: Query) -> dict[str, ColumnElement[bool]]:
    found: dict[str, ColumnElement[bool]] = {"visible": visible_to(actor)}
    words = fold(query.text).split()[:10]
    if words:
        found["text"] = and_(*(_says(actor, word) for word in words))
    if query.mine:
        found["mine"] = Item.author_id == actor.person_id
    for name, values in query.chosen.items():
        if name in FACETS and values:
            found[name] = FACETS[name].in_(values)
    return found


def _says(actor: Actor, word: str) -> ColumnElement[bool]:
    """Words of the content are looked up only where the person may read it: a search that found
    closed items by their words would tell what they say. Codes are open to all.
    """
    by_code = func.lower(Item.code).contains(word, autoescape=True)
    by_words = Item.search_text.contains(word, autoescape=True)
    return or_(by_code, and_(by_words, readable_by(actor)))


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """The same rule as `rules.can_view_content`, as a condition on rows."""
    reaches = [_reach(grant) for grant in actor.grants if grant.role in READERS]
    return or_(Item.author_id == actor.person_id, *reaches)


def _reach(grant: Grant) -> ColumnElement[bool]:
    units = Item.unit_id.in_({grant.unit_id, *grant.below})
    return units if grant.subject is None else and_(units, Item.subject == grant.subject)


def _counts(
    db: Session, name: str, conditions: Mapping[str, ColumnElement[bool]]
) -> list[tuple[str, int]]:
    column = FACETS[name]
    others = [condition for key, condition in conditions.items() if key != name]
    counted: Select[str | None, int] = (
        select(column, func.count()).where(*others).group_by(column).order_by(func.count().desc())
    )
    return [(value, n) for value, n in db.execute(counted) if value]
