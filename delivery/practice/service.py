"""What a teacher does: keep a set, give it to a class, hand out codes, end a task."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from itembank import audit
from itembank.errors import Invalid, NotFound, Problem, msg, problem
from itembank.items import repository as items
from itembank.items.content import ItemContent
from itembank.items.models import Item
from itembank.people.classes import repository as classes
from itembank.people.classes.models import Pupil, SchoolClass
from itembank.permissions import Actor, require
from itembank.stock.repository import releases_of
from itembank.stock.service import note_given_out

from . import repository, rules, states
from .models import (
    PracticeClass,
    PracticePin,
    PracticeSet,
    PracticeSetItem,
    PracticeTask,
    PracticeTaskItem,
)

MOST_ITEMS = 60
MINUTES = range(1, 301)
LONGEST_TITLE = 200


def class_of(db: Session, class_id: uuid.UUID) -> SchoolClass:
    found = db.get(SchoolClass, class_id)
    if found is None:
        raise NotFound("Không có lớp này.")
    return found


def _may_give(db: Session, actor: Actor, group: SchoolClass, now: datetime) -> None:
    teaches = classes.teaches(db, actor.person_id, group.id, on=now.date())
    require(rules.can_give(actor, group, teaches=teaches))


def open_content(db: Session, actor: Actor, item: Item, *, now: datetime) -> ItemContent:
    """An item with its key, as a teacher of its school looks at it before giving it."""
    reserved = item.id in repository.reserved_among(db, [item.id])
    require(rules.can_give_item(actor, item, reserved=reserved))
    if item.author_id != actor.person_id:
        audit.record(db, actor, "item.opened", "item", item.id, now=now, reason="practice")
    return items.read_version(db, item.approved_version or "")


def keep_set(
    db: Session, actor: Actor, *, title: str, item_ids: Sequence[uuid.UUID], now: datetime
) -> PracticeSet:
    """A set of items of one subject, in the order they were chosen."""
    require(rules.can_practise(actor))
    chosen = [items.item_by_id(db, item_id) for item_id in dict.fromkeys(item_ids)]
    found = _set_problems(db, actor, title, chosen)
    if found:
        raise Invalid("Chưa lưu bộ câu.", code="set_invalid", problems=found)
    kept = PracticeSet(
        owner_id=actor.person_id, title=title.strip(), subject=chosen[0].subject, created_at=now
    )
    db.add(kept)
    db.flush()
    _fill(db, kept, chosen)
    after = {"title": kept.title, "items": [item.code for item in chosen]}
    audit.record(db, actor, "practice_set.kept", "practice_set", kept.id, now=now, after=after)
    return kept


def _set_problems(db: Session, actor: Actor, title: str, chosen: Sequence[Item]) -> list[Problem]:
    checks = (
        (bool(title.strip()) and len(title) <= LONGEST_TITLE, "title", "Ghi tên bộ câu, không quá 200 kí tự."),
        (0 < len(chosen) <= MOST_ITEMS, "items", msg("Chọn từ 1 đến {n} câu.", n=MOST_ITEMS)),
        (len({item.subject for item in chosen}) <= 1, "items", "Chọn câu của cùng một môn."),
    )  # fmt: skip
    found = [problem(where, what) for holds, where, what in checks if not holds]
    return found + refusals(db, actor, chosen)


def refusals(db: Session, actor: Actor, chosen: Sequence[Item]) -> list[Problem]:
    """Items that may not be given, each with its reason."""
    reserved = repository.reserved_among(db, [item.id for item in chosen])
    said = [(i, rules.can_give_item(actor, i, reserved=i.id in reserved)) for i in chosen]
    return [
        problem(msg("Câu {code}", code=item.code), answer.reason)
        for item, answer in said
        if not answer and answer.reason
    ]


def _fill(db: Session, kept: PracticeSet, chosen: Sequence[Item]) -> None:
    db.add_all(
        PracticeSetItem(set_id=kept.id, item_id=item.id, position=position)
        for position, item in enumerate(chosen, start=1)
    )
    db.flush()


def change_set(
    db: Session, actor: Actor, kept: PracticeSet, *, title: str, item_ids: Sequence[uuid.UUID],
    now: datetime,
) -> None:  # fmt: skip
    """The set as it is from now on; what was given from it before does not change."""
    require(rules.can_use_set(actor, kept))
    chosen = [items.item_by_id(db, item_id) for item_id in dict.fromkeys(item_ids)]
    found = _set_problems(db, actor, title, chosen)
    if found:
        raise Invalid("Chưa lưu bộ câu.", code="set_invalid", problems=found)
    db.execute(delete(PracticeSetItem).where(PracticeSetItem.set_id == kept.id))
    kept.title = title.strip()
    _fill(db, kept, chosen)
    after = {"title": kept.title, "items": [item.code for item in chosen]}
    audit.record(db, actor, "practice_set.changed", "practice_set", kept.id, now=now, after=after)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a task is given: `minutes` None leaves it open as long as its window."""

    title: str
    kind: str
    feedback: str
    minutes: int | None
    opens_at: datetime | None
    closes_at: datetime | None


