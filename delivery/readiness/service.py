"""Issue the code of a room, find the seat it opens, keep what was measured there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.sittings.models import Sitting
from itembank import audit
from itembank.errors import Conflict, Invalid, NotFound, problem
from itembank.permissions import Actor, require

from . import repository
from .browsers import MOST_READ
from .judging import Asked, Finding, judge
from .measured import Measured
from .models import ReadinessCheck, RoomCode
from .occasions import Occasion, has_listening, occasion_of, occasion_of_sitting
from .rules import can_check_at_box, can_issue_room_code
from .seats import seat_name

MOST_CHECKS = 40  # of one seat with one code: whoever has the code cannot fill the disk
MOST_CODES_AT_BOX = 20  # of one room: nor can whoever reaches a shut box
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class CheckedSeat:
    """The seat a room code opens."""

    code: RoomCode
    occasion: Occasion
    seat: str
    number: str  # of the candidate who is to sit there; empty for a spare machine
    asked: Asked


def issue_room_code(
    db: Session, actor: Actor, sitting: Sitting, room: str, *,
    needs_sound: bool, new_code: Callable[[], str], now: datetime,
) -> RoomCode:  # fmt: skip
    """A new code for the room; the old one opens nothing from now on.

    `needs_sound` is asked only where the paper does not tell whether it has a listening part.
    """
    require(can_issue_room_code(actor, sitting))
    made = _new_code(
        db, occasion_of_sitting(db, sitting), room, needs_sound, new_code(),
        by_id=actor.person_id, by_name=actor.name, now=now,
    )  # fmt: skip
    after = {"room": room, "needs_sound": made.needs_sound}
    audit.record(db, actor, "room_code.issued", "sitting", sitting.id, now=now, after=after)
    return made


def issue_at_box(
    db: Session, occasion: Occasion, room: str, *,
    by_name: str, needs_sound: bool, new_code: Callable[[], str], now: datetime,
) -> RoomCode:  # fmt: skip
    """The same at a box whose package is still shut: the name is what the operator gives."""
    require(can_check_at_box(occasion))
    if repository.n_codes(db, occasion.sitting_id, room) >= MOST_CODES_AT_BOX:
        raise Conflict(
            "Phòng này đã cấp đủ số mã. Dùng mã đang có cho đến khi mở gói.", code="too_many_codes"
        )
    name = by_name.strip()
    if not name or len(name) > LONGEST_NAME:
        what = "Ghi họ tên người kiểm tra máy."
        raise Invalid("Chưa cấp được mã phòng.", problems=[problem("nguoi", what)])
    made = _new_code(
        db, occasion, room, needs_sound, new_code(), by_id=None, by_name=name, now=now
    )  # fmt: skip
    after = {"room": room, "needs_sound": made.needs_sound, "by": name}
    audit.record(db, None, "room_code.issued", "sitting", occasion.sitting_id, now=now, after=after)
    return made


def _new_code(
    db: Session, occasion: Occasion, room: str, needs_sound: bool, code: str, *,
    by_id: uuid.UUID | None, by_name: str, now: datetime,
) -> RoomCode:  # fmt: skip
    if room not in occasion.rooms:
        what = "Ca thi không có phòng này. Nhập danh sách thí sinh hoặc ghi sơ đồ phòng trước."
        raise Invalid("Chưa cấp được mã phòng.", problems=[problem("phong", what)])
    known = has_listening(db, occasion.sitting_id)
    made = RoomCode(
        sitting_id=occasion.sitting_id, room=room, code=code,
        needs_sound=needs_sound if known is None else known,
        by_id=by_id, by_name=by_name, at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def seat_opened_by(db: Session, code: str, seat: str) -> CheckedSeat:
    """The seat of this name in the room of this code; a refusal says which of the two is wrong."""
    found, occasion = code_in_use(db, code)
    seats = occasion.rooms.get(found.room)
    name = seat_name(seat)
    if seats is None or name not in seats.names:
        raise _unknown("ghe", "Phòng này không có ghế đó. Xem lại số dán trên máy.")
    asked = Asked(found.needs_sound, occasion.safe_exam_browser)
    return CheckedSeat(found, occasion, name, seats.taken.get(name, ""), asked)


def code_in_use(db: Session, code: str) -> tuple[RoomCode, Occasion]:
    """The code that counts in its room, and what it is for, which is not over."""
    found = repository.code_named(db, code)
    occasion = occasion_of(db, found.sitting_id) if found else None
    if found and occasion and not occasion.is_over:
        newest = repository.codes_of(db, found.sitting_id)[found.room]
        if newest.id == found.id:
            return found, occasion
    raise _unknown("ma", "Mã phòng không đúng hoặc đã hết dùng. Xem lại mã dán ở cửa phòng.")


def _unknown(where: str, what: str) -> NotFound:
    return NotFound("Chưa mở được trang kiểm tra máy.", problems=[problem(where, what)])


def keep_check(
    db: Session, opened: CheckedSeat, measured: Measured, user_agent: str, *, now: datetime
) -> tuple[Finding, ...]:
    """Append what was measured; what it means. No person acts: the machine is its own witness."""
    if repository.n_checks(db, opened.code.id, opened.seat) >= MOST_CHECKS:
        raise Conflict(
            "Ghế này đã ghi đủ số lần kiểm tra. Nhờ giám thị cấp mã phòng mới.",
            code="too_many_checks",
        )
    kept = ReadinessCheck(
        code_id=opened.code.id, sitting_id=opened.occasion.sitting_id, room=opened.code.room,
        seat=opened.seat, user_agent=user_agent[:MOST_READ], measured=measured.model_dump_json(),
        needs_safe_exam_browser=opened.asked.safe_exam_browser, at=now,
    )  # fmt: skip
    db.add(kept)
    db.flush()
    return judge(measured, kept.user_agent, opened.asked)
