"""What the pages of the readiness check show: one machine, one room, one seat's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.readiness.browsers import browser_of
from delivery.readiness.judging import Finding, Said, Verdict, judge_browser, overall
from delivery.readiness.occasions import Occasion, has_listening
from delivery.readiness.report import (
    Checked,
    RoomReadiness,
    SeatReadiness,
    Standing,
    history,
    readiness_of,
)
from delivery.readiness.seats import seat_order
from delivery.readiness.service import CheckedSeat
from delivery.readiness.typing_check import SENTENCE
from itembank.errors import Message, msg

OVERALL_WORDS: dict[Verdict, Message] = {
    Verdict.PASSED: msg("Máy này sẵn sàng"),
    Verdict.WATCH: msg("Máy này dùng được, có chỗ cần để ý"),
    Verdict.FAILED: msg("Máy này chưa dùng được"),
}


@dataclass(frozen=True, slots=True)
class MachinePage:
    """The check of one machine, before anything was measured."""

    code: str
    room: str
    seat: str
    title: str
    starts_at: datetime
    needs_sound: bool
    sentence: str
    browser: Said

    @property
    def address(self) -> str:
        return f"/kiem-tra-may/{self.code}/{self.seat}"


def machine_page(opened: CheckedSeat, user_agent: str) -> MachinePage:
    return MachinePage(
        code=opened.code.code,
        room=opened.code.room,
        seat=opened.seat,
        title=opened.occasion.title,
        starts_at=opened.occasion.starts_at,
        needs_sound=opened.asked.sound,
        sentence=SENTENCE,
        browser=judge_browser(user_agent),
    )


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """What one look at a machine found; `kept_at` once it was written down."""

    findings: tuple[Finding, ...]
    kept_at: datetime | None
    code: str

    @property
    def verdict(self) -> Verdict:
        return overall(self.findings)

    @property
    def words(self) -> Message:
        return OVERALL_WORDS[self.verdict]


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do, and at which seats."""

    name: str
    verdict: Verdict
    found: Message
    to_do: Message
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Door:
    """Through which page the report is read: where it leads back to, and what may be done there."""

    address: str
    back: str
    back_name: Message
    may_issue: bool = False
    is_inspected: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no code was issued, and the name that had been typed for it."""

    problems: Sequence[dict[str, str]] = ()
    name: str = ""


NOT_REFUSED = Refusal()


@dataclass(frozen=True, slots=True)
class ReportPage:
    """How the machines of a room do: for the door, for the invigilator, for whoever mends them."""

    occasion: Occasion
    door: Door
    rooms: tuple[RoomReadiness, ...]
    chosen: RoomReadiness | None
    has_listening: bool | None
    refusal: Refusal
    origin: str
    printed_at: datetime

    @property
    def drawn(self) -> tuple[SeatReadiness, ...]:
        """The seats as they stand in the room, those without a place in the plan last."""
        seats = self.chosen.seats if self.chosen else ()
        return tuple(sorted(seats, key=lambda one: (one.place is None, one.place or (0, 0))))

    @property
    def chores(self) -> tuple[Chore, ...]:
        return chores_of(self.chosen.seats if self.chosen else ())

    @property
    def never(self) -> tuple[str, ...]:
        seats = self.chosen.seats if self.chosen else ()
        return tuple(one.seat for one in seats if one.standing is Standing.NEVER)

    @property
    def shared(self) -> tuple[tuple[str, ...], ...]:
        """Seats that were checked on one machine, group by group."""
        seats = self.chosen.seats if self.chosen else ()
        groups = {tuple(sorted((one.seat, *one.same_machine), key=seat_order)) for one in seats}
        return tuple(sorted(group for group in groups if len(group) > 1))


def chores_of(seats: Sequence[SeatReadiness]) -> tuple[Chore, ...]:
    """What is to be done in the room, gravest and most frequent first."""
    found: dict[tuple[str, str, str], tuple[Finding, list[str]]] = {}
    for seat in seats:
        for one in seat.last.problems if seat.last else ():
            if one.to_do is not None:
                key = (one.subject, one.verdict, one.to_do.template)
                found.setdefault(key, (one, []))[1].append(seat.seat)
    chores = [
        Chore(one.name, one.verdict, one.found, one.to_do or one.found, tuple(where))
        for one, where in found.values()
    ]
    return tuple(sorted(chores, key=lambda c: (c.verdict is not Verdict.FAILED, -len(c.seats))))


def report_page(
    db: Session, occasion: Occasion, door: Door, *, room: str, origin: str, now: datetime,
    refusal: Refusal = NOT_REFUSED,
) -> ReportPage:  # fmt: skip
    rooms = readiness_of(db, occasion)
    first = rooms[0] if rooms else None
    return ReportPage(
        occasion=occasion,
        door=door,
        rooms=rooms,
        chosen=next((one for one in rooms if one.room == room), first),
        has_listening=has_listening(db, occasion.sitting_id) if door.may_issue else None,
        refusal=refusal,
        origin=origin,
        printed_at=now,
    )


@dataclass(frozen=True, slots=True)
class HistoryPage:
    address: str  # of the report
    title: str
    room: str
    seat: str
    code: str
    checks: Sequence[Checked]


def history_page(
    db: Session, occasion: Occasion, address: str, room: str, seat: str
) -> HistoryPage | None:
    """Nothing where the sitting has no such seat."""
    known = next((one for one in readiness_of(db, occasion) if one.room == room), None)
    if known is None or seat not in {one.seat for one in known.seats}:
        return None
    return HistoryPage(
        address=address,
        title=occasion.title,
        room=room,
        seat=seat,
        code=known.code.code if known.code else "",
        checks=history(db, occasion.sitting_id, room, seat),
    )


def browser_shown(check: Checked) -> str:
    return browser_of(check.user_agent).shown
