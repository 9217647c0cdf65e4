"""Separation of duties: who may appraise or decide, each answer with its reason."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from ..items.models import Item
from ..permissions import ALLOWED, Actor, Decision, Role, needs_role, no
from .models import ReviewAssignment, ReviewRound


def can_review(
    person: Actor,
    item: Item,
    role: Role,
    *,
    others: Collection[uuid.UUID],
    same_school_ok: bool,
) -> Decision:
    """May this person appraise this item in this role? `others` hold the round's other roles."""
    if person.person_id == item.author_id:
        return no(
            "author_cannot_review",
            "Bạn là tác giả của câu hỏi này nên không được thẩm định nó.",
        )
    if not same_school_ok and person.unit_id == item.unit_id:
        return no(
            "same_school",
            "Người thẩm định không được cùng trường với tác giả.",
        )
    if person.person_id in others:
        return no(
            "two_roles",
            "Thẩm định và phản biện phải là hai người khác nhau.",
        )
    return needs_role(person, role, unit_id=item.unit_id, subject=item.subject)


def can_open_sheet(actor: Actor, item: Item, assignment: ReviewAssignment) -> Decision:
    """The appraisal sheet, with the version it is about, is open to the one it is assigned to."""
    if actor.person_id == item.author_id:
        return no(
            "author_cannot_review",
            "Bạn là tác giả của câu hỏi này nên không được thẩm định nó.",
        )
    if assignment.reviewer_id != actor.person_id:
        return no("not_assigned", "Bạn không được phân công thẩm định câu hỏi này.")
    return ALLOWED


def can_give_verdict(
    actor: Actor, item: Item, round_: ReviewRound, assignment: ReviewAssignment
) -> Decision:
    opened = can_open_sheet(actor, item, assignment)
    if not opened:
        return opened
    if round_.closed_at is not None:
        return no("round_closed", "Vòng thẩm định này đã kết thúc; phiếu chỉ để đọc.")
    # Asked again here: the role may have been taken back since the assignment.
    return needs_role(actor, Role(assignment.role), unit_id=item.unit_id, subject=item.subject)


def can_manage(actor: Actor, item: Item) -> Decision:
    """Assign reviewers and record the council's decision."""
    if actor.person_id == item.author_id:
        return no(
            "author_cannot_decide",
            "Bạn là tác giả của câu hỏi này nên không được phân công hay duyệt nó.",
        )
    return needs_role(actor, Role.SECRETARY, unit_id=item.unit_id, subject=item.subject)


def can_decide(actor: Actor, item: Item, reviewers: Collection[uuid.UUID]) -> Decision:
    managed = can_manage(actor, item)
    if not managed:
        return managed
    if actor.person_id in reviewers:
        return no(
            "reviewer_cannot_decide",
            "Bạn đã thẩm định câu hỏi này nên không được ghi quyết định về nó.",
        )
    return ALLOWED
