"""All queries about comments, gathered into threads."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import NotFound
from .models import ReviewComment, ReviewCommentEvent


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment, its replies in order, and how it stands."""

    comment: ReviewComment
    replies: tuple[ReviewComment, ...]
    is_resolved: bool
    is_taken: bool


def comment_by_id(db: Session, comment_id: uuid.UUID) -> ReviewComment:
    found = db.get(ReviewComment, comment_id)
    if found is None:
        raise NotFound("Không có nhận xét này; tải lại trang.")
    return found


def thread_of(db: Session, comment: ReviewComment) -> Thread:
    return next(t for t in threads_of_item(db, comment.item_id) if t.comment.id == comment.id)


def threads_of_item(db: Session, item_id: uuid.UUID) -> tuple[Thread, ...]:
    """Every thread about the item, oldest first, whatever round it began in."""
    query = select(ReviewComment).where(ReviewComment.item_id == item_id)
    every = db.scalars(query.order_by(ReviewComment.at, ReviewComment.id)).all()
    events = _events(db, [comment.id for comment in every])
    return tuple(_thread(c, every, events) for c in every if c.parent_id is None)


def unresolved(db: Session, item_ids: Sequence[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many threads of each of these items still wait for a word."""
    query = select(ReviewComment).where(
        ReviewComment.item_id.in_(item_ids), ReviewComment.parent_id.is_(None)
    )
    heads = db.scalars(query).all()
    standing = {
        event.comment_id: event.kind
        for event in _events(db, [head.id for head in heads])
        if event.kind in ("resolved", "reopened")
    }
    return Counter(head.item_id for head in heads if standing.get(head.id) != "resolved")


def _events(db: Session, ids: Sequence[uuid.UUID]) -> Sequence[ReviewCommentEvent]:
    query = select(ReviewCommentEvent).where(ReviewCommentEvent.comment_id.in_(ids))
    return db.scalars(query.order_by(ReviewCommentEvent.at, ReviewCommentEvent.id)).all()


def _thread(
    comment: ReviewComment,
    every: Sequence[ReviewComment],
    events: Sequence[ReviewCommentEvent],
) -> Thread:
    own = [event.kind for event in events if event.comment_id == comment.id]
    standing = [kind for kind in own if kind in ("resolved", "reopened")]
    replies = tuple(c for c in every if c.parent_id == comment.id)
    return Thread(comment, replies, standing[-1:] == ["resolved"], "taken" in own)
