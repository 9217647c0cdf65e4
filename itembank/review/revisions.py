"""An author's revision and its deadline: from the stage that sent the item back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Conflict, NotFound, msg
from ..items.models import Item
from ..notices.service import tell
from ..people.models import Person
from ..permissions import Actor, Role, require
from . import repository, rules
from .models import ReviewRound
from .overdue import BETWEEN_REMINDERS, can_follow, last_reminded
from .seating import stage_of

REMINDER = "revision_overdue"  # kind of notice


@dataclass(frozen=True, slots=True)
class Revision:
    item: Item
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LateAuthor:
    """One author's items past their deadlines, the oldest first."""

    author: Person
    revisions: Sequence[Revision]
    reminded_at: datetime | None

    def may_be_reminded(self, now: datetime) -> bool:
        return self.reminded_at is None or now - self.reminded_at >= BETWEEN_REMINDERS


def due_of_item(db: Session, item: Item) -> datetime | None:
    """None where nothing was sent back by a round: a draft, or an approved item recalled."""
    rounds = repository.rounds_of_item(db, item)
    if item.state != "returned" or not rounds or rounds[-1].outcome != "returned":
        return None
    return _due(db, rounds[-1])


def _due(db: Session, round_: ReviewRound) -> datetime | None:
    if round_.closed_at is None:
        return None
    return round_.closed_at + timedelta(days=stage_of(db, round_).author_days)


def late_authors(db: Session, actor: Actor, *, now: datetime) -> list[LateAuthor]:
    """Those who are late with what this person follows; whoever has waited longest first."""
    require(can_follow(actor))
    by_author: dict[uuid.UUID, list[Revision]] = {}
    for round_, item in repository.returned_rounds(db):
        due_at = _due(db, round_)
        if due_at and due_at < now and item.author_id and _follows(db, actor, item):
            by_author.setdefault(item.author_id, []).append(Revision(item, due_at))
    reminded = last_reminded(db, list(by_author), REMINDER)
    found = db.scalars(select(Person).where(Person.id.in_(by_author)))
    late = [
        LateAuthor(one, sorted(by_author[one.id], key=lambda r: r.due_at), reminded.get(one.id))
        for one in found
    ]
    return sorted(late, key=lambda one: (one.revisions[0].due_at, one.author.full_name))


def _follows(db: Session, actor: Actor, item: Item) -> bool:
    writers = repository.writers_of(db, item)
    if rules.can_manage(actor, item, writers):
        return True
    leads = actor.has(Role.GROUP_LEAD, unit_id=item.unit_id, subject=item.subject)
    return leads and actor.person_id not in writers


def remind_author(db: Session, actor: Actor, person_id: uuid.UUID, *, now: datetime) -> LateAuthor:
    """A notice to one author of all that is late, at most once a day."""
    found = late_authors(db, actor, now=now)
    late = next((one for one in found if one.author.id == person_id), None)
    if late is None:
        raise NotFound("Người này không còn câu nào sửa quá hạn; tải lại trang.")
    if not late.may_be_reminded(now):
        raise Conflict("Người này đã được nhắc trong ngày qua; mai hãy nhắc lại.")
    codes = [one.item.code for one in late.revisions]
    message = msg(
        "Bạn có {n} câu sửa quá hạn; chờ lâu nhất là câu {code}.", n=len(codes), code=codes[0]
    )
    tell(db, person_id, REMINDER, message, "/viec-cua-toi", now=now)
    after = {"items": codes}
    audit.record(db, actor, "revision.reminded", "person", person_id, now=now, after=after)
    return late
