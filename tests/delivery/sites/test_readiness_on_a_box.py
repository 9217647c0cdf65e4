"""A box checks its own machines; what it found stays there and changes nothing of what comes home."""

from __future__ import annotations

from sqlalchemy import func, select

from delivery.readiness.models import ReadinessCheck, RoomCode
from delivery.readiness.report import Standing, readiness_of
from delivery.readiness.service import keep_check, seat_opened_by
from delivery.sites import results_service
from delivery.sittings import repository as sittings
from itembank.people import repository as people
from itembank.people.models import Person
from tests.factories.readiness import CHROME, ROOM_CODE, good_machine, issue
from tests.factories.sites import CENTRE

from .test_round_trip import sit


def n_facts(db) -> list[int]:
    counted = (RoomCode, ReadinessCheck)
    return [db.scalar(select(func.count()).select_from(one)) or 0 for one in counted]


def test_checks_of_a_box_stay_on_the_box(database, box_database, box, centre, built, now):
    with box_database.write() as db:
        person = db.scalars(select(Person).where(Person.username == "giamthi1")).one()
        sitting = sittings.sitting_of(db, centre.sitting_id)
        room = readiness_of(db, sitting)[0]
        issue(db, people.load_actor(db, person), sitting, room.room, now=now)
        opened = seat_opened_by(db, ROOM_CODE, room.seats[0].seat)
        keep_check(db, opened, good_machine(), CHROME, now=now)
        assert readiness_of(db, sitting)[0].seats[0].standing is Standing.READY
    actor = sit(box_database, centre, now)
    sealed = box.seal(actor, built.package_id, now=now)
    with database.write() as db:
        merged = results_service.merge_results(db, centre.officer, sealed.file, CENTRE, now=now)
    assert merged.fresh == 9
    with database.read() as db, box_database.read() as there:
        assert (n_facts(db), n_facts(there)) == ([0, 0], [1, 1])
