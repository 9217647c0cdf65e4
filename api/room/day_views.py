"""What the page of the day's work and the minutes show."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.attempts import action_log, late
from delivery.attempts import repository as attempts
from delivery.attempts.actions import ActionKind
from delivery.attempts.clock import extra_seconds
from delivery.attempts.models import Attempt, AttemptAction
from delivery.incidents.headcount import Headcount
from delivery.incidents.kinds import KIND_NAMES, IncidentKind
from delivery.incidents.pauses import Pauses
from delivery.incidents.service import Minutes, minutes_of
from delivery.results.rescoring.rules import can_look
from delivery.seals.chain import shown
from delivery.seals.service import verify_sitting
from delivery.sittings import repository as sittings
from delivery.sittings.models import Accommodation, Candidate, Sitting
from delivery.sittings.states import CLOSING, OPENED, OPENING_ASKED
from itembank.errors import Message, msg
from itembank.people.models import Unit
from itembank.permissions import Actor

from ..formats import local

EXTRA_TIME = "Được thêm thời gian làm bài"
ACTION_NAMES: dict[str, str] = {
    OPENING_ASKED: "Đề nghị mở đề",
    OPENED: "Mở đề",
    CLOSING: "Đóng ca thi",
    ActionKind.EXTENDED: "Thêm giờ",
    ActionKind.CREDITED: "Bù giờ",
    ActionKind.ACCOMMODATED: "Thêm giờ theo chế độ",
    ActionKind.PAUSED: "Tạm dừng",
    ActionKind.RESUMED: "Cho tiếp tục",
    ActionKind.ROOM_PAUSED: "Tạm dừng cả phòng",
    ActionKind.ROOM_RESUMED: "Cho cả phòng tiếp tục",
    ActionKind.DEVICE_RELEASED: "Rời máy cũ",
    ActionKind.DEVICE_GRANTED: "Vào máy mới",
    ActionKind.DEVICE_CHANGED: "Đổi máy",
    ActionKind.SUSPENSION_ASKED: "Đề nghị đình chỉ",
    ActionKind.SUSPENSION_REFUSED: "Không đình chỉ",
    ActionKind.SUSPENDED: "Đình chỉ thi",
    ActionKind.REINSTATEMENT_ASKED: "Đề nghị huỷ đình chỉ",
    ActionKind.REINSTATEMENT_REFUSED: "Giữ đình chỉ",
    ActionKind.REINSTATED: "Huỷ đình chỉ, cho thi tiếp",
    ActionKind.SEAT_CHANGED: "Đổi chỗ",
    ActionKind.ADMITTED_LATE: "Cho vào muộn",
    ActionKind.ANNOUNCED: "Thông báo cho phòng",
    ActionKind.ENDED: "Thu bài",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done or happened: when, about whom, what, why, by whom."""

    at: str
    who: str
    what: str
    seconds: int | None
    reason: str
    by: str

    @property
    def length(self) -> Message | None:
        return None if self.seconds is None else _duration(self.seconds)


def _duration(seconds: int) -> Message:
    minutes, rest = divmod(seconds, 60)
    if not rest:
        return msg("{minutes} phút", minutes=minutes)
    return msg("{minutes} phút {seconds} giây", minutes=minutes, seconds=rest)


@dataclass(frozen=True, slots=True)
class PauseLine:
    """How often and how long a candidate, or (without one) a whole room, stood still."""

    room: str
    candidate: str
    number: int
    seconds: int
    lasts: bool  # at this moment

    @property
    def who(self) -> Message | str:
        if self.candidate:
            return self.candidate
        return msg("Cả phòng {room}", room=self.room) if self.room else msg("Cả phòng")

    @property
    def length(self) -> Message:
        return _duration(self.seconds)


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """The minutes as a page and as a document: the same lines in the same order."""

    sitting: Sitting
    site: str
    room: str
    headcount: Headcount
    absent: Sequence[Candidate]
    suspended: Sequence[Candidate]
    unfinished: Sequence[Candidate]
    lines: Sequence[Line]
    incidents: Sequence[Line]
    pauses: Sequence[PauseLine]
    root: str
    sealed_at: datetime | None
    seal_fits: bool
    printed_at: datetime


def minutes_page(db: Session, sitting: Sitting, room: str, now: datetime) -> MinutesPage:
    told = minutes_of(db, sitting, room)
    found = verify_sitting(db, sitting) if told.seal else None
    return MinutesPage(
        sitting=sitting,
        site=db.get_one(Unit, sitting.unit_id).name,
        room=room,
        headcount=told.headcount,
        absent=told.absent,
        suspended=told.suspended,
        unfinished=told.unfinished,
        lines=_lines(told),
        incidents=[
            Line(_time(i.happened_at), c.number if c else "", KIND_NAMES[IncidentKind(i.kind)],
                 None, i.text, i.by_name)
            for i, c in told.incidents
        ],
        pauses=_pauses(told, now),
        root=shown(told.seal.root) if told.seal else "",
        sealed_at=told.seal.sealed_at if told.seal else None,
        seal_fits=found is not None and found.fits,
        printed_at=now,
    )  # fmt: skip


