"""Who may send packages, release their codes and take results in; and when a box may open one."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from delivery.attempts.reasons import SHORTEST_REASON, is_reason
from delivery.sittings.models import Sitting
from delivery.sittings.rules import can_plan, can_supervise
from delivery.sittings.states import CLOSED, PLANNED
from itembank.permissions import ALLOWED, Actor, Decision, no

PEOPLE_NEEDED = 2
OPENS_BEFORE = timedelta(minutes=15)
BOX_CLOCK_SLACK = timedelta(minutes=1)


def can_build(actor: Actor, sitting: Sitting) -> Decision:
    allowed = can_plan(actor, sitting.unit_id)
    if allowed and sitting.state != PLANNED:
        return no(
            "sitting_not_planned",
            "Ca thi này đã mở hoặc đã đóng ở trung tâm, nên không lập gói cho điểm thi được.",
        )
    return allowed


def can_release(actor: Actor, sitting: Sitting, *, agreed: Collection[uuid.UUID]) -> Decision:
    """Each of two people agrees once."""
    allowed = can_plan(actor, sitting.unit_id)
    if allowed and actor.person_id in agreed:
        return no("already_agreed", "Bạn đã đồng ý phát mã này; cần thêm một người khác.")
    return allowed


def code_is_released(
    opens_at: datetime, agreed: Collection[uuid.UUID], *, now: datetime
) -> Decision:
    if len(set(agreed)) < PEOPLE_NEEDED:
        return no(
            "two_people_needed",
            "Cần {n} người khác nhau đồng ý phát mã; hiện có {m}.",
            n=PEOPLE_NEEDED,
            m=len(set(agreed)),
        )
    if now < opens_at:
        return no("too_early", "Chưa đến giờ phát mã của gói này.")
    return ALLOWED


def may_still_open(number: int, newest: int, reasons: Iterable[str]) -> Decision:
    """A package built again takes the place of the older one; a school that has only the older one
    gets its code for a reason on record."""
    if number < newest and not any(map(is_reason, reasons)):
        return no(
            "package_replaced",
            "Gói số {old} đã được thay bằng gói số {new}: gửi trường gói mới. Nếu trường chỉ còn gói "
            "cũ, ghi lí do (ít nhất {n} kí tự) rồi phát mã.",
            old=number,
            new=newest,
            n=SHORTEST_REASON,
        )
    return ALLOWED


def can_merge(actor: Actor, sitting: Sitting) -> Decision:
    return can_plan(actor, sitting.unit_id)


def can_open_package(opens_at: datetime, opened_at: datetime | None, *, now: datetime) -> Decision:
    if opened_at is not None:
        return no("package_open", "Gói này đã mở ở máy này rồi.")
    if now + BOX_CLOCK_SLACK < opens_at:
        return no(
            "too_early",
            "Chưa đến giờ mở gói. Nếu đồng hồ của máy này sai, chỉnh lại đồng hồ trước.",
        )
    return ALLOWED


def can_seal(actor: Actor | None, sitting: Sitting) -> Decision:
    """`actor` is None for who sits at the box's own command line."""
    allowed = can_supervise(actor, sitting) if actor is not None else ALLOWED
    if allowed and sitting.state != CLOSED:
        return no("sitting_not_closed", "Đóng ca thi trước, rồi mới niêm phong kết quả.")
    return allowed
