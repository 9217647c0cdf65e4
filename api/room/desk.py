"""What the invigilator's desk shows: the seats, the panel beside them, the log."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery.attempts import repository
from delivery.attempts.models import Attempt
from delivery.seals.chain import shown
from delivery.seals.repository import newest_seal
from delivery.sittings import repository as sittings
from delivery.sittings.models import Candidate, Sitting, SittingAction
from delivery.watching.repository import Watched
from itembank.audit import AuditEvent
from itembank.errors import Message, msg
from itembank.forms import repository as forms
from itembank.people.models import Unit
from itembank.permissions import Actor

from ..formats import local
from ..opening import opening_asked
from .console_panels import RoomPanel, SeatPanel, room_panel, seat_panel
from .console_views import SeatMap, seat_map
from .console_wire import map_message

SMALL_ROOM, SMALL_ROOM_COLUMNS, WIDE_ROOM_COLUMNS = 24, 6, 7
LOG_LINES = 8
LOG_WORDS: dict[str, Message] = {
    "writer_lease.granted": msg("Vào phòng thi"),
    "writer_lease.requested": msg("Xin vào ở máy khác, đang chờ cho đổi máy"),
    "writer_lease.released": msg("Được đổi máy"),
    "writer_lease.left": msg("Rời máy trước khi mở đề"),
    "attempt.started": msg("Bắt đầu làm bài"),
    "attempt.submitted": msg("Nộp bài"),
    "attempt.rescued": msg("Nhận tệp cứu hộ"),
    "attempt.extended": msg("Thêm giờ"),
    "attempt.credited": msg("Bù giờ"),
    "attempt.paused": msg("Tạm dừng"),
    "attempt.resumed": msg("Cho tiếp tục"),
    "attempt.suspension_asked": msg("Đề nghị đình chỉ"),
    "attempt.suspension_refused": msg("Không đình chỉ"),
    "attempt.suspended": msg("Đình chỉ thi"),
    "attempt.reinstatement_asked": msg("Đề nghị huỷ đình chỉ"),
    "attempt.reinstatement_refused": msg("Giữ đình chỉ"),
    "attempt.reinstated": msg("Huỷ đình chỉ, cho thi tiếp"),
    "candidate.admitted_late": msg("Cho vào muộn"),
    "candidate.moved": msg("Đổi chỗ"),
    "candidate.accommodated": msg("Ghi chế độ dành cho thí sinh"),
    "late_events.kept": msg("Máy gửi thay đổi sau giờ; giữ lại, chưa tính"),
    "sitting.room_paused": msg("Tạm dừng cả phòng"),
    "sitting.room_resumed": msg("Cho cả phòng tiếp tục"),
    "sitting.extended": msg("Thêm giờ cho cả phòng"),
    "sitting.announced": msg("Thông báo cho phòng"),
    "sitting.opening_asked": msg("Đề nghị mở đề"),
    "sitting.sealed": msg("Niêm phong bài thi"),
    "sitting.form_added": msg("Thêm mã đề"),
    "sitting.inspected": msg("Thanh tra mở xem"),
    "room_code.issued": msg("Cấp mã kiểm tra máy"),
    "forms.assigned": msg("Chia mã đề"),
    "room.laid_out": msg("Ghi sơ đồ phòng"),
    "incident.noted": msg("Ghi sự việc"),
    "response_event.conflicted": msg("Máy gửi hai thay đổi khác nhau cùng số; giữ bản đầu"),
    "safe_exam_browser.prepared": msg("Lập tệp Safe Exam Browser"),
    "safe_exam_browser.switched_off": msg("Tắt kiểm tra Safe Exam Browser"),
    "safe_exam_browser.matched": msg("Safe Exam Browser khớp với tệp của ca thi"),
    "safe_exam_browser.mismatched": msg(
        "Safe Exam Browser không mở bằng tệp của ca thi này; bài vẫn được lưu"
    ),
    "safe_exam_browser.absent": msg("Máy không dùng Safe Exam Browser; bài vẫn được lưu"),
    "code.reissued": msg("Được cấp lại mã vào phòng"),
    "codes.issued": msg("Phát mã vào phòng"),
    "roster.imported": msg("Nhập danh sách thí sinh"),
    "sitting.created": msg("Lập ca thi"),
    "sitting.opened": msg("Mở đề"),
    "sitting.closed": msg("Đóng ca thi"),
}


@dataclass(frozen=True, slots=True)
class LogLine:
    at: str
    who: str
    what: Message
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One sitting as its invigilator sees it."""

    sitting: Sitting
    subject: str
    site: str
    n_items: int
    map: SeatMap
    panel: SeatPanel | None
    room_panel: RoomPanel
    log: tuple[LogLine, ...]
    now: datetime
    opening_asked: SittingAction | None
    asked_by_viewer: bool
    root: str  # of the seal, once the sitting is closed

    @property
    def room(self) -> str:
        return self.map.room

    @property
    def updated_at(self) -> str:
        return _seconds(self.now)

    @property
    def now_ms(self) -> int:
        return round(1000 * self.now.timestamp())

    @property
    def messages(self) -> dict[str, Any]:
        """The map as the stream tells it: the page begins with the same figures."""
        return map_message(self.map, self.now)

    @property
    def n_columns(self) -> int:
        """As many as stand on a laptop's screen without scrolling."""
        return WIDE_ROOM_COLUMNS if len(self.map.seats) > SMALL_ROOM else SMALL_ROOM_COLUMNS


def desk(
    db: Session, actor: Actor, sitting: Sitting, found: Watched, *,
    room: str, chosen: uuid.UUID | None, now: datetime,
) -> Desk:  # fmt: skip
    """Everything the page shows. Counts are of the room in view."""
    seats = seat_map(found, room, now)
    seat = seats.seat_of(chosen)
    asked = opening_asked(db, sitting, now)
    seal = newest_seal(db, sitting.id)
    return Desk(
        sitting=sitting,
        subject=forms.structure_of(forms.form_of(db, sitting.form_id)).title,
        site=db.get_one(Unit, sitting.unit_id).name,
        n_items=found.n_items,
        map=seats,
        panel=seat_panel(db, actor, sitting, seat) if seat else None,
        room_panel=room_panel(db, sitting, room),
        log=room_log(db, sitting),
        now=now,
        opening_asked=asked,
        asked_by_viewer=asked is not None and asked.by_id == actor.person_id,
        root=shown(seal.root) if seal else "",
    )


def room_log(db: Session, sitting: Sitting) -> tuple[LogLine, ...]:
    """What was done and noted, newest first."""
    people = sittings.candidates(db, sitting.id)
    attempts = {a.candidate_id: a for a in repository.attempts_of_sitting(db, sitting.id)}
    return _log(repository.room_log(db, sitting.id, limit=LOG_LINES), people, attempts)


def _log(
    events: Sequence[AuditEvent],
    people: Sequence[Candidate],
    attempts: Mapping[uuid.UUID, Attempt],
) -> tuple[LogLine, ...]:
    by_id = {str(c.id): c for c in people}
    by_id |= {str(a.id): by_id[str(c)] for c, a in attempts.items() if str(c) in by_id}
    return tuple(_line(event, by_id.get(event.object_id)) for event in events)


def _line(event: AuditEvent, candidate: Candidate | None) -> LogLine:
    return LogLine(
        at=_seconds(event.at),
        who=candidate.number if candidate else "",
        what=LOG_WORDS.get(event.action, Message(event.action)),
        reason=event.reason or "",
        by=event.actor_name if event.actor_id else "",
    )


def _seconds(moment: datetime) -> str:
    return f"{local(moment):%H:%M:%S}"
