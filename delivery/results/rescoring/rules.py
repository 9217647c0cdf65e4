"""Who may change a key after the examination: two people of the organisation of examinations."""

from __future__ import annotations

from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_plan
from delivery.sittings.states import CLOSED
from itembank.forms.models import TestForm
from itembank.permissions import ALLOWED, Actor, Decision, Role, needs_role, no

from .models import KeyChange, KeyChangeDecision


def can_look(actor: Actor, sitting: Sitting) -> Decision:
    """Who reads the results of a sitting re-scores it, once it is closed."""
    allowed = can_plan(actor, sitting.unit_id)
    if allowed and sitting.state != CLOSED:
        return no("sitting_not_closed", "Ca thi chưa đóng; đóng ca rồi mới đổi đáp án và chấm lại.")
    return allowed


def can_ask(actor: Actor, form: TestForm) -> Decision:
    return needs_role(actor, Role.EXAM_OFFICER, subject=form.subject)


def can_decide(
    actor: Actor, form: TestForm, change: KeyChange, decision: KeyChangeDecision | None
) -> Decision:
    """Whoever asked does not decide, and what is decided stays decided."""
    allowed = can_ask(actor, form)
    if not allowed:
        return allowed
    if decision is not None:
        return no("already_decided", "Đề nghị đổi đáp án này đã được quyết định.")
    if change.asked_by == actor.person_id:
        return no("second_person", "Đổi đáp án cần hai người: người khác người đề nghị quyết định.")
    return ALLOWED
