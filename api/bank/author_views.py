"""What an author finds under «Việc của tôi»: first what somebody waits for, then the rest."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.errors import Message
from itembank.items import checks, repository
from itembank.items.models import Item, ItemDraft
from itembank.items.service import draft_content
from itembank.permissions import Actor
from itembank.review import repository as rounds
from itembank.review import revisions
from itembank.review.models import ReviewRound

from ..stock.ledger_views import OwnYear, own_year
from ..stock.wanted import Wanted, wanted_of
from .review_views import Due, due_at
from .review_words import ROLE_WORDS, Step, steps_of

SLOW_DAYS = 14
Drafts = dict[uuid.UUID, ItemDraft]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item came back. Reviewers are named by their role, never by name."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    item: Item
    stem: str
    reasons: list[Reason]
    returned_at: datetime | None
    due: Due | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    item: Item
    stem: str
    missing: list[Message]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewRow:
    item: Item
    stem: str
    steps: list[Step]
    days: int
    is_slow: bool


@dataclass(frozen=True, slots=True)
class MyWorkPage:
    today: datetime
    returned: list[ReturnedRow]
    drafts: list[DraftRow]
    in_review: list[ReviewRow]
    refused: list[Item]
    approved: list[Item]
    own_year: OwnYear
    wanted: list[Wanted]


def my_work(db: Session, actor: Actor, *, now: datetime) -> MyWorkPage:
    items = repository.items_of_author(db, actor.person_id)
    drafts = repository.drafts(db, [item.id for item in items])
    returned = [_returned(db, i, drafts[i.id], now) for i in items if i.state == "returned"]
    in_review = _in_review(db, items, drafts, now)
    return MyWorkPage(
        today=now,
        returned=sorted(returned, key=lambda row: row.returned_at or now),
        drafts=_drafts(items, drafts),
        in_review=in_review,
        refused=[item for item in items if item.state == "rejected"],
        approved=[item for item in items if item.approved_version is not None],
        own_year=own_year(db, actor, in_review=len(in_review), now=now),
        wanted=wanted_of(db, actor, now=now),
    )


def _returned(db: Session, item: Item, draft: ItemDraft, now: datetime) -> ReturnedRow:
    round_ = _last_returned(db, item)
    until = revisions.due_of_item(db, item)
    return ReturnedRow(
        item=item,
        stem=draft_content(draft).stem,
        reasons=reasons_of_round(db, round_) if round_ else [],
        returned_at=round_.closed_at if round_ else None,
        due=due_at(until, now) if until else None,
    )


def _last_returned(db: Session, item: Item) -> ReviewRound | None:
    closed = [r for r in rounds.rounds_of_item(db, item) if r.outcome == "returned"]
    return closed[-1] if closed else None


def reasons_of_return(db: Session, item: Item) -> list[Reason]:
    round_ = _last_returned(db, item)
    return reasons_of_round(db, round_) if round_ else []


def reasons_of_round(db: Session, round_: ReviewRound) -> list[Reason]:
    """The council's words first, then what the reviewers wrote."""
    decision = rounds.decision_of(db, round_.id)
    told = [Reason("Hội đồng", decision.reason)] if decision and decision.reason else []
    for task in rounds.tasks_of_round(db, round_.id):
        repeated = task.verdict and task.verdict.comment in {reason.text for reason in told}
        if task.verdict and task.verdict.comment and not repeated:
            told.append(Reason(ROLE_WORDS[task.assignment.role], task.verdict.comment))
    return told


def _drafts(items: Sequence[Item], drafts: Drafts) -> list[DraftRow]:
    rows = [
        _draft_row(item, drafts[item.id])
        for item in items
        if item.state in {"draft", "withdrawn"} and item.id in drafts
    ]
    return sorted(rows, key=lambda row: row.saved_at, reverse=True)


def _draft_row(item: Item, draft: ItemDraft) -> DraftRow:
    content = draft_content(draft)
    missing = [found.what for found in checks.problems(content)]
    return DraftRow(item, content.stem, missing, draft.updated_at)


def _in_review(
    db: Session,
    items: Sequence[Item],
    drafts: Drafts,
    now: datetime,
) -> list[ReviewRow]:
    rows = []
    for item in items:
        round_ = rounds.open_round(db, item) if item.state == "in_review" else None
        if round_ is not None:
            tasks = rounds.tasks_of_round(db, round_.id)
            days = (now - round_.opened_at).days
            stem = draft_content(drafts[item.id]).stem
            rows.append(ReviewRow(item, stem, steps_of(tasks), days, days > SLOW_DAYS))
    return sorted(rows, key=lambda row: row.days, reverse=True)
