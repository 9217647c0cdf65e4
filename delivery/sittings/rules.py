"""Who may plan a sitting, and who may run it on the day."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from itembank.permissions import ALLOWED, Actor, Decision, Role, needs_role, no

from .models import Sitting, SittingAction
from .states import CLOSED, OPEN, PLANNED, may_become

TWO = 2
ASKING_LASTS = timedelta(minutes=30)


def can_plan(actor: Actor, unit_id: uuid.UUID, subject: str | None = None) -> Decision:
    """Create a sitting of this unit, its roster and its codes, and read its results."""
    return needs_role(actor, Role.EXAM_OFFICER, unit_id=unit_id, subject=subject)


def can_supervise(actor: Actor, sitting: Sitting) -> Decision:
    """Open, close, and help candidates: the invigilators of the unit, or whoever planned."""
    allowed = needs_role(actor, Role.INVIGILATOR, unit_id=sitting.unit_id)
    return allowed or can_plan(actor, sitting.unit_id)


def can_change_roster(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_plan(actor, sitting.unit_id)
    if not allowed:
        return allowed
    if sitting.state == CLOSED:
        return no("sitting_closed", "Ca thi đã đóng; danh sách thí sinh không đổi được nữa.")
    return ALLOWED


def can_replace_roster(actor: Actor, sitting: Sitting, *, codes_issued: int) -> Decision:
    allowed = can_change_roster(actor, sitting)
    if not allowed:
        return allowed
    if sitting.state != PLANNED or codes_issued:
        return no(
            "roster_in_use",
            "Đã phát mã dự thi hoặc đã mở ca, nên không thay cả danh sách được; chỉ thêm thí sinh mới.",
        )
    return ALLOWED


def can_issue_codes(actor: Actor, sitting: Sitting) -> Decision:
    """Printing the slips is the planner's work; one lost slip in the room is the invigilator's."""
    allowed = can_plan(actor, sitting.unit_id)
    if not allowed:
        return allowed
    return _not_closed(sitting)


def can_reissue_code(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_supervise(actor, sitting)
    if not allowed:
        return allowed
    return _not_closed(sitting)


def _not_closed(sitting: Sitting) -> Decision:
    if sitting.state == CLOSED:
        return no("sitting_closed", "Ca thi đã đóng; không phát mã dự thi được nữa.")
    return ALLOWED


def can_ask_opening(actor: Actor, sitting: Sitting, held_at: str | None) -> Decision:
    """`held_at` is the site that has the package: two places must never run one sitting."""
    allowed = can_supervise(actor, sitting)
    if allowed and not may_become(sitting.state, OPEN):
        return no("sitting_not_planned", "Ca thi này đã mở hoặc đã đóng, nên không mở lại được.")
    if allowed and held_at is not None:
        return no(
            "held_at_a_site",
            "Gói đề của ca này đã giao cho điểm thi «{site}», nên ca mở ở máy của điểm thi đó. Muốn "
            "thi ở đây, lập một ca thi khác.",
            site=held_at,
        )
    return allowed


def can_open(
    actor: Actor,
    sitting: Sitting,
    asked: SittingAction | None,
    now: datetime,
    held_at: str | None,
) -> Decision:
    """Where opening takes two, one asks and another opens within half an hour."""
    allowed = can_ask_opening(actor, sitting, held_at)
    if not allowed or sitting.openers < TWO:
        return allowed
    if asked is None or now - asked.at > ASKING_LASTS:
        return no(
            "opening_not_asked",
            "Mở đề cần hai người: một người đề nghị, người khác mở trong vòng 30 phút.",
        )
    if asked.by_id == actor.person_id:
        return no("second_person", "Mở đề cần hai người: người khác người đề nghị bấm mở.")
    return ALLOWED


def can_close(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_supervise(actor, sitting)
    if allowed and not may_become(sitting.state, CLOSED):
        return no(
            "sitting_not_open", "Ca thi này không ở trạng thái đang thi, nên không đóng được."
        )
    return allowed
