"""Comments as reviewers and authors see them: numbered, at their part, writers by role only."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.curriculum import outcome_text
from itembank.difference.words import Run, words_between
from itembank.errors import Message, msg
from itembank.items import repository as items
from itembank.items.content import LEVEL_NAMES, ItemContent
from itembank.items.models import Item
from itembank.items.service import shortened
from itembank.permissions import Actor, require
from itembank.review import repository as rounds
from itembank.review.comments import rules
from itembank.review.comments import service as comments
from itembank.review.comments.anchors import Anchor
from itembank.review.comments.models import ReviewComment
from itembank.review.comments.repository import Thread

from .review_words import ROLE_WORDS


@dataclass(frozen=True, slots=True)
class Reply:
    who: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One thread; `number` is what its part and the list call it."""

    id: uuid.UUID
    number: int
    anchor: str
    where: Message
    who: str
    text: str
    suggestion: list[Run]
    at: datetime
    replies: list[Reply]
    is_resolved: bool
    is_taken: bool
    may_resolve: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of the item, its first words, and the threads that stand at it."""

    anchor: Anchor
    words: str
    threads: list[ThreadRow]


@dataclass(frozen=True, slots=True)
class AuthorThreadsPage:
    item: Item
    threads: list[ThreadRow]
    n_open: int
    may_take: bool
    may_answer: bool
    problems: list[dict[str, str]]


def threads_for(
    db: Session, actor: Actor, item: Item, anchors: Sequence[Anchor]
) -> list[ThreadRow]:
    names = {anchor.code: anchor.name for anchor in anchors}
    roles = _roles(db, item)
    is_seated = rounds.is_reviewer(db, item, actor.person_id)
    return [
        _row(n, thread, actor, item, names, roles, is_seated)
        for n, thread in enumerate(comments.visible_threads(db, actor, item), start=1)
    ]


def _roles(db: Session, item: Item) -> dict[uuid.UUID, str]:
    return {
        task.assignment.reviewer_id: ROLE_WORDS[task.assignment.role]
        for round_ in rounds.rounds_of_item(db, item)
        for task in rounds.seatings_of_round(db, round_.id)
    }


def _row(
    number: int,
    thread: Thread,
    actor: Actor,
    item: Item,
    names: dict[str, Message],
    roles: dict[uuid.UUID, str],
    is_seated: bool,
) -> ThreadRow:
    about = thread.comment
    gone = msg("Phần đã bỏ")
    return ThreadRow(
        id=about.id,
        number=number,
        anchor=about.anchor,
        where=names.get(about.anchor, gone),
        who=_who(about, actor, item, roles),
        text=about.text,
        suggestion=words_between(about.before or "", about.suggestion) if about.suggestion else [],
        at=about.at,
        replies=[Reply(_who(r, actor, item, roles), r.text, r.at) for r in thread.replies],
        is_resolved=thread.is_resolved,
        is_taken=thread.is_taken,
        may_resolve=bool(rules.can_resolve(actor, about, is_seated=is_seated)),
    )


def _who(about: ReviewComment, actor: Actor, item: Item, roles: dict[uuid.UUID, str]) -> str:
    if about.writer_id == actor.person_id:
        return "Tôi"
    return "Tác giả" if about.writer_id == item.author_id else roles.get(about.writer_id, "")


def parts_of(anchors: Sequence[Anchor], threads: Sequence[ThreadRow]) -> list[PartRow]:
    return [
        PartRow(a, _words(a), [thread for thread in threads if thread.anchor == a.code])
        for a in anchors
    ]


def _words(anchor: Anchor) -> str:
    """Codes are told by their names; long texts by their first words."""
    if anchor.code == "outcome":
        return outcome_text(anchor.text)
    if anchor.code == "level":
        return LEVEL_NAMES.get(anchor.text, anchor.text)
    return shortened(anchor.text)


def author_threads(
    db: Session, actor: Actor, item: Item, *, problems: Sequence[dict[str, str]] = ()
) -> AuthorThreadsPage:
    """What the author has to answer for, part by part of the newest version."""
    is_running = rounds.open_round(db, item) is not None
    may_answer = rules.can_answer(actor, item, is_running=is_running)
    if item.author_id != actor.person_id:
        require(may_answer)
    content: ItemContent = items.read_version(db, item.current_version or "")
    threads = threads_for(db, actor, item, comments.anchors_of_version(db, content))
    return AuthorThreadsPage(
        item=item,
        threads=threads,
        n_open=sum(not thread.is_resolved for thread in threads),
        may_take=bool(rules.can_take(actor, item)),
        may_answer=bool(may_answer),
        problems=list(problems),
    )
