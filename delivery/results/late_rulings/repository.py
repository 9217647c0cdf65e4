"""All queries about what came too late and what was ruled on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.late import late_counts, late_events_of
from delivery.attempts.models import Attempt, LateEvent
from delivery.results.models import ScoreFact
from delivery.results.repository import facts_of
from delivery.sittings.models import Candidate
from itembank.errors import NotFound

from .models import LateRuling, LateRulingDecision

Ruled = tuple[LateRuling, LateRulingDecision | None]


@dataclass(frozen=True, slots=True)
class LateWork:
    """One attempt with everything that came too late, its scores and every ruling, in order."""

    attempt: Attempt
    candidate: Candidate
    events: Sequence[LateEvent]
    facts: Sequence[ScoreFact]
    rulings: Sequence[Ruled]

    @property
    def is_scored(self) -> bool:
        return bool(self.facts)

    @property
    def waiting(self) -> LateRuling | None:
        return next((ruling for ruling, decision in self.rulings if decision is None), None)

    @property
    def in_force(self) -> LateRuling | None:
        """The ruling that was granted last."""
        granted = [ruling for ruling, decision in self.rulings if decision and decision.is_granted]
        return granted[-1] if granted else None


def late_work(db: Session, sitting_id: uuid.UUID, attempt_id: uuid.UUID) -> LateWork:
    query = (
        select(Attempt, Candidate)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(Attempt.id == attempt_id, Attempt.sitting_id == sitting_id)
    )
    found = db.execute(query).first()
    if found is None:
        raise NotFound("Ca thi này không có bài làm đó.")
    attempt, candidate = found
    return LateWork(
        attempt, candidate, late_events_of(db, attempt.id), facts_of(db, attempt.id),
        rulings_of(db, attempt.id),
    )  # fmt: skip


def rulings_of(db: Session, attempt_id: uuid.UUID) -> Sequence[Ruled]:
    query = (
        select(LateRuling, LateRulingDecision)
        .outerjoin(LateRulingDecision, LateRulingDecision.ruling_id == LateRuling.id)
        .where(LateRuling.attempt_id == attempt_id)
        .order_by(LateRuling.asked_at, LateRuling.id)
    )
    return [(ruling, decision) for ruling, decision in db.execute(query)]


def work_of_sitting(db: Session, sitting_id: uuid.UUID) -> list[LateWork]:
    """Every attempt for which something came too late, by candidate number."""
    found = [late_work(db, sitting_id, attempt) for attempt in late_counts(db, sitting_id)]
    return sorted(found, key=lambda work: work.candidate.number)


def ruling_of(db: Session, attempt_id: uuid.UUID, ruling_id: uuid.UUID) -> Ruled:
    for ruling, decision in rulings_of(db, attempt_id):
        if ruling.id == ruling_id:
            return ruling, decision
    raise NotFound("Không có đề nghị này.")
