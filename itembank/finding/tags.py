"""Words put on items to find them again: many items at once, and taken back as they were put."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from .. import audit
from ..db import new_id
from ..errors import Invalid, NotFound, TooLarge, msg, problem
from ..items.models import Item
from ..items.rules import can_view_content
from ..permissions import Actor
from .models import ItemTag

LONGEST_TAG = 60
MOST_AT_ONCE = 500
MOST_ON_AN_ITEM = 20


@dataclass(frozen=True, slots=True)
class Tagging:
    """What one act did: `closed` are items left alone because the person may not read them,
    `full` because they have as many tags as an item may have.
    """

    id: uuid.UUID
    tag: str
    put: int
    had: int = 0
    closed: int = 0
    full: int = 0


def put_tag(
    db: Session, actor: Actor, items: Collection[Item], tag: str, *, now: datetime
) -> Tagging:
    """The tag on every one of these items that the person may read; `undo` takes it off again."""
    named = _named(tag)
    _refuse_too_many(items)
    open_ = [item for item in items if can_view_content(actor, item)]
    tags = tags_of(db, [item.id for item in open_])
    had = [item for item in open_ if named in tags.get(item.id, ())]
    full = [i for i in open_ if i not in had and len(tags.get(i.id, ())) >= MOST_ON_AN_ITEM]
    fresh = [item for item in open_ if item not in had and item not in full]
    made = Tagging(
        new_id(), named, len(fresh), len(had), len(items) - len(open_), len(full)
    )  # fmt: skip
    rows = {"tag": named, "by_id": actor.person_id, "at": now, "act_id": made.id}
    db.add_all([ItemTag(item_id=item.id, **rows) for item in fresh])
    db.flush()
    after = {"tag": named, "items": [item.code for item in fresh]}
    audit.record(db, actor, "items.tagged", "item_tag", made.id, now=now, after=after)
    return made


def take_tag(
    db: Session, actor: Actor, items: Collection[Item], tag: str, *, now: datetime
) -> Tagging:
    """The tag off every one of these items that the person may read, whoever put it there."""
    named = _named(tag)
    _refuse_too_many(items)
    open_ = {item.id: item for item in items if can_view_content(actor, item)}
    here = ItemTag.item_id.in_(open_), ItemTag.tag == named
    gone = db.scalars(select(ItemTag.item_id).where(*here)).all()
    db.execute(delete(ItemTag).where(*here))
    made = Tagging(new_id(), named, len(gone), closed=len(items) - len(open_))
    before = {"tag": named, "items": sorted(open_[one].code for one in gone)}
    audit.record(db, actor, "items.untagged", "item_tag", made.id, now=now, before=before)
    return made


def undo(db: Session, actor: Actor, act_id: uuid.UUID, *, now: datetime) -> Tagging:
    """The tags that one act of this person put are taken off; those that stood before stay."""
    rows = _rows_of(db, actor, act_id)
    if not rows:
        raise NotFound("Không còn nhãn nào của lần gắn này để bỏ.")
    for row in rows:
        db.delete(row)
    db.flush()
    before = {"tag": rows[0].tag, "items": len(rows)}
    audit.record(db, actor, "items.tag_undone", "item_tag", act_id, now=now, before=before)
    return Tagging(act_id, rows[0].tag, len(rows))


def act_of(db: Session, actor: Actor, act_id: uuid.UUID) -> Tagging | None:
    """What stands of one act of this person; None once it was undone."""
    rows = _rows_of(db, actor, act_id)
    return Tagging(act_id, rows[0].tag, len(rows)) if rows else None


def tags_of(db: Session, item_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The tags of these items, in the order of the alphabet."""
    query = select(ItemTag.item_id, ItemTag.tag).where(ItemTag.item_id.in_(item_ids))
    found: dict[uuid.UUID, list[str]] = {}
    for item_id, tag in db.execute(query.order_by(ItemTag.tag)):
        found.setdefault(item_id, []).append(tag)
    return found


def tags_in_use(db: Session, most: int = 200) -> list[str]:
    """The tags most often put, offered while one is typed."""
    query = select(ItemTag.tag).group_by(ItemTag.tag).order_by(func.count().desc(), ItemTag.tag)
    return list(db.scalars(query.limit(most)))


def _rows_of(db: Session, actor: Actor, act_id: uuid.UUID) -> Sequence[ItemTag]:
    query = select(ItemTag).where(ItemTag.act_id == act_id, ItemTag.by_id == actor.person_id)
    return db.scalars(query).all()


def _named(tag: str) -> str:
    named = " ".join(tag.split())
    if not 0 < len(named) <= LONGEST_TAG or not named.isprintable():
        what = msg("Ghi nhãn, nhiều nhất {n} chữ.", n=LONGEST_TAG)
        raise Invalid("Chưa gắn nhãn.", code="tag_invalid", problems=[problem("nhan", what)])
    return named


def _refuse_too_many(items: Collection[Item]) -> None:
    if not items:
        raise Invalid("Chưa chọn câu nào. Đánh dấu ở đầu hàng rồi làm lại.", code="none_chosen")
    if len(items) > MOST_AT_ONCE:
        raise TooLarge(
            msg("Mỗi lần nhiều nhất {n} câu. Lọc bớt rồi làm lại.", n=MOST_AT_ONCE)
        )  # fmt: skip
