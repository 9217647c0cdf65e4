"""What may be done about an attempt on the day, and by whom."""

from __future__ import annotations

from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_supervise
from delivery.sittings.states import CLOSED
from itembank.permissions import ALLOWED, Actor, Decision, no

from .actions import Hold, read
from .models import Attempt, AttemptAction


def can_act(actor: Actor, sitting: Sitting, attempt: Attempt | None) -> Decision:
    """Anything about a running attempt: its time, its seat, its end."""
    allowed = can_supervise(actor, sitting)
    if not allowed:
        return allowed
    if attempt is None:
        return no("not_started", "Thí sinh chưa bắt đầu làm bài.")
    if attempt.submitted_at is not None:
        return no("attempt_submitted", "Bài đã nộp nên không đổi gì được nữa.")
    if attempt.suspended_at is not None:
        return no("attempt_suspended", "Thí sinh đã bị đình chỉ thi.")
    return ALLOWED


def can_pause(actor: Actor, sitting: Sitting, attempt: Attempt | None) -> Decision:
    allowed = can_act(actor, sitting, attempt)
    if allowed and attempt is not None and Hold.SEAT in read(attempt.held_by):
        return no("already_paused", "Bài này đang tạm dừng rồi.")
    return allowed


def can_resume(actor: Actor, sitting: Sitting, attempt: Attempt | None) -> Decision:
    allowed = can_act(actor, sitting, attempt)
    if allowed and attempt is not None and Hold.SEAT not in read(attempt.held_by):
        return no("not_paused", "Bài này không tạm dừng.")
    return allowed


def can_ask_suspension(actor: Actor, sitting: Sitting, attempt: Attempt | None) -> Decision:
    allowed = can_act(actor, sitting, attempt)
    if allowed and attempt is not None and Hold.SUSPENSION in read(attempt.held_by):
        return no("already_asked", "Đã có đề nghị đình chỉ; chờ người thứ hai quyết định.")
    return allowed


def can_decide_suspension(
    actor: Actor, sitting: Sitting, attempt: Attempt | None, asked: AttemptAction | None
) -> Decision:
    """Suspending is for two: whoever asked does not decide."""
    allowed = can_act(actor, sitting, attempt)
    if not allowed:
        return allowed
    if asked is None:
        return no("nothing_asked", "Chưa có đề nghị đình chỉ thí sinh này.")
    if asked.by_id == actor.person_id:
        return no("second_person", "Đình chỉ cần hai người: người khác người đề nghị quyết định.")
    return ALLOWED


def can_withdraw_suspension(
    actor: Actor, sitting: Sitting, attempt: Attempt | None, asked: AttemptAction | None
) -> Decision:
    """Refusing or taking back a suspension asked for: anybody who watches the room."""
    allowed = can_act(actor, sitting, attempt)
    if allowed and asked is None:
        return no("nothing_asked", "Chưa có đề nghị đình chỉ thí sinh này.")
    return allowed


def can_ask_reinstatement(
    actor: Actor, sitting: Sitting, attempt: Attempt | None, asked: AttemptAction | None
) -> Decision:
    """A suspension is taken back while the sitting lasts; afterwards the seal stands on it."""
    allowed = _can_undo_suspension(actor, sitting, attempt)
    if allowed and asked is not None:
        return no("already_asked", "Đã có đề nghị huỷ đình chỉ; chờ người thứ hai quyết định.")
    return allowed


def can_decide_reinstatement(
    actor: Actor, sitting: Sitting, attempt: Attempt | None, asked: AttemptAction | None
) -> Decision:
    """As suspending, for two: whoever asked does not decide."""
    allowed = can_refuse_reinstatement(actor, sitting, attempt, asked)
    if allowed and asked is not None and asked.by_id == actor.person_id:
        return no(
            "second_person", "Huỷ đình chỉ cần hai người: người khác người đề nghị quyết định."
        )
    return allowed


def can_refuse_reinstatement(
    actor: Actor, sitting: Sitting, attempt: Attempt | None, asked: AttemptAction | None
) -> Decision:
    """Leaving the suspension as it is, or taking the request back: anybody who watches the room."""
    allowed = _can_undo_suspension(actor, sitting, attempt)
    if allowed and asked is None:
        return no("nothing_asked", "Chưa có đề nghị huỷ đình chỉ thí sinh này.")
    return allowed


def _can_undo_suspension(actor: Actor, sitting: Sitting, attempt: Attempt | None) -> Decision:
    allowed = can_act_on_room(actor, sitting)
    if allowed and (attempt is None or attempt.suspended_at is None):
        return no("not_suspended", "Thí sinh này không bị đình chỉ.")
    return allowed


def can_prepare(actor: Actor, sitting: Sitting, attempt: Attempt | None) -> Decision:
    """Admit late, move to another seat, accommodate: before the start or during it."""
    allowed = can_supervise(actor, sitting)
    if not allowed:
        return allowed
    if sitting.state == CLOSED:
        return no("sitting_closed", "Ca thi đã đóng; không đổi gì được nữa.")
    return can_act(actor, sitting, attempt) if attempt is not None else ALLOWED


def can_admit_late(actor: Actor, sitting: Sitting, attempt: Attempt | None) -> Decision:
    allowed = can_prepare(actor, sitting, attempt)
    if allowed and attempt is not None:
        return no("already_started", "Thí sinh đã bắt đầu làm bài.")
    return allowed


def can_act_on_room(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_supervise(actor, sitting)
    if allowed and sitting.state == CLOSED:
        return no("sitting_closed", "Ca thi đã đóng; không đổi gì được nữa.")
    return allowed
