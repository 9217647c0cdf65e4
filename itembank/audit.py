"""The record of who did what. Written in the same transaction as the change, never edited."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base
from .permissions import Actor


class AuditEvent(Base):
    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(80), index=True)
    object_type: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[str] = mapped_column(String(80), index=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None] = mapped_column(Text)


def record(
    db: Session,
    actor: Actor | None,
    action: str,
    object_type: str,
    object_id: object,
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Add one event, `noun.past_participle`. `actor` is None when the system itself acts."""
    db.add(
        AuditEvent(
            at=now,
            actor_id=actor.person_id if actor else None,
            actor_name=actor.name if actor else "Hệ thống",
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            before=before,
            after=after,
            reason=reason,
        )
    )


def latest(db: Session, object_type: str, object_id: object, most: int) -> Sequence[AuditEvent]:
    """What was done to one thing, the newest first."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.object_id == str(object_id), AuditEvent.object_type == object_type)
        .order_by(AuditEvent.seq.desc())
        .limit(most)
    )
    return db.scalars(query).all()
