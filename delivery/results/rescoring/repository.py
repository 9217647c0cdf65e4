"""All queries about key changes and the rounds of scores they led to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence, Set
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.results.models import ScoreFact
from delivery.sittings.models import Candidate
from itembank.errors import NotFound
from itembank.forms.models import FormItem, TestForm
from itembank.scoring.wider_keys import WiderKey, wider_key_name

from .models import KeyChange, KeyChangeDecision


def change_of(db: Session, change_id: uuid.UUID) -> KeyChange:
    change = db.get(KeyChange, change_id)
    if change is None:
        raise NotFound("Không có đề nghị đổi đáp án này.")
    return change


def decision_on(db: Session, change_id: uuid.UUID) -> KeyChangeDecision | None:
    query = select(KeyChangeDecision).where(KeyChangeDecision.change_id == change_id)
    return db.scalars(query).first()


def changes_of(
    db: Session, form_id: uuid.UUID
) -> Sequence[tuple[KeyChange, KeyChangeDecision | None]]:
    """Everything ever asked for on this form, in order."""
    query = (
        select(KeyChange, KeyChangeDecision)
        .join(FormItem, FormItem.id == KeyChange.form_item_id)
        .outerjoin(KeyChangeDecision, KeyChangeDecision.change_id == KeyChange.id)
        .where(FormItem.form_id == form_id)
        .order_by(KeyChange.asked_at, KeyChange.id)
    )
    return [(change, decision) for change, decision in db.execute(query)]


def granted_on_item(
    db: Session, item_id: uuid.UUID
) -> Sequence[tuple[KeyChange, KeyChangeDecision, FormItem, TestForm]]:
    """Every change of the item's key that was decided upon, whatever form it was in; newest first."""
    query = (
        select(KeyChange, KeyChangeDecision, FormItem, TestForm)
        .join(KeyChangeDecision, KeyChangeDecision.change_id == KeyChange.id)
        .join(FormItem, FormItem.id == KeyChange.form_item_id)
        .join(TestForm, TestForm.id == FormItem.form_id)
        .where(FormItem.item_id == item_id, KeyChangeDecision.is_granted)
        .order_by(KeyChangeDecision.at.desc(), KeyChangeDecision.id)
    )
    return [(change, word, place, form) for change, word, place, form in db.execute(query)]


def in_force(db: Session, form_id: uuid.UUID) -> dict[uuid.UUID, KeyChange]:
    """Place -> the change that was granted last."""
    query = (
        select(KeyChange)
        .join(FormItem, FormItem.id == KeyChange.form_item_id)
        .join(KeyChangeDecision, KeyChangeDecision.change_id == KeyChange.id)
        .where(FormItem.form_id == form_id, KeyChangeDecision.is_granted)
        .order_by(KeyChangeDecision.at, KeyChangeDecision.id)
    )
    return {change.form_item_id: change for change in db.scalars(query)}


def wider_keys(db: Session, names: Set[str | None]) -> dict[str | None, WiderKey]:
    """Wider keys by the name that scores give; what no longer fits its name is left out."""
    query = select(KeyChange.wider_key_hash, KeyChange.wider_key)
    found = db.execute(query.where(KeyChange.wider_key_hash.in_(names - {None})))
    return {
        name: WiderKey.model_validate_json(stored)
        for name, stored in found
        if stored and wider_key_name(stored) == name
    }


def scored(db: Session, form_id: uuid.UUID) -> Sequence[tuple[Attempt, Candidate]]:
    """Attempts at the form that have scores, with their candidates by number."""
    has_scores = select(ScoreFact.attempt_id).where(ScoreFact.attempt_id == Attempt.id).exists()
    query = (
        select(Attempt, Candidate)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .where(Attempt.form_id == form_id, has_scores)
        .order_by(Candidate.number, Attempt.id)
    )
    return [(attempt, candidate) for attempt, candidate in db.execute(query)]


def facts_of_round(db: Session, attempt_id: uuid.UUID, round_: int) -> Sequence[ScoreFact]:
    query = select(ScoreFact).where(ScoreFact.attempt_id == attempt_id, ScoreFact.round == round_)
    return db.scalars(query.order_by(ScoreFact.form_item_id)).all()


def newest_facts(db: Session, form_id: uuid.UUID) -> dict[uuid.UUID, list[ScoreFact]]:
    """Attempt -> its facts of the newest round. One query for everybody at the form."""
    found: dict[uuid.UUID, list[ScoreFact]] = {}
    for fact in _newest_first(db, form_id):
        held = found.setdefault(fact.attempt_id, [])
        if not held or held[0].round == fact.round:
            held.append(fact)
    return found


def rounds_made_at(
    db: Session, form_id: uuid.UUID, at: datetime
) -> dict[uuid.UUID, tuple[list[ScoreFact], list[ScoreFact]]]:
    """Attempt -> (the round before, the round made at that moment)."""
    rounds: dict[uuid.UUID, dict[int, list[ScoreFact]]] = {}
    for fact in _newest_first(db, form_id):
        rounds.setdefault(fact.attempt_id, {}).setdefault(fact.round, []).append(fact)
    return {
        attempt: (of[number - 1], facts)
        for attempt, of in rounds.items()
        for number, facts in of.items()
        if facts[0].at == at and number - 1 in of
    }


def _newest_first(db: Session, form_id: uuid.UUID) -> Sequence[ScoreFact]:
    query = (
        select(ScoreFact)
        .join(Attempt, Attempt.id == ScoreFact.attempt_id)
        .where(Attempt.form_id == form_id)
        .order_by(ScoreFact.attempt_id, ScoreFact.round.desc(), ScoreFact.form_item_id)
    )
    return db.scalars(query).all()


def totals_by_round(
    db: Session, sitting_id: uuid.UUID
) -> dict[uuid.UUID, dict[int, list[Decimal | None]]]:
    """Attempt -> round -> the points of its places."""
    query = (
        select(ScoreFact.attempt_id, ScoreFact.round, ScoreFact.points)
        .join(Attempt, Attempt.id == ScoreFact.attempt_id)
        .where(Attempt.sitting_id == sitting_id)
    )
    found: dict[uuid.UUID, dict[int, list[Decimal | None]]] = {}
    for attempt, round_, points in db.execute(query):
        found.setdefault(attempt, {}).setdefault(round_, []).append(points)
    return found
