"""All queries about appraisal rounds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..items.models import Item, ItemVersion, StimulusVersion
from ..permissions import Actor
from . import rules
from .models import (
    ReviewAssignment,
    ReviewAssignmentEnd,
    ReviewDecision,
    ReviewRound,
    ReviewStageEvent,
    ReviewVerdict,
)


@dataclass(frozen=True, slots=True)
class Task:
    """One assignment with its round, its item and what became of it: a verdict, or an end."""

    assignment: ReviewAssignment
    round: ReviewRound
    item: Item
    verdict: ReviewVerdict | None
    end: ReviewAssignmentEnd | None = None

    @property
    def is_waiting(self) -> bool:
        spoke = self.verdict is not None or self.end is not None
        return not spoke and self.round.closed_at is None


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
    """A reviewer's inbox: what waits by its deadline, then what is done."""
    query = _tasks().where(ReviewAssignment.reviewer_id == person_id)
    rows = [Task(*row) for row in db.execute(query.order_by(ReviewAssignment.assigned_at))]
    return sorted(rows, key=lambda t: (not t.is_waiting, _due(t)))


def _due(task: Task) -> datetime:
    return task.assignment.due_at or task.assignment.assigned_at


def tasks_of_round(db: Session, round_id: uuid.UUID) -> list[Task]:
    """Those who sit in the round, stage by stage, seat by seat; not those who left."""
    return [task for task in seatings_of_round(db, round_id) if task.end is None]


def tasks_of_rounds(db: Session, round_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Task]]:
    """As `tasks_of_round`, for many rounds at once."""
    query = _tasks().where(
        ReviewAssignment.round_id.in_(round_ids), ReviewAssignmentEnd.assignment_id.is_(None)
    )
    order = (ReviewAssignment.stage, ReviewAssignment.seat, ReviewAssignment.turn)
    found: dict[uuid.UUID, list[Task]] = {round_id: [] for round_id in round_ids}
    for row in db.execute(query.order_by(*order)):
        task = Task(*row)
        found[task.round.id].append(task)
    return found


def seatings_of_round(db: Session, round_id: uuid.UUID) -> list[Task]:
    """Everybody who was ever assigned, those who left included."""
    query = _tasks().where(ReviewAssignment.round_id == round_id)
    order = (ReviewAssignment.stage, ReviewAssignment.seat, ReviewAssignment.turn)
    return [Task(*row) for row in db.execute(query.order_by(*order))]


def tasks_of_stage(db: Session, round_: ReviewRound) -> list[Task]:
    """Those who sit at the stage the round stands at."""
    tasks = tasks_of_round(db, round_.id)
    return [task for task in tasks if task.assignment.stage == round_.stage]


def _tasks() -> Select[ReviewAssignment, ReviewRound, Item, ReviewVerdict, ReviewAssignmentEnd]:
    return (
        select(ReviewAssignment, ReviewRound, Item, ReviewVerdict, ReviewAssignmentEnd)
        .join(ReviewRound, ReviewRound.id == ReviewAssignment.round_id)
        .join(Item, Item.id == ReviewRound.item_id)
        .outerjoin(ReviewVerdict, ReviewVerdict.assignment_id == ReviewAssignment.id)
        .outerjoin(ReviewAssignmentEnd, ReviewAssignmentEnd.assignment_id == ReviewAssignment.id)
    )


