"""Who may say which forms a sitting has and who gets which."""

from __future__ import annotations

from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_plan, can_supervise
from delivery.sittings.states import CLOSED, PLANNED
from itembank.permissions import Actor, Decision, no


def can_arrange(actor: Actor, sitting: Sitting) -> Decision:
    """Forms, room plans and who gets which: the planner's work, before the paper is opened."""
    allowed = can_plan(actor, sitting.unit_id)
    if allowed and sitting.state != PLANNED:
        return no("sitting_opened", "Ca thi đã mở; không chia lại mã đề được nữa.")
    return allowed


def can_switch_to_reserve(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_supervise(actor, sitting)
    if allowed and sitting.state == CLOSED:
        return no("sitting_closed", "Ca thi đã đóng; không đổi gì được nữa.")
    return allowed
