"""What the invigilator's desk shows: the seats, the count, the check line, the log."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.attempts import repository, service
from delivery.attempts.models import Attempt, WriterLease
from delivery.attempts.repository import Progress
from delivery.attempts.states import SEAT_NAMES, SeatFacts, SeatState, seat_state
from delivery.safe_exam_browser import repository as safe_exam_browser
from delivery.safe_exam_browser.findings import FINDING_NAMES, Finding
from delivery.safe_exam_browser.models import SafeExamBrowserSighting
from delivery.safe_exam_browser.service import expectation
from delivery.sittings import repository as sittings
from delivery.sittings.models import Candidate, Sitting, SittingAction
from itembank.audit import AuditEvent
from itembank.errors import Message, msg
from itembank.forms import repository as forms
from itembank.people.models import Unit

from ..formats import local
from ..opening import opening_asked

LOG_LINES = 8
COUNTED = (
    SeatState.WORKING,
    SeatState.IDLE,
    SeatState.LOST,
    SeatState.ASKS_DEVICE,
    SeatState.PAUSED,
    SeatState.READY,
    SeatState.SUBMITTED,
    SeatState.SUSPENDED,
    SeatState.ABSENT,
)
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
class SeatView:
    candidate_id: uuid.UUID
    number: str
    name: str
    seat: str
    room: str
    state: SeatState
    state_name: str
    answered: int
    total: int
    note: Message | None
    last_change: str
    deadline: datetime | None
    device: str
    hand_overs: int
    has_device: bool
    browser: str = ""  # what was seen of Safe Exam Browser, where the sitting asks for it
    browser_is_right: bool = True

    @property
    def tenths(self) -> int:
        """How much is answered, in tenths: drawn by a class, since styles are not computed here."""
        return round(10 * self.answered / self.total) if self.total else 0


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
    rooms: tuple[str, ...]
    room: str
    seats: tuple[SeatView, ...]
    counts: tuple[tuple[SeatState, str, int], ...]
    n_present: int
    n_started: int
    n_submitted: int
    chosen: SeatView | None
    log: tuple[LogLine, ...]
    last_deadline: datetime | None
    updated_at: str
    opening_asked: SittingAction | None
    n_suspended: int

    @property
    def all_submitted(self) -> bool:
        """Submitted = present - suspended, or the line stays red."""
        return self.n_started > 0 and self.n_unfinished == 0

    @property
    def n_unfinished(self) -> int:
        return self.n_started - self.n_suspended - self.n_submitted

    @property
    def n_wrong_browsers(self) -> int:
        return sum(not seat.browser_is_right for seat in self.seats)


def desk(
    db: Session, sitting: Sitting, *, room: str, chosen: uuid.UUID | None, now: datetime
) -> Desk:
    """Everything the page shows. Counts are of the room in view."""
    people = sittings.candidates(db, sitting.id)
    total = len(forms.form_items(db, sitting.form_id))
    seen = _Seen(db, sitting)
    seats = [seen.seat(c, total, now) for c in people if room in {"", c.room}]
    seats.sort(key=lambda s: (s.room, s.seat.zfill(6), s.number))
    tally = Counter(s.state for s in seats)
    ids = {s.candidate_id for s in seats}
    attempts = [a for a in seen.attempts.values() if a.candidate_id in ids]
    return Desk(
        sitting=sitting,
        subject=forms.structure_of(forms.form_of(db, sitting.form_id)).title,
        site=db.get_one(Unit, sitting.unit_id).name,
        n_items=total,
        rooms=tuple(sorted({c.room for c in people if c.room})),
        room=room,
        seats=tuple(seats),
        counts=tuple((state, SEAT_NAMES[state], tally[state]) for state in COUNTED),
        n_present=sum(s.state is not SeatState.ABSENT for s in seats),
        n_started=len(attempts),
        n_submitted=sum(a.submitted_at is not None for a in attempts),
        chosen=next((s for s in seats if s.candidate_id == chosen), None),
        log=_log(repository.room_log(db, sitting.id, limit=LOG_LINES), people, seen.attempts),
        last_deadline=max((a.deadline for a in attempts if not a.submitted_at), default=None),
        updated_at=_seconds(now),
        opening_asked=opening_asked(db, sitting, now),
        n_suspended=sum(a.suspended_at is not None for a in attempts),
    )


class _Seen:
    """The sitting's leases, attempts and progress, each read once."""

    def __init__(self, db: Session, sitting: Sitting) -> None:
        self.attempts: dict[uuid.UUID, Attempt] = {
            a.candidate_id: a for a in repository.attempts_of_sitting(db, sitting.id)
        }
        self.progress: Mapping[uuid.UUID, Progress] = repository.progress_of_sitting(db, sitting.id)
        self.browsers: Mapping[uuid.UUID, SafeExamBrowserSighting] = (
            safe_exam_browser.newest_sightings(db, [sitting.id])
            if expectation(db, sitting.id)
            else {}
        )
        self.leases: dict[uuid.UUID, list[WriterLease]] = {}
        for lease in repository.current_leases(db, sitting.id):
            self.leases.setdefault(lease.candidate_id, []).append(lease)

    def seat(self, candidate: Candidate, total: int, now: datetime) -> SeatView:
        leases = self.leases.get(candidate.id, [])
        attempt = self.attempts.get(candidate.id)
        progress = self.progress.get(attempt.id) if attempt else None
        facts = _facts(leases, attempt, progress)
        state = seat_state(facts, now)
        holder = next((lease for lease in leases if lease.granted_at), None)
        seen = self.browsers.get(holder.id) if holder else None
        return SeatView(
            candidate_id=candidate.id,
            number=candidate.number,
            name=candidate.full_name,
            seat=candidate.seat,
            room=candidate.room,
            state=state,
            state_name=SEAT_NAMES[state],
            answered=progress.answered if progress else 0,
            total=total,
            note=_note(state, facts, now),
            last_change=_seconds(facts.last_change_at) if facts.last_change_at else "–",
            deadline=attempt.deadline if attempt else None,
            device=holder.device if holder else "",
            hand_overs=max(0, (holder.epoch or 1) - 1) if holder else 0,
            has_device=bool(leases),
            browser=FINDING_NAMES[Finding(seen.finding)] if seen else "",
            browser_is_right=seen is None or seen.finding == Finding.MATCHED,
        )


