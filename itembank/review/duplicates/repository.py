"""All queries about what was found at submission."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...items.models import Item
from .models import LikenessLook, LikenessPair


@dataclass(frozen=True, slots=True)
class Found:
    """An item that said nearly the same when the look was made."""

    item: Item
    version_hash: str
    percent: int


def look_at(db: Session, version_hash: str) -> LikenessLook | None:
    """The newest look that was made for this version."""
    query = select(LikenessLook).where(LikenessLook.version_hash == version_hash)
    return db.scalar(query.order_by(LikenessLook.at.desc(), LikenessLook.id.desc()).limit(1))


def found_by(db: Session, look_id: uuid.UUID) -> Sequence[Found]:
    """The most alike first."""
    query = (
        select(Item, LikenessPair.version_hash, LikenessPair.percent)
        .join(LikenessPair, LikenessPair.item_id == Item.id)
        .where(LikenessPair.look_id == look_id)
        .order_by(LikenessPair.percent.desc(), Item.code)
    )
    return [Found(*row) for row in db.execute(query)]


def was_shown(db: Session, look_id: uuid.UUID, item_id: uuid.UUID) -> bool:
    query = select(LikenessPair.look_id).where(
        LikenessPair.look_id == look_id, LikenessPair.item_id == item_id
    )
    return db.execute(query).first() is not None
