"""What came too late: two people let it count or keep it out; a further round says what follows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from delivery.attempts import devices, late, service
from delivery.results.late_rulings import repository
from delivery.results.late_rulings import service as rulings
from delivery.results.rescoring.service import reproduce
from delivery.results.service import score_sitting
from delivery.sittings.states import CLOSED
from itembank.errors import Conflict, Invalid, Refused
from itembank.people.models import Unit
from itembank.permissions import Role
from tests.factories.attempts import (
    answer,
    attempt_of,
    held,
    make_room,
    sign_in_device,
    start_attempt,
)
from tests.factories.forms import make_actor

WHY = "Mạng phòng 3 đứt từ 8 giờ 10, biên bản số 4"


@pytest.fixture
def room(db, now):
    """One candidate chose B, and after the end the machine still sent A (the key) and a number."""
    made = make_room(db, now=now, minutes=45)
    device = start_attempt(db, made, now=now)
    service.save_events(db, device, [answer(1, made.choice, "B")], now=now)
    end = now + timedelta(minutes=46)
    service.close_overdue(db, now=end)
    came = [answer(2, made.choice, "A"), answer(3, made.short, "3,5")]
    late.keep_late(db, held(db, "may-07"), came, now=end)
    score_sitting(db, None, made.sitting, now=end)
    made.sitting.state = CLOSED
    return made


@pytest.fixture
def attempt_id(db, room):
    return attempt_of(held(db, "may-07")).id


@pytest.fixture
def second(db, room, now):
    unit = db.get_one(Unit, room.sitting.unit_id)
    return make_actor(db, unit, "totchuc2", Role.EXAM_OFFICER, now=now)


def points(db, room, attempt_id):
    facts = repository.late_work(db, room.sitting.id, attempt_id).facts
    return {fact.form_item_id: fact.points for fact in facts}, facts[0].round


def ask(db, room, attempt_id, now, *, counts=True, by=None):
    return rulings.ask_ruling(
        db, by or room.officer, room.sitting, attempt_id, counts=counts, reason=WHY, now=now
    )


def decide(db, room, attempt_id, ruling, by, now, **given):
    return rulings.decide_ruling(
        db, by, room.sitting, attempt_id, ruling.id, **{"grant": True, **given}, now=now
    )


def test_two_people_let_it_count_and_the_old_round_stays(db, room, attempt_id, second, now):
    before, round_ = points(db, room, attempt_id)
    assert (before[room.choice], round_) == (Decimal(0), 1)
    work = repository.late_work(db, room.sitting.id, attempt_id)
    effect = rulings.effect_of(db, work, counts=True)
    assert {one.fact.form_item_id for one in effect} == {room.choice, room.short}
    ruling = ask(db, room, attempt_id, now)
    with pytest.raises(Refused, match="hai người"):
        decide(db, room, attempt_id, ruling, room.officer, now)
    assert points(db, room, attempt_id) == (before, 1)
    decide(db, room, attempt_id, ruling, second, now)
    after, round_ = points(db, room, attempt_id)
    assert (after[room.choice], round_) == (Decimal("0.25"), 2)
    assert after[room.choice] == next(e.points for e in effect if e.response == "A")
    assert reproduce(db, attempt_id, 1) == reproduce(db, attempt_id, 2) == []
    with pytest.raises(Refused, match="đã được quyết định"):
        decide(db, room, attempt_id, ruling, second, now, grant=False, reason=WHY)


def test_a_later_ruling_keeps_it_out_again(db, room, attempt_id, second, now):
    before, _ = points(db, room, attempt_id)
    for counts, moment in ((True, now), (False, now + timedelta(hours=1))):
        ruling = ask(db, room, attempt_id, moment, counts=counts)
        decide(db, room, attempt_id, ruling, second, moment)
    assert points(db, room, attempt_id) == (before, 3)
    work = repository.late_work(db, room.sitting.id, attempt_id)
    assert work.in_force is not None and not work.in_force.counts


def test_ruled_out_from_the_start_makes_no_round(db, room, attempt_id, second, now):
    ruling = ask(db, room, attempt_id, now, counts=False)
    decide(db, room, attempt_id, ruling, second, now)
    assert points(db, room, attempt_id)[1] == 1


def test_refusing_needs_a_reason_and_changes_nothing(db, room, attempt_id, second, now):
    ruling = ask(db, room, attempt_id, now)
    with pytest.raises(Invalid):
        decide(db, room, attempt_id, ruling, second, now, grant=False)
    decide(db, room, attempt_id, ruling, second, now, grant=False, reason="Không có biên bản nào")
    assert points(db, room, attempt_id)[1] == 1


def test_one_request_at_a_time_and_only_of_what_was_looked_at(db, room, attempt_id, second, now):
    ruling = ask(db, room, attempt_id, now)
    with pytest.raises(Refused, match="chờ người thứ hai"):
        ask(db, room, attempt_id, now)
    late.keep_late(
        db, held(db, "may-07"), [answer(4, room.short, "9")], now=now + timedelta(hours=2)
    )
    with pytest.raises(Conflict, match="thêm câu trả lời"):
        decide(db, room, attempt_id, ruling, second, now)


def test_work_of_a_replaced_machine_never_overrides_what_was_written_after_it(db, second_room, now):
    room, officer, attempt_id = second_room
    work = repository.late_work(db, room.sitting.id, attempt_id)
    effect = rulings.effect_of(db, work, counts=True)
    assert [(one.fact.form_item_id, one.response) for one in effect] == [(room.short, "7")]
    assert officer


@pytest.fixture
def second_room(db, now):
    """The old machine wrote B and a number offline; on the new one C was chosen."""
    room = make_room(db, now=now, minutes=45)
    first = start_attempt(db, room, now=now)
    devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason="Máy 07 mất mạng", now=now
    )
    new = sign_in_device(db, room.candidate, "may-25", now=now)
    service.save_events(db, new, [answer(1, room.choice, "C")], now=now)
    old = held(db, "may-07")
    late.keep_late(db, old, [answer(1, room.choice, "B"), answer(2, room.short, "7")], now=now)
    service.submit(db, held(db, "may-25"), last_seq=1, now=now)
    score_sitting(db, None, room.sitting, now=now)
    room.sitting.state = CLOSED
    return room, room.officer, attempt_of(first).id


def test_only_officers_and_only_once_closed_and_scored(db, room, attempt_id, now):
    unit = db.get_one(Unit, room.sitting.unit_id)
    invigilator = make_actor(db, unit, "giamthi9", Role.INVIGILATOR, now=now)
    with pytest.raises(Refused):
        ask(db, room, attempt_id, now, by=invigilator)
    room.sitting.state = "open"
    with pytest.raises(Refused, match="chưa đóng"):
        ask(db, room, attempt_id, now)


@pytest.mark.parametrize("table", ["late_ruling", "late_ruling_decision"])
def test_what_was_ruled_is_not_edited(database, now, table):
    with database.write() as db:
        room = make_room(db, now=now)
        device = start_attempt(db, room, now=now)
        service.submit(db, device, last_seq=0, now=now)
        late.keep_late(db, held(db, "may-07"), [answer(1, room.choice, "A")], now=now)
        score_sitting(db, None, room.sitting, now=now)
        room.sitting.state = CLOSED
        unit = db.get_one(Unit, room.sitting.unit_id)
        other = make_actor(db, unit, "totchuc2", Role.EXAM_OFFICER, now=now)
        mine = attempt_of(held(db, "may-07")).id
        decide(db, room, mine, ask(db, room, mine, now), other, now)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET reason = 'khác'"):
        with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
            db.execute(text(statement))
