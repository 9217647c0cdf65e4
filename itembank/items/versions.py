"""Rows of versions: content frozen as its canonical bytes, named by their hash."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import Invalid, msg
from ..permissions import Actor
from . import repository
from .content import SCHEMA, ItemContent, canonical_bytes, version_name
from .models import Item, ItemVersion


def add_version(
    db: Session,
    item: Item,
    content: ItemContent,
    *,
    author_id: uuid.UUID,
    reason: str,
    now: datetime,
) -> ItemVersion:
    stored = canonical_bytes(content)
    version = ItemVersion(
        hash=version_name(stored),
        item_id=item.id,
        number=repository.next_version_number(db, item),
        schema=SCHEMA,
        stored=stored,
        stimulus_version=content.stimulus,
        author_id=author_id,
        created_at=now,
        reason=reason,
    )
    db.add(version)
    db.flush()
    return version


def submitted(
    db: Session, actor: Actor, item: Item, content: ItemContent, *, now: datetime, reason: str
) -> ItemVersion:
    """A new version, or the item's own one when a withdrawn item comes back unchanged."""
    known = repository.version(db, version_name(canonical_bytes(content)))
    if known is None:
        return add_version(db, item, content, author_id=actor.person_id, reason=reason, now=now)
    _refuse_repetition(db, item, known)
    return known


def _refuse_repetition(db: Session, item: Item, known: ItemVersion) -> None:
    if known.item_id != item.id:
        twin = repository.item_by_id(db, known.item_id)
        raise Invalid(
            msg(
                "Câu hỏi này trùng hoàn toàn với câu {code} đã có trong ngân hàng.", code=twin.code
            ),
            code="identical_item",
        )
    if item.state != "withdrawn" or known.hash != item.current_version:
        raise Invalid(
            "Chưa có gì thay đổi so với phiên bản đã gửi. Sửa theo nhận xét rồi gửi lại.",
            code="unchanged",
        )
