"""How often and how long work stood still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.room.day_views import minutes_page
from delivery.attempts import invigilation, room_invigilation, service
from delivery.incidents.pauses import pauses_of_room, pauses_of_seat
from delivery.incidents.service import minutes_of
from tests.factories.attempts import make_candidate, make_room, sign_in_device, start_attempt

START = datetime(2026, 11, 23, 6, tzinfo=UTC)
WHY = "Thí sinh mệt, cần nghỉ tại chỗ"


def minutes(n):
    return timedelta(minutes=n)


@dataclass(frozen=True)
class Acted:
    kind: str
    at: datetime


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 600)), max_size=8), st.booleans())
def test_pauses_add_up_whatever_stands_between_them(gaps, lasts):
    """Work for so many minutes, stand still for so many seconds, again and again."""
    at, acted = START, [Acted("extended", START)]
    for worked, still in gaps:
        acted += [Acted("paused", at + minutes(worked)), Acted("extended", at + minutes(worked))]
        at += minutes(worked) + timedelta(seconds=still)
        acted.append(Acted("resumed", at))
    if lasts:
        acted.append(Acted("paused", at))
    found = pauses_of_seat(acted, None)
    still = timedelta(seconds=sum(still for _, still in gaps))
    assert (found.number, found.lasts) == (len(gaps) + lasts, lasts)
    assert found.total(at + minutes(7)) == still + (minutes(7) if lasts else minutes(0))
    assert pauses_of_room(acted, None).number == 0


def test_what_nobody_ended_is_over_when_the_work_is():
    found = pauses_of_seat([Acted("paused", START)], START + minutes(4))
    assert not found.lasts and found.total(START + minutes(90)) == minutes(4)


def test_the_minutes_tell_them_for_each_candidate_and_each_room(db, now):
    room = make_room(db, now=now)
    start_attempt(db, room, now=now)
    other = make_candidate(db, room.sitting, now=now, number="03001248")
    other.room, other.seat = "04", "01"
    service.start(db, sign_in_device(db, other, "may-08", now=now), now=now)
    desk = (db, room.officer, room.sitting)
    for begun, ended in ((5, 8), (20, 24)):
        invigilation.pause(*desk, room.candidate, reason=WHY, now=now + minutes(begun))
        invigilation.resume(*desk, room.candidate, now=now + minutes(ended))
    room_invigilation.pause_room(*desk, "", reason="Mất điện cả điểm thi", now=now + minutes(30))
    room_invigilation.resume_room(*desk, "03", now=now + minutes(36))
    invigilation.pause(*desk, other, reason=WHY, now=now + minutes(40))
    told = minutes_page(db, room.sitting, "", now + minutes(41))
    assert [(p.room, p.candidate, p.number, p.seconds, p.lasts) for p in told.pauses] == [
        ("03", "", 1, 6 * 60, False),
        ("04", "", 1, 11 * 60, True),
        ("03", f"{room.candidate.number} {room.candidate.full_name}", 2, 7 * 60, False),
        ("04", f"{other.number} {other.full_name}", 1, 60, True),
    ]
    of_room = minutes_page(db, room.sitting, "03", now + minutes(41)).pauses
    assert [(p.room, p.number) for p in of_room] == [("03", 1), ("03", 2)]


def test_a_paper_handed_in_during_a_break_ends_the_break(db, now):
    room = make_room(db, now=now)
    start_attempt(db, room, now=now)
    desk = (db, room.officer, room.sitting, room.candidate)
    invigilation.pause(*desk, reason=WHY, now=now + minutes(10))
    invigilation.end_attempt(*desk, reason="Ốm, xin nộp bài sớm", now=now + minutes(12))
    ((_, pauses),) = minutes_of(db, room.sitting).seat_pauses
    assert not pauses.lasts and pauses.total(now + minutes(90)) == minutes(2)
