"""How candidates worked: kept apart from answers, handed out under pseudonyms, let go in time."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from delivery.attempts import service as attempts
from delivery.attempts.errors import NotStarted
from delivery.process import repository, service
from delivery.process.export import Study, export
from delivery.process.models import ProcessEvent, ProcessPurge
from delivery.process.service import Noticed
from itembank.errors import Invalid
from tests.factories.attempts import held, make_candidate, make_room, sign_in_device

KEY = b"mot khoa du dai cho nghien cuu"


def noticed(seq, item, kind="item_left", ms=1200):
    return Noticed(seq, kind, item, ms, "2026-11-23T06:00:01.000Z")


def fill(db, now, *, people):
    """So many candidates of two schools, each with two events."""
    room = make_room(db, now=now)
    for n in range(people):
        one = make_candidate(db, room.sitting, now=now, number=f"0300500{n:02d}")
        one.school = "THPT Lớn" if n < 10 else "THPT Bé"
        db.flush()
        attempts.start(db, sign_in_device(db, one, one.number, now=now), now=now)
        device = held(db, one.number)
        events = [noticed(1, room.choice), noticed(2, None, "focus_lost", None)]
        service.keep(db, device, events, now=now + timedelta(seconds=30))
    return room


def count(db):
    return db.scalar(select(func.count()).select_from(ProcessEvent))


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_the_same_event_twice_is_one(db, now):
    fill(db, now, people=1)
    assert service.keep(db, held(db, "030050000"), [noticed(1, None)], now=now) == 1
    assert count(db) == 2


def test_before_the_start_and_of_unknown_kinds_nothing_is_kept(db, now):
    room = make_room(db, now=now)
    device = sign_in_device(db, room.candidate, "may-07", now=now)
    with pytest.raises(NotStarted):
        service.keep(db, device, [noticed(1, None)], now=now)
    attempts.start(db, device, now=now)
    with pytest.raises(Invalid):
        service.keep(db, held(db, "may-07"), [noticed(1, None, "keystroke")], now=now)
    assert count(db) == 0


def test_an_attempt_cannot_fill_the_disk(db, now, monkeypatch):
    fill(db, now, people=1)
    monkeypatch.setattr(service, "MOST_PER_ATTEMPT", 5)
    events = [noticed(seq, None) for seq in range(10, 20)]
    assert service.keep(db, held(db, "030050000"), events, now=now) == 3
    assert count(db) == 5


def test_a_file_for_research_holds_no_name_number_school_or_moment(db, now):
    room = fill(db, now, people=12)
    data = export(db, None, room.sitting.id, Study("nghien-cuu-1", KEY), now=now)
    told = rows(data)
    assert len(told) == 24 and len({line["person"] for line in told}) == 12
    assert {line["at_ms"] for line in told} == {"30000"}
    for secret in ("030050", "THPT", "Nguyễn", "2026-11", "DE-01", str(room.choice)):
        assert secret not in data.decode()


def test_a_school_with_fewer_than_ten_people_is_not_told_apart(db, now):
    room = fill(db, now, people=12)
    told = rows(export(db, None, room.sitting.id, Study("s", KEY), now=now))
    groups = {}
    for line in told:
        groups.setdefault(line["group"], set()).add(line["person"])
    assert len(groups.pop("")) == 2
    assert [len(people) for people in groups.values()] == [10]


def test_another_study_has_other_pseudonyms_and_the_same_study_the_same(db, now):
    room = fill(db, now, people=10)

    def people(name, key=KEY):
        made = export(db, None, room.sitting.id, Study(name, key), now=now)
        return {line["person"] for line in rows(made)}

    assert people("a") == people("a")
    assert not people("a") & people("b")
    assert not people("a") & people("a", KEY[::-1])


def test_too_few_people_or_too_short_a_key_are_refused(db, now):
    room = fill(db, now, people=9)
    for study, code in ((Study("s", KEY), "too_few_people"), (Study("s", b"x"), "key_too_short")):
        with pytest.raises(Invalid) as refused:
            export(db, None, room.sitting.id, study, now=now)
        assert refused.value.code == code


def test_it_is_let_go_when_its_time_is_over_and_not_before(db, now):
    fill(db, now, people=1)
    assert service.let_go(db, None, now=now + timedelta(days=729)) == 0
    assert service.let_go(db, None, now=now + timedelta(days=731)) == 2
    assert count(db) == 0


@pytest.mark.parametrize(
    "statement", ["UPDATE process_event SET kind = 'x'", "DELETE FROM process_event"]
)
def test_the_database_refuses_to_change_it_or_to_delete_it_early(database, now, statement):
    with database.write() as db:
        fill(db, now, people=1)
        service.let_go(db, None, now=now + timedelta(days=729))
    with pytest.raises(DatabaseError, match="append-only"), database.write() as db:
        db.execute(text(statement))
    with database.read() as db:
        assert count(db) == 2


def test_the_hourly_look_leaves_no_trace_until_something_is_old(db, now):
    fill(db, now, people=1)
    assert service.let_go_if_due(db, now=now + timedelta(days=729)) == 0
    assert db.scalar(select(func.count()).select_from(ProcessPurge)) == 0
    assert service.let_go_if_due(db, now=now + timedelta(days=731)) == 2
    assert service.let_go_if_due(db, now=now + timedelta(days=732)) == 0
    assert db.scalar(select(func.count()).select_from(ProcessPurge)) == 1


def test_a_play_told_twice_is_one_play_and_other_machines_add_theirs(db, now):
    room = make_room(db, now=now)
    attempts.start(db, sign_in_device(db, room.candidate, "one", now=now), now=now)
    device = held(db, "one")
    play = noticed(7, room.choice, "heard", None)
    for events in (
        [play],
        [play, noticed(8, room.choice)],
        [noticed(9, room.choice, "heard_shared")],
    ):
        service.keep(db, device, events, now=now)
    attempt = device.attempt.id
    known = repository.plays_of(db, {attempt})[attempt]
    assert [(p.kind, p.seq) for p in known] == [("heard", 7), ("heard_shared", 9)]
    assert {p.writer for p in known} == {device.lease.id}
    assert repository.plays_of(db, set()) == {}
