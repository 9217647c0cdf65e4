"""All queries about incidents, and who was there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate

from .models import Incident


def incidents_of(db: Session, sitting_id: uuid.UUID, room: str = "") -> Sequence[Incident]:
    """In the order in which they happened; of a room, also what concerns the whole sitting."""
    query = select(Incident).where(Incident.sitting_id == sitting_id)
    if room:
        query = query.where(Incident.room.in_((room, "")))
    return db.scalars(query.order_by(Incident.happened_at, Incident.id)).all()


def roster_of(
    db: Session, sitting_id: uuid.UUID, room: str = ""
) -> Sequence[tuple[Candidate, Attempt | None]]:
    query = (
        select(Candidate, Attempt)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .where(Candidate.sitting_id == sitting_id)
    )
    if room:
        query = query.where(Candidate.room == room)
    rows = db.execute(query.order_by(Candidate.room, Candidate.number))
    return [(candidate, attempt) for candidate, attempt in rows]
