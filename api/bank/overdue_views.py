"""Late appraisal by person, for those who follow it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.curriculum import topic_name
from itembank.people import repository as people
from itembank.permissions import Actor, Role
from itembank.review.overdue import Late, late_people
from itembank.review.revisions import LateAuthor, Revision, late_authors

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
class LateRevisionRow:
    item_id: uuid.UUID
    code: str
    topic: str
    due_at: datetime
    days: int
    share: int  # of the bar, per cent


@dataclass(frozen=True, slots=True)
class LateAuthorRow:
    id: uuid.UUID
    name: str
    unit: str
    revisions: Sequence[LateRevisionRow]
    reminded_at: datetime | None
    may_be_reminded: bool


@dataclass(frozen=True, slots=True)
class OverduePage:
    people: Sequence[LatePerson]
    authors: Sequence[LateAuthorRow]
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
    authors = [_author(one, units, now) for one in late_authors(db, actor, now=now)]
    named = {str(r.id): r.name for r in rows} | {str(r.id): r.name for r in authors}
    n_sheets = sum(len(row.sheets) for row in rows)
    return OverduePage(rows, authors, n_sheets, named.get(reminded, ""))


def _author(late: LateAuthor, units: Mapping[uuid.UUID, str], now: datetime) -> LateAuthorRow:
    return LateAuthorRow(
        id=late.author.id,
        name=late.author.full_name,
        unit=units.get(late.author.unit_id, ""),
        revisions=[_revision(one, now) for one in late.revisions],
        reminded_at=late.reminded_at,
        may_be_reminded=late.may_be_reminded(now),
    )


def _revision(one: Revision, now: datetime) -> LateRevisionRow:
    days = (now - one.due_at).days
    topic = topic_name(one.item.topic)
    return LateRevisionRow(one.item.id, one.item.code, topic, one.due_at, days, _share(days))


def _share(days: int) -> int:
    return max(2, min(100, 100 * days // WIDEST))


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
                share=_share(days),
                round_id=task.round.id if opens else None,
            )
        )
    return rows
