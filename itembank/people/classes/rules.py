"""May they? Questions about classes and their pupils."""

from __future__ import annotations

import uuid

from ...permissions import ALLOWED, Actor, Decision, Role, no
from .models import SchoolClass


def can_keep_classes(actor: Actor, unit_id: uuid.UUID) -> Decision:
    """Write down classes of a school: its administrator, or a teacher in their own school."""
    is_own_school = actor.unit_id == unit_id and actor.has(Role.TEACHER, unit_id=unit_id)
    if is_own_school or actor.has(Role.UNIT_ADMIN, unit_id=unit_id):
        return ALLOWED
    return no("not_your_school", "Danh sách lớp do quản trị hoặc giáo viên của chính trường lập.")


def can_change_class(actor: Actor, group: SchoolClass, *, teaches: bool) -> Decision:
    """Change who is in a class: those who teach it, or the school's administrator."""
    if teaches or actor.has(Role.UNIT_ADMIN, unit_id=group.unit_id):
        return ALLOWED
    return no("not_your_class", "Lớp này do giáo viên dạy lớp hoặc quản trị trường quản lí.")


can_see_pupils = can_change_class
