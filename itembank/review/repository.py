"""All queries about appraisal rounds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..items.models import Item
from ..people import repository as people
from ..people.models import Person
from ..permissions import Actor, Role
from . import rules
from .models import ReviewAssignment, ReviewDecision, ReviewRound, ReviewVerdict


@dataclass(frozen=True, slots=True)
class Task:
    """One assignment with its round, its item and, once given, its verdict."""

    assignment: ReviewAssignment
    round: ReviewRound
    item: Item
    verdict: ReviewVerdict | None


def round_by_id(db: Session, round_id: uuid.UUID) -> ReviewRound:
    found = db.get(ReviewRound, round_id)
    if found is None:
        raise NotFound("Không có vòng thẩm định này.")
    return found


def open_round(db: Session, item: Item) -> ReviewRound | None:
    query = select(ReviewRound).where(
        ReviewRound.item_id == item.id, ReviewRound.closed_at.is_(None)
    )
    return db.scalar(query)


def task(db: Session, assignment_id: uuid.UUID) -> Task:
    found = db.execute(_tasks().where(ReviewAssignment.id == assignment_id)).one_or_none()
    if found is None:
        raise NotFound("Không có phiếu thẩm định này.")
    return Task(*found)


def tasks_of_person(db: Session, person_id: uuid.UUID) -> list[Task]:
    """A reviewer's inbox: newest first, those still open before those done."""
    query = _tasks().where(ReviewAssignment.reviewer_id == person_id)
    rows = [Task(*row) for row in db.execute(query.order_by(ReviewAssignment.assigned_at))]
    return sorted(rows, key=lambda t: t.verdict is not None or t.round.closed_at is not None)


def tasks_of_round(db: Session, round_id: uuid.UUID) -> list[Task]:
    query = _tasks().where(ReviewAssignment.round_id == round_id).order_by(ReviewAssignment.role)
    return [Task(*row) for row in db.execute(query)]


def _tasks() -> Select[ReviewAssignment, ReviewRound, Item, ReviewVerdict]:
    return (
        select(ReviewAssignment, ReviewRound, Item, ReviewVerdict)
        .join(ReviewRound, ReviewRound.id == ReviewAssignment.round_id)
        .join(Item, Item.id == ReviewRound.item_id)
        .outerjoin(ReviewVerdict, ReviewVerdict.assignment_id == ReviewAssignment.id)
    )


def is_reviewer(db: Session, item: Item, person_id: uuid.UUID) -> bool:
    """Has this person an assignment in the item's open round?"""
    query = (
        select(ReviewAssignment.id)
        .join(ReviewRound, ReviewRound.id == ReviewAssignment.round_id)
        .where(
            ReviewRound.item_id == item.id,
            ReviewRound.closed_at.is_(None),
            ReviewAssignment.reviewer_id == person_id,
        )
    )
    return db.scalar(query) is not None


def decision_of(db: Session, round_id: uuid.UUID) -> ReviewDecision | None:
    return db.get(ReviewDecision, round_id)


def rounds_of_item(db: Session, item: Item) -> Sequence[ReviewRound]:
    query = select(ReviewRound).where(ReviewRound.item_id == item.id)
    return db.scalars(query.order_by(ReviewRound.opened_at)).all()


def rounds_managed_by(db: Session, actor: Actor) -> list[tuple[ReviewRound, Item]]:
    """Open rounds this secretary may manage, oldest first."""
    query = (
        select(ReviewRound, Item)
        .join(Item, Item.id == ReviewRound.item_id)
        .where(ReviewRound.closed_at.is_(None))
        .order_by(ReviewRound.opened_at, ReviewRound.id)
    )
    return [(r, i) for r, i in db.execute(query) if rules.can_manage(actor, i)]


def workload(db: Session) -> dict[uuid.UUID, int]:
    """Open assignments without a verdict, per person."""
    query = (
        select(ReviewAssignment.reviewer_id, func.count())
        .join(ReviewRound, ReviewRound.id == ReviewAssignment.round_id)
        .outerjoin(ReviewVerdict, ReviewVerdict.assignment_id == ReviewAssignment.id)
        .where(ReviewRound.closed_at.is_(None), ReviewVerdict.assignment_id.is_(None))
        .group_by(ReviewAssignment.reviewer_id)
    )
    return {person_id: n for person_id, n in db.execute(query)}


def eligible(
    db: Session, item: Item, role: Role, *, others: set[uuid.UUID], same_school_ok: bool
) -> list[Person]:
    """People who may take this role for this item, the least burdened first."""
    load = workload(db)
    found = [
        person
        for person in people.people_with_role(db, role, item.subject)
        if rules.can_review(
            people.load_actor(db, person),
            item,
            role,
            others=others,
            same_school_ok=same_school_ok,
        )
    ]
    return sorted(found, key=lambda p: (load.get(p.id, 0), p.full_name))
