"""Verbs about units, people and their roles."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from .. import audit
from ..db import new_id
from ..errors import Conflict, Invalid, msg, problem
from ..permissions import Actor, Role, needs_role, require
from . import repository, rules
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
    levels: tuple[str, ...] = (),
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
    person = new_person(
        db, actor, unit=unit, username=username, full_name=full_name,
        password_hash=password_hash, now=now, subjects=subjects, levels=levels,
        must_change_password=must_change_password,
    )  # fmt: skip
    db.flush()
    return person


def new_person(
    db: Session,
    actor: Actor | None,
    *,
    unit: Unit,
    username: str,
    full_name: str,
    password_hash: str | None,
    now: datetime,
    subjects: tuple[str, ...] = (),
    levels: tuple[str, ...] = (),
    must_change_password: bool = True,
) -> Person:
    """As `create_person`, for a list whose user names were looked up together; not flushed."""
    if actor is not None:
        require(needs_role(actor, Role.UNIT_ADMIN, unit_id=unit.id))
    person = Person(
        id=new_id(),
        unit_id=unit.id,
        username=username,
        full_name=full_name,
        password_hash=password_hash,
        must_change_password=must_change_password,
        subjects=",".join(subjects),
        levels=",".join(levels),
        created_at=now,
    )
    db.add(person)
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
    reason: str | None = None,
) -> RoleGrant:
    """A role in a unit and everything below it, for one subject or for all."""
    grant = new_grant(db, actor, person, role, unit, now=now, subject=subject, reason=reason)
    db.flush()
    return grant


def new_grant(
    db: Session,
    actor: Actor | None,
    person: Person,
    role: Role,
    unit: Unit,
    *,
    now: datetime,
    subject: str | None = None,
    reason: str | None = None,
) -> RoleGrant:
    """As `grant_role`, not flushed."""
    if actor is not None:
        require(rules.can_grant(actor, person, unit, subject))
    grant = RoleGrant(
        person_id=person.id, role=role, unit_id=unit.id, subject=subject, granted_at=now
    )
    db.add(grant)
    audit.record(
        db,
        actor,
        "role.granted",
        "person",
        person.id,
        now=now,
        after={"role": role, "unit": unit.code, "subject": subject},
        reason=reason,
    )
    return grant


def take_back_role(
    db: Session, actor: Actor, grant: RoleGrant, *, reason: str, now: datetime
) -> None:
    """End a role, and say why."""
    require(rules.can_take_back(actor, grant))
    if not reason.strip():
        raise Invalid(
            "Ghi lí do thu hồi vai trò.", problems=[problem("reason", "Ghi lí do thu hồi.")]
        )
    if grant.revoked_at is not None:
        raise Conflict("Vai trò này đã được thu hồi rồi.", code="already_revoked")
    grant.revoked_at = now
    audit.record(
        db, actor, "role.revoked", "person", grant.person_id, now=now, reason=reason.strip(),
        before={"role": grant.role, "unit": str(grant.unit_id), "subject": grant.subject},
    )  # fmt: skip


def carry_over(
    db: Session, actor: Actor, person: Person, grant: RoleGrant, heir: Unit, *, now: datetime,
    reason: str,
) -> None:  # fmt: skip
    """A role held in a unit that ends goes on in its successor, once."""
    grant.revoked_at = now
    held = {(g.role, g.unit_id, g.subject) for g in repository.active_grants(db, person.id)}
    if (grant.role, heir.id, grant.subject) not in held:
        db.add(
            RoleGrant(
                person_id=person.id, role=grant.role, unit_id=heir.id, subject=grant.subject,
                granted_at=now,
            )
        )  # fmt: skip
    audit.record(
        db, actor, "role.carried_over", "person", person.id, now=now, reason=reason,
        after={"role": grant.role, "unit": heir.code, "subject": grant.subject},
    )  # fmt: skip


def change_profile(
    db: Session,
    actor: Actor | None,
    person: Person,
    *,
    full_name: str,
    unit: Unit,
    subjects: Sequence[str],
    levels: Sequence[str],
    now: datetime,
) -> None:
    """Name, unit, subjects and levels taught."""
    if actor is not None:
        require(rules.can_move(actor, person, unit))
    if not full_name.strip():
        raise Invalid("Ghi họ tên.", problems=[problem("full_name", "Ghi họ tên.")])
    before = profile_of(person)
    person.full_name, person.unit_id = full_name.strip()[:200], unit.id
    person.subjects, person.levels = (
        ",".join(filter(None, subjects)),
        ",".join(filter(None, levels)),
    )
    db.flush()
    audit.record(
        db, actor, "person.changed", "person", person.id, now=now, before=before,
        after=profile_of(person),
    )  # fmt: skip


def profile_of(person: Person) -> dict[str, str]:
    return {
        "full_name": person.full_name,
        "unit": str(person.unit_id),
        "subjects": person.subjects,
        "levels": person.levels,
    }


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
        held = repository.active_grants(db, person.id)
        require(rules.can_reset_password(actor, person, held))
    person.password_hash = password_hash
    person.must_change_password = must_change
    own = actor is not None and actor.person_id == person.id
    action = "password.changed" if own else "password.reset"
    audit.record(db, actor, action, "person", person.id, now=now)


def person_of(db: Session, person_id: uuid.UUID) -> Person:
    return db.get_one(Person, person_id)


def set_active(
    db: Session, actor: Actor | None, person: Person, active: bool, *, now: datetime
) -> None:
    """Lock an account or open it again. Nobody locks their own way out."""
    if actor is not None:
        require(rules.can_manage(actor, person))
        if person.id == actor.person_id:
            raise Invalid("Không tự khoá tài khoản của mình được; nhờ một quản trị khác.")
    person.is_active = active
    action = "person.unlocked" if active else "person.locked"
    audit.record(db, actor, action, "person", person.id, now=now)
