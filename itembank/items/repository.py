"""All queries about items, their drafts and versions, stimuli and pictures."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from .. import numbering
from ..errors import NotFound
from .content import ItemContent, StimulusContent, read_item, read_stimulus
from .models import (
    Asset,
    Item,
    ItemDraft,
    ItemVersion,
    ItemVersionEvent,
    Stimulus,
    StimulusVersion,
)


def item_by_id(db: Session, item_id: uuid.UUID) -> Item:
    item = db.get(Item, item_id)
    if item is None:
        raise NotFound("Không có câu hỏi này.")
    return item


def lock(db: Session, item: Item) -> None:
    """The item as it is now, held until commit: whoever changes it next waits, then sees it."""
    db.refresh(item, with_for_update=True)


def item_by_code(db: Session, code: str) -> Item | None:
    return db.scalar(select(Item).where(Item.code == code))


def draft_of(db: Session, item: Item) -> ItemDraft | None:
    return db.get(ItemDraft, item.id)


def version(db: Session, version_hash: str) -> ItemVersion | None:
    return db.get(ItemVersion, version_hash)


def read_version(db: Session, version_hash: str) -> ItemContent:
    """Content of a frozen version; no permission is asked here."""
    found = db.get(ItemVersion, version_hash, options=[undefer(ItemVersion.stored)])
    if found is None:
        raise NotFound("Không có phiên bản này của câu hỏi.")
    return read_item(found.stored)


def read_versions(db: Session, hashes: set[str]) -> dict[str, ItemContent]:
    rows = db.execute(
        select(ItemVersion.hash, ItemVersion.stored).where(ItemVersion.hash.in_(hashes))
    )
    return {row.hash: read_item(row.stored) for row in rows}


def versions_of(db: Session, item: Item) -> Sequence[ItemVersion]:
    return db.scalars(
        select(ItemVersion).where(ItemVersion.item_id == item.id).order_by(ItemVersion.number)
    ).all()


def events_of(db: Session, item: Item) -> Sequence[ItemVersionEvent]:
    return db.scalars(
        select(ItemVersionEvent)
        .join(ItemVersion, ItemVersion.hash == ItemVersionEvent.version_hash)
        .where(ItemVersion.item_id == item.id)
        .order_by(ItemVersionEvent.at, ItemVersionEvent.id)
    ).all()


def next_version_number(db: Session, item: Item) -> int:
    query = select(func.max(ItemVersion.number)).where(ItemVersion.item_id == item.id)
    return (db.scalar(query) or 0) + 1


def items_of_author(db: Session, person_id: uuid.UUID) -> Sequence[Item]:
    return db.scalars(
        select(Item).where(Item.author_id == person_id).order_by(Item.created_at.desc(), Item.id)
    ).all()


def drafts(db: Session, item_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, ItemDraft]:
    rows = db.scalars(select(ItemDraft).where(ItemDraft.item_id.in_(item_ids)))
    return {draft.item_id: draft for draft in rows}


def highest_number(db: Session, prefix: str) -> int:
    return numbering.highest_number(db, Item.code, prefix)


def asset(db: Session, sha256: str) -> Asset | None:
    return db.get(Asset, sha256, options=[undefer(Asset.body)])


def asset_exists(db: Session, sha256: str) -> bool:
    return db.scalar(select(Asset.sha256).where(Asset.sha256 == sha256)) is not None


def known_assets(db: Session, names: set[str]) -> set[str]:
    return set(db.scalars(select(Asset.sha256).where(Asset.sha256.in_(names))))


def stimulus_version(db: Session, version_hash: str) -> StimulusContent | None:
    found = db.get(StimulusVersion, version_hash, options=[undefer(StimulusVersion.stored)])
    return read_stimulus(found.stored) if found else None


def stimulus_by_code(db: Session, code: str) -> Stimulus | None:
    return db.scalar(select(Stimulus).where(Stimulus.code == code))


def next_stimulus_number(db: Session, stimulus: Stimulus) -> int:
    query = select(func.max(StimulusVersion.number)).where(
        StimulusVersion.stimulus_id == stimulus.id
    )
    return (db.scalar(query) or 0) + 1
