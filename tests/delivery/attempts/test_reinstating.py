"""A suspension that was a mistake: taken back by two people, with all the time it cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery.attempts import action_log, reinstating, room_invigilation, service
from delivery.attempts import invigilation as verbs
from delivery.attempts.acting import clock_of
from delivery.attempts.errors import AttemptPaused, AttemptSuspended
from delivery.incidents.service import minutes_of
from delivery.seals.service import seal_sitting, verify_sitting
from delivery.sittings import service as sittings
from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused
from itembank.people.models import Unit
from itembank.permissions import Actor, Role
from tests.factories.attempts import answer, attempt_of, held, make_room, start_attempt
from tests.factories.forms import make_actor

WHY = "Đình chỉ nhầm thí sinh, nhầm ghế"


def minutes(n):
    return timedelta(minutes=n)


@pytest.fixture
def room(db, now):
    return make_room(db, now=now)


@pytest.fixture
def second(db, room, now):
    unit = db.get_one(Unit, room.sitting.unit_id)
    return make_actor(db, unit, "giamthi2", Role.INVIGILATOR, now=now)


@pytest.fixture
def suspended(db, room, second, now):
    """At work from `now`, asked about after 30 minutes, suspended after 31."""
    device = start_attempt(db, room, now=now)
    save(db, device, room, 1, now=now)
    desk = (db, room.officer, room.sitting, room.candidate)
    verbs.ask_suspension(*desk, reason="Sử dụng điện thoại", now=now + minutes(30))
    verbs.suspend(db, second, *desk[2:], now=now + minutes(31))
    return device


def save(db, device, room, seq, *, now):
    service.save_events(db, device, [answer(seq, room.choice, "ABCD"[seq % 4])], now=now)


def take_back(db, room, second, now):
    one = (room.sitting, room.candidate)
    asked_at = now - timedelta(seconds=1)
    reinstating.ask_reinstatement(db, room.officer, *one, reason=WHY, now=asked_at)
    return reinstating.reinstate(db, second, *one, now=now)


def now_of(db):
    db.expire_all()
    return attempt_of(held(db, "may-07"))


def test_taken_back_the_work_goes_on_with_the_time_it_had(db, room, suspended, second, now):
    take_back(db, room, second, now + minutes(50))
    attempt = now_of(db)
    assert (attempt.suspended_at, attempt.held_by, attempt.held_since) == (None, None, None)
    assert clock_of(attempt).remaining(now + minutes(50)) == minutes(60)
    save(db, suspended, room, 2, now=now + minutes(109))
    receipt = service.submit(db, suspended, last_seq=2, now=now + minutes(109))
    assert (receipt.answered, receipt.automatic) == (1, False)


def test_one_person_alone_undoes_nothing(db, room, suspended, second, now):
    one = (room.sitting, room.candidate)
    with pytest.raises(Refused, match="Chưa có đề nghị"):
        reinstating.reinstate(db, second, *one, now=now + minutes(32))
    reinstating.ask_reinstatement(db, room.officer, *one, reason=WHY, now=now + minutes(32))
    with pytest.raises(Refused, match="hai người"):
        reinstating.reinstate(db, room.officer, *one, now=now + minutes(32))
    with pytest.raises(Refused, match="Đã có đề nghị"):
        reinstating.ask_reinstatement(db, second, *one, reason=WHY, now=now + minutes(32))
    with pytest.raises(AttemptSuspended):
        save(db, suspended, room, 2, now=now + minutes(33))


def test_refused_the_suspension_stands_and_may_be_asked_about_again(
    db, room, suspended, second, now
):
    one = (room.sitting, room.candidate)
    reinstating.ask_reinstatement(db, room.officer, *one, reason=WHY, now=now + minutes(32))
    reinstating.refuse_reinstatement(
        db, second, *one, reason="Đã xem lại, việc đình chỉ là đúng", now=now + minutes(33)
    )
    with pytest.raises(Refused, match="Chưa có đề nghị"):
        reinstating.reinstate(db, second, *one, now=now + minutes(34))
    assert now_of(db).suspended_at == now + minutes(31)
    take_back(db, room, second, now + minutes(35))
    assert now_of(db).suspended_at is None


def test_it_needs_a_reason_and_somebody_who_watches_the_room(db, room, suspended, second, now):
    one = (room.sitting, room.candidate)
    with pytest.raises(Invalid):
        reinstating.ask_reinstatement(db, second, *one, reason="ngắn", now=now + minutes(32))
    stranger = Actor(second.person_id, "Người lạ", room.officer.unit_id, "")
    with pytest.raises(Refused):
        reinstating.ask_reinstatement(db, stranger, *one, reason=WHY, now=now + minutes(32))


def test_who_is_not_suspended_is_not_reinstated(db, room, second, now):
    start_attempt(db, room, now=now)
    with pytest.raises(Refused, match="không bị đình chỉ"):
        reinstating.ask_reinstatement(db, second, room.sitting, room.candidate, reason=WHY, now=now)


def test_once_the_sitting_is_closed_the_suspension_stands(db, room, suspended, second, now):
    one = (room.sitting, room.candidate)
    reinstating.ask_reinstatement(db, room.officer, *one, reason=WHY, now=now + minutes(32))
    service.close_room(db, room.officer, room.sitting, now=now + minutes(95))
    sittings.close_sitting(db, room.officer, room.sitting, now=now + minutes(95))
    for verb in (reinstating.reinstate, reinstating.refuse_reinstatement):
        reason = {} if verb is reinstating.reinstate else {"reason": WHY}
        with pytest.raises(Refused, match="đã đóng"):
            verb(db, second, *one, **reason, now=now + minutes(96))
    attempt = now_of(db)
    assert attempt.suspended_at == now + minutes(31) and attempt.submitted_at is None


def test_more_time_for_the_room_meanwhile_is_given_too(db, room, suspended, second, now):
    desk = (db, room.officer, room.sitting)
    for place, given in (("03", 5), ("", 3), ("04", 60)):
        room_invigilation.extend_room(
            *desk, place, minutes=given, reason=WHY, now=now + minutes(40)
        )
    take_back(db, room, second, now + minutes(50))
    assert clock_of(now_of(db)).remaining(now + minutes(50)) == minutes(60 + 5 + 3)


def test_a_suspension_of_before_gives_no_extension_twice(db, room, suspended, second, now):
    desk = (db, room.officer, room.sitting)
    room_invigilation.extend_room(*desk, "03", minutes=5, reason=WHY, now=now + minutes(40))
    take_back(db, room, second, now + minutes(40))
    verbs.ask_suspension(*desk, room.candidate, reason=WHY, now=now + minutes(40))
    verbs.suspend(db, second, *desk[2:], room.candidate, now=now + minutes(40))
    take_back(db, room, second, now + minutes(40))
    assert clock_of(now_of(db)).remaining(now + minutes(40)) == minutes(60 + 5)


@pytest.mark.parametrize("is_paused", [True, False])
def test_who_comes_back_does_as_the_room_does(db, room, second, now, is_paused):
    """The room stopped, or went on, while the candidate was suspended."""
    device = start_attempt(db, room, now=now)
    desk = (db, room.officer, room.sitting)
    if not is_paused:
        room_invigilation.pause_room(*desk, "03", reason=WHY, now=now + minutes(5))
    verbs.ask_suspension(*desk, room.candidate, reason=WHY, now=now + minutes(10))
    verbs.suspend(db, second, *desk[2:], room.candidate, now=now + minutes(11))
    if is_paused:
        room_invigilation.pause_room(*desk, "03", reason=WHY, now=now + minutes(15))
    else:
        room_invigilation.resume_room(*desk, "03", now=now + minutes(15))
    take_back(db, room, second, now + minutes(20))
    attempt = now_of(db)
    worked = minutes(10) if is_paused else minutes(5)
    assert clock_of(attempt).remaining(now + minutes(20)) == minutes(90) - worked
    if is_paused:
        with pytest.raises(AttemptPaused):
            save(db, device, room, 1, now=now + minutes(21))
        room_invigilation.resume_room(*desk, "03", now=now + minutes(30))
    save(db, device, room, 1, now=now + minutes(31))
    assert now_of(db).deadline == now + minutes(90) + (minutes(20) if is_paused else minutes(15))


def test_both_words_are_on_record_and_in_the_minutes(db, room, suspended, second, now):
    take_back(db, room, second, now + minutes(50))
    told = minutes_of(db, room.sitting)
    assert (told.headcount.suspended, told.suspended) == (0, ())
    assert [(action.kind, action.by_name) for _, action in told.on_candidates] == [
        ("suspension_asked", room.officer.name),
        ("suspended", second.name),
        ("reinstatement_asked", room.officer.name),
        ("reinstated", second.name),
    ]
    assert action_log.actions_of(db, room.candidate.id)[-1].reason == WHY
    events = db.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert events[-2:] == ["attempt.reinstatement_asked", "attempt.reinstated"]


def test_the_seal_covers_the_undoing(db, room, suspended, second, now):
    take_back(db, room, second, now + minutes(50))
    service.close_room(db, room.officer, room.sitting, now=now + minutes(95))
    sittings.close_sitting(db, room.officer, room.sitting, now=now + minutes(95))
    seal_sitting(db, room.officer, room.sitting, now=now + minutes(95))
    assert verify_sitting(db, room.sitting).fits
    assert now_of(db).submitted_at == now + minutes(95)
