"""One reviewer, or one group, for many items at once: each item is asked on its own, by the rules of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ..errors import Invalid, KhaothiError, Message, TooLarge, msg
from ..items.models import Item
from ..people.models import Person, Unit
from ..permissions import Actor, Role
from . import groups, repository, service
from .models import ReviewRound

MOST_AT_ONCE = 200
REVIEWING = (Role.APPRAISER, Role.COUNTER_REVIEWER)


@dataclass(frozen=True, slots=True)
class Left:
    """An item that was left as it was, and why."""

    item: Item
    why: Message


@dataclass(frozen=True, slots=True)
class Assigned:
    done: Sequence[Item]
    left: Sequence[Left]


def assign_many(
    db: Session,
    actor: Actor,
    items: Sequence[Item],
    role: Role,
    reviewer: Person,
    *,
    now: datetime,
    reason: str = "",
) -> Assigned:
    """The reviewer takes the seat of this role in every item's open round where the rules let them.

    Every item is a step of its own: a refusal leaves that item alone, and the others go on.
    """
    _refuse(items, role)

    def act(round_: ReviewRound) -> None:
        service.assign(db, actor, round_, role, reviewer, now=now, reason=reason)

    return _each(db, items, act)


def offer_many(
    db: Session, actor: Actor, items: Sequence[Item], role: Role, unit: Unit, *, now: datetime
) -> Assigned:
    """The seat of this role in every item's open round is offered to the group of this unit."""
    _refuse(items, role)
    return _each(db, items, lambda round_: groups.offer(db, actor, round_, role, unit, now=now))


def _each(db: Session, items: Sequence[Item], act: Callable[[ReviewRound], object]) -> Assigned:
    done: list[Item] = []
    left: list[Left] = []
    for item in sorted(items, key=lambda one: one.id):  # always locked in the same order
        try:
            with db.begin_nested():
                act(_open_round(db, item))
            done.append(item)
        except KhaothiError as refusal:
            left.append(Left(item, refusal.message))
    return Assigned(_by_code(done), sorted(left, key=lambda one: one.item.code))


def _open_round(db: Session, item: Item) -> ReviewRound:
    round_ = repository.open_round(db, item)
    if round_ is None:
        raise Invalid("Câu này không có vòng thẩm định nào đang mở.")
    return round_


def _by_code(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.code)


def _refuse(items: Sequence[Item], role: Role) -> None:
    if not items:
        raise Invalid("Chưa chọn câu nào. Đánh dấu ở đầu hàng rồi làm lại.", code="none_chosen")
    if len(items) > MOST_AT_ONCE:
        raise TooLarge(msg("Mỗi lần nhiều nhất {n} câu. Lọc bớt rồi làm lại.", n=MOST_AT_ONCE))
    if role not in REVIEWING:
        raise Invalid("Chọn việc giao: thẩm định hay phản biện.", code="role_unknown")
