"""What the administration pages show."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from itembank.people.models import Person, RoleGrant, Unit
from itembank.permissions import ROLE_NAMES, Actor, Role

from ..settings import Settings, setting_fields


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: uuid.UUID
    full_name: str
    username: str
    unit: str
    roles: list[str]
    waits_for_first_sign_in: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class SettingRow:
    variable: str
    value: str
    help: str


@dataclass(frozen=True, slots=True)
class AdminPage:
    people: list[PersonRow]
    units: list[Unit]
    settings: list[SettingRow]


def managed_units(db: Session, actor: Actor) -> frozenset[uuid.UUID]:
    """The units this person administers: those of the role and everything below."""
    found: set[uuid.UUID] = set()
    for grant in actor.grants:
        if grant.role is Role.UNIT_ADMIN:
            found |= {grant.unit_id, *grant.below}
    return frozenset(found)


def admin_page(db: Session, actor: Actor, settings: Settings) -> AdminPage:
    managed = managed_units(db, actor)
    units = list(db.scalars(select(Unit).where(Unit.id.in_(managed)).order_by(Unit.name)))
    staff = db.scalars(
        select(Person).where(Person.unit_id.in_(managed)).order_by(Person.full_name, Person.id)
    ).all()
    return AdminPage(_people(db, staff, units), units, _settings(settings))


def _people(db: Session, staff: Sequence[Person], units: Sequence[Unit]) -> list[PersonRow]:
    unit_names = {unit.id: unit.name for unit in units}
    roles: dict[uuid.UUID, list[str]] = {}
    query = select(RoleGrant).where(RoleGrant.revoked_at.is_(None)).order_by(RoleGrant.granted_at)
    for grant in db.scalars(query):
        roles.setdefault(grant.person_id, []).append(ROLE_NAMES[Role(grant.role)])
    return [
        PersonRow(
            id=person.id,
            full_name=person.full_name,
            username=person.username,
            unit=unit_names[person.unit_id],
            roles=roles.get(person.id, []),
            waits_for_first_sign_in=person.must_change_password,
            is_active=person.is_active,
        )
        for person in staff
    ]


def _settings(settings: Settings) -> list[SettingRow]:
    return [
        SettingRow(
            variable=f"KHAOTHI_{spec.name.upper()}",
            value=_shown(spec.name, getattr(settings, spec.name)),
            help=spec.metadata["help"],
        )
        for spec in setting_fields()
    ]


def _shown(name: str, value: object) -> str:
    """A database address may hold a password, and a page is no place for one."""
    text = str(value)
    if name == "database_url" and "@" in text:
        scheme, _, rest = text.partition("://")
        return f"{scheme}://…@{rest.rpartition('@')[2]}"
    return text or "–"


def unit_codes(db: Session, actor: Actor) -> dict[str, Unit]:
    managed = managed_units(db, actor)
    return {u.code: u for u in db.scalars(select(Unit).where(Unit.id.in_(managed)))}


def usernames(db: Session) -> set[str]:
    return set(db.scalars(select(Person.username)))
