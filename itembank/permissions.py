"""Who is acting, and the shape of an answer to «may they?».

Every rule is one question returning a Decision with a reason. Questions about a domain stand in
that domain's `rules.py`; this module holds what they share.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from .errors import Message, Refused, msg


class Role(StrEnum):
    TEACHER = "teacher"
    GROUP_LEAD = "group_lead"  # tổ trưởng chuyên môn
    APPRAISER = "appraiser"  # thẩm định
    COUNTER_REVIEWER = "counter_reviewer"  # phản biện
    SECRETARY = "secretary"  # thư kí hội đồng
    COUNCIL_MEMBER = "council_member"  # uỷ viên hội đồng
    EXAM_OFFICER = "exam_officer"
    INVIGILATOR = "invigilator"
    PSYCHOMETRICIAN = "psychometrician"
    UNIT_ADMIN = "unit_admin"
    INSPECTOR = "inspector"  # thanh tra, đoàn kiểm tra: looks, never acts


ROLE_NAMES: dict[Role, str] = {
    Role.TEACHER: "Giáo viên",
    Role.GROUP_LEAD: "Tổ trưởng chuyên môn",
    Role.APPRAISER: "Thẩm định viên",
    Role.COUNTER_REVIEWER: "Phản biện",
    Role.SECRETARY: "Thư kí hội đồng",
    Role.COUNCIL_MEMBER: "Uỷ viên hội đồng",
    Role.EXAM_OFFICER: "Cán bộ tổ chức thi",
    Role.INVIGILATOR: "Giám thị",
    Role.PSYCHOMETRICIAN: "Chuyên viên đo lường",
    Role.UNIT_ADMIN: "Quản trị đơn vị",
    Role.INSPECTOR: "Thanh tra thi",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a unit (and everything below it), for one subject or for all."""

    role: Role
    unit_id: uuid.UUID
    subject: str | None = None
    below: frozenset[uuid.UUID] = frozenset()

    def covers(self, unit_id: uuid.UUID | None, subject: str | None) -> bool:
        unit_ok = unit_id is None or unit_id == self.unit_id or unit_id in self.below
        return unit_ok and (self.subject is None or subject is None or subject == self.subject)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person acting. Built at the edge, passed explicitly, never looked up in a rule."""

    person_id: uuid.UUID
    name: str
    unit_id: uuid.UUID
    unit_name: str
    grants: tuple[Grant, ...] = ()
    subjects: tuple[str, ...] = ()

    def has(
        self, role: Role, *, unit_id: uuid.UUID | None = None, subject: str | None = None
    ) -> bool:
        return any(g.role is role and g.covers(unit_id, subject) for g in self.grants)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(g.role for g in self.grants)


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: Message | None = None
    code: str = "refused"

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(True)


def no(code: str, reason: str, **params: object) -> Decision:
    return Decision(False, msg(reason, **params), code)


def require(decision: Decision) -> None:
    """Raise the refusal with its reason; the first line of every service verb."""
    if not decision.allowed:
        raise Refused(
            decision.reason or msg("Bạn không có quyền làm việc này."), code=decision.code
        )


def needs_role(
    actor: Actor, role: Role, *, unit_id: uuid.UUID | None = None, subject: str | None = None
) -> Decision:
    if actor.has(role, unit_id=unit_id, subject=subject):
        return ALLOWED
    return no(
        "role_missing",
        "Việc này dành cho vai trò «{role}»; tài khoản của bạn không có vai trò đó ở đơn vị và môn này.",
        role=ROLE_NAMES[role],
    )
