"""What a teacher sees: classes and their tasks, items to choose, a set, the results of a task."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.practice import repository, service
from delivery.practice.models import PracticeSet, PracticeTask
from delivery.practice.results import Results, results
from delivery.practice.states import TaskState
from delivery.practice.working import state_now
from itembank.curriculum import SUBJECTS, Topic, topic_name, topics
from itembank.errors import Message
from itembank.exchange.tables_out import Column, Report, Table
from itembank.items import repository as items
from itembank.items.content import ItemContent, StimulusContent
from itembank.items.models import Item
from itembank.people.classes import repository as classes
from itembank.people.classes.models import SchoolClass
from itembank.permissions import Actor

from ..formats import local, moment
from ..i18n import Words

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class ClassLine:
    group: SchoolClass
    pupils: int
    with_pin: int
    code: str | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    task: PracticeTask
    group: str
    state: TaskState
    begun: int
    handed_in: int
    pupils: int


@dataclass(frozen=True, slots=True)
class PracticeHome:
    classes: list[ClassLine]
    tasks: list[TaskLine]
    sets: list[tuple[PracticeSet, int]]


def practice_home(db: Session, actor: Actor, *, now: datetime) -> PracticeHome:
    groups = classes.classes_of_teacher(db, actor.person_id, on=now.date())
    members = {g.id: classes.pupils_in(db, g.id, on=now.date()) for g in groups}
    lines = [
        ClassLine(g, len(members[g.id]), len(repository.with_pin(db, [p.id for p in members[g.id]])),
                  repository.code_of(db, g.id))
        for g in groups
    ]  # fmt: skip
    names = {g.id: g.name for g in groups}
    tasks = [
        _task_line(db, task, names, len(members[task.class_id]), now)
        for task in repository.tasks_of_classes(db, list(names))
    ]
    kept = repository.sets_of(db, actor)
    sizes = repository.set_sizes(db, [one.id for one in kept])
    return PracticeHome(lines, tasks, [(one, sizes.get(one.id, 0)) for one in kept])


def _task_line(
    db: Session, task: PracticeTask, names: Mapping[uuid.UUID, str], pupils: int, now: datetime
) -> TaskLine:
    begun = repository.attempts_of_task(db, task.id)
    done = sum(a.submitted_at is not None or now > a.deadline for a in begun)
    return TaskLine(task, names[task.class_id], state_now(task, now), len(begun), done, pupils)


@dataclass(frozen=True, slots=True)
class Filters:
    subject: str
    grade: int | None = None
    topic: str = ""
    level: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ChoosePage:
    filters: Filters
    subjects: dict[str, str]
    topics: list[Topic]
    items: list[tuple[Item, str]]
    given: set[uuid.UUID]
    is_cut: bool
    chosen: set[str]
    title: str


def choose_page(
    db: Session, actor: Actor, filters: Filters, *, chosen: Sequence[str] = (), title: str = ""
) -> ChoosePage:
    subject = filters.subject if filters.subject in SUBJECTS else own_subject(actor)
    asked = Filters(subject, filters.grade, filters.topic, filters.level, filters.kind)
    found = repository.items_to_give(
        db, actor, subject=subject, grade=asked.grade, topic=asked.topic, level=asked.level,
        kind=asked.kind, most=MOST_SHOWN + 1,
    )  # fmt: skip
    rows = [(item, topic_name(item.topic)) for item in found]
    known = [t for t in topics(subject) if asked.grade in (None, t.grade)]
    given = service.given_before(db, [i.id for i in found])
    return ChoosePage(asked, SUBJECTS, known, rows[:MOST_SHOWN], given, len(found) > MOST_SHOWN,
                      set(chosen), title)  # fmt: skip


def own_subject(actor: Actor) -> str:
    told = [*actor.subjects, *(g.subject for g in actor.grants if g.subject)]
    return next((s for s in told if s in SUBJECTS), "toan")


@dataclass(frozen=True, slots=True)
class GiveForm:
    """The terms as they stand in the form; today's day and a school hour by default."""

    class_id: str = ""
    title: str = ""
    kind: str = "practice"
    feedback: str = "at_once"
    minutes: str = ""
    opens_day: str = ""
    opens_time: str = ""
    closes_day: str = ""
    closes_time: str = ""


def usual_form(kept: PracticeSet, now: datetime) -> GiveForm:
    today, week = local(now), local(now + timedelta(days=7))
    return GiveForm(
        title=kept.title,
        minutes="",
        opens_day=today.strftime("%Y-%m-%d"),
        opens_time=today.strftime("%H:%M"),
        closes_day=week.strftime("%Y-%m-%d"),
        closes_time="21:00",
    )


@dataclass(frozen=True, slots=True)
class SetItem:
    """`content` is None where the item may not be given any more; `why` says so."""

    item: Item
    topic: str
    content: ItemContent | None
    stimulus: StimulusContent | None
    why: Message | None


@dataclass(frozen=True, slots=True)
class SetPage:
    kept: PracticeSet
    items: list[SetItem]
    classes: Sequence[SchoolClass]
    form: GiveForm


def set_page(
    db: Session, actor: Actor, kept: PracticeSet, form: GiveForm | None, *, now: datetime
) -> SetPage:
    rows = [_set_item(db, actor, item, now) for item in repository.items_of_set(db, kept.id)]
    groups = classes.classes_of_teacher(db, actor.person_id, on=now.date())
    return SetPage(kept, rows, groups, form or usual_form(kept, now))


def _set_item(db: Session, actor: Actor, item: Item, now: datetime) -> SetItem:
    refused = service.refusals(db, actor, [item])
    if refused:
        return SetItem(item, topic_name(item.topic), None, None, refused[0].what)
    content = service.open_content(db, actor, item, now=now)
    shared = items.stimulus_version(db, content.stimulus) if content.stimulus else None
    return SetItem(item, topic_name(item.topic), content, shared, None)


@dataclass(frozen=True, slots=True)
class ResultsPage:
    task: PracticeTask
    group: SchoolClass
    code: str
    state: TaskState
    results: Results
    begun: int


def results_page(db: Session, task: PracticeTask, *, now: datetime) -> ResultsPage:
    group = service.class_of(db, task.class_id)
    found = results(db, task, classes.pupils_in(db, group.id, on=now.date()))
    begun = sum(row.attempt is not None for row in found.rows)
    code = repository.code_of(db, group.id) or ""
    return ResultsPage(task, group, code, state_now(task, now), found, begun)


def results_report(shown: ResultsPage, issuer: str, t: Words, now: datetime) -> Report:
    columns = [Column(t("Mã học sinh"), 12), Column(t("Họ tên"), 26)]
    columns += [
        Column(t("Câu {n}", n=c.place.position), 7, is_number=True) for c in shown.results.columns
    ]
    rows = [
        [row.pupil.code, row.pupil.full_name,
         *((m.share if m.share is not None else None) for m in row.marks or [])]
        + [None] * (len(shown.results.columns) if row.marks is None else 0)
        + [row.total]
        for row in shown.results.rows
    ]  # fmt: skip
    columns.append(Column(t("Cộng"), 8, is_number=True, has_bar=True))
    title = f"{shown.task.title} · {shown.group.name}"
    note = t("Mỗi câu tối đa 1. Ô trống: chưa làm, hoặc cần giáo viên đọc.")
    return Report(title, issuer, [moment(now), note], [Table(t("Kết quả"), columns, rows)],
                  is_wide=True)  # fmt: skip
