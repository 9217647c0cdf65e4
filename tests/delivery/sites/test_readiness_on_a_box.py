"""A box checks its own machines, days before its package may be opened and after; what it found
stays there and changes nothing of what comes home.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.auth import passwords
from delivery.readiness.models import ReadinessCheck, RoomCode
from delivery.readiness.occasions import Occasion, has_listening, occasion_of_package
from delivery.readiness.report import Standing, history, machines_ready, readiness_of
from delivery.readiness.repository import rooms_of
from delivery.readiness.service import (
    MOST_CODES_AT_BOX,
    issue_at_box,
    keep_check,
    seat_opened_by,
)
from delivery.sites import box_service, repository, results_service
from delivery.sittings import repository as sittings
from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, NotFound, Refused
from itembank.people import repository as people
from itembank.people.models import Person
from tests.factories.readiness import CHROME, ROOM_CODE, good_machine, issue
from tests.factories.sites import CENTRE, openers

from .test_round_trip import sit

DAYS_BEFORE = timedelta(days=3)
WHO = "Cô Hà"


def n_facts(db) -> list[int]:
    counted = (RoomCode, ReadinessCheck)
    return [db.scalar(select(func.count()).select_from(one)) or 0 for one in counted]


def at_the_box(db, built, now, *, room="01", by_name=WHO, code=ROOM_CODE):
    occasion = occasion_of_package(db, built.package_id)
    return issue_at_box(
        db, occasion, room, by_name=by_name, needs_sound=False, new_code=lambda: code, now=now
    )


def standings(db, occasion: Occasion) -> list[Standing]:
    return [seat.standing for one in readiness_of(db, occasion) for seat in one.seats]


def test_checks_of_a_box_stay_on_the_box(database, box_database, box, centre, built, now):
    with box_database.write() as db:
        person = db.scalars(select(Person).where(Person.username == "giamthi1")).one()
        sitting = sittings.sitting_of(db, centre.sitting_id)
        occasion = occasion_of_package(db, built.package_id)
        room = readiness_of(db, occasion)[0]
        issue(db, people.load_actor(db, person), sitting, room.room, now=now)
        opened = seat_opened_by(db, ROOM_CODE, room.seats[0].seat)
        keep_check(db, opened, good_machine(), CHROME, now=now)
        assert standings(db, occasion)[0] is Standing.READY
    actor = sit(box_database, centre, now)
    sealed = box.seal(actor, built.package_id, now=now)
    with database.write() as db:
        merged = results_service.merge_results(db, centre.officer, sealed.file, CENTRE, now=now)
    assert merged.fresh == 10
    with database.read() as db, box_database.read() as there:
        assert (n_facts(db), n_facts(there)) == ([0, 0], [1, 1])


def test_a_shut_package_tells_rooms_and_seats_and_nobody_in_them(
    database, shut_database, centre, built
):
    with database.read() as db, shut_database.read() as there:
        occasion = occasion_of_package(there, built.package_id)
        known = rooms_of(db, centre.sitting_id)
        assert {room: seats.names for room, seats in occasion.rooms.items()} == {
            room: seats.names for room, seats in known.items()
        }
        assert occasion.rooms["01"].names == ("1", "2", "3")
        assert (occasion.title, occasion.is_shut) == ("Kiểm tra cuối kì", True)
        assert has_listening(there, centre.sitting_id) is False
        assert {s.number for one in readiness_of(there, occasion) for s in one.seats} == {""}
    told = json.dumps(built.manifest, ensure_ascii=False)
    assert not [n for n in centre.numbers if n in told] and "Thí sinh" not in told


def test_machines_are_checked_before_and_stand_in_the_report_after_the_opening(
    shut_database, shut_box, prepared, built, centre, now
):
    before = now - DAYS_BEFORE
    with shut_database.write() as db:
        at_the_box(db, built, before)
        for seat, found in (("1", {}), ("02", {"width": 300})):
            machine = good_machine(machine=f"{int(seat):032x}", **found)
            keep_check(db, seat_opened_by(db, ROOM_CODE, seat), machine, CHROME, now=before)
        shut = occasion_of_package(db, built.package_id)
        expected = [Standing.READY, Standing.FAILED, Standing.NEVER]
        assert standings(db, shut) == expected
        assert machines_ready(readiness_of(db, shut)) == (1, 3)
    with shut_database.write() as db:
        box_service.open_package(
            db, built.package_id, prepared.inside, openers(built), shut_box.described(),
            verify_password=passwords.verify, now=now,
        )  # fmt: skip
    with shut_database.write() as db:
        opened = occasion_of_package(db, built.package_id)
        assert not opened.is_shut and standings(db, opened) == expected
        (report,) = readiness_of(db, opened)
        assert [seat.number for seat in report.seats] == list(centre.numbers)
        assert [one.at for one in history(db, centre.sitting_id, "01", "2")] == [before]
        assert seat_opened_by(db, ROOM_CODE, "3").number == centre.numbers[2]
        with pytest.raises(Refused) as refused:
            at_the_box(db, built, now, code="NNNNN-MMMMM")
        assert refused.value.code == "package_open"


def test_whoever_issues_a_code_at_a_box_says_who_they_are_and_it_is_noted(
    shut_database, built, now
):
    with shut_database.write() as db:
        for name in (" ", "x" * 201):
            with pytest.raises(Invalid) as refused:
                at_the_box(db, built, now, by_name=name)
            assert [str(one.where) for one in refused.value.problems] == ["nguoi"]
        with pytest.raises(Invalid):
            at_the_box(db, built, now, room="99")
        made = at_the_box(db, built, now, by_name=f" {WHO} ")
        assert (made.by_id, made.by_name, made.needs_sound) == (None, WHO, False)
        (event,) = db.scalars(select(AuditEvent).where(AuditEvent.action == "room_code.issued"))
        assert event.after == {"room": "01", "needs_sound": False, "by": WHO}
        assert event.actor_id is None


def test_a_shut_box_cannot_be_filled_with_codes(shut_database, built, now):
    with shut_database.write() as db:
        for n in range(MOST_CODES_AT_BOX):
            at_the_box(db, built, now, code=f"AAAAA-{n:05d}")
        with pytest.raises(Conflict):
            at_the_box(db, built, now)
        with pytest.raises(NotFound):
            seat_opened_by(db, "AAAAA-00000", "1")
        assert seat_opened_by(db, f"AAAAA-{MOST_CODES_AT_BOX - 1:05d}", "1").seat == "1"


def test_a_package_that_tells_no_rooms_is_taken_as_it_is(shut_database, shut_box, built, now):
    """As they were built before: nothing to check, nothing broken, and it opens."""
    with shut_database.write() as db:
        held = repository.held_package(db, built.package_id)
        later = ("machines", "has_listening")
        held.manifest = {name: value for name, value in held.manifest.items() if name not in later}
    with shut_database.write() as db:
        occasion = occasion_of_package(db, built.package_id)
        assert (readiness_of(db, occasion), has_listening(db, occasion.sitting_id)) == ((), None)
        with pytest.raises(Invalid):
            at_the_box(db, built, now)


def test_the_report_of_an_unknown_package_is_not_there(shut_database, centre):
    with shut_database.read() as db, pytest.raises(NotFound):
        occasion_of_package(db, centre.sitting_id)
