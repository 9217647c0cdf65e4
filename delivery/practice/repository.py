"""All queries about practice: what may be given, sets, tasks, pupils' devices and answers."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from itembank.errors import NotFound
from itembank.forms.models import FormItem
from itembank.handover.models import HandoverItem
from itembank.items.models import Item
from itembank.people.classes.models import Pupil, SchoolClass
from itembank.permissions import Actor

from .models import (
    PracticeAnswer,
    PracticeAttempt,
    PracticeClass,
    PracticeDevice,
    PracticePin,
    PracticeSet,
    PracticeSetItem,
    PracticeTask,
    PracticeTaskItem,
)
from .rules import GIVEN


def _reserved() -> ColumnElement[bool]:
    return or_(
        Item.id.in_(select(FormItem.item_id)),
        Item.id.in_(select(HandoverItem.item_id)),
    )


def givable(actor: Actor) -> Select[Any]:
    """As `rules.can_give_item`, for lists."""
    return select(Item).where(
        Item.approved_version.is_not(None),
        Item.state != "retired",
        or_(Item.unit_id == actor.unit_id, Item.author_id == actor.person_id),
        Item.kind.in_(GIVEN),
        ~_reserved(),
    )


def items_to_give(
    db: Session, actor: Actor, *, subject: str, grade: int | None, topic: str, level: str,
    kind: str, most: int,
) -> Sequence[Item]:  # fmt: skip
    query = givable(actor).where(Item.subject == subject)
    for column, value in ((Item.grade, grade), (Item.topic, topic), (Item.level, level),
                          (Item.kind, kind)):  # fmt: skip
        if value:
            query = query.where(column == value)
    return db.scalars(query.order_by(Item.topic, Item.code).limit(most)).all()


def reserved_among(db: Session, item_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the items that are in an examination's form or in a package."""
    return set(db.scalars(select(Item.id).where(Item.id.in_(item_ids), _reserved())))


def sets_of(db: Session, actor: Actor) -> Sequence[PracticeSet]:
    query = select(PracticeSet).where(PracticeSet.owner_id == actor.person_id)
    return db.scalars(query.order_by(PracticeSet.created_at.desc())).all()


def set_of(db: Session, set_id: uuid.UUID) -> PracticeSet:
    found = db.get(PracticeSet, set_id)
    if found is None:
        raise NotFound("Không có bộ câu này. Về trang luyện tập rồi chọn lại.")
    return found


def items_of_set(db: Session, set_id: uuid.UUID) -> Sequence[Item]:
    query = select(Item).join(PracticeSetItem, PracticeSetItem.item_id == Item.id)
    query = query.where(PracticeSetItem.set_id == set_id)
    return db.scalars(query.order_by(PracticeSetItem.position)).all()


def set_sizes(db: Session, set_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = select(PracticeSetItem.set_id, func.count()).where(PracticeSetItem.set_id.in_(set_ids))
    return {set_id: n for set_id, n in db.execute(query.group_by(PracticeSetItem.set_id))}


def task_of(db: Session, task_id: uuid.UUID) -> PracticeTask:
    found = db.get(PracticeTask, task_id)
    if found is None:
        raise NotFound("Không có bài này. Về danh sách bài rồi chọn lại.")
    return found


def tasks_of_classes(db: Session, class_ids: Collection[uuid.UUID]) -> Sequence[PracticeTask]:
    query = select(PracticeTask).where(PracticeTask.class_id.in_(class_ids))
    return db.scalars(query.order_by(PracticeTask.given_at.desc(), PracticeTask.id)).all()


def items_of_task(db: Session, task_id: uuid.UUID) -> Sequence[PracticeTaskItem]:
    query = select(PracticeTaskItem).where(PracticeTaskItem.task_id == task_id)
    return db.scalars(query.order_by(PracticeTaskItem.position)).all()


def class_by_code(db: Session, code: str) -> SchoolClass | None:
    query = select(SchoolClass).join(PracticeClass, PracticeClass.class_id == SchoolClass.id)
    return db.scalar(query.where(PracticeClass.code == code, SchoolClass.is_active))


def code_of(db: Session, class_id: uuid.UUID) -> str | None:
    found = db.get(PracticeClass, class_id)
    return found.code if found else None


def pin_of(db: Session, pupil_id: uuid.UUID) -> PracticePin | None:
    query = select(PracticePin).where(PracticePin.pupil_id == pupil_id)
    return db.scalars(query.order_by(PracticePin.at.desc(), PracticePin.id.desc()).limit(1)).first()


def with_pin(db: Session, pupil_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set(db.scalars(select(PracticePin.pupil_id).where(PracticePin.pupil_id.in_(pupil_ids))))


def device(db: Session, token_hash: str) -> tuple[PracticeDevice, Pupil, SchoolClass] | None:
    """Who holds this device, while they are signed in."""
    query = (
        select(PracticeDevice, Pupil, SchoolClass)
        .join(Pupil, Pupil.id == PracticeDevice.pupil_id)
        .join(SchoolClass, SchoolClass.id == PracticeDevice.class_id)
        .where(PracticeDevice.token_hash == token_hash, PracticeDevice.ended_at.is_(None))
    )
    found = db.execute(query).first()
    return (found[0], found[1], found[2]) if found else None


def attempt_of(
    db: Session, task_id: uuid.UUID, pupil_id: uuid.UUID, *, lock: bool = False
) -> PracticeAttempt | None:
    query = select(PracticeAttempt).where(
        PracticeAttempt.task_id == task_id, PracticeAttempt.pupil_id == pupil_id
    )
    return db.scalar(query.with_for_update() if lock else query)


def attempts_of_task(db: Session, task_id: uuid.UUID) -> Sequence[PracticeAttempt]:
    return db.scalars(select(PracticeAttempt).where(PracticeAttempt.task_id == task_id)).all()


def attempts_of_pupil(db: Session, pupil_id: uuid.UUID) -> Sequence[PracticeAttempt]:
    return db.scalars(select(PracticeAttempt).where(PracticeAttempt.pupil_id == pupil_id)).all()


def newest_answers(
    db: Session, attempt_ids: Collection[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], PracticeAnswer]:
    """The answer that counts, by attempt and item of the task."""
    newest = (
        select(
            PracticeAnswer.attempt_id,
            PracticeAnswer.task_item_id,
            func.max(PracticeAnswer.number).label("number"),
        )
        .where(PracticeAnswer.attempt_id.in_(attempt_ids))
        .group_by(PracticeAnswer.attempt_id, PracticeAnswer.task_item_id)
        .subquery()
    )
    query = select(PracticeAnswer).join(
        newest,
        and_(
            newest.c.attempt_id == PracticeAnswer.attempt_id,
            newest.c.task_item_id == PracticeAnswer.task_item_id,
            newest.c.number == PracticeAnswer.number,
        ),
    )
    return {(a.attempt_id, a.task_item_id): a for a in db.scalars(query)}
