"""A plan carried out in the bank, and the bank as a roster. One transaction, audited."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...people.intake.applying import carry_out
from ...people.intake.known import states_of
from ...people.intake.rows import Wanted, planned_row
from ...people.intake.staff_list import role_words
from ...people.intake.work import Work
from ...people.models import Person, RoleGrant, Unit
from ...permissions import Actor, Role
from .plan import (
    STAFF_ROLES,
    KnownPerson,
    KnownUnit,
    PersonChange,
    RosterPlan,
    UnitChange,
    planned,
)
from .tables import Record, Roster, name_parts

ORG_TYPES = {"truong": "school", "xa": "local", "so": "state", "cum": "department",
             "phong_gddt": "district"}  # fmt: skip
REASON = "Nhập gói OneRoster"
_ROLE_WORDS = {role: word for word, role in STAFF_ROLES.items()}


def plan_for(db: Session, roster: Roster) -> RosterPlan:
    """What the package would change here and now."""
    return planned(roster, _known_units(db), _known_people(db))


def applied(db: Session, actor: Actor | None, plan: RosterPlan, *, now: datetime) -> None:
    """Do what the plan says. `actor` None is the installation itself; else a unit's administrator,
    who may change only what is below their unit.

    Accounts are made without a password: nobody can sign in before an administrator sets one.
    """
    units = states_of(db, "unit", [change.code for change in plan.units])
    people = states_of(db, "person", [change.username for change in plan.people])
    wanted = [*map(_unit_wanted, plan.units), *map(_person_wanted, plan.people)]
    rows = [planned_row(w, (units if w.thing == "unit" else people).get(w.key)) for w in wanted]
    carry_out(Work(db, actor, now, REASON), [row for row in rows if row.action != "leave"])


def _unit_wanted(change: UnitChange) -> Wanted:
    fields = {
        "code": change.code, "name": change.name, "kind": change.kind,
        "parent": change.parent or None, "professional_parent": None, "valid_from": None,
        "valid_to": None,
    }  # fmt: skip
    return Wanted(0, "unit", change.code, change.name, fields, at_creation=frozenset({"kind"}))


def _person_wanted(change: PersonChange) -> Wanted:
    words = [role_words(role, code, None) for role, code in change.add_roles]
    fields = {
        "username": change.username, "full_name": change.full_name, "unit": change.unit,
        "subjects": None, "levels": None, "is_active": change.is_active, "roles": sorted(words),
    }  # fmt: skip
    return Wanted(0, "person", change.username, change.full_name, fields)


def _known_units(db: Session) -> dict[str, KnownUnit]:
    units = {unit.id: unit for unit in db.scalars(select(Unit))}
    codes = {unit.id: unit.code for unit in units.values()}
    return {
        unit.code: KnownUnit(unit.name, codes[unit.admin_parent_id] if unit.admin_parent_id else "")
        for unit in units.values()
    }


def _known_people(db: Session) -> dict[str, KnownPerson]:
    codes = {unit.id: unit.code for unit in db.scalars(select(Unit))}
    roles: dict[object, set[tuple[Role, str]]] = {}
    for grant in _grants(db):
        roles.setdefault(grant.person_id, set()).add((Role(grant.role), codes[grant.unit_id]))
    return {
        person.username: KnownPerson(
            person.full_name, codes[person.unit_id], person.is_active,
            frozenset(roles.get(person.id, set())),
        )
        for person in db.scalars(select(Person))
    }  # fmt: skip


def _grants(db: Session) -> list[RoleGrant]:
    found = db.scalars(
        select(RoleGrant).where(RoleGrant.revoked_at.is_(None)).order_by(RoleGrant.granted_at)
    )
    return list(found)


def roster_of(db: Session) -> Roster:
    """Units and staff of the bank as a roster; `sourcedId` is the code and the user name."""
    units = list(db.scalars(select(Unit).order_by(Unit.code)))
    people = list(db.scalars(select(Person).order_by(Person.username)))
    codes = {unit.id: unit.code for unit in units}
    names = {person.id: person.username for person in people}
    orgs = tuple(_org(unit, codes) for unit in units)
    users = tuple(_user(person, codes) for person in people)
    return Roster({"orgs": orgs, "users": users, "roles": tuple(_role_rows(db, codes, names))})


def _org(unit: Unit, codes: dict[uuid.UUID, str]) -> Record:
    parent = codes[unit.admin_parent_id] if unit.admin_parent_id else ""
    return _record(sourcedId=unit.code, name=unit.name, type=ORG_TYPES.get(unit.kind, "school"),
                   identifier=unit.code, parentSourcedId=parent)  # fmt: skip


def _user(person: Person, codes: dict[uuid.UUID, str]) -> Record:
    return _record(
        sourcedId=person.username,
        enabledUser="true" if person.is_active else "false",
        username=person.username,
        primaryOrgSourcedId=codes[person.unit_id],
        **name_parts(person.full_name),
    )


def _role_rows(
    db: Session, codes: dict[uuid.UUID, str], names: dict[uuid.UUID, str]
) -> list[Record]:
    made: dict[tuple[str, str, str], Record] = {}
    seen: set[str] = set()
    for grant in _grants(db):
        word = _ROLE_WORDS.get(Role(grant.role))
        if word is None:
            continue
        user, org = names[grant.person_id], codes[grant.unit_id]
        kind = "secondary" if user in seen else "primary"
        seen.add(user)
        made.setdefault((user, word, org), _record(
            sourcedId=f"{user}:{word}:{org}", userSourcedId=user, roleType=kind, role=word,
            orgSourcedId=org,
        ))  # fmt: skip
    return list(made.values())


def _record(**cells: str) -> Record:
    return Record({name: value for name, value in cells.items() if value})
