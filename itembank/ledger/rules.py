"""May they? Who sees whose contributions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from ..permissions import ALLOWED, Actor, Decision, Grant, Role, no

KEEPERS = (Role.SECRETARY, Role.EXAM_OFFICER, Role.UNIT_ADMIN, Role.GROUP_LEAD)


@dataclass(frozen=True, slots=True)
class Reach:
    """Units and subjects a person may see contributions of, grant by grant; and their own."""

    person_id: uuid.UUID
    grants: Sequence[Grant]

    def covers(self, person_id: uuid.UUID, unit_id: uuid.UUID | None, subject: str) -> bool:
        return person_id == self.person_id or any(g.covers(unit_id, subject) for g in self.grants)


def reach_of(actor: Actor) -> Reach:
    return Reach(actor.person_id, [g for g in actor.grants if g.role in KEEPERS])


def can_see_ledger(actor: Actor) -> Decision:
    """Teachers see their own line, those who lead see their unit's."""
    if actor.has(Role.TEACHER) or any(actor.has(role) for role in KEEPERS):
        return ALLOWED
    return no("ledger_closed", "Sổ đóng góp dành cho giáo viên và người phụ trách đơn vị.")


def can_see_retrospective(actor: Actor, subject: str) -> Decision:
    roles = (*KEEPERS, Role.COUNCIL_MEMBER, Role.PSYCHOMETRICIAN)
    if any(actor.has(role, subject=subject) for role in roles):
        return ALLOWED
    return no("retrospective_closed", "Nhìn lại năm học dành cho người phụ trách môn học.")
