"""What an invigilator does about candidates, in the words of the room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from delivery.attempts import action_log, devices, room_invigilation, service
from delivery.attempts import invigilation as verbs
from delivery.attempts.accommodating import Granted, accommodate
from delivery.attempts.acting import clock_of
from delivery.attempts.errors import (
    AttemptPaused,
    AttemptSuspended,
    CameTooLate,
    DeadlinePassed,
    RoomPaused,
)
from delivery.attempts.models import AttemptAction
from delivery.sittings import service as sittings
from itembank.audit import AuditEvent
from itembank.errors import Conflict, Invalid, Refused
from itembank.people.models import Unit
from itembank.permissions import Actor, Role
from tests.factories.attempts import (
    answer,
    attempt_of,
    held,
    make_candidate,
    make_room,
    sign_in_device,
    start_attempt,
)
from tests.factories.forms import make_actor

WHY = "Mất điện ở dãy máy bên trái"


def minutes(n):
    return timedelta(minutes=n)


@pytest.fixture
def room(db, now):
    return make_room(db, now=now)


@pytest.fixture
def at_work(db, room, now):
    return start_attempt(db, room, now=now)


@pytest.fixture
def second(db, room, now):
    unit = db.get_one(Unit, room.sitting.unit_id)
    return make_actor(db, unit, "giamthi2", Role.INVIGILATOR, now=now)


def save(db, device, room, seq, *, now):
    service.save_events(db, device, [answer(seq, room.choice, "ABCD"[seq % 4])], now=now)


# --- time -------------------------------------------------------------------------------------


def test_more_time_is_given_to_the_minute_and_a_save_in_it_counts(db, room, at_work, now):
    verbs.extend(db, room.officer, room.sitting, room.candidate, minutes=10, reason=WHY, now=now)
    assert attempt_of(at_work).deadline == now + minutes(100)
    save(db, at_work, room, 1, now=now + minutes(99))
    with pytest.raises(DeadlinePassed):
        save(db, at_work, room, 2, now=now + minutes(101))


def test_lost_time_is_credited_to_the_second(db, room, at_work, now):
    verbs.credit(db, room.officer, room.sitting, room.candidate, seconds=137, reason=WHY, now=now)
    assert attempt_of(at_work).deadline == now + minutes(90) + timedelta(seconds=137)


@pytest.mark.parametrize("given", [0, -5, 181])
def test_an_extension_is_bounded(db, room, at_work, now, given):
    with pytest.raises(Invalid):
        verbs.extend(
            db, room.officer, room.sitting, room.candidate, minutes=given, reason=WHY, now=now
        )


def test_a_pause_stops_the_clock_and_the_very_next_save(db, room, at_work, now):
    verbs.pause(db, room.officer, room.sitting, room.candidate, reason=WHY, now=now + minutes(30))
    with pytest.raises(AttemptPaused):
        save(db, at_work, room, 1, now=now + minutes(31))
    with pytest.raises(AttemptPaused):
        service.submit(db, at_work, last_seq=0, now=now + minutes(31))
    assert service.close_overdue(db, now=now + minutes(200)) == 0
    verbs.resume(db, room.officer, room.sitting, room.candidate, now=now + minutes(200))
    attempt = attempt_of(held(db, "may-07"))
    assert clock_of(attempt).remaining(now + minutes(200)) == minutes(60)
    save(db, at_work, room, 1, now=now + minutes(201))


def test_two_reasons_to_stand_still_are_counted_once(db, room, at_work, now):
    """A seat that was paused within a paused room goes on when both are over."""
    desk = (db, room.officer, room.sitting)
    room_invigilation.pause_room(*desk, "03", reason=WHY, now=now + minutes(10))
    verbs.pause(*desk, room.candidate, reason=WHY, now=now + minutes(15))
    room_invigilation.resume_room(*desk, "03", now=now + minutes(20))
    with pytest.raises(AttemptPaused):
        save(db, at_work, room, 1, now=now + minutes(21))
    verbs.resume(*desk, room.candidate, now=now + minutes(30))
    assert attempt_of(held(db, "may-07")).deadline == now + minutes(110)


def test_nobody_starts_in_a_room_that_stands_still(db, room, now):
    device = sign_in_device(db, room.candidate, "may-07", now=now)
    desk = (db, room.officer, room.sitting)
    room_invigilation.pause_room(*desk, "", reason=WHY, now=now)
    with pytest.raises(RoomPaused):
        service.start(db, device, now=now)
    room_invigilation.resume_room(*desk, "03", now=now)
    service.start(db, device, now=now)


def test_a_pause_of_one_room_leaves_the_others_at_work(db, room, at_work, now):
    other = make_candidate(db, room.sitting, now=now, number="03001248")
    other.room, other.seat = "04", "01"
    service.start(db, sign_in_device(db, other, "may-08", now=now), now=now)
    room_invigilation.pause_room(db, room.officer, room.sitting, "04", reason=WHY, now=now)
    save(db, at_work, room, 1, now=now)
    with pytest.raises(AttemptPaused):
        save(db, held(db, "may-08"), room, 1, now=now)


def test_resuming_what_does_not_stand_still_is_refused(db, room, at_work, now):
    with pytest.raises(Refused):
        verbs.resume(db, room.officer, room.sitting, room.candidate, now=now)
    with pytest.raises(Conflict):
        room_invigilation.resume_room(db, room.officer, room.sitting, "03", now=now)


def test_more_time_for_the_room_is_one_row_and_one_for_everybody(db, room, at_work, now):
    action = room_invigilation.extend_room(
        db, room.officer, room.sitting, "", minutes=5, reason=WHY, now=now
    )
    (row,) = action_log.actions_of(db, room.candidate.id)
    assert (row.sitting_action_id, row.seconds) == (action.id, 300)
    assert attempt_of(at_work).deadline == now + minutes(95)


# --- suspension -------------------------------------------------------------------------------


def test_a_suspension_takes_two_people_and_nothing_is_taken_from_the_first_word(
    db, room, at_work, second, now
):
    desk = (db, room.officer, room.sitting, room.candidate)
    save(db, at_work, room, 1, now=now)
    verbs.ask_suspension(*desk, reason="Sử dụng điện thoại trong phòng", now=now)
    with pytest.raises(AttemptPaused):
        save(db, at_work, room, 2, now=now)
    with pytest.raises(Refused, match="hai người"):
        verbs.suspend(*desk, now=now)
    verbs.suspend(db, second, room.sitting, room.candidate, now=now + minutes(1))
    with pytest.raises(AttemptSuspended):
        save(db, at_work, room, 2, now=now + minutes(2))
    with pytest.raises(AttemptSuspended):
        service.submit(db, at_work, last_seq=1, now=now + minutes(2))
    assert service.close_overdue(db, now=now + minutes(200)) == 0
    assert service.close_room(db, room.officer, room.sitting, now=now + minutes(200)) == 0
    attempt = attempt_of(held(db, "may-07"))
    assert attempt.submitted_at is None and attempt.suspended_at == now + minutes(1)


def test_a_suspension_that_is_refused_gives_the_time_back(db, room, at_work, second, now):
    desk = (db, room.officer, room.sitting, room.candidate)
    verbs.ask_suspension(*desk, reason="Nghi mang tài liệu vào phòng", now=now + minutes(5))
    verbs.refuse_suspension(
        db, second, room.sitting, room.candidate, reason="Chỉ là giấy nháp", now=now + minutes(9)
    )
    assert attempt_of(at_work).deadline == now + minutes(94)
    save(db, at_work, room, 1, now=now + minutes(9))
    with pytest.raises(Refused):  # a new suspension has to be asked for anew
        verbs.suspend(db, second, room.sitting, room.candidate, now=now + minutes(10))


def test_an_attempt_that_was_handed_in_is_left_alone(db, room, at_work, now):
    service.submit(db, at_work, last_seq=0, now=now)
    desk = (db, room.officer, room.sitting, room.candidate)
    for verb in (verbs.pause, verbs.ask_suspension, verbs.end_attempt):
        with pytest.raises(Refused, match="đã nộp"):
            verb(*desk, reason=WHY, now=now)


# --- seats, devices, the end --------------------------------------------------------------------


def test_what_is_left_goes_with_the_candidate_to_the_next_machine(db, room, at_work, now):
    devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason=WHY, now=now + minutes(20)
    )
    assert clock_of(attempt_of(at_work)).remaining(now + minutes(27)) == minutes(70)
    later = now + minutes(27)
    device = sign_in_device(db, room.candidate, "may-25", now=later)
    assert clock_of(attempt_of(device)).remaining(later) == minutes(70)
    save(db, device, room, 1, now=later)
    kinds = [row.kind for row in action_log.actions_of(db, room.candidate.id)]
    assert kinds == ["device_released", "device_granted"]


def test_another_seat_is_taken_only_when_it_is_free(db, room, at_work, now):
    make_candidate(db, room.sitting, now=now, number="03001248").seat = "08"
    db.flush()
    desk = (db, room.officer, room.sitting, room.candidate)
    with pytest.raises(Invalid, match="đổi chỗ"):
        room_invigilation.move(*desk, room="03", seat="08", reason=WHY, now=now)
    room_invigilation.move(*desk, room="03", seat="09", reason=WHY, now=now)
    assert room.candidate.seat == "09"
    (row,) = action_log.actions_of(db, room.candidate.id)
    assert (row.before, row.after) == ("03/07", "03/09")
    assert attempt_of(at_work).deadline == now + minutes(90)


def test_moving_into_a_room_that_stands_still_is_standing_still(db, room, at_work, now):
    desk = (db, room.officer, room.sitting)
    room_invigilation.pause_room(*desk, "04", reason=WHY, now=now)
    room_invigilation.move(*desk, room.candidate, room="04", seat="01", reason=WHY, now=now)
    with pytest.raises(AttemptPaused):
        save(db, at_work, room, 1, now=now)
    room_invigilation.resume_room(*desk, "04", now=now + minutes(3))
    assert attempt_of(at_work).deadline == now + minutes(93)


def test_ending_hands_in_what_is_there(db, room, at_work, now):
    save(db, at_work, room, 1, now=now)
    verbs.end_attempt(
        db, room.officer, room.sitting, room.candidate, reason="Ốm, xin nộp bài sớm", now=now
    )
    receipt = service.receipt_of(db, attempt_of(held(db, "may-07")))
    assert (receipt.answered, receipt.automatic) == (1, True)


# --- before the start -------------------------------------------------------------------------


def test_fifteen_minutes_after_the_signal_nobody_begins_unless_admitted(db, room, now):
    room.sitting.late_minutes = 15
    device = sign_in_device(db, room.candidate, "may-07", now=now)
    late = now + minutes(15) + timedelta(seconds=1)
    with pytest.raises(CameTooLate, match="15 phút"):
        service.start(db, device, now=late)
    verbs.admit_late(
        db, room.officer, room.sitting, room.candidate, reason="Trưởng điểm cho phép", now=late
    )
    assert service.start(db, device, now=late).deadline == late + minutes(90)


def test_just_in_time_is_in_time(db, room, now):
    room.sitting.late_minutes = 15
    device = sign_in_device(db, room.candidate, "may-07", now=now)
    service.start(db, device, now=now + minutes(15))


def test_extra_time_counts_from_the_start_or_at_once(db, room, now):
    desk = (db, room.officer, room.sitting, room.candidate)
    accommodate(*desk, Granted(extra_percent=25), reason="Thí sinh khiếm thị", now=now)
    device = start_attempt(db, room, now=now)
    assert attempt_of(device).deadline == now + timedelta(minutes=112, seconds=30)
    for percent in (10, 50, 20, 50):  # nothing is taken away and nothing given twice
        accommodate(*desk, Granted(extra_percent=percent), reason="Hội đồng xét lại", now=now)
    assert attempt_of(device).deadline == now + minutes(135)


def test_opening_takes_two_people_where_the_sitting_says_so(db, room, second, now):
    room.sitting.state, room.sitting.openers = "planned", 2
    db.flush()
    with pytest.raises(Refused, match="hai người"):
        sittings.open_sitting(db, room.officer, room.sitting, now=now)
    sittings.ask_opening(db, room.officer, room.sitting, now=now)
    with pytest.raises(Refused, match="hai người"):
        sittings.open_sitting(db, room.officer, room.sitting, now=now)
    with pytest.raises(Refused, match="hai người"):  # asked yesterday is not asked
        sittings.open_sitting(db, second, room.sitting, now=now + minutes(31))
    assert sittings.open_sitting(db, second, room.sitting, now=now + minutes(2)).state == "open"


# --- what is left behind ----------------------------------------------------------------------


def _all_verbs(db, room, second, now):
    desk = (db, room.officer, room.sitting)
    one = (*desk, room.candidate)
    return [
        lambda: verbs.extend(*one, minutes=5, reason=WHY, now=now),
        lambda: verbs.credit(*one, seconds=5, reason=WHY, now=now),
        lambda: verbs.pause(*one, reason=WHY, now=now),
        lambda: verbs.resume(*one, now=now),
        lambda: room_invigilation.pause_room(*desk, "03", reason=WHY, now=now),
        lambda: room_invigilation.resume_room(*desk, "03", now=now),
        lambda: room_invigilation.extend_room(*desk, "03", minutes=1, reason=WHY, now=now),
        lambda: room_invigilation.announce(*desk, "03", text="Câu 3 in nhầm dấu", now=now),
        lambda: room_invigilation.move(*one, room="03", seat="20", reason=WHY, now=now),
        lambda: accommodate(*one, Granted(extra_percent=10), reason=WHY, now=now),
        lambda: verbs.ask_suspension(*one, reason=WHY, now=now),
        lambda: verbs.suspend(db, second, *one[2:], now=now),
    ]


def test_each_verb_leaves_one_audit_event_and_a_fact_that_cannot_be_edited(
    db, room, at_work, second, now
):
    def count():
        return len(db.scalars(select(AuditEvent.seq)).all())

    for verb in _all_verbs(db, room, second, now):
        before = count()
        verb()
        db.flush()
        assert count() == before + 1
    row = db.scalars(select(AttemptAction)).first()
    row.reason = "khác"
    with pytest.raises(Exception, match="append-only"):
        db.flush()
    db.rollback()


def test_only_those_who_watch_the_room_do_any_of_it(db, room, at_work, second, now):
    stranger = Actor(second.person_id, "Người lạ", room.officer.unit_id, "")
    for verb in _all_verbs(db, type(room)(room.sitting, stranger, *_rest(room)), stranger, now):
        with pytest.raises(Refused):
            verb()


def _rest(room):
    return room.candidate, room.choice, room.cluster, room.short


@pytest.mark.parametrize("reason", ["", "ngắn"])
def test_without_a_reason_nothing_is_done(db, room, at_work, now, reason):
    for verb in (verbs.pause, verbs.ask_suspension, verbs.end_attempt):
        with pytest.raises(Invalid):
            verb(db, room.officer, room.sitting, room.candidate, reason=reason, now=now)
    assert action_log.actions_of(db, room.candidate.id) == []
