"""Verbs about units, people and their roles."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from .. import audit
from ..errors import Invalid, msg, problem
from ..permissions import Actor, Role, needs_role, require
from . import repository
from .models import Person, RoleGrant, Unit


def create_unit(
    db: Session,
    *,
    code: str,
    name: str,
    kind: str,
    admin_parent: Unit | None = None,
    professional_parent: Unit | None = None,
) -> Unit:
    unit = Unit(
        code=code,
        name=name,
        kind=kind,
        admin_parent_id=admin_parent.id if admin_parent else None,
        professional_parent_id=professional_parent.id if professional_parent else None,
    )
    db.add(unit)
    db.flush()
    return unit


def create_person(
    db: Session,
    actor: Actor | None,
    *,
    unit: Unit,
    username: str,
    full_name: str,
    password_hash: str | None,
    now: datetime,
    subjects: tuple[str, ...] = (),
    must_change_password: bool = True,
) -> Person:
    """Add a member of staff. `actor` is None when the installation itself does it."""
    if actor is not None:
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=unit.id))
    username = username.strip().lower()
    if repository.person_by_username(db, username):
        raise Invalid(
            msg("Tên đăng nhập «{name}» đã có người dùng.", name=username),
            code="username_taken",
            problems=[problem("username", "Chọn tên đăng nhập khác.")],
        )
    person = Person(
        unit_id=unit.id,
        username=username,
        full_name=full_name,
        password_hash=password_hash,
        must_change_password=must_change_password,
        subjects=",".join(subjects),
        created_at=now,
    )
    db.add(person)
    db.flush()
    audit.record(
        db, actor, "person.created", "person", person.id, now=now, after={"username": username}
    )
    return person


def grant_role(
    db: Session,
    actor: Actor | None,
    person: Person,
    role: Role,
    unit: Unit,
    *,
    now: datetime,
    subject: str | None = None,
) -> RoleGrant:
    if actor is not None:
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=unit.id))
    grant = RoleGrant(
        person_id=person.id, role=role, unit_id=unit.id, subject=subject, granted_at=now
    )
    db.add(grant)
    db.flush()
    audit.record(
        db,
        actor,
        "role.granted",
        "person",
        person.id,
        now=now,
        after={"role": role, "unit": unit.code, "subject": subject},
    )
    return grant


def set_password(
    db: Session,
    actor: Actor | None,
    person: Person,
    password_hash: str,
    *,
    now: datetime,
    must_change: bool,
) -> None:
    """Set a password: the person themself, or an administrator of their unit as a reset."""
    if actor is not None and actor.person_id != person.id:
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=person.unit_id))
    person.password_hash = password_hash
    person.must_change_password = must_change
    own = actor is not None and actor.person_id == person.id
    action = "password.changed" if own else "password.reset"
    audit.record(db, actor, action, "person", person.id, now=now)


def person_of(db: Session, person_id: uuid.UUID) -> Person:
    return db.get_one(Person, person_id)


def set_active(db: Session, actor: Actor, person: Person, active: bool, *, now: datetime) -> None:
    """Lock an account or open it again. Nobody locks their own way out."""
    require(needs_role(actor, Role.UNIT_ADMIN, unit_id=person.unit_id))
    if person.id == actor.person_id:
        raise Invalid("Không tự khoá tài khoản của mình được; nhờ một quản trị khác.")
    person.is_active = active
    action = "person.unlocked" if active else "person.locked"
    audit.record(db, actor, action, "person", person.id, now=now)
