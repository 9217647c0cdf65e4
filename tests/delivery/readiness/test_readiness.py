"""Room codes, checks as facts, and the report they add up to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from api import migrations
from delivery.readiness import repository
from delivery.readiness.occasions import occasion_of_sitting
from delivery.readiness.report import RoomReadiness, Standing, history, readiness_of
from delivery.readiness.seats import room_seats, seat_name
from delivery.readiness.service import MOST_CHECKS, keep_check, seat_opened_by
from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, NotFound, Refused
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import make_room
from tests.factories.forms import make_actor
from tests.factories.readiness import CHROME, ROOM_CODE, good_machine, issue, lay_out


@pytest.fixture
def room(db, now):
    made = make_room(db, now=now, state="planned")
    lay_out(db, made.sitting, "03", 3, 4, now=now)
    return made


def standings(report: RoomReadiness) -> dict[str, Standing]:
    return {seat.seat: seat.standing for seat in report.seats}


def report_of(db, room) -> tuple[RoomReadiness, ...]:
    return readiness_of(db, occasion_of_sitting(db, room.sitting))


def check(db, now, seat, machine=None, **other):
    opened = seat_opened_by(db, ROOM_CODE, seat)
    name = f"{machine or int(opened.seat):032x}"
    return keep_check(db, opened, good_machine(machine=name, **other), CHROME, now=now)


def test_seats_are_those_of_the_plan_and_of_the_candidates() -> None:
    assert seat_name(" 007 ") == "7" and seat_name("0") == "0" and seat_name("a1") == "A1"
    seats = room_seats(None, [("07", "x"), ("2", "y"), ("B1", "z"), (" ", "nobody")])
    assert seats.names == ("2", "7", "B1")
    assert seats.place_of("2") is None


def test_the_report_tells_ready_to_watch_failed_and_never(db, now, room):
    issue(db, room.officer, room.sitting, now=now)
    check(db, now, "1")
    check(db, now, "02", was_heard=None)
    check(db, now, "7", width=300)
    (report,) = report_of(db, room)
    found = standings(report)
    assert (found["1"], found["2"], found["7"]) == (Standing.READY, Standing.WATCH, Standing.FAILED)
    assert list(found.values()).count(Standing.NEVER) == 9
    assert [n for _, _, n in report.counts] == [1, 1, 1, 9]
    assert (report.n_ready, report.is_ready) == (2, False)
    assert {seat.number for seat in report.seats} == {"", room.candidate.number}


def test_the_last_check_counts_and_all_of_them_stay(db, now, room):
    issue(db, room.officer, room.sitting, now=now)
    check(db, now, "7", width=300)
    check(db, now + timedelta(minutes=5), "07")
    (report,) = report_of(db, room)
    assert standings(report)["7"] is Standing.READY
    told = history(db, room.sitting.id, "03", "7")
    assert [len(one.problems) for one in told] == [0, 1]


def test_two_seats_checked_on_one_machine_are_told(db, now, room):
    issue(db, room.officer, room.sitting, now=now)
    check(db, now, "1", machine=5)
    check(db, now, "2", machine=5)
    check(db, now, "3", machine=6)
    (report,) = report_of(db, room)
    shared = {seat.seat: seat.same_machine for seat in report.seats if seat.same_machine}
    assert shared == {"1": ("2",), "2": ("1",)}
    assert [standings(report)[seat] for seat in "123"] == [
        Standing.WATCH, Standing.WATCH, Standing.READY,
    ]  # fmt: skip


def test_a_new_code_puts_the_old_out_of_use_and_keeps_what_was_found(db, now, room):
    issue(db, room.officer, room.sitting, now=now)
    check(db, now, "1")
    issue(db, room.officer, room.sitting, now=now + timedelta(hours=1), code="NNNNN-MMMMM")
    with pytest.raises(NotFound):
        seat_opened_by(db, ROOM_CODE, "1")
    assert seat_opened_by(db, "NNNNN-MMMMM", "1").seat == "1"
    (report,) = report_of(db, room)
    assert standings(report)["1"] is Standing.READY


@pytest.mark.parametrize(
    ("code", "seat"), [("XXXXX-XXXXX", "1"), (ROOM_CODE, "13"), (ROOM_CODE, "")]
)
def test_a_wrong_code_or_seat_opens_nothing(db, now, room, code, seat):
    issue(db, room.officer, room.sitting, now=now)
    with pytest.raises(NotFound) as refused:
        seat_opened_by(db, code, seat)
    assert len(refused.value.problems) == 1


def test_one_seat_cannot_fill_the_disk(db, now, room):
    issue(db, room.officer, room.sitting, now=now)
    for _ in range(MOST_CHECKS):
        check(db, now, "1")
    with pytest.raises(Conflict):
        check(db, now, "1")
    check(db, now, "2")
    assert len(repository.newest_checks(db, room.sitting.id)) == 2


def test_a_closed_sitting_is_checked_no_more(db, now, room):
    issue(db, room.officer, room.sitting, now=now)
    room.sitting.state = "closed"
    with pytest.raises(NotFound):
        seat_opened_by(db, ROOM_CODE, "1")
    with pytest.raises(Refused):
        issue(db, room.officer, room.sitting, now=now, code="NNNNN-MMMMM")


def test_only_those_who_run_the_room_issue_its_code_and_it_is_noted(db, now, room):
    unit = db.get_one(Unit, room.sitting.unit_id)
    for number, role in enumerate((Role.INSPECTOR, Role.TEACHER, Role.UNIT_ADMIN)):
        with pytest.raises(Refused):
            issue(db, make_actor(db, unit, f"ai{number}", role, now=now), room.sitting, now=now)
    with pytest.raises(Invalid):
        issue(db, room.officer, room.sitting, "99", now=now)
    issue(db, room.officer, room.sitting, now=now)
    events = db.query(AuditEvent).filter_by(action="room_code.issued").all()
    assert [event.after for event in events] == [{"room": "03", "needs_sound": False}]


def test_checks_outlive_the_change_that_freed_them_of_the_sitting(database, now):
    """Back and forth with rows in the tables, and they are append-only again afterwards."""
    with database.write() as db:
        made = make_room(db, now=now, state="planned")
        issue(db, made.officer, made.sitting, now=now)
        check(db, now, "7")
    migrations.downgrade(database, "0020")
    migrations.upgrade(database)
    with database.read() as db:
        (seat,) = [s for s in report_of(db, made)[0].seats if s.seat == "7"]
        assert seat.standing is Standing.READY
    for table in ("room_code", "readiness_check"):
        with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
            db.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("table", ["room_code", "readiness_check"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET room = 'x'", "DELETE FROM {}"])
def test_facts_are_not_edited(database, now, table, verb):
    with database.write() as db:
        made = make_room(db, now=now, state="planned")
        issue(db, made.officer, made.sitting, now=now)
        check(db, now, "7")
    with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
        db.execute(text(verb.format(table)))
