"""What the council's secretary sees: what waits for a decision, and one round in full."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.curriculum import outcome_text, topic_name
from itembank.items import repository as items
from itembank.items.content import ItemContent
from itembank.items.models import Item, ItemVersion
from itembank.items.service import open_version
from itembank.openings.states import DECIDED
from itembank.people import repository as people
from itembank.people.models import Person
from itembank.permissions import Actor, Decision, Role, require
from itembank.review import eligibility, seating
from itembank.review import repository as rounds
from itembank.review.checklists import Criterion
from itembank.review.council import repository as council_repository
from itembank.review.council import service as council_service
from itembank.review.council.models import CouncilCase
from itembank.review.models import ReviewDecision, ReviewRound
from itembank.review.repository import Task
from itembank.review.revisions import late_authors
from itembank.review.routes import repository as routes
from itembank.review.routes.stages import Stage
from itembank.review.rules import Matter, can_manage
from itembank.review.states import ENDING_NAMES

from .council_case_views import CaseRow, open_cases
from .preview import preview_html
from .review_views import stimulus_of
from .review_words import ROLE_WORDS

SLOW_DAYS = 14


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of a stage: who holds it, what they said, who else could."""

    number: int
    role: str
    name: str
    task: Task | None
    reviewer: str
    candidates: list[Person]


@dataclass(frozen=True, slots=True)
class RoundRow:
    round: ReviewRound
    item: Item
    topic: str
    seats: list[Seat]
    days: int
    is_slow: bool


