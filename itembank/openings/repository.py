"""All queries about openings: of an item, of a form, of a person."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ..forms.models import FormItem, TestForm
from ..items.models import Item, ItemVersion
from ..people.models import Person, Unit
from ..permissions import Actor, Role
from .models import ItemOpening

PAGE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What openings are looked for; None asks for all. `form_id`: by or through this form."""

    item_id: uuid.UUID | None = None
    form_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    purpose: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One opening with the names of everything in it. `number` is the version's."""

    opening: ItemOpening
    item: Item
    person: Person | None
    unit: str
    number: int | None
    form: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person and how much of what was asked for they opened."""

    person: Person | None
    unit: str
    n_items: int
    n_openings: int
    first: datetime
    last: datetime


def seen_since(
    db: Session,
    person_id: uuid.UUID | None,
    purpose: str,
    form_id: uuid.UUID | None,
    since: datetime,
) -> set[tuple[uuid.UUID, str | None]]:
    """Items and versions this person opened for this purpose a moment ago."""
    query = select(ItemOpening.item_id, ItemOpening.version_hash).where(
        ItemOpening.person_id.is_(None)
        if person_id is None
        else ItemOpening.person_id == person_id,
        ItemOpening.at > since,
        ItemOpening.purpose == purpose,
        ItemOpening.form_id.is_(None) if form_id is None else ItemOpening.form_id == form_id,
    )
    return {(item_id, version) for item_id, version in db.execute(query)}


def openings(
    db: Session, actor: Actor, asked: Asked, *, limit: int | None = PAGE, offset: int = 0
) -> list[Seen]:
    """Newest first, of the subjects this person may look into."""
    query = (
        select(ItemOpening, Item, Person, Unit.name, ItemVersion.number, TestForm.code)
        .join(Item, Item.id == ItemOpening.item_id)
        .outerjoin(Person, Person.id == ItemOpening.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(ItemVersion, ItemVersion.hash == ItemOpening.version_hash)
        .outerjoin(TestForm, TestForm.id == ItemOpening.form_id)
        .where(*_conditions(actor, asked))
        .order_by(ItemOpening.at.desc(), Item.code, ItemOpening.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Seen(opening, item, person, unit or "", number, form or "")
        for opening, item, person, unit, number, form in db.execute(query)
    ]


def count(db: Session, actor: Actor, asked: Asked) -> int:
    query = select(func.count(ItemOpening.id)).join(Item, Item.id == ItemOpening.item_id)
    return db.scalar(query.where(*_conditions(actor, asked))) or 0


def viewers(db: Session, actor: Actor, asked: Asked) -> list[Viewer]:
    """Who saw how much of it, whoever saw most first."""
    n_items = func.count(ItemOpening.item_id.distinct())
    grouped = (
        select(
            ItemOpening.person_id,
            n_items,
            func.count(),
            func.min(ItemOpening.at),
            func.max(ItemOpening.at),
        )
        .join(Item, Item.id == ItemOpening.item_id)
        .where(*_conditions(actor, asked))
        .group_by(ItemOpening.person_id)
        .order_by(n_items.desc(), ItemOpening.person_id)
    )
    rows = db.execute(grouped).all()
    people = _people(db, [row[0] for row in rows if row[0] is not None])
    return [
        Viewer(*people.get(person_id, (None, "")), n, times, first, last)
        for person_id, n, times, first, last in rows
    ]


def _people(
    db: Session, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID | None, tuple[Person | None, str]]:
    query = select(Person, Unit.name).join(Unit, Unit.id == Person.unit_id)
    rows = db.execute(query.where(Person.id.in_(ids)))
    return {person.id: (person, unit) for person, unit in rows}


def _conditions(actor: Actor, asked: Asked) -> Iterator[ColumnElement[bool]]:
    subjects = subjects_of(actor)
    if None not in subjects:
        yield Item.subject.in_(subjects)
    if asked.item_id is not None:
        yield ItemOpening.item_id == asked.item_id
    if asked.form_id is not None:
        inside = select(FormItem.version_hash).where(FormItem.form_id == asked.form_id)
        yield or_(ItemOpening.form_id == asked.form_id, ItemOpening.version_hash.in_(inside))
    if asked.person_id is not None:
        yield ItemOpening.person_id == asked.person_id
    if asked.purpose is not None:
        yield ItemOpening.purpose == asked.purpose
    if asked.since is not None:
        yield ItemOpening.at >= asked.since
    if asked.until is not None:
        yield ItemOpening.at < asked.until


def subjects_of(actor: Actor) -> set[str | None]:
    """Subjects whose openings this person may list; None is every one."""
    roles = (Role.SECRETARY, Role.EXAM_OFFICER)
    return {grant.subject for grant in actor.grants if grant.role in roles}
