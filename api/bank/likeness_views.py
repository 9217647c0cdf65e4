"""An item beside those that say nearly the same: on demand, at submission, before its reviewers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.difference.marking import compare
from itembank.difference.parts import Say
from itembank.difference.versions import Difference, difference_of
from itembank.items import repository as items
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.items.service import draft_content, open_content, open_version
from itembank.likeness import repository
from itembank.likeness.service import alike
from itembank.openings.states import LOOKED, REVIEWED
from itembank.permissions import Actor
from itembank.review.duplicates import repository as looks
from itembank.review.duplicates.models import LikenessLook
from itembank.review.duplicates.repository import Found
from itembank.review.duplicates.rules import can_compare, can_mark
from itembank.review.duplicates.service import Look
from itembank.review.repository import Task

from .preview import preview_html


@dataclass(frozen=True, slots=True)
class Pair:
    """The other item, with what differs from this one.

    Where it is closed to the reader `preview` and `difference` are None, and `own` is the reader's
    own lead, marked where the other does not say the same: no word of the other is shown.
    """

    item: Item
    percent: int
    preview: Markup | None
    difference: Difference | None
    own: str
    are_enemies: bool
    may_mark: bool


@dataclass(frozen=True, slots=True)
class LikenessPage:
    item: Item
    preview: Markup
    pairs: list[Pair]


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """What stands between a draft and its reviewers: items like it, and why this one is needed."""

    item: Item
    preview: Markup
    pairs: list[Pair]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class NearBox:
    """What a reviewer reads of the look made at submission; `look` None where none was made."""

    look: LikenessLook | None
    pairs: list[Pair]


def likeness_page(
    db: Session, actor: Actor, item: Item, *, is_reviewer: bool, say: Say, now: datetime
) -> LikenessPage:
    content = open_content(db, actor, item, now=now, is_reviewer=is_reviewer)
    found = [
        Found(near.item, near.version, int(near.likeness * 100))
        for near in alike(db, item, content)
    ]
    return LikenessPage(
        item, _drawn(db, content), _pairs(db, actor, item, content, found, say, now)
    )


def submission_page(
    db: Session, actor: Actor, item: Item, look: Look, *, say: Say, now: datetime
) -> SubmissionPage:
    draft = items.draft_of(db, item)
    assert draft is not None  # what was looked for is this draft
    content = draft_content(draft)
    found = [Found(n.item, n.version, int(n.likeness * 100)) for n in look.found]
    pairs = _pairs(db, actor, item, content, found, say, now)
    return SubmissionPage(item, _drawn(db, content), pairs, look.is_whole)


def near_box(
    db: Session, actor: Actor, task: Task, content: ItemContent, *, say: Say, now: datetime
) -> NearBox:
    """The finding as it stood at submission; a reviewer reads both items, which leaves its trace."""
    look = looks.look_at(db, task.round.version_hash)
    if look is None:
        return NearBox(None, [])
    found = looks.found_by(db, look.id)
    is_seated = task.is_waiting
    return NearBox(
        look, _pairs(db, actor, task.item, content, found, say, now, was_shown=is_seated)
    )


def _pairs(
    db: Session,
    actor: Actor,
    item: Item,
    content: ItemContent,
    found: Sequence[Found],
    say: Say,
    now: datetime,
    *,
    was_shown: bool = False,
) -> list[Pair]:
    enemies = repository.enemies_of(db, item.id)
    pairs = []
    for one in found:
        is_open = can_compare(actor, one.item, was_shown=was_shown)
        said = _other(db, actor, one, now, was_shown=was_shown) if is_open else None
        pairs.append(
            Pair(
                item=one.item,
                percent=one.percent,
                preview=_drawn(db, said) if said else None,
                difference=difference_of(content, said, say=say) if said else None,
                own="" if said else _own_words(db, content, one),
                are_enemies=one.item.id in enemies,
                may_mark=bool(can_mark(actor, item, one.item, was_shown=was_shown)),
            )
        )
    return pairs


def _other(
    db: Session, actor: Actor, found: Found, now: datetime, *, was_shown: bool
) -> ItemContent:
    purpose = REVIEWED if was_shown else LOOKED
    return open_version(
        db, actor, found.item, found.version_hash, now=now, is_reviewer=was_shown, purpose=purpose
    )


def _drawn(db: Session, content: ItemContent) -> Markup:
    shared = items.stimulus_version(db, content.stimulus) if content.stimulus else None
    return preview_html(content, stimulus=shared)


def _own_words(db: Session, content: ItemContent, found: Found) -> str:
    return compare(content.stem, items.read_version(db, found.version_hash).stem).before
