"""All queries about score facts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate, Sitting
from itembank.forms.models import FormItem

from .models import ScoreFact


class Score(NamedTuple):
    """The part of a score fact that lists and tables read."""

    form_item_id: uuid.UUID
    answered: bool
    category: int | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Sat:
    """A candidate with their attempt (None: absent) and its newest scores."""

    candidate: Candidate
    attempt: Attempt | None
    facts: tuple[Score, ...]


def facts_of(db: Session, attempt_id: uuid.UUID) -> Sequence[ScoreFact]:
    """The facts of the newest round, in the order of the form."""
    newest = select(func.max(ScoreFact.round)).where(ScoreFact.attempt_id == attempt_id)
    query = (
        select(ScoreFact)
        .join(FormItem, FormItem.id == ScoreFact.form_item_id)
        .where(ScoreFact.attempt_id == attempt_id, ScoreFact.round == newest.scalar_subquery())
        .order_by(FormItem.position)
    )
    return db.scalars(query).all()


def unscored(db: Session, sitting_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Attempts that are handed in and have no score yet."""
    scored = select(ScoreFact.attempt_id).where(ScoreFact.attempt_id == Attempt.id)
    query = select(Attempt.id).where(
        Attempt.sitting_id == sitting_id, Attempt.submitted_at.is_not(None), ~scored.exists()
    )
    return db.scalars(query.order_by(Attempt.id)).all()


def sat(db: Session, sitting_id: uuid.UUID) -> list[Sat]:
    """Everybody on the roster, by number, with what they scored."""
    people = (
        select(Candidate, Attempt)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.number)
    )
    facts = newest_scores(db, sitting_id)
    return [
        Sat(candidate, attempt, tuple(facts.get(attempt.id, ())) if attempt else ())
        for candidate, attempt in db.execute(people)
    ]


def newest_scores(db: Session, sitting_id: uuid.UUID) -> dict[uuid.UUID, list[Score]]:
    """Attempt -> its scores of the newest round, in the order of the form."""
    query = (
        select(
            ScoreFact.attempt_id,
            ScoreFact.round,
            ScoreFact.form_item_id,
            ScoreFact.answered,
            ScoreFact.category,
            ScoreFact.points,
        )
        .join(Attempt, Attempt.id == ScoreFact.attempt_id)
        .join(FormItem, FormItem.id == ScoreFact.form_item_id)
        .where(Attempt.sitting_id == sitting_id)
        .order_by(ScoreFact.attempt_id, ScoreFact.round.desc(), FormItem.position)
    )
    found: dict[uuid.UUID, list[Score]] = {}
    newest: dict[uuid.UUID, int] = {}
    for attempt_id, round_, item, answered, category, points in db.execute(query):
        if newest.setdefault(attempt_id, round_) == round_:
            found.setdefault(attempt_id, []).append(Score(item, answered, category, points))
    return found


def scored_attempts(
    db: Session, sitting_id: uuid.UUID, form_id: uuid.UUID
) -> Sequence[tuple[Attempt, Candidate]]:
    """Attempts at one form in a sitting with their candidates, by number."""
    query = (
        select(Attempt, Candidate)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(
            Attempt.sitting_id == sitting_id,
            Attempt.form_id == form_id,
            Attempt.submitted_at.is_not(None),
        )
        .order_by(Candidate.number)
    )
    return [(attempt, candidate) for attempt, candidate in db.execute(query)]


def sitting_ids_of_form(db: Session, form_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Sittings where this form is planned or was worked on."""
    worked_on = select(Attempt.sitting_id).where(Attempt.form_id == form_id)
    query = select(Sitting.id).where(or_(Sitting.form_id == form_id, Sitting.id.in_(worked_on)))
    return db.scalars(query.order_by(Sitting.starts_at, Sitting.id)).all()
