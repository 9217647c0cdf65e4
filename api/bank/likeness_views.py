"""One item beside those that say nearly the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.items.models import Item
from itembank.items.rules import can_view_content
from itembank.items.service import open_content, open_version
from itembank.likeness import repository
from itembank.likeness.rules import can_mark_enemies
from itembank.likeness.service import alike
from itembank.permissions import Actor

from .preview import preview_html


@dataclass(frozen=True, slots=True)
class Pair:
    """`preview` is None where the other item is closed to the reader."""

    item: Item
    percent: int
    preview: Markup | None
    are_enemies: bool
    may_mark: bool


@dataclass(frozen=True, slots=True)
class LikenessPage:
    item: Item
    preview: Markup
    pairs: list[Pair]


def likeness_page(
    db: Session, actor: Actor, item: Item, *, is_reviewer: bool, now: datetime
) -> LikenessPage:
    content = open_content(db, actor, item, now=now, is_reviewer=is_reviewer)
    enemies = repository.enemies_of(db, item.id)
    pairs = []
    for near in alike(db, item, content):
        preview = None
        if can_view_content(actor, near.item):
            preview = preview_html(open_version(db, actor, near.item, near.version, now=now))
        pairs.append(
            Pair(
                item=near.item,
                percent=int(near.likeness * 100),
                preview=preview,
                are_enemies=near.item.id in enemies,
                may_mark=bool(can_mark_enemies(actor, item, near.item)),
            )
        )
    return LikenessPage(item, preview_html(content), pairs)
