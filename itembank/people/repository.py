"""All queries about units and people."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ..permissions import Actor, Grant, Role
from .models import Person, RoleGrant, Unit


def person_by_username(db: Session, username: str) -> Person | None:
    return db.scalar(select(Person).where(Person.username == username.strip().lower()))


def units_below(db: Session, unit_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Every unit under this one, by either parent."""
    found: set[uuid.UUID] = set()
    edge: set[uuid.UUID] = {unit_id}
    while edge:
        rows = db.scalars(
            select(Unit.id).where(
                or_(Unit.admin_parent_id.in_(edge), Unit.professional_parent_id.in_(edge))
            )
        )
        edge = set(rows) - found - {unit_id}
        found |= edge
    return frozenset(found)


def active_grants(db: Session, person_id: uuid.UUID) -> Sequence[RoleGrant]:
    return db.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))
    ).all()


def active_grants_of(db: Session, ids: Collection[uuid.UUID]) -> Sequence[RoleGrant]:
    """Of several people, the oldest first."""
    query = select(RoleGrant).where(RoleGrant.revoked_at.is_(None), RoleGrant.person_id.in_(ids))
    return db.scalars(query.order_by(RoleGrant.granted_at, RoleGrant.id)).all()


def load_actor(db: Session, person: Person) -> Actor:
    """The actor a person is, with the reach of each role resolved."""
    unit = db.get_one(Unit, person.unit_id)
    grants = tuple(
        Grant(Role(g.role), g.unit_id, g.subject, units_below(db, g.unit_id))
        for g in active_grants(db, person.id)
    )
    subjects = tuple(s for s in person.subjects.split(",") if s)
    return Actor(person.id, person.full_name, unit.id, unit.name, grants, subjects)


def people_with_role(db: Session, role: Role, subject: str | None = None) -> Sequence[Person]:
    """Active people holding the role, for this subject or for all."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None), Person.is_active)
        .order_by(Person.full_name, Person.id)
    )
    if subject is not None:
        query = query.where(or_(RoleGrant.subject.is_(None), RoleGrant.subject == subject))
    return db.scalars(query.distinct()).all()


def people_by_id(db: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Person]:
    return {person.id: person for person in db.scalars(select(Person).where(Person.id.in_(ids)))}


def unit_by_code(db: Session, code: str) -> Unit | None:
    return db.scalar(select(Unit).where(Unit.code == code))


def names(db: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = db.execute(select(Person.id, Person.full_name).where(Person.id.in_(ids)))
    return {row.id: row.full_name for row in rows}


def unit_names(db: Session, ids: Collection[uuid.UUID] | None = None) -> dict[uuid.UUID, str]:
    """These units, or every unit, by name as lists show it."""
    query = select(Unit.id, Unit.name)
    if ids is not None:
        query = query.where(Unit.id.in_(ids))
    return {row.id: row.name for row in db.execute(query)}
