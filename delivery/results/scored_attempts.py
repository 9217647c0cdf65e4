"""Which sittings have scores, as sources of responses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate, Sitting

from .models import ScoreFact


@dataclass(frozen=True, slots=True)
class ScoredSitting:
    """A sitting with scored attempts, as a source of responses."""

    sitting: Sitting
    n_persons: int


def scored_sittings(db: Session, form_id: uuid.UUID | None = None) -> Sequence[ScoredSitting]:
    """Sittings that have scores, newest first; of one form or of all."""
    query = (
        select(Sitting, func.count(distinct(ScoreFact.attempt_id)))
        .join(Attempt, Attempt.sitting_id == Sitting.id)
        .join(ScoreFact, ScoreFact.attempt_id == Attempt.id)
        .group_by(Sitting.id)
        .order_by(Sitting.starts_at.desc(), Sitting.id)
    )
    if form_id is not None:
        query = query.where(Sitting.form_id == form_id)
    return [ScoredSitting(sitting, n) for sitting, n in db.execute(query)]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a calibration may want to know of a candidate beside the responses."""

    room: str
    handed_in_by: str | None  # candidate, timeout, invigilator


def standings(db: Session, sitting_id: uuid.UUID) -> dict[str, Standing]:
    """Candidate number -> room, and who handed the paper in."""
    query = (
        select(Candidate.number, Candidate.room, Attempt.submitted_by)
        .join(Attempt, Attempt.candidate_id == Candidate.id)
        .where(Candidate.sitting_id == sitting_id)
    )
    return {number: Standing(room, by) for number, room, by in db.execute(query)}