def barred_from(db: Session, round_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Who cannot take a seat of the round: those who sit in it, those who said they are involved."""
    return frozenset(
        task.assignment.reviewer_id
        for task in seatings_of_round(db, round_id)
        if task.end is None or task.end.how == "recused"
    )


def ever_seated(db: Session, round_id: uuid.UUID) -> frozenset[uuid.UUID]:
    query = select(ReviewAssignment.reviewer_id).where(ReviewAssignment.round_id == round_id)
    return frozenset(db.scalars(query))


def writers_of(db: Session, item: Item) -> frozenset[uuid.UUID]:
    """Whoever wrote the item, a version of it, or the material a version stands on."""
    versions = select(ItemVersion.author_id).where(ItemVersion.item_id == item.id)
    material = (
        select(StimulusVersion.author_id)
        .join(ItemVersion, ItemVersion.stimulus_version == StimulusVersion.hash)
        .where(ItemVersion.item_id == item.id)
    )
    own = {item.author_id} if item.author_id is not None else set()
    return frozenset({*own, *db.scalars(versions), *db.scalars(material)})


def is_reviewer(db: Session, item: Item, person_id: uuid.UUID) -> bool:
    """Does this person sit in the item's open round?"""
    query = _tasks().where(
        ReviewRound.item_id == item.id,
        ReviewRound.closed_at.is_(None),
        ReviewAssignmentEnd.assignment_id.is_(None),
        ReviewAssignment.reviewer_id == person_id,
    )
    return db.execute(query).first() is not None


def stage_events(db: Session, round_id: uuid.UUID) -> Sequence[ReviewStageEvent]:
    query = select(ReviewStageEvent).where(ReviewStageEvent.round_id == round_id)
    return db.scalars(query.order_by(ReviewStageEvent.at, ReviewStageEvent.id)).all()


def decision_of(db: Session, round_id: uuid.UUID) -> ReviewDecision | None:
    return db.get(ReviewDecision, round_id)


def rounds_of_item(db: Session, item: Item) -> Sequence[ReviewRound]:
    query = select(ReviewRound).where(ReviewRound.item_id == item.id)
    return db.scalars(query.order_by(ReviewRound.opened_at)).all()


def returned_rounds(db: Session) -> list[tuple[ReviewRound, Item]]:
    """Items their authors have to revise, each with its newest round where that sent it back."""
    newest = (
        select(ReviewRound.item_id, func.max(ReviewRound.opened_at).label("at"))
        .group_by(ReviewRound.item_id)
        .subquery("newest")
    )
    query = (
        select(ReviewRound, Item)
        .join(Item, Item.id == ReviewRound.item_id)
        .join(newest, newest.c.item_id == ReviewRound.item_id)
        .where(ReviewRound.opened_at == newest.c.at)
        .where(Item.state == "returned", ReviewRound.outcome == "returned")
        .order_by(ReviewRound.closed_at, ReviewRound.id)
    )
    return [(r, i) for r, i in db.execute(query)]


def rounds_managed_by(db: Session, actor: Actor) -> list[tuple[ReviewRound, Item]]:
    """Open rounds this secretary may manage, oldest first."""
    query = (
        select(ReviewRound, Item)
        .join(Item, Item.id == ReviewRound.item_id)
        .where(ReviewRound.closed_at.is_(None))
        .order_by(ReviewRound.opened_at, ReviewRound.id)
    )
    return [(r, i) for r, i in db.execute(query) if rules.can_manage(actor, i)]


MOST_OVERDUE = 2_000


def waiting_past(
    now: datetime,
) -> Select[ReviewAssignment, ReviewRound, Item, ReviewVerdict, ReviewAssignmentEnd]:
    """Seats at the stage their round stands at, empty of words when their deadline had passed."""
    return _tasks().where(
        ReviewRound.closed_at.is_(None),
        ReviewRound.stage == ReviewAssignment.stage,
        ReviewVerdict.assignment_id.is_(None),
        ReviewAssignmentEnd.assignment_id.is_(None),
        ReviewAssignment.due_at < now,
    )


def overdue_tasks(db: Session, now: datetime) -> list[Task]:
    """The longest overdue first."""
    query = waiting_past(now).order_by(ReviewAssignment.due_at, ReviewAssignment.id)
    return [Task(*row) for row in db.execute(query.limit(MOST_OVERDUE))]


def workload(db: Session) -> dict[uuid.UUID, int]:
    """Open assignments without a verdict, per person."""
    query = (
        select(ReviewAssignment.reviewer_id, func.count())
        .join(ReviewRound, ReviewRound.id == ReviewAssignment.round_id)
        .outerjoin(ReviewVerdict, ReviewVerdict.assignment_id == ReviewAssignment.id)
        .outerjoin(ReviewAssignmentEnd, ReviewAssignmentEnd.assignment_id == ReviewAssignment.id)
        .where(
            ReviewRound.closed_at.is_(None),
            ReviewVerdict.assignment_id.is_(None),
            ReviewAssignmentEnd.assignment_id.is_(None),
        )
        .group_by(ReviewAssignment.reviewer_id)
    )
    return {person_id: n for person_id, n in db.execute(query)}
