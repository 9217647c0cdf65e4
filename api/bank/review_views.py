"""What a reviewer sees. Blind: neither the author nor the school reaches these pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS, outcome_text, topic_name
from itembank.difference.parts import Say
from itembank.difference.versions import Difference, difference_of
from itembank.items import repository as items
from itembank.items.content import ItemContent, StimulusContent
from itembank.items.models import ItemVersion
from itembank.items.service import open_version
from itembank.openings import service as openings
from itembank.openings.service import Opened
from itembank.openings.states import REVIEWED
from itembank.permissions import Actor, Decision, require
from itembank.review import groups
from itembank.review import repository as rounds
from itembank.review.checklists import Criterion
from itembank.review.comments import service as comments
from itembank.review.comments.anchors import Anchor
from itembank.review.models import ReviewVerdict
from itembank.review.repository import Task
from itembank.review.routes import repository as routes
from itembank.review.routes.stages import Stage
from itembank.review.rules import can_open_sheet
from itembank.review.service import criteria_of, may_give_verdict

from .likeness_views import NearBox, near_box
from .preview import preview_html
from .review_threads import PartRow, ThreadRow, parts_of, threads_for
from .review_words import OUTCOME_WORDS, ROLE_WORDS

SOON = timedelta(days=2)
MOST_DONE = 20


@dataclass(frozen=True, slots=True)
class Due:
    """`days` is left over, or overdue when the tone is bad."""

    at: datetime
    days: int
    tone: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    id: uuid.UUID
    code: str
    kind: str
    level: str | None
    topic: str
    role: str
    assigned_at: datetime
    due: Due | None
    verdict: ReviewVerdict | None
    outcome: str | None
    subject: str
    left: bool


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Work offered to the reader's group; `holder` is empty until somebody has taken it."""

    id: uuid.UUID
    code: str
    kind: str
    topic: str
    role: str
    offered_at: datetime
    holder: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    offers: list[OfferRow]
    """`waiting` as the filter leaves it; `done` holds the newest only, `n_done` counts them all.

    `mean_load` is what the others who sit somewhere now hold on average.
    """

    waiting: list[InboxRow]
    done: list[InboxRow]
    n_done: int
    n_waiting: int
    n_overdue: int
    n_soon: int
    mean_load: float
    subjects: list[tuple[str, str]]
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """Another reviewer's verdict, told once one's own is given."""

    role: str
    verdict: ReviewVerdict


@dataclass(frozen=True, slots=True)
class CommentForm:
    """What the form for a new comment holds: the part chosen, and what was typed."""

    anchor: str
    is_wording: bool
    before: str
    text: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class SheetPage:
    task: Task
    role: str
    content: ItemContent
    preview: Markup
    topic: str
    outcome: str
    version: ItemVersion
    earlier: ItemVersion | None
    difference: Difference | None
    near: NearBox
    criteria: Sequence[Criterion]
    may_answer: Decision
    typed: Mapping[str, str]
    problems: list[dict[str, str]]
    others: list[Words]
    due: Due | None
    stage: Stage
    parts: list[PartRow]
    threads: list[ThreadRow]
    n_open: int
    may_comment: bool
    may_leave: bool
    comment: CommentForm


def inbox(
    db: Session, actor: Actor, *, now: datetime, when: str = "", subject: str = ""
) -> InboxPage:
    tasks = rounds.tasks_of_person(db, actor.person_id)
    rows = [(task, _inbox_row(task, now)) for task in tasks]
    waiting = [row for task, row in rows if task.is_waiting]
    done = [row for task, row in rows if not task.is_waiting][::-1]
    return InboxPage(
        offers=[_offer_row(one) for one in groups.offers_for(db, actor, now=now)],
        waiting=[row for row in waiting if _fits(row, when, subject)],
        done=done[:MOST_DONE],
        n_done=len(done),
        n_waiting=len(waiting),
        n_overdue=sum(_fits(row, "qua-han", "") for row in waiting),
        n_soon=sum(_fits(row, "sap-han", "") for row in waiting),
        mean_load=_mean_load(db, actor),
        subjects=sorted({(row.subject, SUBJECTS.get(row.subject, row.subject)) for row in waiting}),
        chosen={"han": when, "mon": subject},
    )


TONE_OF = {"qua-han": "bad", "sap-han": "warn"}


def _fits(row: InboxRow, when: str, subject: str) -> bool:
    tone = row.due.tone if row.due else ""
    in_time = TONE_OF[when] == tone if when in TONE_OF else True
    return in_time and subject in ("", row.subject)


def _offer_row(one: groups.Offered) -> OfferRow:
    return OfferRow(
        id=one.offer.id,
        code=one.item.code,
        kind=one.item.kind,
        topic=topic_name(one.item.topic),
        role=ROLE_WORDS[one.offer.role],
        offered_at=one.offer.offered_at,
        holder=one.holder.full_name if one.holder else "",
    )


def _mean_load(db: Session, actor: Actor) -> float:
    others = [n for person, n in rounds.workload(db).items() if person != actor.person_id]
    return sum(others) / len(others) if others else 0.0


