"""What stands in the database, in the words of a plan. Queries only."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ...permissions import Role
from ..classes.models import ClassTeacher, Enrolment, Pupil, SchoolClass
from ..models import Person, RoleGrant, Unit
from .rows import State, Thing
from .staff_list import role_words

AT_ONCE = 500
States = dict[str, dict[str, Any]]


def states_of(db: Session, thing: Thing, keys: Collection[str]) -> States:
    """What stands under these keys; a key without anything is left out."""
    found: States = {}
    every = list(keys)
    for start in range(0, len(every), AT_ONCE):
        found |= _READERS[thing](db, every[start : start + AT_ONCE])
    return found


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _units(db: Session, keys: list[str]) -> States:
    above, beside = aliased(Unit), aliased(Unit)
    query = (
        select(Unit, above.code, beside.code)
        .outerjoin(above, above.id == Unit.admin_parent_id)
        .outerjoin(beside, beside.id == Unit.professional_parent_id)
        .where(Unit.code.in_(keys))
    )
    return {unit.code: _unit(unit, parent, other) for unit, parent, other in db.execute(query)}


def _unit(unit: Unit, parent: str | None, professional: str | None) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "parent": parent,
        "professional_parent": professional,
        "valid_from": _iso(unit.valid_from),
        "valid_to": _iso(unit.valid_to),
    }


def _people(db: Session, keys: list[str]) -> States:
    query = select(Person, Unit.code).join(Unit, Unit.id == Person.unit_id)
    rows = db.execute(query.where(Person.username.in_(keys))).all()
    roles = _roles(db, [person.id for person, _ in rows])
    return {
        person.username: _person(person, code, roles.get(person.id, [])) for person, code in rows
    }


def _person(person: Person, unit_code: str, roles: Iterable[str]) -> dict[str, Any]:
    return {
        "username": person.username,
        "full_name": person.full_name,
        "unit": unit_code,
        "subjects": sorted(s for s in person.subjects.split(",") if s),
        "levels": sorted(level for level in person.levels.split(",") if level),
        "is_active": person.is_active,
        "roles": sorted(set(roles)),
    }


def _roles(db: Session, person_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    query = (
        select(RoleGrant, Unit.code)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id.in_(person_ids), RoleGrant.revoked_at.is_(None))
    )
    found: dict[uuid.UUID, list[str]] = {}
    for grant, code in db.execute(query):
        words = role_words(Role(grant.role), code, grant.subject)
        found.setdefault(grant.person_id, []).append(words)
    return found


def key_of(*parts: str | int) -> str:
    """A key made of parts that may hold any sign."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _last(keys: Iterable[str]) -> set[str]:
    return {str(json.loads(key)[-1]) for key in keys}


def _classes(db: Session, keys: list[str]) -> States:
    codes = _last(keys)
    query = select(SchoolClass, Unit.code).join(Unit, Unit.id == SchoolClass.unit_id)
    rows = db.execute(query.where(SchoolClass.code.in_(codes)))
    found = {
        key_of(code, group.school_year, group.code): {
            "unit": code, "school_year": group.school_year, "code": group.code,
            "name": group.name, "grade": group.grade, "subject": group.subject,
            "is_active": group.is_active,
        }
        for group, code in rows
    }  # fmt: skip
    return _only(found, keys)


def _pupils(db: Session, keys: list[str]) -> States:
    codes = _last(keys)
    query = select(Pupil, Unit.code).join(Unit, Unit.id == Pupil.unit_id)
    found = {
        key_of(code, pupil.code): {
            "unit": code, "code": pupil.code, "full_name": pupil.full_name,
            "birth_date": _iso(pupil.birth_date), "is_active": pupil.is_active,
        }
        for pupil, code in db.execute(query.where(Pupil.code.in_(codes)))
    }  # fmt: skip
    return _only(found, keys)


def _enrolments(db: Session, keys: list[str]) -> States:
    codes = _last(keys)
    query = (
        select(Enrolment, SchoolClass, Pupil, Unit.code)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .join(Pupil, Pupil.id == Enrolment.pupil_id)
        .join(Unit, Unit.id == Pupil.unit_id)
        .where(Pupil.code.in_(codes), SchoolClass.unit_id == Pupil.unit_id)
    )
    found: States = {}
    for row, group, pupil, code in db.execute(query):
        found[key_of(code, group.school_year, group.code, pupil.code)] = {
            "class": key_of(code, group.school_year, group.code),
            "pupil": key_of(code, pupil.code),
            "joined_on": _iso(row.joined_on),
            "left_on": _iso(row.left_on),
        }
    return _only(found, keys)


def _teachers(db: Session, keys: list[str]) -> States:
    names = _last(keys)
    query = (
        select(ClassTeacher, SchoolClass, Unit.code, Person.username)
        .join(SchoolClass, SchoolClass.id == ClassTeacher.class_id)
        .join(Unit, Unit.id == SchoolClass.unit_id)
        .join(Person, Person.id == ClassTeacher.person_id)
        .where(Person.username.in_(names))
    )
    found: States = {}
    for row, group, code, username in db.execute(query):
        found[key_of(code, group.school_year, group.code, username)] = {
            "class": key_of(code, group.school_year, group.code),
            "person": username,
            "left_on": _iso(row.left_on),
        }
    return _only(found, keys)


def _only(found: Mapping[str, State], keys: Collection[str]) -> States:
    wanted = set(keys)
    return {key: dict(state) for key, state in found.items() if key in wanted}


_READERS: dict[Thing, Callable[[Session, list[str]], States]] = {
    "unit": _units,
    "person": _people,
    "class": _classes,
    "pupil": _pupils,
    "enrolment": _enrolments,
    "teacher": _teachers,
}
