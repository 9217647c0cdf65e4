"""Who may let count what came too late: two people of the organisation of examinations."""

from __future__ import annotations

from delivery.results.rescoring.rules import can_look
from delivery.sittings.models import Sitting
from itembank.permissions import ALLOWED, Actor, Decision, no

from .models import LateRuling, LateRulingDecision
from .repository import LateWork


def can_ask(actor: Actor, sitting: Sitting, work: LateWork) -> Decision:
    """Once the sitting is closed and scored, about work on which nobody's request waits."""
    allowed = can_look(actor, sitting)
    if not allowed:
        return allowed
    if not work.events:
        return no("nothing_late", "Bài này không có câu trả lời nào gửi muộn.")
    if not work.is_scored:
        return no(
            "not_scored", "Bài chưa có điểm; chấm bài trước rồi mới xét câu trả lời gửi muộn."
        )
    if work.waiting is not None:
        return no("already_asked", "Đã có đề nghị về bài này; chờ người thứ hai quyết định.")
    return ALLOWED


def can_decide(
    actor: Actor, sitting: Sitting, ruling: LateRuling, decision: LateRulingDecision | None
) -> Decision:
    """Whoever asked does not decide, and what is decided stays decided."""
    allowed = can_look(actor, sitting)
    if not allowed:
        return allowed
    if decision is not None:
        return no("already_decided", "Đề nghị này đã được quyết định.")
    if ruling.asked_by == actor.person_id:
        return no("second_person", "Việc này cần hai người: người khác người đề nghị quyết định.")
    return ALLOWED
