"""Which groups a form's responses fall into, and how large they are."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate

from .models import ImportedResponse, ScoreFact

Counts = Mapping[str, Mapping[str, int]]  # grouping -> group -> persons


def of_sitting(db: Session, sitting_id: uuid.UUID) -> dict[str, dict[str, int]]:
    """Scored candidates by school and by room; candidates without one are left out."""
    columns = {"group": Candidate.school, "room": Candidate.room}
    found: dict[str, dict[str, int]] = {}
    for name, column in columns.items():
        query = (
            select(column, func.count(distinct(Attempt.id)))
            .join(Attempt, Attempt.candidate_id == Candidate.id)
            .where(
                Candidate.sitting_id == sitting_id,
                column != "",
                select(ScoreFact.attempt_id).where(ScoreFact.attempt_id == Attempt.id).exists(),
            )
            .group_by(column)
        )
        found[name] = {group: n for group, n in db.execute(query)}
    return found


def of_set(db: Session, set_id: uuid.UUID) -> dict[str, dict[str, int]]:
    """Persons of an imported set by its group column."""
    query = (
        select(ImportedResponse.group, func.count())
        .where(ImportedResponse.set_id == set_id, ImportedResponse.group.is_not(None))
        .group_by(ImportedResponse.group)
    )
    return {"group": {str(group): n for group, n in db.execute(query)}}
