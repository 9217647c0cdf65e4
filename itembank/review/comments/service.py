"""Verbs about comments: write, answer, resolve, take a suggestion into the draft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ... import audit
from ...errors import Invalid, NotFound, msg, problem
from ...items import repository as item_repository
from ...items import service as items
from ...items.content import ItemContent
from ...items.models import Item
from ...notices.service import tell
from ...permissions import Actor, require
from .. import repository as rounds
from ..models import ReviewAssignment
from ..repository import Task
from ..rules import can_act_in_seat
from . import anchors, repository, rules
from .anchors import Anchor
from .models import ReviewComment, ReviewCommentEvent
from .repository import Thread

MOST_WORDS = 5_000


def anchors_of_version(db: Session, content: ItemContent) -> tuple[Anchor, ...]:
    """The parts of a version, the shared material among them."""
    found = item_repository.stimulus_version(db, content.stimulus) if content.stimulus else None
    return anchors.anchors_of(content, found.body if found else None)


def comment(
    db: Session,
    actor: Actor,
    assignment: ReviewAssignment,
    *,
    anchor: str,
    text: str,
    suggestion: str = "",
    now: datetime,
) -> ReviewComment:
    """A remark on one part of the version, with another wording of it where one is offered."""
    task = rounds.task(db, assignment.id)
    seated = can_act_in_seat(
        actor, task.item, task.round, assignment, has_left=task.end is not None
    )
    require(rules.can_comment(task, seated))
    part = _part(db, task, anchor)
    _check(part, text, suggestion)
    made = ReviewComment(
        item_id=task.item.id,
        round_id=task.round.id,
        anchor=part.code,
        writer_id=actor.person_id,
        text=text.strip(),
        before=part.text if suggestion.strip() else None,
        suggestion=suggestion.strip() or None,
        at=now,
    )
    _keep(db, actor, made, "review_comment.written", now)
    return made


def _part(db: Session, task: Task, anchor: str) -> Anchor:
    content = item_repository.read_version(db, task.round.version_hash)
    found = {part.code: part for part in anchors_of_version(db, content)}
    if anchor not in found:
        where = problem("cho", "Chọn phần của câu hỏi mà nhận xét nói đến.")
        raise Invalid("Nhận xét chưa gửi được.", code="anchor_unknown", problems=[where])
    return found[anchor]


def _check(part: Anchor, text: str, suggestion: str) -> None:
    found = []
    if not text.strip() and not suggestion.strip():
        found.append(problem("text", "Ghi nhận xét, hoặc cách viết đề nghị."))
    if len(text) > MOST_WORDS or len(suggestion) > MOST_WORDS:
        found.append(problem("text", msg("Viết gọn trong {n} kí tự.", n=MOST_WORDS)))
    if suggestion.strip() and not part.is_wording:
        what = "Phần này không thay chữ được bằng một lần bấm; hãy mô tả chỗ cần sửa."
        found.append(problem("suggestion", what))
    if found:
        raise Invalid("Nhận xét chưa gửi được.", code="comment_incomplete", problems=found)


def _keep(db: Session, actor: Actor, made: ReviewComment, action: str, now: datetime) -> None:
    db.add(made)
    db.flush()
    after = {"comment": str(made.id), "anchor": made.anchor}
    audit.record(db, actor, action, "item", made.item_id, now=now, after=after)


def answer(
    db: Session, actor: Actor, parent: ReviewComment, *, text: str, now: datetime
) -> ReviewComment:
    """The author's word on a remark; it goes with the item into the next round."""
    item = item_repository.item_by_id(db, parent.item_id)
    is_running = rounds.open_round(db, item) is not None
    require(rules.can_answer(actor, item, is_running=is_running))
    if not text.strip() or len(text) > MOST_WORDS:
        found = [problem("text", "Ghi câu trả lời.")]
        raise Invalid("Nhận xét chưa gửi được.", code="comment_incomplete", problems=found)
    made = ReviewComment(
        item_id=item.id,
        round_id=parent.round_id,
        parent_id=parent.parent_id or parent.id,
        anchor=parent.anchor,
        writer_id=actor.person_id,
        text=text.strip(),
        at=now,
    )
    _keep(db, actor, made, "review_comment.answered", now)
    return made


def set_resolved(
    db: Session, actor: Actor, about: ReviewComment, *, is_resolved: bool, now: datetime
) -> None:
    """Say that a remark is dealt with, or that it is not after all."""
    item = item_repository.item_by_id(db, about.item_id)
    is_seated = rounds.is_reviewer(db, item, actor.person_id)
    require(rules.can_resolve(actor, about, is_seated=is_seated))
    if repository.thread_of(db, about).is_resolved == is_resolved:
        return
    kind = "resolved" if is_resolved else "reopened"
    _note(db, actor, about, kind, now)


def _note(db: Session, actor: Actor, about: ReviewComment, kind: str, now: datetime) -> None:
    db.add(ReviewCommentEvent(comment_id=about.id, kind=kind, by_id=actor.person_id, at=now))
    db.flush()
    after = {"comment": str(about.id), "anchor": about.anchor}
    action = f"review_comment.{kind}"
    audit.record(db, actor, action, "item", about.item_id, now=now, after=after)


def take_suggestion(
    db: Session, actor: Actor, about: ReviewComment, *, now: datetime
) -> ItemContent:
    """The reviewer's wording goes into the draft, where the author may change it further."""
    item = item_repository.item_by_id(db, about.item_id)
    item_repository.lock(db, item)
    require(rules.can_take(actor, item))
    draft = item_repository.draft_of(db, item)
    if draft is None or about.suggestion is None or about.before is None:
        raise NotFound("Nhận xét này không kèm cách viết đề nghị.")
    content = anchors.with_wording(
        items.draft_content(draft), about.anchor, about.before, about.suggestion
    )
    items.save_draft(db, actor, item, content, expected_revision=draft.revision, now=now)
    _note(db, actor, about, "taken", now)
    tell(
        db,
        about.writer_id,
        "suggestion_taken",
        msg("Tác giả câu {code} đã lấy cách viết bạn đề nghị.", code=item.code),
        "/tham-dinh",
        now=now,
    )
    return content


def visible_threads(db: Session, actor: Actor, item: Item) -> tuple[Thread, ...]:
    """The threads this person may see now. The author sees what came back, not what is being written."""
    open_round = rounds.open_round(db, item)
    tasks = rounds.tasks_of_round(db, open_round.id) if open_round else []
    has_spoken = any(t.verdict and t.assignment.reviewer_id == actor.person_id for t in tasks)
    return tuple(
        thread
        for thread in repository.threads_of_item(db, item.id)
        if rules.can_see(
            thread.comment, actor.person_id, open_round=open_round, has_spoken=has_spoken
        )
    )
