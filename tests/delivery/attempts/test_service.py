"""A candidate's attempt, in the words of the examination room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.auth import passwords
from delivery.attempts import devices, repository, service
from delivery.attempts.errors import (
    AttemptSubmitted,
    DeadlinePassed,
    DeviceWaits,
    EventConflict,
    EventsMissing,
    NotStarted,
    UnfitValue,
    UnknownItem,
    WriterReplaced,
)
from delivery.attempts.models import AttemptAction, ResponseEvent
from delivery.watching.repository import watched
from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused
from itembank.permissions import Actor
from tests.factories.attempts import (
    CODE,
    NUMBER,
    answer,
    attempt_of,
    held,
    make_candidate,
    make_room,
    sign_in_device,
    start_attempt,
)

UNKNOWN = "00000000-0000-7000-8000-000000000001"


def count_events(db):
    return db.scalar(select(func.count()).select_from(ResponseEvent))


def actions(db):
    return list(db.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def find(db, number, code):
    return devices.identify(db, number, code, passwords.verify_code, passwords.hash_code("xxxxx"))


# --- signing in -------------------------------------------------------------------------------


def test_number_and_code_find_the_candidate_and_nothing_else_does(db, now):
    room = make_room(db, now=now)
    assert find(db, NUMBER, CODE) == room.candidate
    assert find(db, NUMBER, CODE.lower().replace("-", " ")) == room.candidate
    assert find(db, NUMBER, "ACDEF-GHJKN") is None
    assert find(db, "03009999", CODE) is None


def test_a_closed_sitting_lets_nobody_in(db, now):
    make_room(db, now=now, state="closed")
    assert find(db, NUMBER, CODE) is None


def test_a_second_sign_in_waits_for_the_invigilator_after_which_everything_is_there(db, now):
    room = make_room(db, now=now)
    first = start_attempt(db, room, "may-07", now=now)
    service.save_events(db, first, [answer(1, room.choice, "A")], now=now)
    second = sign_in_device(db, room.candidate, "may-25", now=now)
    assert second.lease.granted_at is None
    with pytest.raises(DeviceWaits):
        service.save_events(db, second, [answer(1, room.choice, "B")], now=now)
    devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason="Máy 07 mất mạng", now=now
    )
    second = held(db, "may-25")
    assert second.lease.epoch == 2
    assert service.start(db, second, now=now).id == attempt_of(first).id
    assert repository.effective_responses(db, attempt_of(first).id) == {room.choice: "A"}
    service.save_events(db, second, [answer(1, room.choice, "C")], now=now)
    assert repository.effective_responses(db, attempt_of(first).id) == {room.choice: "C"}


def test_the_device_that_handed_over_writes_no_more(db, now):
    room = make_room(db, now=now)
    first = start_attempt(db, room, now=now)
    devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason="Đổi máy theo lệnh", now=now
    )
    with pytest.raises(WriterReplaced):
        service.save_events(db, first, [answer(1, room.choice, "A")], now=now)
    with pytest.raises(WriterReplaced):
        service.submit(db, first, last_seq=0, now=now)
    assert count_events(db) == 0


def test_after_a_release_without_a_waiting_device_the_next_one_gets_in_at_once(db, now):
    room = make_room(db, now=now)
    start_attempt(db, room, now=now)
    devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason="Máy hỏng nguồn", now=now
    )
    assert sign_in_device(db, room.candidate, "may-25", now=now).lease.epoch == 2


def test_devices_that_waited_in_vain_leave_no_gap_in_the_epochs(db, now):
    room = make_room(db, now=now)
    start_attempt(db, room, now=now)
    sign_in_device(db, room.candidate, "may-24", now=now)
    sign_in_device(db, room.candidate, "may-25", now=now + timedelta(seconds=5))
    chosen = devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason="Đổi sang máy 25", now=now
    )
    assert chosen is not None and (chosen.device, chosen.epoch) == ("may-25", 2)
    assert held(db, "may-24").lease.ended_at is not None


@pytest.mark.parametrize("reason", ["", "   ", "ngắn"])
def test_a_release_needs_a_reason(db, now, reason):
    room = make_room(db, now=now)
    start_attempt(db, room, now=now)
    with pytest.raises(Invalid) as refused:
        devices.release_device(
            db, room.officer, room.sitting, room.candidate, reason=reason, now=now
        )
    assert refused.value.code == "reason_missing"


def test_only_those_who_watch_the_room_release_a_device(db, now):
    room = make_room(db, now=now)
    start_attempt(db, room, now=now)
    stranger = Actor(room.officer.person_id, "Người lạ", room.officer.unit_id, "")
    with pytest.raises(Refused):
        devices.release_device(
            db, stranger, room.sitting, room.candidate, reason="Tôi muốn thế thôi", now=now
        )


# --- working ----------------------------------------------------------------------------------


def test_the_paper_opens_only_when_the_sitting_is_open(db, now):
    room = make_room(db, now=now, state="planned")
    device = sign_in_device(db, room.candidate, "may-07", now=now)
    with pytest.raises(NotStarted):
        service.start(db, device, now=now)


def test_starting_again_changes_no_deadline(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    again = service.start(db, device, now=now + timedelta(minutes=20))
    assert again.deadline == now + timedelta(minutes=90)


def test_a_repeated_save_is_one_event(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    for _ in range(10):
        service.save_events(db, device, [answer(1, room.choice, "A")], now=now)
    assert count_events(db) == 1


def test_the_same_number_with_other_bytes_is_refused_and_nothing_is_written(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    service.save_events(db, device, [answer(1, room.choice, "A")], now=now)
    with pytest.raises(EventConflict):
        changes = [answer(2, room.short, "3,5"), answer(1, room.choice, "B")]
        service.save_events(db, device, changes, now=now)
    assert count_events(db) == 1
    assert repository.effective_responses(db, attempt_of(device).id) == {room.choice: "A"}


def test_a_save_of_an_unknown_item_writes_nothing(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    ghost = type(room.choice)(UNKNOWN)
    with pytest.raises(UnknownItem) as refused:
        changes = [answer(1, room.choice, "A"), answer(2, ghost, "A")]
        service.save_events(db, device, changes, now=now)
    assert len(refused.value.problems) == 1
    assert count_events(db) == 0


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("choice", "Z"),
        ("choice", {"a": True}),
        ("cluster", {"z": True}),
        ("cluster", {"a": "có"}),
        ("short", "12345"),
        ("short", 3.5),
    ],
)
def test_a_value_no_control_could_have_made_is_refused(db, now, place, value):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    with pytest.raises(UnfitValue):
        service.save_events(db, device, [answer(1, getattr(room, place), value)], now=now)
    assert count_events(db) == 0


def test_a_save_on_its_way_at_the_end_still_counts_a_late_one_does_not(db, now):
    room = make_room(db, now=now, minutes=45)
    device = start_attempt(db, room, now=now)
    end = now + timedelta(minutes=45)
    service.save_events(db, device, [answer(1, room.choice, "A")], now=end + timedelta(seconds=9))
    with pytest.raises(DeadlinePassed):
        late = end + timedelta(seconds=11)
        service.save_events(db, device, [answer(2, room.choice, "B")], now=late)
    assert repository.effective_responses(db, attempt_of(device).id) == {room.choice: "A"}


def test_a_lost_acknowledgement_is_given_again_even_after_the_end(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    change = answer(1, room.choice, "A")
    service.save_events(db, device, [change], now=now)
    service.submit(db, device, last_seq=1, now=now)
    service.save_events(db, device, [change], now=now + timedelta(hours=5))
    assert count_events(db) == 1


# --- the end ----------------------------------------------------------------------------------


def test_a_submitted_attempt_is_immutable_and_its_receipt_is_one(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    changes = [
        answer(1, room.choice, "A"),
        answer(2, room.cluster, {"a": True}),
        answer(3, room.short, ""),
        answer(4, room.short, True, kind="flag"),
    ]
    service.save_events(db, device, changes, now=now)
    receipt = service.submit(db, device, last_seq=4, now=now + timedelta(minutes=30))
    assert (receipt.answered, receipt.total, receipt.automatic) == (2, 3, False)
    with pytest.raises(AttemptSubmitted):
        service.save_events(db, device, [answer(5, room.choice, "B")], now=now)
    assert service.submit(db, device, last_seq=4, now=now + timedelta(minutes=40)) == receipt
    assert actions(db).count("attempt.submitted") == 1


def test_handing_in_waits_for_what_the_device_was_told_is_saved(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    service.save_events(db, device, [answer(1, room.choice, "A")], now=now)
    with pytest.raises(EventsMissing) as refused:
        service.submit(db, device, last_seq=2, now=now)
    assert refused.value.extra == {"have": 1}


def test_overdue_attempts_are_handed_in_by_the_server_others_are_not(db, now):
    room = make_room(db, now=now, minutes=45)
    device = start_attempt(db, room, now=now)
    other = make_candidate(db, room.sitting, now=now, number="03001248")
    later = now + timedelta(minutes=20)
    service.start(db, sign_in_device(db, other, "may-08", now=later), now=later)
    service.save_events(db, device, [answer(1, room.choice, "A")], now=now)
    assert service.close_overdue(db, now=now + timedelta(minutes=45, seconds=5)) == 0
    assert service.close_overdue(db, now=now + timedelta(minutes=46)) == 1
    receipt = service.receipt_of(db, attempt_of(held(db, "may-07")))
    assert (receipt.answered, receipt.automatic) == (1, True)
    with pytest.raises(DeadlinePassed):
        service.save_events(db, held(db, "may-07"), [answer(2, room.choice, "B")], now=now)
    assert attempt_of(held(db, "may-08")).submitted_at is None


def test_closing_the_room_hands_in_what_is_there_and_says_whose_time_was_cut(db, now):
    room, why = make_room(db, now=now), "Mưa bão, cho về sớm"
    start_attempt(db, room, now=now)
    assert service.close_room(db, room.officer, room.sitting, now=now, reason=why) == 1
    attempt = attempt_of(held(db, "may-07"))
    assert attempt.submitted_by == "invigilator"
    ended = db.scalars(select(AttemptAction).where(AttemptAction.attempt_id == attempt.id)).all()
    assert [(one.kind, one.reason) for one in ended] == [("ended", why)]
    assert service.close_room(db, room.officer, room.sitting, now=now) == 0


def test_whose_time_was_over_when_the_room_closed_was_cut_by_nobody(db, now):
    room = make_room(db, now=now)
    start_attempt(db, room, now=now)
    attempt = attempt_of(held(db, "may-07"))
    service.close_room(db, room.officer, room.sitting, now=attempt.deadline)
    assert attempt.submitted_by == "timeout"
    mine = AttemptAction.attempt_id == attempt.id
    assert db.scalars(select(AttemptAction).where(mine)).all() == []


def test_every_step_leaves_exactly_one_audit_event(db, now):
    room = make_room(db, now=now)
    before = len(actions(db))
    first = start_attempt(db, room, now=now)
    service.start(db, first, now=now)
    sign_in_device(db, room.candidate, "may-25", now=now)
    devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason="Máy 07 mất mạng", now=now
    )
    service.submit(db, held(db, "may-25"), last_seq=0, now=now)
    assert actions(db)[before:] == [
        "writer_lease.granted",
        "attempt.started",
        "writer_lease.requested",
        "writer_lease.released",
        "attempt.submitted",
    ]


def test_the_room_counts_responses_as_they_stand(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    changes = [
        answer(1, room.choice, "A"),
        answer(2, room.short, "3,5"),
        answer(3, room.choice, None),
        answer(4, room.cluster, True, kind="flag"),
    ]
    service.save_events(db, device, changes, now=now)
    (seat,) = watched(db, room.sitting.id).seats
    assert (seat.answered, seat.facts.last_change_at) == (1, now)


def test_events_cannot_be_edited_in_the_database(db, now):
    room = make_room(db, now=now)
    device = start_attempt(db, room, now=now)
    service.save_events(db, device, [answer(1, room.choice, "A")], now=now)
    event = repository.events_of(db, attempt_of(device).id)[0]
    event.value = b'"B"'
    with pytest.raises(Exception, match="append-only"):
        db.flush()
    db.rollback()
