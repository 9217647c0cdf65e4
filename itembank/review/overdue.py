"""Appraisal past its deadline: whose it is, who may see that, and reminding them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Conflict, NotFound, msg
from ..notices.models import Notice
from ..notices.service import tell
from ..people.models import Person
from ..permissions import Actor, Decision, Role, needs_role, require
from . import repository, rules
from .models import ReviewAssignment
from .repository import Task
from .routes import repository as routes

REMINDER = "review_overdue"  # kind of notice
BETWEEN_REMINDERS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Late:
    """One reviewer's sheets past their deadlines, the oldest first."""

    reviewer: Person
    tasks: Sequence[Task]
    reminded_at: datetime | None

    def may_be_reminded(self, now: datetime) -> bool:
        return self.reminded_at is None or now - self.reminded_at >= BETWEEN_REMINDERS


def can_follow(actor: Actor) -> Decision:
    """The secretary follows the council's work; a group lead what is done at the school."""
    if actor.has(Role.GROUP_LEAD):
        return needs_role(actor, Role.GROUP_LEAD)
    return needs_role(actor, Role.SECRETARY)


def overdue_of(db: Session, person_id: uuid.UUID, *, now: datetime) -> int:
    """How many sheets of this person are past their deadlines."""
    late = repository.waiting_past(now).where(ReviewAssignment.reviewer_id == person_id)
    return db.scalar(late.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def late_people(db: Session, actor: Actor, *, now: datetime) -> list[Late]:
    """Those who are late with what this person follows; whoever has waited longest first."""
    require(can_follow(actor))
    by_person: dict[uuid.UUID, list[Task]] = {}
    for task in repository.overdue_tasks(db, now):
        if _follows(db, actor, task):
            by_person.setdefault(task.assignment.reviewer_id, []).append(task)
    reminded = last_reminded(db, list(by_person), REMINDER)
    found = db.scalars(select(Person).where(Person.id.in_(by_person)))
    late = [Late(person, by_person[person.id], reminded.get(person.id)) for person in found]
    return sorted(late, key=lambda one: (one.tasks[0].assignment.due_at, one.reviewer.full_name))


def remind(db: Session, actor: Actor, person_id: uuid.UUID, *, now: datetime) -> Late:
    """A notice to one reviewer of all that is late, at most once a day."""
    late = next((one for one in late_people(db, actor, now=now) if one.reviewer.id == person_id), None)  # fmt: skip
    if late is None:
        raise NotFound("Người này không còn phiếu nào quá hạn; tải lại trang.")
    if not late.may_be_reminded(now):
        raise Conflict("Người này đã được nhắc trong ngày qua; mai hãy nhắc lại.")
    message = msg(
        "Bạn có {n} phiếu thẩm định quá hạn; chờ lâu nhất là câu {code}.",
        n=len(late.tasks), code=late.tasks[0].item.code,
    )  # fmt: skip
    tell(db, person_id, REMINDER, message, "/tham-dinh?han=qua-han", now=now)
    codes = [task.item.code for task in late.tasks]
    audit.record(
        db, actor, "review.reminded", "person", person_id, now=now, after={"items": codes}
    )  # fmt: skip
    return late


def _follows(db: Session, actor: Actor, task: Task) -> bool:
    """Not one's own items: an author does not learn who appraises them."""
    item = task.item
    writers = repository.writers_of(db, item)
    if rules.can_manage(actor, item, writers):
        return True
    leads = actor.has(Role.GROUP_LEAD, unit_id=item.unit_id, subject=item.subject)
    return leads and actor.person_id not in writers and _is_at_school(db, task)


def _is_at_school(db: Session, task: Task) -> bool:
    stages = routes.stages_of(db, task.round.route_id)
    return stages[task.assignment.stage - 1].level == "truong"


def last_reminded(
    db: Session, people_ids: Sequence[uuid.UUID], kind: str
) -> dict[uuid.UUID, datetime]:
    """When each was last reminded, by this kind of notice."""
    query = (
        select(Notice.person_id, func.max(Notice.at))
        .where(Notice.kind == kind, Notice.person_id.in_(people_ids))
        .group_by(Notice.person_id)
    )
    return {person_id: at for person_id, at in db.execute(query)}
