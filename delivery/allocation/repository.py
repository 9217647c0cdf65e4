"""All queries about the forms of a sitting and who got which."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from delivery.attempts.models import Attempt
from delivery.sittings.models import Candidate, Sitting
from itembank.forms import repository as forms
from itembank.forms.models import FormItem

from .models import FormAssignment, RoomPlan, SittingForm


def assigned_forms(db: Session, candidates: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Candidate -> the form they are to get; nobody where the sitting has one form for all."""
    query = (
        select(FormAssignment.candidate_id, FormAssignment.form_id)
        .where(FormAssignment.candidate_id.in_(candidates))
        .order_by(FormAssignment.number)
    )
    return {candidate: form for candidate, form in db.execute(query)}


def assignments(db: Session, sitting_id: uuid.UUID) -> dict[uuid.UUID, FormAssignment]:
    """Candidate -> the assignment that counts."""
    query = select(FormAssignment).where(FormAssignment.sitting_id == sitting_id)
    return {row.candidate_id: row for row in db.scalars(query.order_by(FormAssignment.number))}


def forms_of(db: Session, sitting_id: uuid.UUID) -> Sequence[SittingForm]:
    query = select(SittingForm).where(SittingForm.sitting_id == sitting_id)
    return db.scalars(query.order_by(SittingForm.code)).all()


def form_code(db: Session, sitting_id: uuid.UUID, form_id: uuid.UUID) -> str:
    """Mã đề; nothing where the sitting has one form."""
    return form_codes(db, [sitting_id]).get((sitting_id, form_id), "")


def form_codes(
    db: Session, sittings: Collection[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """Sitting and form -> mã đề; nothing of sittings with one form."""
    query = select(SittingForm).where(SittingForm.sitting_id.in_(sittings))
    return {(row.sitting_id, row.form_id): row.code for row in db.scalars(query)}


def plans(db: Session, sitting_id: uuid.UUID) -> dict[str, RoomPlan]:
    """Room -> its newest plan."""
    query = select(RoomPlan).where(RoomPlan.sitting_id == sitting_id).order_by(RoomPlan.number)
    return {plan.room: plan for plan in db.scalars(query)}


def not_started(db: Session, sitting_id: uuid.UUID) -> Sequence[Candidate]:
    """Candidates without an attempt, by number."""
    query = (
        select(Candidate)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .where(Candidate.sitting_id == sitting_id, Attempt.id.is_(None))
    )
    return db.scalars(query.order_by(Candidate.number)).all()


def delivered_forms(db: Session, sitting: Sitting) -> list[uuid.UUID]:
    """Every form a candidate of the sitting may have had, the planned one first."""
    others = [one.form_id for one in forms_of(db, sitting.id) if one.form_id != sitting.form_id]
    return [sitting.form_id, *others]


def places(db: Session, sitting: Sitting) -> list[FormItem]:
    """The places of all these forms, form by form."""
    return [place for form in delivered_forms(db, sitting) for place in forms.form_items(db, form)]
