"""People of a plan: accounts added and changed, roles given."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from ...permissions import Role
from .. import service as people
from ..models import Person
from .rows import PlannedRow, State
from .work import Work


def create_person(work: Work, after: State) -> uuid.UUID:
    """Without a password: nobody signs in before an administrator hands one out."""
    person = people.new_person(
        work.db, work.actor, unit=work.unit(after["unit"]), username=after["username"],
        full_name=after["full_name"], password_hash=None, now=work.now,
        subjects=tuple(after["subjects"] or ()), levels=tuple(after["levels"] or ()),
    )  # fmt: skip
    person.is_active = after.get("is_active") is not False
    work.remember(person)
    _grant(work, person, after["roles"])
    return person.id


def change_person(work: Work, row: PlannedRow) -> uuid.UUID:
    person, after = work.person(row.key), row.after or {}
    if {"full_name", "unit", "subjects", "levels"} & after.keys():
        _change_profile(work, person, after)
    if "is_active" in after:
        people.set_active(work.db, work.actor, person, after["is_active"], now=work.now)
    held = (row.before or {}).get("roles") or ()
    _grant(work, person, set(after.get("roles") or ()) - set(held))
    return person.id


def _change_profile(work: Work, person: Person, after: State) -> None:
    unit = work.unit_or_none(after.get("unit")) or work.unit_by_id(person.unit_id)
    assert unit is not None
    people.change_profile(
        work.db, work.actor, person, full_name=after.get("full_name", person.full_name), unit=unit,
        subjects=after.get("subjects", person.subjects.split(",")),
        levels=after.get("levels", person.levels.split(",")), now=work.now,
    )  # fmt: skip


def _grant(work: Work, person: Person, words: Iterable[str]) -> None:
    for word in sorted(words):
        role, code, *subject = word.split("@")
        people.new_grant(
            work.db, work.actor, person, Role(role), work.unit(code), now=work.now,
            subject=subject[0] if subject else None, reason=work.reason,
        )  # fmt: skip