def _inbox_row(task: Task, now: datetime) -> InboxRow:
    return InboxRow(
        id=task.assignment.id,
        code=task.item.code,
        kind=task.item.kind,
        level=task.item.level,
        topic=topic_name(task.item.topic),
        role=ROLE_WORDS[task.assignment.role],
        assigned_at=task.assignment.assigned_at,
        due=due_of(task, now),
        verdict=task.verdict,
        outcome=OUTCOME_WORDS[task.round.outcome] if task.round.outcome else None,
        subject=task.item.subject,
        left=task.end is not None,
    )


def due_of(task: Task, now: datetime) -> Due | None:
    at = task.assignment.due_at
    if at is None or not task.is_waiting:
        return None
    return due_at(at, now)


def due_at(at: datetime, now: datetime) -> Due:
    left = at - now
    if left < timedelta(0):
        return Due(at, (now - at).days, "bad")
    return Due(at, left.days, "warn" if left < SOON else "")


def sheet(
    db: Session,
    actor: Actor,
    assignment_id: uuid.UUID,
    *,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[dict[str, str]] = (),
    anchor: str = "",
    typed_comment: Mapping[str, str] | None = None,
    say: Say = str,
) -> SheetPage:
    """The appraisal sheet with the frozen version it is about; opening it is logged."""
    task = rounds.task(db, assignment_id)
    require(can_open_sheet(actor, task.item, task.assignment))
    name = task.round.version_hash
    content = open_version(db, actor, task.item, name, now=now, is_reviewer=True, purpose=REVIEWED)
    version, earlier = _version_and_earlier(db, task)
    anchors = comments.anchors_of_version(db, content)
    threads = threads_for(db, actor, task.item, anchors)
    may_answer = may_give_verdict(db, actor, task, now=now)
    may_speak = bool(may_answer) and task.verdict is None
    return SheetPage(
        task=task,
        role=ROLE_WORDS[task.assignment.role],
        content=content,
        preview=preview_html(content, stimulus=stimulus_of(db, content)),
        topic=topic_name(content.topic),
        outcome=outcome_text(content.outcome),
        version=version,
        earlier=earlier,
        difference=_difference(db, actor, task, earlier, content, now, say),
        near=near_box(db, actor, task, content, say=say, now=now),
        criteria=criteria_of(db, task),
        may_answer=may_answer,
        typed=typed if typed is not None else _given(task.verdict),
        problems=list(problems),
        others=_others(db, task) if task.verdict else [],
        due=due_of(task, now),
        stage=routes.stages_of(db, task.round.route_id)[task.assignment.stage - 1],
        parts=parts_of(anchors, threads),
        threads=threads,
        n_open=sum(not thread.is_resolved for thread in threads),
        may_comment=may_speak,
        may_leave=task.is_waiting,
        comment=_comment_form(anchors, anchor, typed_comment or {}),
    )


def _comment_form(anchors: Sequence[Anchor], code: str, typed: Mapping[str, str]) -> CommentForm:
    """The form stands at the part chosen, its words ready to be changed into a suggestion."""
    chosen = next((a for a in anchors if a.code == code), anchors[0])
    return CommentForm(
        anchor=chosen.code,
        is_wording=chosen.is_wording,
        before=chosen.text,
        text=typed.get("text", ""),
        suggestion=typed.get("suggestion", chosen.text if chosen.is_wording else ""),
    )


def stimulus_of(db: Session, content: ItemContent) -> StimulusContent | None:
    return items.stimulus_version(db, content.stimulus) if content.stimulus else None


def _version_and_earlier(db: Session, task: Task) -> tuple[ItemVersion, ItemVersion | None]:
    versions = items.versions_of(db, task.item)
    at = next(i for i, v in enumerate(versions) if v.hash == task.round.version_hash)
    return versions[at], versions[at - 1] if at else None


def _difference(
    db: Session,
    actor: Actor,
    task: Task,
    earlier: ItemVersion | None,
    content: ItemContent,
    now: datetime,
    say: Say,
) -> Difference | None:
    """What the author changed, the shared material included: it is appraised with the item."""
    if earlier is None:
        return None
    openings.record(db, actor, [Opened(task.item, earlier.hash)], REVIEWED, now=now)
    before = items.read_version(db, earlier.hash)
    return difference_of(
        before,
        content,
        old_stimulus=stimulus_of(db, before),
        new_stimulus=stimulus_of(db, content),
        say=say,
    )


def _given(verdict: ReviewVerdict | None) -> dict[str, str]:
    """What the sheet's fields hold: the verdict once given, nothing before."""
    if verdict is None:
        return {}
    marks = {f"checklist.{code}": str(mark) for code, mark in verdict.checklist.items()}
    return {**marks, "verdict": verdict.verdict, "comment": verdict.comment}


def _others(db: Session, own: Task) -> list[Words]:
    return [
        Words(ROLE_WORDS[task.assignment.role], task.verdict)
        for task in rounds.tasks_of_round(db, own.round.id)
        if task.verdict and task.assignment.id != own.assignment.id
    ]