def _lines(told: Minutes) -> list[Line]:
    rows: list[tuple[datetime, Line]] = [
        (a.at, Line(_time(a.at), "", ACTION_NAMES.get(a.kind, a.kind), a.seconds, a.reason,
                    a.by_name))
        for a in told.on_room
    ]  # fmt: skip
    rows += [(one.at, _granted(told.sitting, candidate, one)) for candidate, one in told.granted]
    rows += [(action.at, _line(action, candidate)) for candidate, action in told.on_candidates]
    return [line for _, line in sorted(rows, key=lambda row: row[0])]


def _pauses(told: Minutes, now: datetime) -> list[PauseLine]:
    """The rooms first, then each candidate who had a break of their own."""
    lines = [_pause_line(room, "", pauses, now) for room, pauses in told.room_pauses]
    lines += [
        _pause_line(one.room, f"{one.number} {one.full_name}", pauses, now)
        for one, pauses in told.seat_pauses
    ]
    return lines


def _pause_line(room: str, candidate: str, pauses: Pauses, now: datetime) -> PauseLine:
    seconds = round(pauses.total(now).total_seconds())
    return PauseLine(room, candidate, pauses.number, seconds, pauses.lasts)


def _granted(sitting: Sitting, candidate: Candidate, one: Accommodation) -> Line:
    """Extra time, whenever it was granted: the day stands with it."""
    seconds = extra_seconds(sitting.minutes, one.extra_percent)
    when = f"{local(one.at):%H:%M:%S %d/%m}"
    return Line(when, candidate.number, EXTRA_TIME, seconds, one.reason, one.by_name)


def _line(action: AttemptAction, candidate: Candidate) -> Line:
    moved = f" {action.before} → {action.after}" if action.kind == ActionKind.SEAT_CHANGED else ""
    what = ACTION_NAMES.get(action.kind, action.kind)
    return Line(
        _time(action.at), candidate.number + moved, what, action.seconds, action.reason,
        action.by_name,
    )  # fmt: skip


def _time(moment: datetime) -> str:
    return f"{local(moment):%H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Person:
    """One candidate with what can be done about them."""

    candidate: Candidate
    attempt: Attempt | None
    accommodation: Accommodation | None
    asked_by: str  # who asked for what waits: a suspension, or its undoing
    n_late: int

    @property
    def holds(self) -> frozenset[str]:
        held = self.attempt.held_by if self.attempt else None
        return frozenset(held.split(",")) if held else frozenset()

    @property
    def is_running(self) -> bool:
        a = self.attempt
        return a is not None and a.submitted_at is None and a.suspended_at is None

    @property
    def is_suspended(self) -> bool:
        return self.attempt is not None and self.attempt.suspended_at is not None


@dataclass(frozen=True, slots=True)
class DayPage:
    minutes: MinutesPage
    rooms: Sequence[str]
    people: Sequence[Candidate]
    chosen: Person | None
    room_is_paused: bool
    kinds: Sequence[tuple[str, str]]
    n_late: int  # papers with late work, told to those who decide about it


def day_page(
    db: Session, actor: Actor, sitting: Sitting, *,
    room: str, chosen: uuid.UUID | None, now: datetime,
) -> DayPage:  # fmt: skip
    people = sittings.candidates(db, sitting.id)
    mine = next((c for c in people if c.id == chosen), None)
    return DayPage(
        minutes=minutes_page(db, sitting, room, now),
        rooms=sorted({c.room for c in people if c.room}),
        people=[c for c in people if room in {"", c.room}],
        chosen=_person(db, mine) if mine else None,
        room_is_paused=action_log.room_is_paused(db, sitting.id, room),
        kinds=[(kind, name) for kind, name in KIND_NAMES.items()],
        n_late=len(late.late_counts(db, sitting.id)) if can_look(actor, sitting) else 0,
    )


def _person(db: Session, candidate: Candidate) -> Person:
    attempt = attempts.attempt_of(db, candidate.id)
    asked = action_log.second_word_waits(db, attempt)
    return Person(
        candidate=candidate,
        attempt=attempt,
        accommodation=sittings.accommodation_of(db, candidate.id),
        asked_by=asked.by_name if asked else "",
        n_late=len(late.late_events_of(db, attempt.id)) if attempt else 0,
    )
