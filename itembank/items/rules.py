"""Who may do what with an item. One question a rule, each answer with its reason."""

from __future__ import annotations

from ..permissions import ALLOWED, Actor, Decision, Role, needs_role, no
from .models import Item, Stimulus
from .states import EDITABLE

READERS = (Role.SECRETARY, Role.EXAM_OFFICER, Role.PSYCHOMETRICIAN)


def can_create(actor: Actor, subject: str) -> Decision:
    return needs_role(actor, Role.TEACHER, subject=subject)


def can_edit(actor: Actor, item: Item) -> Decision:
    if item.author_id != actor.person_id:
        return no("not_the_author", "Chỉ tác giả được sửa bản nháp của câu hỏi này.")
    if item.state not in EDITABLE:
        return no(
            "not_editable",
            "Câu hỏi không còn là bản nháp. Rút câu hỏi, hoặc mở bản sửa mới, rồi sửa.",
        )
    return ALLOWED


def can_submit(actor: Actor, item: Item) -> Decision:
    return can_edit(actor, item)


def can_withdraw(actor: Actor, item: Item) -> Decision:
    if item.author_id != actor.person_id:
        return no("not_the_author", "Chỉ tác giả được rút câu hỏi này.")
    return ALLOWED


def can_revise(actor: Actor, item: Item) -> Decision:
    if item.author_id != actor.person_id:
        return no("not_the_author", "Chỉ tác giả được mở bản sửa mới của câu hỏi này.")
    return ALLOWED


def can_change_stimulus(actor: Actor, stimulus: Stimulus) -> Decision:
    if stimulus.author_id != actor.person_id:
        return no("not_the_author", "Chỉ người thêm ngữ liệu này được sửa nó.")
    return ALLOWED


def can_view_content(actor: Actor, item: Item, *, is_reviewer: bool = False) -> Decision:
    """The author, its reviewers, and the offices that work with whole items."""
    if item.kind == "external":
        return no("external", "Câu hỏi ngoài ngân hàng không có nội dung ở đây.")
    if item.author_id == actor.person_id or is_reviewer:
        return ALLOWED
    if item.current_version is None:
        return no("draft_of_other", "Bản nháp chỉ tác giả xem được.")
    if any(actor.has(role, unit_id=item.unit_id, subject=item.subject) for role in READERS):
        return ALLOWED
    return no(
        "content_closed",
        "Nội dung câu hỏi chỉ mở cho tác giả, người thẩm định được phân công và bộ phận phụ trách.",
    )


def can_view_stimulus(actor: Actor, stimulus: Stimulus, *, uses_it: bool) -> Decision:
    """Who added it, who has written an item with it, and the offices that work with whole items."""
    if stimulus.author_id == actor.person_id or uses_it:
        return ALLOWED
    if any(actor.has(role, subject=stimulus.subject) for role in READERS):
        return ALLOWED
    return no(
        "stimulus_closed",
        "Ngữ liệu chỉ mở cho người thêm nó, tác giả của câu dùng nó và bộ phận phụ trách.",
    )
