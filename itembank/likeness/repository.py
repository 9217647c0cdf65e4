"""All queries about pairs of items."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Set

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, undefer

from ..items.content import ItemContent, StimulusContent, read_stimulus
from ..items.models import Item, StimulusVersion
from ..items.repository import read_versions
from .models import EnemyMark


def newest_versions(
    db: Session, places: Collection[int], *, other_than: uuid.UUID
) -> Iterator[tuple[Item, str, ItemContent]]:
    """Submitted items at these places with what is in use of them, else what waits."""
    query = select(Item).where(
        Item.place.in_(places), Item.id != other_than, Item.current_version.is_not(None)
    )
    items = db.scalars(query).all()
    names = {item.id: item.approved_version or item.current_version or "" for item in items}
    contents = read_versions(db, set(names.values()))
    for item in items:
        yield item, names[item.id], contents[names[item.id]]


def materials(db: Session, hashes: Collection[str]) -> dict[str, StimulusContent]:
    query = select(StimulusVersion).where(StimulusVersion.hash.in_(hashes))
    rows = db.scalars(query.options(undefer(StimulusVersion.stored)))
    return {row.hash: read_stimulus(row.stored) for row in rows}


def next_mark(db: Session, first: uuid.UUID, second: uuid.UUID) -> int:
    query = select(func.max(EnemyMark.number)).where(
        EnemyMark.first_id == first, EnemyMark.second_id == second
    )
    return (db.scalar(query) or 0) + 1


def enemies_among(db: Session, ids: Set[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Item -> those of these items it must not meet."""
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for mark in db.scalars(_in_force()):
        if mark.first_id in ids and mark.second_id in ids:
            found.setdefault(mark.first_id, set()).add(mark.second_id)
            found.setdefault(mark.second_id, set()).add(mark.first_id)
    return found


def enemies_of(db: Session, item_id: uuid.UUID) -> set[uuid.UUID]:
    touching = or_(EnemyMark.first_id == item_id, EnemyMark.second_id == item_id)
    marks = db.scalars(_in_force().where(touching))
    return {m.second_id if m.first_id == item_id else m.first_id for m in marks}


def _in_force() -> Select[EnemyMark]:
    """The newest word on a pair, where it says that they are enemies."""
    later = aliased(EnemyMark)
    newer = select(later.id).where(
        later.first_id == EnemyMark.first_id,
        later.second_id == EnemyMark.second_id,
        later.number > EnemyMark.number,
    )
    return select(EnemyMark).where(EnemyMark.kind == "marked", ~newer.exists())
