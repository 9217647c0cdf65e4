"""Issue the code of a room, find the seat it opens, keep what was measured there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.safe_exam_browser.repository import setting_of
from delivery.safe_exam_browser.service import OFF
from delivery.sittings.models import Sitting
from delivery.sittings.states import CLOSED
from itembank import audit
from itembank.errors import Conflict, Invalid, NotFound, problem
from itembank.permissions import Actor, require

from . import repository
from .browsers import MOST_READ
from .judging import Asked, Finding, judge
from .measured import Measured
from .models import ReadinessCheck, RoomCode
from .rules import can_issue_room_code
from .seats import seat_name

MOST_CHECKS = 40  # of one seat with one code: whoever has the code cannot fill the disk


@dataclass(frozen=True, slots=True)
class CheckedSeat:
    """The seat a room code opens."""

    code: RoomCode
    sitting: Sitting
    seat: str
    number: str  # of the candidate who is to sit there; empty for a spare machine
    asked: Asked


def issue_room_code(
    db: Session, actor: Actor, sitting: Sitting, room: str, *,
    needs_sound: bool, new_code: Callable[[], str], now: datetime,
) -> RoomCode:  # fmt: skip
    """A new code for the room; the old one opens nothing from now on."""
    require(can_issue_room_code(actor, sitting))
    if room not in repository.rooms_of(db, sitting.id):
        where = "phong"
        what = "Ca thi không có phòng này. Nhập danh sách thí sinh hoặc ghi sơ đồ phòng trước."
        raise Invalid("Chưa cấp được mã phòng.", problems=[problem(where, what)])
    made = RoomCode(
        sitting_id=sitting.id, room=room, code=new_code(), needs_sound=needs_sound,
        by_id=actor.person_id, by_name=actor.name, at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    after = {"room": room, "needs_sound": needs_sound}
    audit.record(db, actor, "room_code.issued", "sitting", sitting.id, now=now, after=after)
    return made


def seat_opened_by(db: Session, code: str, seat: str) -> CheckedSeat:
    """The seat of this name in the room of this code; a refusal says which of the two is wrong."""
    found, sitting = code_in_use(db, code)
    seats = repository.rooms_of(db, sitting.id).get(found.room)
    name = seat_name(seat)
    if seats is None or name not in seats.names:
        raise _unknown("ghe", "Phòng này không có ghế đó. Xem lại số dán trên máy.")
    asked = Asked(found.needs_sound, asks_safe_exam_browser(db, sitting))
    return CheckedSeat(found, sitting, name, seats.taken.get(name, ""), asked)


def code_in_use(db: Session, code: str) -> tuple[RoomCode, Sitting]:
    """The code that counts in its room, and the sitting, which is not over."""
    found = repository.code_named(db, code)
    if found is not None:
        sitting = db.get_one(Sitting, found.sitting_id)
        newest = repository.codes_of(db, sitting.id)[found.room]
        if newest.id == found.id and sitting.state != CLOSED:
            return found, sitting
    raise _unknown("ma", "Mã phòng không đúng hoặc đã hết dùng. Xem lại mã dán ở cửa phòng.")


def _unknown(where: str, what: str) -> NotFound:
    return NotFound("Chưa mở được trang kiểm tra máy.", problems=[problem(where, what)])


def asks_safe_exam_browser(db: Session, sitting: Sitting) -> bool:
    setting = setting_of(db, sitting.id)
    return setting is not None and setting.mode != OFF


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
        code_id=opened.code.id, sitting_id=opened.sitting.id, room=opened.code.room,
        seat=opened.seat, user_agent=user_agent[:MOST_READ], measured=measured.model_dump_json(),
        needs_safe_exam_browser=opened.asked.safe_exam_browser, at=now,
    )  # fmt: skip
    db.add(kept)
    db.flush()
    return judge(measured, kept.user_agent, opened.asked)
