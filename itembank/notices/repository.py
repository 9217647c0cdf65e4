"""All queries about notices."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Notice


def recent(db: Session, person_id: uuid.UUID, *, limit: int = 50) -> Sequence[Notice]:
    return db.scalars(
        select(Notice)
        .where(Notice.person_id == person_id)
        .order_by(Notice.at.desc(), Notice.id)
        .limit(limit)
    ).all()


def unread_count(db: Session, person_id: uuid.UUID) -> int:
    unread = select(func.count()).select_from(Notice).where(Notice.read_at.is_(None))
    return db.scalar(unread.where(Notice.person_id == person_id)) or 0
