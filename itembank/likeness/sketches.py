"""The few hashes an item is recognised by, kept in the transaction that changes what it says."""

from __future__ import annotations

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from ..items.content import ItemContent
from ..items.models import Item
from .features import features, sketch_of
from .models import ItemSketch


def sketch(db: Session, item: Item, content: ItemContent) -> None:
    db.execute(delete(ItemSketch).where(ItemSketch.place == item.place))
    rows = [{"hash": h, "place": item.place} for h in sketch_of(features(content))]
    if rows:
        db.execute(insert(ItemSketch), rows)
