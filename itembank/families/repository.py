"""All queries about families."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from .. import numbering
from ..errors import NotFound
from ..items.models import Item
from .models import FamilyInstance, FamilyVersion, ItemFamily
from .template import FamilyTemplate


@dataclass(frozen=True, slots=True)
class Made:
    """An item that came from a family."""

    item: Item
    instance: FamilyInstance
    version: FamilyVersion


def family_by_id(db: Session, family_id: uuid.UUID) -> ItemFamily:
    found = db.get(ItemFamily, family_id)
    if found is None:
        raise NotFound("Không có họ câu hỏi này.")
    return found


def families_of(db: Session, person_id: uuid.UUID) -> Sequence[ItemFamily]:
    query = select(ItemFamily).where(ItemFamily.author_id == person_id)
    return db.scalars(query.order_by(ItemFamily.created_at.desc(), ItemFamily.id)).all()


def versions_of(db: Session, family: ItemFamily) -> Sequence[FamilyVersion]:
    query = select(FamilyVersion).where(FamilyVersion.family_id == family.id)
    return db.scalars(query.order_by(FamilyVersion.number)).all()


def newest_version(db: Session, family: ItemFamily) -> FamilyVersion:
    query = select(FamilyVersion).where(FamilyVersion.family_id == family.id)
    newest = query.order_by(FamilyVersion.number.desc()).limit(1)
    return db.scalars(newest.options(undefer(FamilyVersion.stored))).one()


def template_of(version: FamilyVersion) -> FamilyTemplate:
    return FamilyTemplate.model_validate_json(version.stored)


def made_from(db: Session, family: ItemFamily) -> list[Made]:
    """Every item of the family, in the order in which they were made."""
    query = (
        select(Item, FamilyInstance, FamilyVersion)
        .join(FamilyInstance, FamilyInstance.item_id == Item.id)
        .join(FamilyVersion, FamilyVersion.hash == FamilyInstance.version_hash)
        .where(FamilyVersion.family_id == family.id)
        .order_by(FamilyInstance.made_at, Item.code)
    )
    return [Made(*row) for row in db.execute(query)]


def origin_of(db: Session, item_id: uuid.UUID) -> tuple[ItemFamily, FamilyInstance] | None:
    """The family an item came from."""
    query = (
        select(ItemFamily, FamilyInstance)
        .join(FamilyVersion, FamilyVersion.family_id == ItemFamily.id)
        .join(FamilyInstance, FamilyInstance.version_hash == FamilyVersion.hash)
        .where(FamilyInstance.item_id == item_id)
    )
    row = db.execute(query).first()
    return (row[0], row[1]) if row else None


def counts(db: Session, person_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """By family of this person, how many items came from it."""
    query = (
        select(FamilyVersion.family_id, func.count())
        .join(FamilyInstance, FamilyInstance.version_hash == FamilyVersion.hash)
        .join(ItemFamily, ItemFamily.id == FamilyVersion.family_id)
        .where(ItemFamily.author_id == person_id)
        .group_by(FamilyVersion.family_id)
    )
    return {family_id: n for family_id, n in db.execute(query)}


def highest_number(db: Session, prefix: str) -> int:
    return numbering.highest_number(db, ItemFamily.code, prefix)
