"""The list of people of some units, narrowed down. Queries only."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from ..items.folding import fold
from .models import Person, RoleGrant, Unit


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What to look for; an empty text means everything. Words are found without their accents."""

    words: str = ""
    unit: str = ""
    role: str = ""
    subject: str = ""
    state: str = ""  # active, locked, waiting (no own password yet)

    @property
    def is_empty(self) -> bool:
        return not any((self.words, self.unit, self.role, self.subject, self.state))


def people_in(
    db: Session, unit_ids: Collection[uuid.UUID], wanted: PeopleFilter
) -> Sequence[Row[Any]]:
    """Id, name, user name, unit's id and name of those who fit, by name."""
    query = (
        select(
            Person.id, Person.full_name, Person.username, Person.subjects, Person.unit_id,
            Unit.name.label("unit"), Unit.code.label("unit_code"),
        )
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.unit_id.in_(unit_ids))
        .order_by(Person.full_name, Person.id)
    )  # fmt: skip
    rows = db.execute(_narrowed(query, wanted)).all()
    words, unit = fold(wanted.words), fold(wanted.unit)
    return [row for row in rows if _fits(row, words, unit, wanted.subject)]


def _narrowed(query: Any, wanted: PeopleFilter) -> Any:
    if wanted.role:
        held = exists().where(
            RoleGrant.person_id == Person.id, RoleGrant.role == wanted.role,
            RoleGrant.revoked_at.is_(None),
        )  # fmt: skip
        query = query.where(held)
    if wanted.state == "locked":
        return query.where(Person.is_active.is_(False))
    if wanted.state == "active":
        return query.where(Person.is_active, Person.must_change_password.is_(False))
    if wanted.state == "waiting":
        return query.where(Person.is_active, Person.must_change_password)
    return query


def _fits(row: Row[Any], words: str, unit: str, subject: str) -> bool:
    named = fold(f"{row.full_name} {row.username}")
    placed = fold(f"{row.unit} {row.unit_code}")
    return (
        all(word in named for word in words.split())
        and unit in placed
        and (not subject or subject in row.subjects.split(","))
    )
