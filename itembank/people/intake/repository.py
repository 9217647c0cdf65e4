"""All queries about intakes and their rows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from ...errors import NotFound
from ...permissions import Actor
from ..models import Person
from .models import Intake, IntakeRow

TO_DO = ("create", "change")


def intake_of(db: Session, actor: Actor, intake_id: uuid.UUID) -> Intake:
    """An intake of the person's own; others are not there."""
    found = db.get(Intake, intake_id)
    if found is None or found.person_id != actor.person_id:
        raise NotFound("Không có lần nhập này, hoặc không phải của bạn.")
    return found


def with_source(db: Session, intake_id: uuid.UUID) -> Intake:
    return db.get_one(Intake, intake_id, options=[undefer(Intake.source)])


def held(db: Session, intake_id: uuid.UUID) -> Intake:
    """The intake as it is now, with its file; nobody else confirms it in the meantime."""
    return db.get_one(
        Intake, intake_id, options=[undefer(Intake.source)], with_for_update=True,
        populate_existing=True,
    )  # fmt: skip


def latest(db: Session, person_id: uuid.UUID, most: int = 10) -> Sequence[Intake]:
    query = select(Intake).where(Intake.person_id == person_id)
    return db.scalars(query.order_by(Intake.created_at.desc(), Intake.id.desc()).limit(most)).all()


def rows_of(
    db: Session, intake_id: uuid.UUID, *, action: str | None, start: int, most: int
) -> Sequence[IntakeRow]:
    """Rows in the order of the plan; of one action, or all."""
    query = select(IntakeRow).where(IntakeRow.intake_id == intake_id)
    if action is not None:
        query = query.where(IntakeRow.action == action)
    return db.scalars(query.order_by(IntakeRow.number).offset(start).limit(most)).all()


def waiting_rows(db: Session, intake_id: uuid.UUID, most: int) -> Sequence[IntakeRow]:
    query = select(IntakeRow).where(
        IntakeRow.intake_id == intake_id, IntakeRow.action.in_(TO_DO), IntakeRow.outcome.is_(None)
    )
    return db.scalars(query.order_by(IntakeRow.number).limit(most)).all()


def count_waiting(db: Session, intake_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(IntakeRow)
    query = query.where(
        IntakeRow.intake_id == intake_id, IntakeRow.action.in_(TO_DO), IntakeRow.outcome.is_(None)
    )
    return db.scalar(query) or 0


def outcomes(db: Session, intake_id: uuid.UUID) -> dict[str, int]:
    query = (
        select(IntakeRow.outcome, func.count())
        .where(IntakeRow.intake_id == intake_id, IntakeRow.outcome.is_not(None))
        .group_by(IntakeRow.outcome)
    )
    return {str(outcome): count for outcome, count in db.execute(query)}


def new_accounts_without_password(db: Session, intake_id: uuid.UUID) -> Sequence[Person]:
    """Accounts this intake made that nobody can sign in to yet."""
    query = (
        select(Person)
        .join(IntakeRow, IntakeRow.object_id == Person.id)
        .where(
            IntakeRow.intake_id == intake_id, IntakeRow.thing == "person",
            IntakeRow.action == "create", Person.password_hash.is_(None), Person.is_active,
        )
        .order_by(IntakeRow.number)
    )  # fmt: skip
    return db.scalars(query).all()
