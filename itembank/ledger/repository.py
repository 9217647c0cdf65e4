"""All queries about contributions: who submitted, what became of it, what papers took."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from ..forms.models import FormItem, TestForm
from ..items.models import Item, ItemVersion, ItemVersionEvent
from ..people.models import Person, Unit
from .rules import Reach
from .tallies import Line, Tally, year_span

HEAD_OF_EVENT = {
    "submitted": "submitted",
    "approved": "accepted",
    "returned": "returned",
    "rejected": "rejected",
}
Counts = dict[tuple[uuid.UUID, str], dict[str, int]]


def lines(db: Session, reach: Reach, school_year: int, *, subject: str = "") -> list[Line]:
    """The year's contributions this person may see, by unit and name."""
    found: Counts = defaultdict(dict)
    begin, end = year_span(school_year)
    for author, of, kind, n in _events(db, begin, end):
        found[author, of][HEAD_OF_EVENT[kind]] = n
    for author, of, n in _uses(db, begin, end):
        found[author, of]["used"] = n
    made = _named(db, found)
    kept = [m for m in made if reach.covers(m.person_id, m.unit_id, m.subject)]
    return [m for m in kept if not subject or m.subject == subject]


def _events(db: Session, begin: datetime, end: datetime) -> Sequence[Row[uuid.UUID, str, str, int]]:
    """Items by author, subject and what happened to one of their versions."""
    query = (
        select(
            ItemVersion.author_id,
            Item.subject,
            ItemVersionEvent.kind,
            func.count(Item.id.distinct()),
        )
        .join(ItemVersion, ItemVersion.hash == ItemVersionEvent.version_hash)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersionEvent.kind.in_(HEAD_OF_EVENT))
        .where(ItemVersionEvent.at >= begin, ItemVersionEvent.at < end)
        .group_by(ItemVersion.author_id, Item.subject, ItemVersionEvent.kind)
    )
    return db.execute(query).all()


def _uses(db: Session, begin: datetime, end: datetime) -> Sequence[Row[uuid.UUID, str, int]]:
    """Items that forms frozen in this time took."""
    query = (
        select(ItemVersion.author_id, Item.subject, func.count(Item.id.distinct()))
        .join(FormItem, FormItem.version_hash == ItemVersion.hash)
        .join(TestForm, TestForm.id == FormItem.form_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(TestForm.state == "frozen", TestForm.frozen_at >= begin, TestForm.frozen_at < end)
        .group_by(ItemVersion.author_id, Item.subject)
    )
    return db.execute(query).all()


def _named(db: Session, found: Counts) -> list[Line]:
    query = select(Person.id, Person.full_name, Unit.id, Unit.name).join(
        Unit, Unit.id == Person.unit_id
    )
    who = {row[0]: row for row in db.execute(query)}
    made = [
        Line(person_id, who[person_id][1], who[person_id][2], who[person_id][3], subject,
             Tally(**counts))
        for (person_id, subject), counts in found.items()
    ]  # fmt: skip
    return sorted(made, key=lambda line: (line.unit, line.person, line.subject))


def approvals_of(db: Session, person_id: uuid.UUID, school_year: int) -> list[datetime]:
    """When each of a person's items was first approved in the year."""
    begin, end = year_span(school_year)
    query = (
        select(func.min(ItemVersionEvent.at))
        .join(ItemVersion, ItemVersion.hash == ItemVersionEvent.version_hash)
        .where(ItemVersion.author_id == person_id, ItemVersionEvent.kind == "approved")
        .where(ItemVersionEvent.at >= begin, ItemVersionEvent.at < end)
        .group_by(ItemVersion.item_id)
    )
    return sorted(at for at in db.scalars(query) if at is not None)


def years(db: Session) -> list[int]:
    """School years in which something was submitted, newest first."""
    first = db.scalar(select(func.min(ItemVersionEvent.at)))
    last = db.scalar(select(func.max(ItemVersionEvent.at)))
    if first is None or last is None:
        return []
    return [y for y in range(last.year, first.year - 2, -1)
            if year_span(y)[0] <= last and year_span(y)[1] > first]  # fmt: skip
