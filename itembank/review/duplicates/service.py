"""Submission with a look for items that say nearly the same; its finding stands on record."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ...errors import Conflict, msg
from ...items import repository as items
from ...items.content import ItemContent
from ...items.models import Item, ItemVersion
from ...items.rules import can_submit
from ...items.service import clean, draft_content
from ...likeness import service as likeness
from ...likeness.features import features
from ...likeness.models import EnemyMark
from ...likeness.service import Alike
from ...permissions import Actor, require
from .. import repository as rounds
from .. import service as review
from . import repository, rules
from .models import LikenessLook, LikenessPair

MOST_SECONDS = 2.0
AT_ONCE = 20
MOST_KEPT = 10
LONGEST_REASON = 2000
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found; not `is_whole` where time ran out before every candidate was compared."""

    found: tuple[Alike, ...]
    is_whole: bool


class NearDuplicates(Conflict):
    """Items say nearly the same and the author has not yet said why this one is needed."""

    default_code = "near_duplicates"

    def __init__(self, look: Look) -> None:
        n = len(look.found)
        super().__init__(msg("Có {n} câu gần giống; xem rồi ghi lí do nếu vẫn gửi.", n=n))
        self.look = look


def look_for(
    db: Session, item: Item, content: ItemContent, *, clock: Clock = time.monotonic
) -> Look:
    """The bank's items most alike, as far as they can be compared in `MOST_SECONDS`."""
    until = clock() + MOST_SECONDS
    places = likeness.candidates(db, item.place, features(content))
    found: list[Alike] = []
    for start in range(0, len(places), AT_ONCE):
        if clock() > until:
            return Look(_kept(found), is_whole=False)
        found += likeness.compared(db, item, content, places[start : start + AT_ONCE])
    return Look(_kept(found), is_whole=True)


def _kept(found: list[Alike]) -> tuple[Alike, ...]:
    return tuple(likeness.in_order(found)[:MOST_KEPT])


def submit(
    db: Session,
    actor: Actor,
    item: Item,
    *,
    now: datetime,
    why_needed: str = "",
    reason: str = "",
    same_school_ok: bool = False,
    clock: Clock = time.monotonic,
) -> ItemVersion:
    """As `review.submit`, after a look through the bank; what it finds calls for `why_needed`."""
    require(can_submit(actor, item))
    draft = items.draft_of(db, item)
    look = look_for(db, item, clean(draft_content(draft)), clock=clock) if draft else Look((), True)
    with db.begin_nested():  # what is incomplete is told first; a bare finding submits nothing
        version = review.submit(
            db, actor, item, now=now, reason=reason, same_school_ok=same_school_ok
        )
        if look.found and not why_needed.strip():
            raise NearDuplicates(look)
    _keep(db, actor, version, look, why_needed, now)
    return version


def _keep(
    db: Session, actor: Actor, version: ItemVersion, look: Look, why: str, now: datetime
) -> None:
    made = LikenessLook(
        version_hash=version.hash,
        is_whole=look.is_whole,
        reason=why.strip()[:LONGEST_REASON] if look.found else "",
        by_id=actor.person_id,
        at=now,
    )
    db.add(made)
    db.flush()
    db.add_all(_pairs(made, look))
    db.flush()


def _pairs(made: LikenessLook, look: Look) -> Iterator[LikenessPair]:
    for near in look.found:
        yield LikenessPair(
            look_id=made.id,
            version_hash=near.version,
            item_id=near.item.id,
            percent=int(near.likeness * 100),
        )


def was_shown(db: Session, actor: Actor, item: Item, other: Item) -> bool:
    """Does this person review the item, and was the other found like it at submission?"""
    if item.current_version is None or not rounds.is_reviewer(db, item, actor.person_id):
        return False
    look = repository.look_at(db, item.current_version)
    return look is not None and repository.was_shown(db, look.id, other.id)


def mark_enemies(
    db: Session, actor: Actor, one: Item, other: Item, *, reason: str, now: datetime
) -> EnemyMark:
    """These two never stand in one form; a reviewer says so of what was found at submission."""
    require(rules.can_mark(actor, one, other, was_shown=was_shown(db, actor, one, other)))
    return likeness.keep_mark(db, actor, one, other, "marked", reason, now=now)
