"""All queries about settings and sightings of Safe Exam Browser."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.models import WriterLease

from .models import SafeExamBrowserSetting, SafeExamBrowserSighting


def settings_of(db: Session, sitting_id: uuid.UUID) -> Sequence[SafeExamBrowserSetting]:
    """All settings of a sitting, the one that counts first."""
    query = (
        select(SafeExamBrowserSetting)
        .where(SafeExamBrowserSetting.sitting_id == sitting_id)
        .order_by(SafeExamBrowserSetting.number.desc())
    )
    return db.scalars(query).all()


def setting_of(db: Session, sitting_id: uuid.UUID) -> SafeExamBrowserSetting | None:
    return next(iter(settings_of(db, sitting_id)), None)


def newest_sightings(
    db: Session, sitting_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, SafeExamBrowserSighting]:
    """Lease -> what was seen last on its device."""
    query = (
        select(SafeExamBrowserSighting)
        .where(SafeExamBrowserSighting.sitting_id.in_(set(sitting_ids)))
        .order_by(SafeExamBrowserSighting.at, SafeExamBrowserSighting.id)
    )
    return {sighting.lease_id: sighting for sighting in db.scalars(query)}


def candidates_by_lease(db: Session, lease_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    query = select(WriterLease.id, WriterLease.candidate_id)
    rows = db.execute(query.where(WriterLease.id.in_(set(lease_ids))))
    return {lease: candidate for lease, candidate in rows}
