"""Near-duplicates: find what says the same, mark enemies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Invalid, problem
from ..finding import index
from ..items.content import ItemContent, StimulusContent
from ..items.models import Item
from ..permissions import Actor, require
from . import repository, rules
from .features import Features, features, sketch_of
from .measure import SHOWN, likeness
from .models import EnemyMark, ItemSketch

COMMON = 1_500  # items that share a hash; more say nothing
MOST_COMPARED = 100
RARE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Alike:
    item: Item
    version: str
    likeness: float


def alike(db: Session, item: Item, content: ItemContent, *, at_least: float = SHOWN) -> list[Alike]:
    """Submitted items of the whole bank that say nearly the same, the most alike first."""
    places = candidates(db, item.place, features(content))
    return in_order(compared(db, item, content, places, at_least=at_least))


def in_order(found: Iterable[Alike]) -> list[Alike]:
    return sorted(found, key=lambda pair: (-pair.likeness, pair.item.code))


def compared(
    db: Session, item: Item, content: ItemContent, places: Sequence[int], *, at_least: float = SHOWN
) -> Iterator[Alike]:
    """Of the items at these places those that are alike, each read in full."""
    others = list(repository.newest_versions(db, places, other_than=item.id))
    named = {content.stimulus, *(said.stimulus for _, _, said in others)} - {None}
    shared = repository.materials(db, [name for name in named if name])
    mine = _with_material(content, shared)
    for other, version, said in others:
        near = likeness(mine, _with_material(said, shared))
        if near >= at_least:
            yield Alike(other, version, near)


def _with_material(content: ItemContent, shared: Mapping[str, StimulusContent]) -> Features:
    return features(content, shared.get(content.stimulus or ""))


def candidates(db: Session, place: int, mine: Features) -> list[int]:
    """Places of the items that share most with this one, rare things counting more."""
    shared: Counter[int] = Counter()
    for hash_ in sketch_of(mine):
        holders = db.scalars(
            select(ItemSketch.place).where(ItemSketch.hash == hash_).limit(COMMON + 1)
        ).all()
        _count(shared, holders, COMMON)
    for word in _telling_words(mine):
        _count(shared, index.places_saying(db, word, COMMON + 1), COMMON)
    shared.pop(place, None)
    return [other for other, _ in shared.most_common(MOST_COMPARED)]


def _count(shared: Counter[int], holders: Sequence[int], most: int) -> None:
    weight = 1_000 // (1 + len(holders)) + 100
    if len(holders) <= most:
        for place in holders:
            shared[place] += weight


def _telling_words(mine: Features) -> list[str]:
    """The longest words and numbers: the ones least often met."""
    numbers = [n for n in mine.mathematics if n.isdigit() and len(n) > 1]
    words = sorted(mine.words, key=lambda w: (-len(w), w))
    return [*numbers[:4], *words][:RARE_WORDS]


def mark_enemies(
    db: Session, actor: Actor, one: Item, other: Item, *, reason: str, now: datetime
) -> EnemyMark:
    """These two never stand in one form."""
    require(rules.can_mark_enemies(actor, one, other))
    return keep_mark(db, actor, one, other, "marked", reason, now=now)


def lift_enemies(
    db: Session, actor: Actor, one: Item, other: Item, *, reason: str, now: datetime
) -> EnemyMark:
    """These two may stand in one form again."""
    require(rules.can_mark_enemies(actor, one, other))
    return keep_mark(db, actor, one, other, "lifted", reason, now=now)


def keep_mark(
    db: Session, actor: Actor, one: Item, other: Item, kind: str, reason: str, *, now: datetime
) -> EnemyMark:
    """The next word on a pair; whoever calls has asked whether this person may."""
    if one.id == other.id:
        raise Invalid("Chọn hai câu khác nhau.")
    if not reason.strip():
        raise Invalid("Cần lí do.", problems=[problem("reason", "Ghi lí do.")])
    first, second = sorted((one, other), key=lambda item: item.id.hex)
    made = EnemyMark(
        first_id=first.id,
        second_id=second.id,
        number=repository.next_mark(db, first.id, second.id),
        kind=kind,
        reason=reason.strip()[:2000],
        by_id=actor.person_id,
        at=now,
    )
    db.add(made)
    db.flush()
    after = {"with": str(second.id), "kind": kind}
    audit.record(
        db, actor, f"enemies.{kind}", "item", first.id, now=now, after=after, reason=reason
    )
    return made
