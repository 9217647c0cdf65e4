"""All queries about uploads and their items."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..permissions import Actor
from .models import ImportBatch, ImportItem

MOST_SHOWN = 30


def batch_of(db: Session, actor: Actor, batch_id: uuid.UUID) -> ImportBatch:
    """An upload of the actor's own; nobody else's is ever found."""
    batch = db.get(ImportBatch, batch_id)
    if batch is None or batch.person_id != actor.person_id:
        raise NotFound("Không có lần nhập này trong các lần nhập của bạn.")
    return batch


def batches_of(db: Session, actor: Actor) -> Sequence[ImportBatch]:
    query = select(ImportBatch).where(ImportBatch.person_id == actor.person_id)
    return db.scalars(query.order_by(ImportBatch.created_at.desc()).limit(MOST_SHOWN)).all()


def item_counts(db: Session, batch_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Counter[str]]:
    """Items of each upload by state."""
    query = (
        select(ImportItem.batch_id, ImportItem.state, func.count())
        .where(ImportItem.batch_id.in_(batch_ids))
        .group_by(ImportItem.batch_id, ImportItem.state)
    )
    found: dict[uuid.UUID, Counter[str]] = {batch_id: Counter() for batch_id in batch_ids}
    for batch_id, state, count in db.execute(query):
        found[batch_id][state] = count
    return found


def items_of(db: Session, batch: ImportBatch) -> Sequence[ImportItem]:
    query = select(ImportItem).where(ImportItem.batch_id == batch.id)
    return db.scalars(query.order_by(ImportItem.position)).all()


def last_position(db: Session, batch: ImportBatch) -> int:
    query = select(func.max(ImportItem.position)).where(ImportItem.batch_id == batch.id)
    return db.scalar(query) or 0


def items_beginning_as(
    db: Session, batch: ImportBatch, stems: Collection[str]
) -> Sequence[ImportItem]:
    """Those of the upload that ask with the same words."""
    query = select(ImportItem).where(ImportItem.batch_id == batch.id, ImportItem.stem.in_(stems))
    return db.scalars(query.order_by(ImportItem.position)).all()


def item_of(db: Session, batch: ImportBatch, row_id: uuid.UUID) -> ImportItem:
    row = db.get(ImportItem, row_id)
    if row is None or row.batch_id != batch.id:
        raise NotFound("Không có câu này trong lần nhập.")
    return row
