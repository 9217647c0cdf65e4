"""Many start at once: each decided on by themselves, none twice, none in a room that stands still."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.room.group_commit import GroupStart
from delivery.attempts import devices
from delivery.attempts.actions import Hold, read
from delivery.attempts.errors import (
    CameTooLate,
    DeviceUnknown,
    DeviceWaits,
    NotStarted,
    RoomPaused,
    WriterReplaced,
)
from delivery.attempts.models import Attempt
from delivery.attempts.room_invigilation import pause_room
from delivery.attempts.starting import NoStart, Start, start_all
from delivery.sittings.models import Accommodation, Sitting
from itembank.audit import AuditEvent
from itembank.db import new_id
from tests.factories.attempts import held, make_candidate, make_room, sign_in_device
from tests.loops import run_loop

WHY = "Mất điện ở dãy máy bên trái"


@pytest.fixture
def room(db, now):
    return make_room(db, now=now)


def seated(db, room, names, *, now, in_room="03"):
    """Candidates of a room, each signed in on a device of that name."""
    made = {}
    for n, name in enumerate(names):
        candidate = make_candidate(db, room.sitting, now=now, number=f"{in_room}5{n:05d}")
        candidate.room, candidate.seat = in_room, name
        made[name] = candidate
        sign_in_device(db, candidate, name, now=now)
    db.flush()
    return made


def outcomes(db, *tokens, now):
    begun = start_all(db, [Start(token, now) for token in tokens])
    return [type(one.error) if isinstance(one, NoStart) else type(one) for one in begun]


def test_each_of_a_batch_is_decided_on_by_themselves(db, room, now):
    seated(db, room, ["a", "b", "gone"], now=now)
    held_up = seated(db, room, ["c"], now=now, in_room="04")
    waiting = sign_in_device(db, held_up["c"], "second", now=now)
    assert waiting.lease.granted_at is None
    pause_room(db, room.officer, room.sitting, "04", reason=WHY, now=now)
    devices.leave(db, held(db, "gone"), now=now)
    found = outcomes(db, "a", "c", "nobody", "second", "b", "gone", now=now)
    assert found == [Attempt, RoomPaused, DeviceUnknown, DeviceWaits, Attempt, WriterReplaced]
    assert len(db.scalars(select(Attempt)).all()) == 2


def test_the_same_button_twice_in_a_batch_is_one_attempt_and_one_event(db, room, now):
    seated(db, room, ["a", "b"], now=now)
    first, second, other = start_all(
        db, [Start("a", now), Start("a", now + timedelta(seconds=3)), Start("b", now)]
    )
    assert first is second and first is not other
    assert first.started_at == now
    (again,) = start_all(db, [Start("a", now + timedelta(minutes=9))])
    assert again.id == first.id
    events = db.scalars(select(AuditEvent).where(AuditEvent.action == "attempt.started")).all()
    assert {event.object_id for event in events} == {str(first.id), str(other.id)}
    assert len(events) == 2


def test_time_form_and_lateness_are_each_candidates_own(db, room, now):
    people = seated(db, room, ["a", "b"], now=now)
    db.add(
        Accommodation(
            candidate_id=people["b"].id, number=1, extra_percent=25, break_minutes=0,
            font_percent=100, reader=False, reason="Khuyết tật vận động", by_id=new_id(),
            by_name="Trưởng điểm", at=now,
        )
    )  # fmt: skip
    room.sitting.late_minutes = 15
    db.flush()
    on_time, much_later = now + timedelta(minutes=15), now + timedelta(minutes=16)
    one, late = start_all(db, [Start("a", on_time), Start("b", much_later)])
    assert one.deadline - one.started_at == timedelta(minutes=90)
    assert isinstance(late.error, CameTooLate)
    (extra,) = start_all(db, [Start("b", on_time)])
    assert extra.deadline - extra.started_at == timedelta(seconds=6750)  # 90 minutes and a quarter


def test_a_shut_paper_opens_for_nobody(db, room, now):
    seated(db, room, ["a", "b"], now=now)
    room.sitting.state = "planned"
    db.flush()
    assert outcomes(db, "a", "b", now=now) == [NotStarted, NotStarted]


def test_a_room_that_is_paused_while_it_starts_stands_still_as_a_whole(database, now):
    names = [f"may-{n:02d}" for n in range(24)]
    with database.write() as db:
        room = make_room(db, now=now)
        seated(db, room, names, now=now)
    starts = GroupStart(database, most=5)

    def pause():
        with database.write() as db:
            sitting = db.get_one(Sitting, room.sitting.id)
            pause_room(db, room.officer, sitting, "03", reason=WHY, now=now)

    async def all_start():
        return await asyncio.gather(*(starts.answer(Start(name, now)) for name in names))

    pausing = threading.Timer(0.02, pause)
    pausing.start()
    begun = run_loop(all_start())
    pausing.join()
    starts.stop()
    assert {type(one.error) for one in begun if isinstance(one, NoStart)} <= {RoomPaused}
    with database.read() as db:
        running = db.scalars(select(Attempt)).all()
    assert len(running) == sum(isinstance(one, Attempt) for one in begun)
    assert all(Hold.ROOM in read(attempt.held_by) for attempt in running)
