"""The first gate: was every step of the route signed by the right person? Derived from facts. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..errors import Message, msg
from ..items.models import Item
from ..permissions import ROLE_NAMES, Role
from ..review.models import ReviewDecision, ReviewRound
from ..review.repository import Task
from ..review.routes.stages import Stage
from .evidence import Evidence


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


def appraisal_of(item: Item, evidence: Evidence) -> Appraisal | None:
    round_ = evidence.rounds.get(item.id)
    if round_ is None:
        return None
    return Appraisal(
        round=round_,
        steps=_steps_of(round_, evidence),
        decision=evidence.decisions.get(round_.id),
        writers=frozenset(evidence.writers[item.id]),
    )


def unsigned(item: Item, appraisal: Appraisal | None, evidence: Evidence) -> tuple[Message, ...]:
    """What is missing in the appraisal of the approved version; nothing where it is complete."""
    if appraisal is None:
        return (msg("Không có vòng thẩm định nào duyệt phiên bản đang dùng."),)
    signing = _Signing(item, appraisal.round, evidence)
    return (
        *(lack for step in appraisal.steps for lack in _of_step(signing, step)),
        *_of_people(appraisal),
        *_of_decision(signing, appraisal),
    )


@dataclass(frozen=True, slots=True)
class _Signing:
    """Who signed, judged against the records."""

    item: Item
    round: ReviewRound
    evidence: Evidence

    def held(self, person_id: uuid.UUID, role: Role, at: datetime) -> bool:
        return self.evidence.held_role(person_id, role, self.item.subject, at)

    def shares_school(self, stage: Stage, person_id: uuid.UUID) -> bool:
        if not stage.counts or stage.same_school_ok or self.round.same_school_ok:
            return False
        return self.evidence.homes[person_id] == self.item.unit_id


def _steps_of(round_: ReviewRound, evidence: Evidence) -> tuple[Step, ...]:
    """Rounds from before routes were data record no stages: only what counts is asked of them."""
    events = evidence.events.get(round_.id, [])
    skipped = {event.stage for event in events if event.kind == "skipped"}
    tasks, voted = evidence.tasks[round_.id], evidence.voted.get(round_.id, set())
    return tuple(
        Step(
            number,
            stage,
            tuple(task for task in tasks if task.assignment.stage == number),
            number in skipped,
            number in voted,
        )
        for number, stage in enumerate(evidence.stages[round_.id], start=1)
        if events or stage.counts
    )


def _of_step(signing: _Signing, step: Step) -> Iterator[Message]:
    if step.was_skipped:
        if not step.stage.skip_if_nobody:
            yield msg("Bước «{step}» bị bỏ qua mà quy trình không cho bỏ.", step=step.stage.name)
        return
    by_seat = {task.assignment.seat: task for task in step.tasks}
    for seat, role in enumerate(step.stage.roles, start=1):
        yield from _of_seat(signing, step, Role(role), by_seat.get(seat))


def _of_seat(signing: _Signing, step: Step, role: Role, task: Task | None) -> Iterator[Message]:
    names = {"step": step.stage.name, "role": Message(ROLE_NAMES[role])}
    if task is None or task.verdict is None:
        yield msg("Bước «{step}»: {role} chưa kí kết luận.", **names)
        return
    if task.verdict.verdict != "accept" and not step.was_voted:
        yield msg("Bước «{step}»: {role} không chấp nhận.", **names)
    reviewer = task.assignment.reviewer_id
    if task.assignment.role != role or not signing.held(reviewer, role, task.verdict.at):
        yield msg("Bước «{step}»: người kí không giữ vai trò {role} lúc kí.", **names)
    if signing.shares_school(step.stage, reviewer):
        yield msg("Bước «{step}»: {role} cùng trường với tác giả.", **names)


def _of_people(appraisal: Appraisal) -> Iterator[Message]:
    seated = appraisal.seated
    if len(set(seated)) < len(seated):
        yield msg("Một người kí ở hai vị trí của cùng một vòng thẩm định.")
    if set(seated) & appraisal.writers:
        yield msg("Tác giả có kí thẩm định câu của mình.")


def _of_decision(signing: _Signing, appraisal: Appraisal) -> Iterator[Message]:
    decision = appraisal.decision
    if decision is None or decision.decision != "approve":
        yield msg("Thư kí hội đồng chưa ghi quyết định duyệt.")
        return
    if decision.decided_by in {*appraisal.seated, *appraisal.writers}:
        yield msg("Người ghi quyết định là tác giả hoặc người thẩm định câu này.")
    if not signing.held(decision.decided_by, Role.SECRETARY, decision.at):
        yield msg("Người ghi quyết định không giữ vai trò thư kí hội đồng lúc ghi.")
