"""Late appraisal by person, for those who follow it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.curriculum import topic_name
from itembank.people import repository as people
from itembank.permissions import Actor, Role
from itembank.review.overdue import Late, late_people

from .review_words import ROLE_WORDS

WIDEST = 30  # days that fill the bar


@dataclass(frozen=True, slots=True)
class LateSheet:
    """`round_id` where the reader may open the round."""

    code: str
    topic: str
    role: str
    due_at: datetime
    days: int
    share: int  # of the bar, per cent
    round_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class LatePerson:
    id: uuid.UUID
    name: str
    unit: str
    sheets: Sequence[LateSheet]
    reminded_at: datetime | None
    may_be_reminded: bool


@dataclass(frozen=True, slots=True)
class OverduePage:
    people: Sequence[LatePerson]
    n_sheets: int
    reminded: str


def overdue_page(db: Session, actor: Actor, *, now: datetime, reminded: str = "") -> OverduePage:
    late = late_people(db, actor, now=now)
    units = people.unit_names(db)
    opens = actor.has(Role.SECRETARY)
    rows = [
        LatePerson(
            id=one.reviewer.id,
            name=one.reviewer.full_name,
            unit=units.get(one.reviewer.unit_id, ""),
            sheets=_sheets(one, now, opens),
            reminded_at=one.reminded_at,
            may_be_reminded=one.may_be_reminded(now) and one.reviewer.id != actor.person_id,
        )
        for one in late
    ]
    told = next((row.name for row in rows if str(row.id) == reminded), "")
    return OverduePage(rows, sum(len(row.sheets) for row in rows), told)


def _sheets(late: Late, now: datetime, opens: bool) -> list[LateSheet]:
    rows = []
    for task in late.tasks:
        due_at = task.assignment.due_at or task.assignment.assigned_at
        days = (now - due_at).days
        rows.append(
            LateSheet(
                code=task.item.code,
                topic=topic_name(task.item.topic),
                role=ROLE_WORDS[task.assignment.role],
                due_at=due_at,
                days=days,
                share=max(2, min(100, 100 * days // WIDEST)),
                round_id=task.round.id if opens else None,
            )
        )
    return rows
