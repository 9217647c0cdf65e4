"""May they? Questions about units, people, their roles and records; each answer has a reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from ..permissions import ALLOWED, Actor, Decision, Role, needs_role, no
from .models import Person, RoleGrant, Unit


def administered(actor: Actor) -> frozenset[uuid.UUID]:
    """The units this person administers for every subject: those of the role and all below."""
    found: set[uuid.UUID] = set()
    for grant in actor.grants:
        if grant.role is Role.UNIT_ADMIN and grant.subject is None:
            found |= {grant.unit_id, *grant.below}
    return frozenset(found)


def units_below_own(actor: Actor) -> frozenset[uuid.UUID]:
    """Of these, the ones that stand below, which the person may also rename, move and close."""
    found: set[uuid.UUID] = set()
    for grant in actor.grants:
        if grant.role is Role.UNIT_ADMIN and grant.subject is None:
            found |= grant.below
    return frozenset(found)


def can_manage(actor: Actor, person: Person) -> Decision:
    """Change an account: an administrator of the person's unit or of one above."""
    return needs_role(actor, Role.UNIT_ADMIN, unit_id=person.unit_id)


def can_move(actor: Actor, person: Person, unit: Unit) -> Decision:
    return can_manage(actor, person) and needs_role(actor, Role.UNIT_ADMIN, unit_id=unit.id)


def can_reset_password(actor: Actor, person: Person, held: Iterable[RoleGrant]) -> Decision:
    """Whoever sets a password can act as its owner: only where every role of theirs is in reach."""
    if actor.person_id == person.id:
        return no("own_password", "Đổi mật khẩu của mình ở trang «Đổi mật khẩu».")
    inside = administered(actor)
    if any(grant.unit_id not in inside for grant in held):
        return no(
            "wider_role",
            "Người này giữ vai trò ngoài phạm vi bạn quản trị; quản trị cấp trên đặt lại mật khẩu.",
        )
    return can_manage(actor, person)


def can_grant(actor: Actor, person: Person, unit: Unit, subject: str | None) -> Decision:
    """Give a role in a unit: never to oneself, never for more subjects than one administers."""
    if actor.person_id == person.id:
        return no("own_role", "Không tự cấp vai trò cho mình được; nhờ một quản trị khác.")
    return _administers(actor, unit.id, subject)


def can_take_back(actor: Actor, grant: RoleGrant) -> Decision:
    if actor.person_id == grant.person_id and grant.role == Role.UNIT_ADMIN:
        return no("own_role", "Không tự bỏ quyền quản trị của mình được; nhờ một quản trị khác.")
    return _administers(actor, grant.unit_id, grant.subject)


def _administers(actor: Actor, unit_id: uuid.UUID, subject: str | None) -> Decision:
    """An administrator for one subject decides about that subject only."""
    for grant in actor.grants:
        is_wide_enough = grant.subject is None or grant.subject == subject
        if grant.role is Role.UNIT_ADMIN and grant.covers(unit_id, subject) and is_wide_enough:
            return ALLOWED
    return no(
        "not_administered",
        "Đơn vị và môn này không thuộc phạm vi bạn quản trị.",
    )


def can_change_unit(actor: Actor, unit: Unit) -> Decision:
    """Rename, move or close: an administrator above the unit, not the unit's own.

    A unit without a parent has nobody above it; there its own administrator decides.
    """
    is_top = unit.admin_parent_id is None and unit.professional_parent_id is None
    for grant in actor.grants:
        is_above = unit.id in grant.below or (is_top and grant.unit_id == unit.id)
        if grant.role is Role.UNIT_ADMIN and grant.subject is None and is_above:
            return ALLOWED
    return no(
        "not_above",
        "Việc đổi tên, chuyển, sáp nhập hay đóng «{unit}» do quản trị của đơn vị cấp trên làm.",
        unit=unit.name,
    )


def can_add_below(actor: Actor, parent: Unit | None) -> Decision:
    if parent is None:
        return no("no_parent", "Chọn đơn vị cấp trên mà bạn quản trị.")
    return _administers(actor, parent.id, None)


def can_record(actor: Actor, person: Person) -> Decision:
    """Qualifications and certificates: the person themself or their administrator."""
    return ALLOWED if actor.person_id == person.id else can_manage(actor, person)


def can_appoint(actor: Actor, person: Person, unit: Unit, subject: str | None) -> Decision:
    if actor.person_id == person.id:
        return no(
            "own_appointment", "Không tự ghi quyết định cho mình được; nhờ một quản trị khác."
        )
    return _administers(actor, unit.id, subject)


def can_end(actor: Actor, person: Person) -> Decision:
    """End a record: never one's own, or a conflict of interest could be wished away."""
    if actor.person_id == person.id:
        return no("own_record", "Không tự kết thúc bản ghi của mình được; nhờ quản trị đơn vị.")
    return can_manage(actor, person)


def can_see_records(actor: Actor, person: Person) -> Decision:
    return ALLOWED if actor.person_id == person.id else can_manage(actor, person)
