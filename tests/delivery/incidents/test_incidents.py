"""The log, the sum of a room, and the minutes made of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.room.day_views import EXTRA_TIME, minutes_page
from delivery.attempts import invigilation, room_invigilation, service
from delivery.attempts.accommodating import Granted, accommodate
from delivery.incidents.headcount import Headcount
from delivery.incidents.service import minutes_of, note_incident
from delivery.sittings import service as sittings
from itembank.errors import Invalid, Refused
from itembank.people.models import Unit
from itembank.permissions import Actor, Role
from tests.factories.attempts import make_candidate, make_room, sign_in_device
from tests.factories.forms import make_actor

WHY = "Mất điện ở dãy máy bên trái"


@given(*[st.integers(0, 40)] * 3)
def test_the_sum_tallies_exactly_when_everybody_else_handed_in(working, suspended, submitted):
    present = working + suspended + submitted
    count = Headcount(present + 2, present, suspended, submitted)
    assert (count.absent, count.missing) == (2, working)
    assert count.tallies == (working == 0)


@pytest.fixture
def room(db, now):
    """Four registered in room 03: one absent, one suspended, one handed in, one at work."""
    made = make_room(db, now=now)
    unit = db.get_one(Unit, made.sitting.unit_id)
    second = make_actor(db, unit, "giamthi2", Role.INVIGILATOR, now=now)
    people = [make_candidate(db, made.sitting, now=now, number=f"0300700{n}") for n in range(3)]
    for n, one in enumerate(people):
        service.start(db, sign_in_device(db, one, f"m{n}", now=now), now=now)
    desk = (db, made.officer, made.sitting)
    invigilation.ask_suspension(*desk, people[0], reason="Sử dụng điện thoại", now=now)
    invigilation.suspend(db, second, made.sitting, people[0], now=now)
    invigilation.end_attempt(*desk, people[1], reason="Ốm, xin nộp bài sớm", now=now)
    room_invigilation.extend_room(*desk, "03", minutes=5, reason=WHY, now=now)
    return made, people


def test_the_minutes_tell_all_that_was_written(db, room, now):
    made, people = room
    note_incident(
        db, made.officer, made.sitting, kind="power", text="Mất điện 3 phút", room="03", now=now
    )
    told = minutes_of(db, made.sitting, "03")
    count = told.headcount
    assert (count.registered, count.present, count.suspended, count.submitted) == (4, 3, 1, 1)
    assert not count.tallies and [c.number for c in told.unfinished] == [people[2].number]
    assert [c.number for c in told.suspended] == [people[0].number]
    assert [c.id for c in told.absent] == [made.candidate.id]
    assert [a.kind for a in told.on_room] == ["extended"]  # once, not once a candidate
    kinds = [(c.number, a.kind) for c, a in told.on_candidates]
    assert kinds == [
        (people[0].number, "suspension_asked"),
        (people[0].number, "suspended"),
        (people[1].number, "ended"),
    ]
    assert [i.text for i, _ in told.incidents] == ["Mất điện 3 phút"]


def test_the_room_tallies_when_the_last_one_has_handed_in(db, room, now):
    made, people = room
    invigilation.end_attempt(
        db, made.officer, made.sitting, people[2], reason="Hết giờ làm bài", now=now
    )
    assert minutes_of(db, made.sitting).headcount.tallies


def test_an_incident_needs_words_a_kind_and_a_time_that_has_been(db, room, now):
    made, _ = room
    with pytest.raises(Invalid) as refused:
        note_incident(
            db, made.officer, made.sitting, kind="ufo", text="?", now=now,
            happened_at=now + timedelta(hours=1),
        )  # fmt: skip
    assert len(refused.value.problems) == 3
    stranger = Actor(made.officer.person_id, "Người lạ", made.officer.unit_id, "")
    with pytest.raises(Refused):
        note_incident(db, stranger, made.sitting, kind="power", text="Mất điện", now=now)


def test_an_entry_cannot_be_edited(db, room, now):
    made, _ = room
    entry = note_incident(db, made.officer, made.sitting, kind="power", text="Mất điện", now=now)
    entry.text = "khác"
    with pytest.raises(Exception, match="append-only"):
        db.flush()
    db.rollback()


def test_the_minutes_tell_who_opened_and_extra_time_from_before_the_start(db, now):
    made = make_room(db, now=now, state="planned")
    made.sitting.openers = 2
    unit = db.get_one(Unit, made.sitting.unit_id)
    second = make_actor(db, unit, "giamthi2", Role.INVIGILATOR, now=now)
    accommodate(
        db, made.officer, made.sitting, made.candidate, Granted(extra_percent=25),
        reason="Giấy xác nhận khuyết tật số 12", now=now - timedelta(hours=1),
    )  # fmt: skip
    sittings.ask_opening(db, made.officer, made.sitting, now=now)
    sittings.open_sitting(db, second, made.sitting, now=now + timedelta(minutes=1))
    told = minutes_page(db, made.sitting, "", now)
    assert [(line.what, line.by) for line in told.lines[-2:]] == [
        ("Đề nghị mở đề", made.officer.name),
        ("Mở đề", second.name),
    ]
    (extra,) = (line for line in told.lines if line.what == EXTRA_TIME)
    assert (extra.who, extra.seconds) == (made.candidate.number, 90 * 60 // 4)
