"""What searches repeat of other facts: kept by the verbs that append them, or made anew."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..calibrations.repository import operational_for_items
from ..forms.models import FormItem, TestForm
from ..items.content import ItemContent
from ..items.models import Item, ItemDraft
from ..items.repository import read_versions
from ..likeness.sketches import sketch
from . import index
from .said import said

BATCH = 500


def note_statistics(db: Session, item_ids: Collection[uuid.UUID]) -> None:
    """Difficulty, discrimination and flags as the operational runs have them now."""
    estimates = operational_for_items(db, item_ids)
    for item in db.scalars(select(Item).where(Item.id.in_(item_ids))):
        row = estimates.get(item.id)
        estimates_of, statistics = (row.estimates, row.statistics) if row else ({}, {})
        item.difficulty = _number(statistics.get("difficulty", estimates_of.get("b")))
        item.discrimination = _number(estimates_of.get("a"))
        item.flagged = bool(row and row.flags)
    db.flush()


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def note_exposure(db: Session, item_ids: Collection[uuid.UUID]) -> None:
    """In how many frozen forms each item stands."""
    query = (
        select(FormItem.item_id, func.count())
        .join(TestForm, TestForm.id == FormItem.form_id)
        .where(FormItem.item_id.in_(item_ids), TestForm.state == "frozen")
        .group_by(FormItem.item_id)
    )
    counts = {item_id: n for item_id, n in db.execute(query)}
    for item in db.scalars(select(Item).where(Item.id.in_(item_ids))):
        item.exposure = counts.get(item.id, 0)
    db.flush()


def rebuild(db: Session) -> int:
    """Everything the search keeps, made anew from the facts. Returns the number of items."""
    ids = db.scalars(select(Item.id).order_by(Item.place)).all()
    for start in range(0, len(ids), BATCH):
        _rebuild_some(db, ids[start : start + BATCH])
        db.expire_all()
    return len(ids)


def _rebuild_some(db: Session, ids: Sequence[uuid.UUID]) -> None:
    items = db.scalars(select(Item).where(Item.id.in_(ids)).order_by(Item.place)).all()
    contents = _described(db, items)
    words = []
    for item in items:
        content = contents.get(item.id)
        item.outcome = content.outcome if content else ""
        words.append(index.words_of(item, said(content) if content else item.label))
        if content:
            sketch(db, item, content)
    index.put_all(db.connection(), words)
    note_statistics(db, ids)
    note_exposure(db, ids)


def _described(db: Session, items: Sequence[Item]) -> dict[uuid.UUID, ItemContent]:
    """What lists say of each item: the approved version, the newest, or the first draft."""
    names = {item.id: item.approved_version or item.current_version for item in items}
    versions = read_versions(db, {name for name in names.values() if name})
    bare = [id_ for id_, name in names.items() if not name]
    drafts = db.scalars(select(ItemDraft).where(ItemDraft.item_id.in_(bare)))
    found = {id_: versions[name] for id_, name in names.items() if name}
    return found | {d.item_id: ItemContent.model_validate(d.content) for d in drafts}
