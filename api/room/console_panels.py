"""The panel beside the seat map: one seat with its history and what can be done, or the whole room."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.attempts import action_log, late
from delivery.attempts import repository as attempts
from delivery.attempts.actions import ActionKind, Hold, read
from delivery.attempts.models import Attempt, AttemptAction
from delivery.incidents.kinds import KIND_NAMES, IncidentKind
from delivery.incidents.models import Incident
from delivery.incidents.repository import incidents_of
from delivery.sittings import repository as sittings
from delivery.sittings.models import Accommodation, Sitting
from delivery.sittings.states import CLOSED, OPEN
from itembank.errors import Message, msg
from itembank.permissions import Actor

from ..formats import local
from .console_views import Seat
from .day_views import ACTION_NAMES, Line

MINUTES_OFFERED = (5, 10, 15)
# What is said most often, one tap each; anything else is typed. In the order in which they are shown.
REASONS: dict[str, tuple[Message, ...]] = {
    "tam-dung": (
        msg("Máy thi gặp sự cố, đang xử lí"),
        msg("Thí sinh mệt, cần nghỉ tại chỗ"),
        msg("Thí sinh xin ra ngoài"),
    ),
    "them-gio": (
        msg("Bắt đầu muộn do lỗi của phòng thi"),
        msg("Theo quyết định của điểm trưởng"),
    ),
    "bu-gio": (
        msg("Mất thời gian vì máy hỏng"),
        msg("Mất thời gian vì mất mạng"),
        msg("Mất thời gian vì mất điện"),
    ),
    "doi-may": (
        msg("Máy hỏng, chuyển sang máy dự phòng"),
        msg("Máy mất mạng, cắm lại không được"),
        msg("Máy bị treo, phải khởi động lại"),
    ),
    "doi-cho": (
        msg("Chuyển sang ghế có máy dự phòng"),
        msg("Tách thí sinh ngồi gần nhau"),
    ),
    "de-nghi-dinh-chi": (
        msg("Mang vật bị cấm vào phòng thi"),
        msg("Sử dụng điện thoại trong giờ thi"),
        msg("Nhờ người khác làm bài"),
    ),
    "khong-dinh-chi": (
        msg("Đã xác minh, không vi phạm"),
        msg("Giám thị bấm nhầm ghế"),
    ),
    "de-nghi-huy-dinh-chi": (
        msg("Đình chỉ nhầm thí sinh, nhầm ghế"),
        msg("Đã xác minh lại, không vi phạm"),
    ),
    "giu-dinh-chi": (msg("Đã xem lại, việc đình chỉ là đúng"),),
    "thu-bai": (
        msg("Thí sinh ốm, không thi tiếp được"),
        msg("Thí sinh xin nộp bài sớm"),
    ),
    "cho-vao-muon": (
        msg("Đến muộn do tắc đường, có xác nhận"),
        msg("Được điểm trưởng cho vào thi"),
    ),
    "cap-lai-ma": (
        msg("Thí sinh làm mất phiếu dự thi"),
        msg("Mã bị nhoè, không đọc được"),
    ),
    "phong-tam-dung": (
        msg("Mất điện cả phòng"),
        msg("Mất mạng cả phòng"),
        msg("Báo cháy, thí sinh ra khỏi phòng"),
    ),
    "phong-them-gio": (
        msg("Bắt đầu muộn do lỗi của phòng thi"),
        msg("Theo quyết định của điểm trưởng"),
    ),
    "de-du-phong": (
        msg("Đề chính có sai sót, đã có quyết định"),
        msg("Nghi lộ đề, đã có quyết định"),
    ),
}


@dataclass(frozen=True, slots=True)
class SeatPanel:
    """One candidate: how they stand, what happened, what can be done about them now."""

    seat: Seat
    is_open: bool
    is_closed: bool
    asked_by: str  # who asked for what waits: a suspension, or its undoing
    asked_by_viewer: bool
    asked_reason: str
    holds: frozenset[Hold]
    accommodation: Accommodation | None
    n_late: int
    history: tuple[Line, ...]

    @property
    def reasons(self) -> dict[str, tuple[Message, ...]]:
        return REASONS

    @property
    def minutes(self) -> tuple[int, ...]:
        return MINUTES_OFFERED


@dataclass(frozen=True, slots=True)
class RoomPanel:
    """What can be done about the whole room."""

    room: str
    is_paused: bool
    is_closed: bool
    kinds: tuple[tuple[str, str], ...]

    @property
    def reasons(self) -> dict[str, tuple[Message, ...]]:
        return REASONS

    @property
    def minutes(self) -> tuple[int, ...]:
        return MINUTES_OFFERED


def room_panel(db: Session, sitting: Sitting, room: str) -> RoomPanel:
    return RoomPanel(
        room=room,
        is_paused=action_log.room_is_paused(db, sitting.id, room),
        is_closed=sitting.state == CLOSED,
        kinds=tuple((kind, name) for kind, name in KIND_NAMES.items()),
    )


def seat_panel(db: Session, actor: Actor, sitting: Sitting, seat: Seat) -> SeatPanel:
    attempt = attempts.attempt_of(db, seat.candidate_id)
    asked = action_log.second_word_waits(db, attempt)
    return SeatPanel(
        seat=seat,
        is_open=sitting.state == OPEN,
        is_closed=sitting.state == CLOSED,
        asked_by=asked.by_name if asked else "",
        asked_by_viewer=asked is not None and asked.by_id == actor.person_id,
        asked_reason=asked.reason if asked else "",
        holds=read(attempt.held_by) if attempt else frozenset(),
        accommodation=sittings.accommodation_of(db, seat.candidate_id),
        n_late=len(late.late_events_of(db, attempt.id)) if attempt else 0,
        history=_history(db, sitting, seat, attempt),
    )


def _history(
    db: Session, sitting: Sitting, seat: Seat, attempt: Attempt | None
) -> tuple[Line, ...]:
    """Actions, changes of machine and incidents about this candidate, the newest first."""
    rows = [(a.at, _acted(a)) for a in action_log.actions_of(db, seat.candidate_id)]
    rows += [(i.happened_at, _noted(i)) for i in _incidents(db, sitting, seat.candidate_id)]
    if attempt is not None:
        rows.append((attempt.started_at, _line(attempt.started_at, "Bắt đầu làm bài")))
        if attempt.submitted_at is not None:
            rows.append((attempt.submitted_at, _line(attempt.submitted_at, "Nộp bài")))
    return tuple(line for _, line in sorted(rows, key=lambda row: row[0], reverse=True))


def _incidents(db: Session, sitting: Sitting, candidate_id: uuid.UUID) -> Sequence[Incident]:
    return [i for i in incidents_of(db, sitting.id) if i.candidate_id == candidate_id]


def _acted(action: AttemptAction) -> Line:
    moved = f"{action.before} → {action.after}" if action.kind == ActionKind.SEAT_CHANGED else ""
    what = ACTION_NAMES.get(action.kind, action.kind)
    return Line(_clock(action.at), moved, what, action.seconds, action.reason, action.by_name)


def _noted(incident: Incident) -> Line:
    what = KIND_NAMES[IncidentKind(incident.kind)]
    return Line(_clock(incident.happened_at), "", what, None, incident.text, incident.by_name)


def _line(at: datetime, what: str) -> Line:
    return Line(_clock(at), "", what, None, "", "")


def _clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M:%S}"
