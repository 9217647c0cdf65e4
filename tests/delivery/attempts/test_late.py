"""What came too late: nothing of it is lost, and nothing of it counts by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from delivery.attempts import devices, late, repository, service
from delivery.attempts.errors import EventConflict
from itembank.errors import Conflict
from tests.factories.attempts import (
    answer,
    attempt_of,
    held,
    make_room,
    sign_in_device,
    start_attempt,
)


@pytest.fixture
def room(db, now):
    return make_room(db, now=now, minutes=45)


def test_a_replaced_device_loses_nothing_and_overrides_nothing(db, room, now):
    first = start_attempt(db, room, now=now)
    service.save_events(db, first, [answer(1, room.choice, "A")], now=now)
    devices.release_device(
        db, room.officer, room.sitting, room.candidate, reason="Máy 07 mất mạng", now=now
    )
    second = sign_in_device(db, room.candidate, "may-25", now=now)
    service.save_events(db, second, [answer(1, room.choice, "C")], now=now)
    offline = [answer(1, room.choice, "A"), answer(2, room.choice, "B"), answer(3, room.short, "7")]
    old = held(db, "may-07")
    for _ in range(2):
        assert late.keep_late(db, old, offline, now=now) == [1, 2, 3]
    attempt = attempt_of(second)
    assert [e.seq for e in late.late_events_of(db, attempt.id)] == [2, 3]
    assert late.late_counts(db, room.sitting.id) == {attempt.id: 2}
    assert repository.effective_responses(db, attempt.id) == {room.choice: "C"}


def test_work_that_arrives_after_the_end_is_kept_and_the_receipt_stays(db, room, now):
    device = start_attempt(db, room, now=now)
    end = now + timedelta(minutes=46)
    service.close_overdue(db, now=end)
    receipt = service.receipt_of(db, attempt_of(held(db, "may-07")))
    device = held(db, "may-07")
    assert late.keep_late(db, device, [answer(1, room.choice, "A")], now=end) == [1]
    assert service.receipt_of(db, attempt_of(held(db, "may-07"))) == receipt


def test_what_still_counts_is_not_taken_as_late(db, room, now):
    device = start_attempt(db, room, now=now)
    with pytest.raises(Conflict, match="gửi như thường"):
        late.keep_late(db, device, [answer(1, room.choice, "A")], now=now)


def test_the_same_number_with_other_bytes_is_refused_here_too(db, room, now):
    device = start_attempt(db, room, now=now)
    service.submit(db, device, last_seq=0, now=now)
    device = held(db, "may-07")
    late.keep_late(db, device, [answer(1, room.choice, "A")], now=now)
    with pytest.raises(EventConflict):
        late.keep_late(db, device, [answer(1, room.choice, "B")], now=now)
