"""A plan carried out in the bank, and the bank as a roster. One transaction, audited."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ... import audit
from ...errors import NotFound, msg
from ...people import repository, service
from ...people.models import Person, RoleGrant, Unit
from ...permissions import Actor, Role, needs_role, require
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
_ROLE_WORDS = {role: word for word, role in STAFF_ROLES.items()}


def plan_for(db: Session, roster: Roster) -> RosterPlan:
    """What the package would change here and now."""
    return planned(roster, _known_units(db), _known_people(db))


def applied(db: Session, actor: Actor | None, plan: RosterPlan, *, now: datetime) -> None:
    """Do what the plan says. `actor` None is the installation itself; else a unit's administrator,
    who may change only what is below their unit.

    Accounts are made without a password: nobody can sign in before an administrator sets one.
    """
    for unit in plan.units:
        _apply_unit(db, actor, unit, now)
    for person in plan.people:
        _apply_person(db, actor, person, now)


def _apply_unit(db: Session, actor: Actor | None, change: UnitChange, now: datetime) -> None:
    parent = repository.unit_by_code(db, change.parent) if change.parent else None
    if actor is not None:
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=parent.id if parent else None))
    if change.is_new:
        unit = service.create_unit(
            db, code=change.code, name=change.name, kind=change.kind, admin_parent=parent
        )
        audit.record(db, actor, "unit.added", "unit", unit.id, now=now, after={"code": unit.code})
        return
    unit = _unit(db, change.code)
    if actor is not None:
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=unit.id))
    before = {"name": unit.name}
    unit.name = change.name
    if parent is not None:
        unit.admin_parent_id = parent.id
    audit.record(
        db, actor, "unit.changed", "unit", unit.id, now=now, before=before,
        after={"name": unit.name, "parent": change.parent},
    )  # fmt: skip


def _unit(db: Session, code: str) -> Unit:
    unit = repository.unit_by_code(db, code)
    if unit is None:
        raise NotFound(msg("Không có đơn vị mã «{code}».", code=code))
    return unit


def _apply_person(db: Session, actor: Actor | None, change: PersonChange, now: datetime) -> None:
    unit = _unit(db, change.unit)
    person = repository.person_by_username(db, change.username)
    if person is None:
        person = service.create_person(
            db, actor, unit=unit, username=change.username, full_name=change.full_name,
            password_hash=None, now=now,
        )  # fmt: skip
        person.is_active = change.is_active
    else:
        _change_person(db, actor, person, change, unit, now)
    for role, code in change.add_roles:
        service.grant_role(db, actor, person, role, _unit(db, code), now=now)


def _change_person(
    db: Session, actor: Actor | None, person: Person, change: PersonChange, unit: Unit,
    now: datetime,
) -> None:  # fmt: skip
    if actor is not None:
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=person.unit_id))
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=unit.id))
    before = {"full_name": person.full_name, "is_active": person.is_active}
    person.full_name, person.unit_id = change.full_name, unit.id
    person.is_active = change.is_active
    audit.record(
        db, actor, "person.changed", "person", person.id, now=now, before=before,
        after={"full_name": person.full_name, "is_active": person.is_active, "unit": unit.code},
    )  # fmt: skip


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
