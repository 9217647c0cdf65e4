"""A room before its day: most machines good, some to mend, some nobody looked at; and one on the day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from delivery.attempts import service
from delivery.incidents.service import note_incident
from delivery.readiness.service import keep_check, seat_opened_by
from delivery.sittings.models import Candidate, Sitting
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import Room, make_candidate, make_room, sign_in_device
from tests.factories.attempts import held as again
from tests.factories.forms import make_person
from tests.factories.readiness import (
    CHROME,
    ROOM_CODE,
    good_machine,
    issue,
    lay_out,
    listening_paper,
)
from tests.factories.web import HASH

PEOPLE = (("giamthi", Role.INVIGILATOR), ("thanhtra", Role.INSPECTOR))
FIREFOX = "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:102.0) Gecko/20100101 Firefox/102.0"
ROWS, COLUMNS = 4, 6
WORKING, DONE = 13, 3  # on the day, of those who signed in
FAULTS: dict[int, dict[str, object]] = {
    3: {"typed": "Tieengs Vieetj cos daaus"},
    9: {"was_heard": False, "kilobits": 4_200},
    14: {"clock_ms": 7_200_000},
    15: {"typed": "Tieng Viet co dau"},
    18: {"latency_ms": None, "kilobits": None},
}
UNCHECKED = (21, 22, 24)


def before_the_day(db: Session, *, now: datetime) -> Room:
    room = make_room(db, now=now, state="planned", contents=listening_paper())
    room.sitting.starts_at = now + timedelta(days=2)
    unit = db.get_one(Unit, room.sitting.unit_id)
    for name, role in PEOPLE:
        make_person(db, unit, name, role, now=now, password_hash=HASH)
    lay_out(db, room.sitting, "03", ROWS, COLUMNS, now=now)
    seated(db, room.sitting, now=now)
    issue(db, room.officer, room.sitting, now=now)
    for seat in range(1, ROWS * COLUMNS + 1):
        if seat not in UNCHECKED:
            check(db, seat, now=now + timedelta(seconds=70 * seat))
    return room


def seated(db: Session, sitting: Sitting, *, now: datetime) -> list[Candidate]:
    """Twenty-two candidates; the last two machines are spare. Seat 7 is taken by the room's own."""
    made = []
    for seat in range(1, 23):
        if seat != 7:
            one = make_candidate(db, sitting, now=now, number=f"0300{1240 + seat}")
            one.seat = f"{seat:02d}"
            made.append(one)
    db.flush()
    return made


def check(db: Session, seat: int, *, now: datetime) -> None:
    machine = good_machine(machine=f"{5 if seat == 6 else seat:032x}", **FAULTS.get(seat, {}))
    agent = FIREFOX if seat == 11 else CHROME
    keep_check(db, seat_opened_by(db, ROOM_CODE, str(seat)), machine, agent, now=now)


def on_the_day(db: Session, room: Room, candidates: list[Candidate], *, now: datetime) -> None:
    """The paper is open, some have signed in, the power failed for a while."""
    room.sitting.state, room.sitting.opened_at = "open", now
    for place, one in enumerate(candidates):
        held = sign_in_device(db, one, f"may-{one.number}", now=now)
        if place < WORKING:
            service.start(db, held, now=now)
        if place < DONE:
            service.submit(db, again(db, f"may-{one.number}"), last_seq=0, now=now)
    note_incident(
        db, room.officer, room.sitting, kind="power", text="Mất điện dãy bên trái ba phút, đã bù giờ",
        room="03", candidate=None, now=now,
    )  # fmt: skip
