"""Who may prepare the check of a room, and who may read how its machines do."""

from __future__ import annotations

from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_supervise
from delivery.sittings.states import CLOSED
from itembank.permissions import ALLOWED, Actor, Decision, Role, needs_role, no

from .occasions import Occasion


def can_issue_room_code(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_supervise(actor, sitting)
    if allowed and sitting.state == CLOSED:
        return no("sitting_closed", "Ca thi đã đóng; không kiểm tra máy cho ca này nữa.")
    return allowed


def can_check_at_box(occasion: Occasion) -> Decision:
    """Before its package is open nobody can sign in to a box: whoever stands at it prepares."""
    if occasion.is_shut:
        return ALLOWED
    return no("package_open", "Gói đã mở. Giám thị đăng nhập, rồi vào trang Kiểm tra máy.")


def can_read_readiness(actor: Actor, sitting: Sitting) -> Decision:
    """Who runs the room, and who looks after the unit's machines."""
    if needs_role(actor, Role.UNIT_ADMIN, unit_id=sitting.unit_id):
        return ALLOWED
    return can_supervise(actor, sitting)
