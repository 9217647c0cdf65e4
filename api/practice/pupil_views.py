"""What a pupil sees: the tasks of the class, one item after the other, and what was right."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from delivery.practice import repository, states, working
from delivery.practice.models import PracticeAnswer, PracticeAttempt, PracticeTask, PracticeTaskItem
from delivery.practice.results import Mark, mark_of
from delivery.practice.states import TaskState
from delivery.practice.typed import unpacked
from delivery.practice.working import Seat
from itembank.forms.repository import stimuli
from itembank.items import repository as items
from itembank.items.candidate_view import CandidateView, StimulusView, candidate_view, stimulus_view
from itembank.items.content import ItemContent
from itembank.items.models import Asset
from itembank.items.rendering import render

from ..bank.preview import with_blanks

PICTURES = "/lop/hinh/"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class TaskLine:
    task: PracticeTask
    state: TaskState
    attempt: PracticeAttempt | None
    is_over: bool
    n_items: int


@dataclass(frozen=True, slots=True)
class TasksPage:
    seat: Seat
    tasks: list[TaskLine]


@dataclass(frozen=True, slots=True)
class PupilItem:
    """`content` (with the key) is there only when the key may be seen."""

    place: PracticeTaskItem
    seen: CandidateView
    stem: Markup
    stimulus: StimulusView | None
    value: Any
    is_answered: bool
    is_final: bool
    mark: Mark | None
    content: ItemContent | None


@dataclass(frozen=True, slots=True)
class TaskPage:
    seat: Seat
    task: PracticeTask
    state: TaskState
    attempt: PracticeAttempt | None
    is_over: bool
    checks_at_once: bool
    items: list[PupilItem]
    total: float | None
    n_scored: int
    n_answered: int
    n_items: int
    say: Callable[[str], Markup]


def say(html: str) -> Markup:
    """Sanitised content with pictures from the pupil's own address."""
    return Markup(render(html, lambda sha: PICTURES + sha))


def tasks_page(db: Session, seat: Seat, *, now: datetime) -> TasksPage:
    tasks = repository.tasks_of_classes(db, [seat.group.id])
    begun = {a.task_id: a for a in repository.attempts_of_pupil(db, seat.pupil.id)}
    lines = [_line(db, task, begun.get(task.id), now) for task in tasks]
    order = [TaskState.OPEN, TaskState.PLANNED, TaskState.CLOSED]
    return TasksPage(seat, sorted(lines, key=lambda line: (line.is_over, order.index(line.state))))


def _line(
    db: Session, task: PracticeTask, attempt: PracticeAttempt | None, now: datetime
) -> TaskLine:
    over = attempt is not None and working.is_over(task, attempt, now)
    n = len(repository.items_of_task(db, task.id))
    return TaskLine(task, working.state_now(task, now), attempt, over, n)


def task_page(db: Session, seat: Seat, task: PracticeTask, *, now: datetime) -> TaskPage:
    """The items are there only once the pupil has started."""
    attempt = repository.attempt_of(db, task.id, seat.pupil.id)
    over = attempt is not None and working.is_over(task, attempt, now)
    places = repository.items_of_task(db, task.id)
    shown = _items(db, task, attempt, over, now) if attempt else []
    scored = [i.mark.share for i in shown if i.mark and i.mark.share is not None]
    return TaskPage(
        seat=seat,
        task=task,
        state=working.state_now(task, now),
        attempt=attempt,
        is_over=over,
        checks_at_once=task.feedback == states.AT_ONCE,
        items=shown,
        total=sum(scored) if over and scored else None,
        n_scored=len(scored),
        n_answered=sum(i.is_answered for i in shown),
        n_items=len(places),
        say=say,
    )


def _items(
    db: Session, task: PracticeTask, attempt: PracticeAttempt, over: bool, now: datetime
) -> list[PupilItem]:
    places = repository.items_of_task(db, task.id)
    contents = items.read_versions(db, {place.version_hash for place in places})
    answers = repository.newest_answers(db, [attempt.id])
    shared = stimuli(db, {c.stimulus for c in contents.values() if c.stimulus})
    views = {name: stimulus_view(content) for name, content in shared.items()}
    closed = working.state_now(task, now) is TaskState.CLOSED
    return [
        _item(task, place, contents[place.version_hash], answers.get((attempt.id, place.id)), views,
              over, closed)
        for place in places
    ]  # fmt: skip


def _item(
    task: PracticeTask, place: PracticeTaskItem, content: ItemContent,
    given: PracticeAnswer | None, views: Mapping[str, StimulusView], over: bool, closed: bool,
) -> PupilItem:  # fmt: skip
    value = unpacked(given.value) if given else None
    checked = given is not None and given.checked
    open_key = states.shows_key(task.feedback, checked=checked, submitted=over, closed=closed)
    mark, seen = mark_of(content, value), candidate_view(content)
    return PupilItem(
        place=place,
        seen=seen,
        stem=_stem(seen),
        stimulus=views.get(content.stimulus or ""),
        value=value,
        is_answered=mark.is_answered,
        is_final=over or checked,
        mark=mark if open_key else None,
        content=content if open_key else None,
    )


def _stem(seen: CandidateView) -> Markup:
    """Gaps are numbered in the text; what goes into them is asked below it."""
    gaps = getattr(seen.interaction, "gaps", ()) if seen.interaction.kind == "cloze" else ()
    return with_blanks(say(seen.stem), {gap.id: (n, gap) for n, gap in enumerate(gaps, start=1)})


def one_item(page: TaskPage, place_id: uuid.UUID) -> PupilItem | None:
    return next((item for item in page.items if item.place.id == place_id), None)


def picture_of(db: Session, seat: Seat, sha256: str, *, now: datetime) -> Asset | None:
    """A picture of something this pupil has on the desk; those of solutions with the key only."""
    name = f"asset:{sha256}"
    for attempt in repository.attempts_of_pupil(db, seat.pupil.id):
        task = repository.task_of(db, attempt.task_id)
        if task.class_id == seat.group.id and any(
            _shows(item, name) for item in task_page(db, seat, task, now=now).items
        ):
            return db.get(Asset, sha256)
    return None


def _shows(item: PupilItem, name: str) -> bool:
    told = [item.seen.model_dump_json()]
    told += [item.stimulus.model_dump_json()] if item.stimulus else []
    told += [item.content.model_dump_json()] if item.content else []
    return any(name in text for text in told)
