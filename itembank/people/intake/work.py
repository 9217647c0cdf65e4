"""What carrying out a plan needs at hand: who does it, when, why, and units and people by code."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import Conflict, msg
from ...permissions import Actor, Role
from ..models import Person, Unit


@dataclass
class Work:
    """One transaction's worth. `actor` None is the installation itself (the command line)."""

    db: Session
    actor: Actor | None
    now: datetime
    reason: str
    _units: dict[str, Unit] = field(default_factory=dict)
    _people: dict[str, Person] = field(default_factory=dict)

    def unit(self, code: str) -> Unit:
        if code not in self._units:
            found = self.db.scalar(select(Unit).where(Unit.code == code))
            self._units[code] = found or _gone(code)
        return self._units[code]

    def unit_or_none(self, code: str | None) -> Unit | None:
        return self.unit(code) if code else None

    def unit_by_id(self, unit_id: uuid.UUID | None) -> Unit | None:
        return self.db.get_one(Unit, unit_id) if unit_id else None

    def person(self, username: str) -> Person:
        if username not in self._people:
            found = self.db.scalar(select(Person).where(Person.username == username))
            self._people[username] = found or _gone(username)
        return self._people[username]

    def look_up(self, usernames: Collection[str]) -> None:
        """Fetch many people at once, so that `person` need not ask one by one."""
        for person in self.db.scalars(select(Person).where(Person.username.in_(usernames))):
            self._people[person.username] = person

    def remember(self, made: Unit | Person) -> None:
        if isinstance(made, Person):
            self._people[made.username] = made
            return
        self._units[made.code] = made
        self.actor = reaching(self.actor, made) if self.actor else None


def reaching(actor: Actor, unit: Unit) -> Actor:
    """The actor as they are once a unit was added below one they administer."""
    parents = {unit.admin_parent_id, unit.professional_parent_id}
    grants = tuple(
        replace(grant, below=grant.below | {unit.id})
        if grant.role is Role.UNIT_ADMIN and parents & {grant.unit_id, *grant.below}
        else grant
        for grant in actor.grants
    )
    return replace(actor, grants=grants)


def _gone(key: str) -> NoReturn:
    raise Conflict(
        msg("«{key}» không còn như lúc xem trước; đọc lại tệp rồi xem lại.", key=key[:80]),
        code="plan_overtaken",
    )


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
