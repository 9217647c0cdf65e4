"""Who may comment, answer, take and resolve; who sees whose comments."""

from __future__ import annotations

import uuid

from ...items.models import Item
from ...items.states import EDITABLE
from ...permissions import ALLOWED, Actor, Decision, no
from ..models import ReviewRound
from ..repository import Task
from .models import ReviewComment


def can_see(
    comment: ReviewComment,
    viewer: uuid.UUID,
    *,
    open_round: ReviewRound | None,
    has_spoken: bool,
) -> bool:
    """One's own always; others' of the running round only after one's own verdict."""
    is_running = open_round is not None and comment.round_id == open_round.id
    return comment.writer_id == viewer or has_spoken or not is_running


def can_comment(task: Task, seated: Decision) -> Decision:
    """From one's seat, until the verdict is given."""
    if seated and task.verdict is not None:
        return no("has_verdict", "Bạn đã gửi kết luận; nhận xét không thêm được nữa.")
    return seated


def can_answer(actor: Actor, item: Item, *, is_running: bool) -> Decision:
    """The author answers what came back; while a round runs, reviewers work undisturbed."""
    if item.author_id != actor.person_id:
        return no("not_the_author", "Chỉ tác giả trả lời nhận xét ở đây.")
    if is_running:
        return no("round_running", "Câu hỏi đang được thẩm định; trả lời khi có kết luận.")
    return ALLOWED


def can_take(actor: Actor, item: Item) -> Decision:
    if item.author_id != actor.person_id:
        return no("not_the_author", "Chỉ tác giả lấy đề nghị vào bản nháp.")
    if item.state not in EDITABLE:
        return no("not_editable", "Câu hỏi không còn là bản nháp nên không sửa được ở đây.")
    return ALLOWED


def can_resolve(actor: Actor, comment: ReviewComment, *, is_seated: bool) -> Decision:
    """Whoever wrote it, or a reviewer of the running round, says that it is dealt with."""
    if comment.writer_id == actor.person_id or is_seated:
        return ALLOWED
    return no("not_assigned", "Người nêu nhận xét, hoặc người đang thẩm định, mới xác nhận được.")
