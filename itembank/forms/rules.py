"""Who may assemble, look into and freeze a form."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from ..permissions import ALLOWED, Actor, Decision, Role, needs_role, no
from .models import TestForm
from .states import DRAFT, FROZEN, may_become


def can_assemble(actor: Actor, subject: str) -> Decision:
    return needs_role(actor, Role.EXAM_OFFICER, subject=subject)


def can_change(actor: Actor, form: TestForm) -> Decision:
    allowed = can_assemble(actor, form.subject)
    if not allowed:
        return allowed
    if form.state != DRAFT:
        return no("form_frozen", "Đề đã chốt, không sửa được nữa; lập đề khác nếu cần đổi câu.")
    return ALLOWED


def can_use_item(actor: Actor, authors: Collection[uuid.UUID | None]) -> Decision:
    """Whoever writes an item does not put it into a paper."""
    if actor.person_id in authors:
        return no("own_item", "Bạn là tác giả của câu hỏi này, nên không được đưa nó vào đề.")
    return ALLOWED


def can_freeze(actor: Actor, form: TestForm) -> Decision:
    allowed = can_assemble(actor, form.subject)
    if not allowed:
        return allowed
    if not may_become(form.state, FROZEN):
        return no("form_frozen", "Đề này không ở trạng thái đang lập nên không chốt được.")
    return ALLOWED


def can_view(actor: Actor, form: TestForm) -> Decision:
    """Keys included: this is the page of the person who assembles the paper."""
    return can_assemble(actor, form.subject)


def can_create_external(actor: Actor, subject: str) -> Decision:
    allowed = needs_role(actor, Role.PSYCHOMETRICIAN, subject=subject)
    return allowed or can_assemble(actor, subject)
