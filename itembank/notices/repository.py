"""All queries about notices."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Notice


def recent(db: Session, person_id: uuid.UUID, *, limit: int = 50) -> Sequence[Notice]:
    return db.scalars(
        select(Notice)
        .where(Notice.person_id == person_id)
        .order_by(Notice.at.desc(), Notice.id)
        .limit(limit)
    ).all()
