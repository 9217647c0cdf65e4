"""All queries about shared material: its versions, and which items stand on which of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, undefer

from ..errors import NotFound
from ..permissions import Actor
from .models import Item, ItemVersion, Stimulus, StimulusVersion
from .rules import READERS


@dataclass(frozen=True, slots=True)
class Use:
    """An item's version and the version of the material it stands on."""

    item: Item
    version: ItemVersion
    material: StimulusVersion


def stimulus_by_id(db: Session, stimulus_id: uuid.UUID) -> Stimulus:
    found = db.get(Stimulus, stimulus_id)
    if found is None:
        raise NotFound("Không có ngữ liệu này.")
    return found


def versions_of(db: Session, stimulus: Stimulus) -> Sequence[StimulusVersion]:
    query = select(StimulusVersion).where(StimulusVersion.stimulus_id == stimulus.id)
    ordered = query.order_by(StimulusVersion.number).options(undefer(StimulusVersion.stored))
    return db.scalars(ordered).all()


def uses_of(db: Session, stimulus: Stimulus) -> list[Use]:
    """Newest and approved versions of items; what came before them is history."""
    query = (
        select(Item, ItemVersion, StimulusVersion)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(StimulusVersion, StimulusVersion.hash == ItemVersion.stimulus_version)
        .where(
            StimulusVersion.stimulus_id == stimulus.id,
            or_(
                ItemVersion.hash == Item.current_version, ItemVersion.hash == Item.approved_version
            ),
        )
        .order_by(Item.code, ItemVersion.number)
    )
    return [Use(*row) for row in db.execute(query)]


def is_used_by(db: Session, stimulus: Stimulus, person_id: uuid.UUID) -> bool:
    """Whether this person has written an item with it."""
    query = (
        select(ItemVersion.hash)
        .join(StimulusVersion, StimulusVersion.hash == ItemVersion.stimulus_version)
        .where(StimulusVersion.stimulus_id == stimulus.id, ItemVersion.author_id == person_id)
    )
    return db.scalar(query.limit(1)) is not None


def visible_stimuli(db: Session, actor: Actor) -> Sequence[Stimulus]:
    """One's own, those one's items stand on, and all of the subjects one works with as an office."""
    used = (
        select(StimulusVersion.stimulus_id)
        .join(ItemVersion, ItemVersion.stimulus_version == StimulusVersion.hash)
        .where(ItemVersion.author_id == actor.person_id)
    )
    seen = [Stimulus.author_id == actor.person_id, Stimulus.id.in_(used)]
    subjects = {grant.subject for grant in actor.grants if grant.role in READERS}
    seen.append(Stimulus.subject.in_({s for s in subjects if s is not None}))
    query = select(Stimulus).order_by(Stimulus.subject, Stimulus.code)
    return db.scalars(query if None in subjects else query.where(or_(*seen))).all()


def choosable(
    db: Session, actor: Actor, subject: str, *, most: int = 200
) -> list[tuple[Stimulus, StimulusVersion]]:
    """The newest version of the material of a subject that this person may see, by code."""
    seen = [one for one in visible_stimuli(db, actor) if one.subject == subject][:most]
    numbers = newest_numbers(db, [one.id for one in seen])
    query = select(StimulusVersion).where(StimulusVersion.stimulus_id.in_(numbers))
    found = {
        version.stimulus_id: version
        for version in db.scalars(query.options(undefer(StimulusVersion.stored)))
        if version.number == numbers[version.stimulus_id]
    }
    return [(one, found[one.id]) for one in seen]


def newest_numbers(db: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = (
        select(StimulusVersion.stimulus_id, func.max(StimulusVersion.number))
        .where(StimulusVersion.stimulus_id.in_(ids))
        .group_by(StimulusVersion.stimulus_id)
    )
    return {stimulus_id: number for stimulus_id, number in db.execute(query)}


def item_counts(db: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = (
        select(StimulusVersion.stimulus_id, func.count(func.distinct(ItemVersion.item_id)))
        .join(ItemVersion, ItemVersion.stimulus_version == StimulusVersion.hash)
        .where(StimulusVersion.stimulus_id.in_(ids))
        .group_by(StimulusVersion.stimulus_id)
    )
    return {stimulus_id: n for stimulus_id, n in db.execute(query)}
