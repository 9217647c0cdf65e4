"""Items chosen elsewhere into a set for a class: those that may be given; the rest told with why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from itembank.errors import Invalid, Message, msg
from itembank.items.models import Item
from itembank.permissions import Actor, require

from . import repository, rules, service
from .models import PracticeSet


@dataclass(frozen=True, slots=True)
class Left:
    item: Item
    why: Message


@dataclass(frozen=True, slots=True)
class Added:
    """`kept` is None where nothing could be added and there was no set yet."""

    kept: PracticeSet | None
    done: Sequence[Item]
    left: Sequence[Left]


def add_items(
    db: Session,
    actor: Actor,
    kept: PracticeSet | None,
    items: Sequence[Item],
    *,
    title: str,
    now: datetime,
) -> Added:
    """Into this set, or into a new one of this title. Each item by the rules of one."""
    require(rules.can_practise(actor))
    if not items:
        raise Invalid("Chưa chọn câu nào. Đánh dấu ở đầu hàng rồi làm lại.", code="none_chosen")
    there: list[Item] = []
    if kept is not None:
        require(rules.can_use_set(actor, kept))
        there = list(repository.items_of_set(db, kept.id))
    done, left = _sorted_out(db, actor, there, items)
    if done:
        kept = _keep(db, actor, kept, [*there, *done], title=title, now=now)
    return Added(kept, done, left)


def _sorted_out(
    db: Session, actor: Actor, there: Sequence[Item], items: Sequence[Item]
) -> tuple[list[Item], list[Left]]:
    reserved = repository.reserved_among(db, [item.id for item in items])
    done: list[Item] = []
    left: list[Left] = []
    for item in sorted(items, key=lambda one: one.code):
        answer = rules.can_give_item(actor, item, reserved=item.id in reserved)
        why = answer.reason if not answer else _why_not_with([*there, *done], item)
        if why:
            left.append(Left(item, why))
        else:
            done.append(item)
    return done, left


def _why_not_with(there: Sequence[Item], item: Item) -> Message | None:
    if any(one.id == item.id for one in there):
        return msg("Câu này đã có trong bộ câu.")
    if there and there[0].subject != item.subject:
        return msg("Bộ câu này của môn khác.")
    if len(there) >= service.MOST_ITEMS:
        return msg("Bộ câu đã đủ {n} câu.", n=service.MOST_ITEMS)
    return None


def _keep(
    db: Session,
    actor: Actor,
    kept: PracticeSet | None,
    chosen: Sequence[Item],
    *,
    title: str,
    now: datetime,
) -> PracticeSet:
    ids = [item.id for item in chosen]
    if kept is None:
        return service.keep_set(db, actor, title=title, item_ids=ids, now=now)
    service.change_set(db, actor, kept, title=kept.title, item_ids=ids, now=now)
    return kept
