"""The first gate: was every step of the route signed by the right person? Derived from facts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import Message, msg
from ..items.models import Item
from ..people.models import Person
from ..permissions import ROLE_NAMES, Role
from ..review import repository as rounds
from ..review.council import repository as council
from ..review.models import ReviewDecision, ReviewRound
from ..review.repository import Task
from ..review.routes import repository as routes
from ..review.routes.stages import Stage
from . import repository


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the route as the round went through it."""

    number: int
    stage: Stage
    tasks: tuple[Task, ...]  # of those who sat until the end
    was_skipped: bool
    was_voted: bool  # the council approved it where the reviewers disagreed


@dataclass(frozen=True, slots=True)
class Appraisal:
    """How the version in use came to be approved."""

    round: ReviewRound
    steps: tuple[Step, ...]
    decision: ReviewDecision | None
    writers: frozenset[uuid.UUID]

    @property
    def seated(self) -> list[uuid.UUID]:
        return [task.assignment.reviewer_id for step in self.steps for task in step.tasks]


def appraisal_of(db: Session, item: Item) -> Appraisal | None:
    round_ = repository.approving_round(db, item)
    if round_ is None:
        return None
    decision = rounds.decision_of(db, round_.id)
    return Appraisal(round_, _steps_of(db, round_), decision, rounds.writers_of(db, item))


def unsigned(db: Session, item: Item, appraisal: Appraisal | None) -> tuple[Message, ...]:
    """What is missing in the appraisal of the approved version; nothing where it is complete."""
    if appraisal is None:
        return (msg("Không có vòng thẩm định nào duyệt phiên bản đang dùng."),)
    steps, round_ = appraisal.steps, appraisal.round
    return (
        *(lack for step in steps for lack in _of_step(db, item, round_, step)),
        *_of_people(appraisal),
        *_of_decision(db, item, appraisal),
    )


def _steps_of(db: Session, round_: ReviewRound) -> tuple[Step, ...]:
    """Rounds from before routes were data record no stages: only what counts is asked of them."""
    events = rounds.stage_events(db, round_.id)
    skipped = {event.stage for event in events if event.kind == "skipped"}
    tasks = rounds.tasks_of_round(db, round_.id)
    voted = _voted_stages(db, round_)
    return tuple(
        Step(
            number,
            stage,
            tuple(task for task in tasks if task.assignment.stage == number),
            number in skipped,
            number in voted,
        )
        for number, stage in enumerate(routes.stages_of(db, round_.route_id), start=1)
        if events or stage.counts
    )


def _voted_stages(db: Session, round_: ReviewRound) -> set[int | None]:
    cases = [(case, council.outcome_of(db, case)) for case in council.cases_of_round(db, round_.id)]
    return {case.stage for case, outcome in cases if outcome and outcome.outcome == "approve"}


def _of_step(db: Session, item: Item, round_: ReviewRound, step: Step) -> Iterator[Message]:
    if step.was_skipped:
        if not step.stage.skip_if_nobody:
            yield msg("Bước «{step}» bị bỏ qua mà quy trình không cho bỏ.", step=step.stage.name)
        return
    by_seat = {task.assignment.seat: task for task in step.tasks}
    for seat, role in enumerate(step.stage.roles, start=1):
        yield from _of_seat(db, item, round_, step, Role(role), by_seat.get(seat))


def _of_seat(
    db: Session, item: Item, round_: ReviewRound, step: Step, role: Role, task: Task | None
) -> Iterator[Message]:
    names = {"step": step.stage.name, "role": Message(ROLE_NAMES[role])}
    if task is None or task.verdict is None:
        yield msg("Bước «{step}»: {role} chưa kí kết luận.", **names)
        return
    if task.verdict.verdict != "accept" and not step.was_voted:
        yield msg("Bước «{step}»: {role} không chấp nhận.", **names)
    reviewer = task.assignment.reviewer_id
    if task.assignment.role != role or not _held(db, item, reviewer, role, task.verdict.at):
        yield msg("Bước «{step}»: người kí không giữ vai trò {role} lúc kí.", **names)
    if _shares_school(db, item, round_, step.stage, reviewer):
        yield msg("Bước «{step}»: {role} cùng trường với tác giả.", **names)


def _held(db: Session, item: Item, person_id: uuid.UUID, role: Role, at: datetime) -> bool:
    return repository.held_role(db, person_id, role, item.subject, at)


def _shares_school(
    db: Session, item: Item, round_: ReviewRound, stage: Stage, person_id: uuid.UUID
) -> bool:
    if not stage.counts or stage.same_school_ok or round_.same_school_ok:
        return False
    return db.get_one(Person, person_id).unit_id == item.unit_id


def _of_people(appraisal: Appraisal) -> Iterator[Message]:
    seated = appraisal.seated
    if len(set(seated)) < len(seated):
        yield msg("Một người kí ở hai vị trí của cùng một vòng thẩm định.")
    if set(seated) & appraisal.writers:
        yield msg("Tác giả có kí thẩm định câu của mình.")


def _of_decision(db: Session, item: Item, appraisal: Appraisal) -> Iterator[Message]:
    decision = appraisal.decision
    if decision is None or decision.decision != "approve":
        yield msg("Thư kí hội đồng chưa ghi quyết định duyệt.")
        return
    if decision.decided_by in {*appraisal.seated, *appraisal.writers}:
        yield msg("Người ghi quyết định là tác giả hoặc người thẩm định câu này.")
    if not _held(db, item, decision.decided_by, Role.SECRETARY, decision.at):
        yield msg("Người ghi quyết định không giữ vai trò thư kí hội đồng lúc ghi.")
