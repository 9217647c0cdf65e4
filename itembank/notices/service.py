"""Telling people what waits for them. Written in the transaction of the change it tells of."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..errors import Message
from .models import Notice


def tell(
    db: Session, person_id: uuid.UUID, kind: str, message: Message, link: str, *, now: datetime
) -> None:
    params = {name: str(value) for name, value in message.params.items()}
    db.add(
        Notice(
            person_id=person_id,
            kind=kind,
            template=message.template,
            params=params,
            link=link,
            at=now,
        )
    )


def mark_read(db: Session, person_id: uuid.UUID, *, now: datetime) -> None:
    db.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
        .values(read_at=now)
    )