def give(
    db: Session, actor: Actor, kept: PracticeSet, group: SchoolClass, terms: Terms, *,
    new_code: Callable[[], str], now: datetime,
) -> PracticeTask:  # fmt: skip
    """The versions approved today go to the class; the items count as exposed from now on."""
    require(rules.can_use_set(actor, kept))
    _may_give(db, actor, group, now)
    chosen = repository.items_of_set(db, kept.id)
    found = [*_term_problems(terms, now), *refusals(db, actor, chosen)]
    if found or terms.opens_at is None or terms.closes_at is None:
        raise Invalid("Chưa giao bài.", code="task_invalid", problems=found)
    task = PracticeTask(
        class_id=group.id, title=terms.title.strip(), subject=kept.subject, kind=terms.kind,
        feedback=terms.feedback, minutes=terms.minutes, opens_at=terms.opens_at,
        closes_at=terms.closes_at, given_by=actor.person_id, given_at=now,
    )  # fmt: skip
    db.add(task)
    db.flush()
    db.add_all(
        PracticeTaskItem(task_id=task.id, position=n, item_id=i.id, version_hash=i.approved_version)
        for n, i in enumerate(chosen, start=1)
    )
    note_given_out(db, actor, [i.id for i in chosen], reason=f"{group.name}: {task.title}", now=now)
    ensure_code(db, group, new_code=new_code, now=now)
    after = {"class": group.code, "items": [item.code for item in chosen]}
    audit.record(db, actor, "practice.given", "practice_task", task.id, now=now, after=after)
    return task


def _term_problems(terms: Terms, now: datetime) -> list[Problem]:
    opens, closes = terms.opens_at, terms.closes_at
    checks = (
        (bool(terms.title.strip()) and len(terms.title) <= LONGEST_TITLE, "title", "Ghi tên bài, không quá 200 kí tự."),
        (terms.kind in states.KIND_NAMES, "kind", "Chọn luyện tập hoặc bài kiểm tra ngắn."),
        (terms.feedback in states.FEEDBACK_NAMES, "feedback", "Chọn lúc học sinh được xem đáp án."),
        (terms.minutes is None or terms.minutes in MINUTES, "minutes", "Thời gian làm bài từ 1 đến 300 phút."),
        (terms.kind != states.TEST or terms.minutes is not None, "minutes", "Bài kiểm tra cần số phút làm bài."),
        (terms.kind != states.TEST or terms.feedback != states.AT_ONCE, "feedback", "Bài kiểm tra chỉ cho xem đáp án sau khi nộp."),
        (opens is not None, "opens", "Ghi ngày và giờ mở bài."),
        (closes is not None, "closes", "Ghi ngày và giờ đóng bài."),
        (opens is None or closes is None or opens < closes, "closes", "Giờ đóng bài phải sau giờ mở."),
        (closes is None or closes > now, "closes", "Giờ đóng bài đã qua; chọn giờ khác."),
    )  # fmt: skip
    return [problem(where, what) for holds, where, what in checks if not holds]


def ensure_code(
    db: Session, group: SchoolClass, *, new_code: Callable[[], str], now: datetime
) -> str:
    """The code by which pupils find the class; made once."""
    code = repository.code_of(db, group.id)
    if code is None:
        code = new_code()
        while repository.class_by_code(db, code) is not None:
            code = new_code()
        db.add(PracticeClass(class_id=group.id, code=code, created_at=now))
        db.flush()
    return code


@dataclass(frozen=True, slots=True)
class IssuedPin:
    """A PIN in the clear, alive only until the page that prints it has left."""

    pupil: Pupil
    pin: str


def issue_pins(
    db: Session,
    actor: Actor,
    group: SchoolClass,
    *,
    pupil_ids: Collection[uuid.UUID] | None = None,
    new_pin: Callable[[], str],
    hash_pin: Callable[[str], str],
    now: datetime,
) -> list[IssuedPin]:
    """New PINs for these pupils, or for those of the class who have none. Old ones die."""
    _may_give(db, actor, group, now)
    members = classes.pupils_in(db, group.id, on=now.date())
    known = repository.with_pin(db, [pupil.id for pupil in members])
    wanted = [p for p in members if (p.id not in known if pupil_ids is None else p.id in pupil_ids)]
    issued = [IssuedPin(pupil, new_pin()) for pupil in wanted]
    db.add_all(
        PracticePin(pupil_id=one.pupil.id, pin_hash=hash_pin(one.pin), issued_by=actor.person_id, at=now)
        for one in issued
    )  # fmt: skip
    db.flush()
    after = {"pupils": [one.pupil.code for one in issued]}
    audit.record(db, actor, "pins.issued", "school_class", group.id, now=now, after=after)
    return issued


def end_task(db: Session, actor: Actor, task: PracticeTask, *, now: datetime) -> None:
    """Nobody works on it from now on; answers stay."""
    _may_give(db, actor, class_of(db, task.class_id), now)
    if task.ended_at is None:
        task.ended_at = now
    db.flush()
    audit.record(db, actor, "practice.ended", "practice_task", task.id, now=now)


def given_before(db: Session, item_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Items that are known outside already: giving them again costs nothing more."""
    return releases_of(db, item_ids)


NO_CLASS = [problem("class_id", "Chọn lớp.")]