def _facts(
    leases: Sequence[WriterLease], attempt: Attempt | None, progress: Progress | None
) -> SeatFacts:
    return SeatFacts(
        has_device=any(lease.granted_at for lease in leases),
        asks_device=any(lease.granted_at is None for lease in leases),
        started_at=attempt.started_at if attempt else None,
        submitted_at=attempt.submitted_at if attempt else None,
        last_seen_at=attempt.last_seen_at if attempt else None,
        held_since=attempt.held_since if attempt else None,
        suspended_at=attempt.suspended_at if attempt else None,
        last_change_at=progress.last_change_at if progress else None,
    )


def _note(state: SeatState, facts: SeatFacts, now: datetime) -> Message | None:
    """How long, or since when: «đã 2:18» is a duration, «lúc 14:29» a moment."""
    if state is SeatState.SUBMITTED and facts.submitted_at:
        return msg("lúc {time}", time=f"{local(facts.submitted_at):%H:%M}")
    since = {
        SeatState.LOST: facts.last_seen_at or facts.started_at,
        SeatState.IDLE: facts.last_change_at or facts.started_at,
        SeatState.PAUSED: facts.held_since,
    }.get(state)
    if since is None:
        return None
    minutes, seconds = divmod(int((now - since).total_seconds()), 60)
    return msg("đã {time}", time=f"{minutes}:{seconds:02d}")


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


def refresh(db: Session, sitting: Sitting, *, now: datetime) -> None:
    """Before looking: hand in what is overdue, so that nobody waits for a device that is gone."""
    service.close_overdue(db, now=now, sitting=sitting)