@dataclass(frozen=True, slots=True)
class Station:
    """One stage of the route as this round has it."""

    stage: Stage
    number: int
    state: Literal["done", "now", "todo", "skipped"]


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who left a seat, and why."""

    name: str
    role: str
    how: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CouncilPage:
    """`manages` is false for a member who only votes."""

    manages: bool
    cases: list[CaseRow]
    overdue: list[RoundRow]
    to_decide: list[RoundRow]
    unmanned: list[RoundRow]
    running: list[RoundRow]
    late_revisions: int


@dataclass(frozen=True, slots=True)
class RoundPage:
    round: ReviewRound
    item: Item
    content: ItemContent
    preview: Markup
    version: ItemVersion | None
    topic: str
    outcome: str
    criteria: Sequence[Criterion]
    seats: list[Seat]
    may_decide: Decision
    decision: ReviewDecision | None
    decided_by: str
    typed: dict[str, str]
    problems: list[dict[str, str]]
    stage: Stage
    stations: list[Station]
    left: list[Leaver]
    case: CouncilCase | None
    vote_binds: bool


def council(db: Session, actor: Actor, *, now: datetime) -> CouncilPage:
    rows = [_row(db, r, i, now) for r, i in rounds.rounds_managed_by(db, actor)]
    voted_on = {case.round_id for case, _ in council_repository.open_cases(db)}
    complete = [row for row in rows if _all_spoke(row)]
    manned = [row for row in rows if all(seat.task for seat in row.seats) and row not in complete]
    manages = actor.has(Role.SECRETARY)
    late = late_authors(db, actor, now=now) if manages else []
    return CouncilPage(
        manages=manages,
        cases=open_cases(db, actor, now=now),
        overdue=[row for row in manned if _is_overdue(row, now)],
        to_decide=[row for row in complete if row.round.id not in voted_on],
        unmanned=[row for row in rows if not all(seat.task for seat in row.seats)],
        running=[row for row in manned if not _is_overdue(row, now)],
        late_revisions=sum(len(author.revisions) for author in late),
    )


def _is_overdue(row: RoundRow, now: datetime) -> bool:
    return any(
        seat.task and seat.task.is_waiting and seat.task.assignment.due_at
        and seat.task.assignment.due_at < now
        for seat in row.seats
    )  # fmt: skip


def _all_spoke(row: RoundRow) -> bool:
    return all(seat.task is not None and seat.task.verdict for seat in row.seats)


def _row(db: Session, round_: ReviewRound, item: Item, now: datetime) -> RoundRow:
    days = (now - round_.opened_at).days
    seats = _seats(db, round_)
    return RoundRow(round_, item, topic_name(item.topic), seats, days, days > SLOW_DAYS)


def _seats(db: Session, round_: ReviewRound) -> list[Seat]:
    """The seats of the stage the round stands at, or stood at last."""
    tasks = {task.assignment.seat: task for task in rounds.tasks_of_stage(db, round_)}
    names = people.names(db, {task.assignment.reviewer_id for task in tasks.values()})
    return [
        _seat(number, role, tasks.get(number), names)
        for number, role in enumerate(seating.stage_of(db, round_).roles, start=1)
    ]


def _seat(number: int, role: str, task: Task | None, names: dict[uuid.UUID, str]) -> Seat:
    reviewer = names.get(task.assignment.reviewer_id, "") if task else ""
    return Seat(number, role, ROLE_WORDS[role], task, reviewer, [])


def round_page(
    db: Session,
    actor: Actor,
    round_: ReviewRound,
    *,
    now: datetime,
    typed: dict[str, str] | None = None,
    problems: Sequence[dict[str, str]] = (),
) -> RoundPage:
    """One round in full; looking at the item is logged like every opening."""
    item = items.item_by_id(db, round_.item_id)
    writers = rounds.writers_of(db, item)
    require(can_manage(actor, item, writers))
    content = open_version(db, actor, item, round_.version_hash, now=now, purpose=DECIDED)
    seats = _manned(db, item, round_, now)
    reviewers = rounds.ever_seated(db, round_.id)
    decision = rounds.decision_of(db, round_.id)
    case = council_repository.open_case_of_round(db, round_.id)
    return RoundPage(
        round=round_,
        item=item,
        content=content,
        preview=preview_html(content, stimulus=stimulus_of(db, content)),
        version=items.version(db, round_.version_hash),
        topic=topic_name(content.topic),
        outcome=outcome_text(content.outcome),
        criteria=_criteria(db, round_, content),
        seats=seats,
        may_decide=eligibility.may_decide(db, actor, item, reviewers, now=now),
        decision=decision,
        decided_by=people.names(db, {decision.decided_by})[decision.decided_by] if decision else "",
        typed=typed or {},
        problems=list(problems),
        stage=seating.stage_of(db, round_),
        stations=stations_of(db, round_),
        left=_leavers(db, round_),
        case=case,
        vote_binds=case is not None and council_service.can_reach_quorum(db, case, now=now),
    )


def _leavers(db: Session, round_: ReviewRound) -> list[Leaver]:
    gone = [task for task in rounds.seatings_of_round(db, round_.id) if task.end]
    names = people.names(db, {task.assignment.reviewer_id for task in gone})
    return [
        Leaver(
            names[task.assignment.reviewer_id],
            ROLE_WORDS[task.assignment.role],
            ENDING_NAMES[task.end.how],
            task.end.reason,
            task.end.at,
        )
        for task in gone
        if task.end
    ]


def stations_of(db: Session, round_: ReviewRound) -> list[Station]:
    """The round's route, and how far it has come."""
    skipped = {e.stage for e in rounds.stage_events(db, round_.id) if e.kind == "skipped"}
    return [
        Station(stage, n, "skipped" if n in skipped else _standing(n, round_))
        for n, stage in enumerate(routes.stages_of(db, round_.route_id), start=1)
    ]


def _standing(n: int, round_: ReviewRound) -> Literal["done", "now", "todo"]:
    if n < round_.stage or (n == round_.stage and round_.closed_at is not None):
        return "done"
    return "now" if n == round_.stage else "todo"


def _criteria(db: Session, round_: ReviewRound, content: ItemContent) -> Sequence[Criterion]:
    stage = seating.stage_of(db, round_)
    return stage.criteria(content.kind, with_stimulus=content.stimulus is not None)


def _manned(db: Session, item: Item, round_: ReviewRound, now: datetime) -> list[Seat]:
    """The seats with those who could still take each."""
    found = _seats(db, round_)
    if round_.closed_at is not None:
        return found
    matter = eligibility.matter_of(db, round_, item, now=now)
    return [replace(seat, candidates=_candidates(db, matter, seat)) for seat in found]


def _candidates(db: Session, matter: Matter, seat: Seat) -> list[Person]:
    if seat.task is not None and seat.task.verdict is not None:
        return []
    return eligibility.able(db, matter, Role(seat.role))
