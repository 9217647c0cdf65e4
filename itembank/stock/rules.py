"""May they? Questions about the stock of a subject."""

from __future__ import annotations

import uuid

from ..permissions import ALLOWED, Actor, Decision, Role, no

SEERS = (
    Role.TEACHER, Role.GROUP_LEAD, Role.SECRETARY, Role.COUNCIL_MEMBER, Role.EXAM_OFFICER,
    Role.PSYCHOMETRICIAN, Role.UNIT_ADMIN,
)  # fmt: skip
KEEPERS = (Role.SECRETARY, Role.EXAM_OFFICER)
LISTERS = (*KEEPERS, Role.GROUP_LEAD, Role.PSYCHOMETRICIAN)


def can_see(actor: Actor, subject: str) -> Decision:
    """Counts only: no content stands on the board."""
    if any(actor.has(role, subject=subject) for role in SEERS):
        return ALLOWED
    return no("stock_closed", "Kho câu hỏi dành cho người soạn, duyệt và tổ chức thi của môn này.")


def can_list(actor: Actor, subject: str) -> Decision:
    """Which items are locked, and since when, would tell what stood in an examination."""
    if any(actor.has(role, subject=subject) for role in LISTERS):
        return ALLOWED
    return no("stock_list_closed", "Danh sách câu của từng ô dành cho bộ phận phụ trách môn.")


def can_plan(actor: Actor, subject: str) -> Decision:
    if any(actor.has(role, subject=subject) for role in KEEPERS):
        return ALLOWED
    return no("stock_plan_closed", "Định mức và kế hoạch đề do thư kí hội đồng hoặc cán bộ tổ chức thi đặt.")  # fmt: skip


def can_mark_leaked(actor: Actor, subject: str) -> Decision:
    return can_plan(actor, subject)


def can_set_target(actor: Actor, unit_id: uuid.UUID) -> Decision:
    """How much a unit's teachers are asked to write."""
    roles = (Role.GROUP_LEAD, Role.UNIT_ADMIN, Role.SECRETARY)
    if any(actor.has(role, unit_id=unit_id) for role in roles):
        return ALLOWED
    return no("target_closed", "Chỉ tiêu đóng góp do tổ trưởng, quản trị đơn vị hoặc thư kí đặt.")
