"""A rescue file: merged by set union, bound to its candidate, never over what is newer (F50)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from delivery.attempts import devices, repository, service
from delivery.attempts.models import LateEvent, ResponseEvent
from delivery.rescue import repository as rescue_repository
from delivery.rescue import service as rescue
from itembank.audit import AuditEvent
from itembank.errors import Invalid, Refused, TooLarge
from itembank.permissions import Role
from tests.factories.attempts import (
    answer,
    attempt_of,
    held,
    make_candidate,
    make_room,
    sign_in_device,
    start_attempt,
)
from tests.factories.forms import make_actor, make_unit
from tests.factories.rescue import record, seal


@pytest.fixture
def begun(database, now):
    """A candidate at work on machine 07, and the key their machines keep the journal under."""
    with database.write() as db:
        room = make_room(db, now=now)
        at_work = start_attempt(db, room, now=now)
        key = rescue_repository.key_of(db, attempt_of(at_work))
        return room, at_work.lease.id, attempt_of(at_work).id, key


def effective(db, attempt_id):
    return repository.effective_responses(db, attempt_id)


def counts(db):
    return [db.scalar(select(func.count()).select_from(t)) for t in (ResponseEvent, LateEvent)]


def test_what_the_server_lacks_is_added_and_doing_it_again_changes_nothing(database, now, begun):
    room, lease, attempt, key = begun
    records = [record(lease, 1, 1, room.choice, "B"), record(lease, 1, 2, room.short, "3,5")]
    raw = seal(key, attempt, room.candidate.number, records)
    with database.write() as db:
        done = rescue.merge(db, room.officer, room.sitting, raw, now=now)
        assert (done.added, done.late, done.known) == (2, 0, 0)
    with database.write() as db:
        again = rescue.merge(db, room.officer, room.sitting, raw, now=now)
        assert (again.added, again.late, again.known) == (0, 0, 2)
        assert effective(db, attempt) == {room.choice: "B", room.short: "3,5"}
        assert counts(db) == [2, 0]


def test_an_older_file_never_writes_over_what_is_newer(database, now, begun):
    room, lease, attempt, key = begun
    with database.write() as db:
        at_work = held(db, "may-07")
        service.save_events(db, at_work, [answer(5, room.choice, "D")], now=now)
    raw = seal(key, attempt, room.candidate.number, [record(lease, 1, 4, room.choice, "A")])
    with database.write() as db:
        assert rescue.merge(db, room.officer, room.sitting, raw, now=now).added == 1
        assert effective(db, attempt) == {room.choice: "D"}


def test_the_same_number_with_other_bytes_is_refused_and_logged(database, now, begun):
    room, lease, attempt, key = begun
    with database.write() as db:
        service.save_events(db, held(db, "may-07"), [answer(1, room.choice, "D")], now=now)
    raw = seal(key, attempt, room.candidate.number, [record(lease, 1, 1, room.choice, "A")])
    with database.write() as db:
        done = rescue.merge(db, room.officer, room.sitting, raw, now=now)
        assert (done.added, done.conflicting) == (0, 1)
        assert effective(db, attempt) == {room.choice: "D"}
        logged = db.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
        assert "response_event.conflicted" in logged and logged[-1] == "attempt.rescued"


def test_a_machine_that_handed_over_keeps_its_work_as_late(database, now, begun):
    room, lease, attempt, key = begun
    with database.write() as db:
        candidate = make_room_candidate(db, room)
        devices.release_device(
            db, room.officer, room.sitting, candidate, reason="máy 07 mất mạng", now=now
        )
        second = sign_in_device(db, candidate, "may-12", now=now)
        service.save_events(db, held(db, "may-12"), [answer(1, room.choice, "C")], now=now)
        assert second.lease.epoch == 2
    raw = seal(key, attempt, room.candidate.number, [record(lease, 1, 1, room.short, "7")])
    with database.write() as db:
        done = rescue.merge(db, room.officer, room.sitting, raw, now=now)
        assert (done.added, done.late) == (0, 1)
        assert effective(db, attempt) == {room.choice: "C"}
        assert counts(db) == [1, 1]


def make_room_candidate(db, room):
    return repository.lock_candidate(db, room.candidate.id)


def test_what_comes_after_handing_in_is_kept_and_changes_no_receipt(database, now, begun):
    room, lease, attempt, key = begun
    with database.write() as db:
        before = service.submit(db, held(db, "may-07"), last_seq=0, now=now)
    raw = seal(key, attempt, room.candidate.number, [record(lease, 1, 1, room.choice, "A")])
    with database.write() as db:
        assert rescue.merge(db, room.officer, room.sitting, raw, now=now).late == 1
    with database.write() as db:
        assert service.submit(db, held(db, "may-07"), last_seq=0, now=now) == before


def altered(raw: bytes, **fields: str) -> bytes:
    return json.dumps({**json.loads(raw), **fields}).encode()


def test_an_edited_file_and_one_of_somebody_else_are_refused(database, now, begun):
    room, lease, attempt, key = begun
    raw = seal(key, attempt, room.candidate.number, [record(lease, 1, 1, room.choice, "A")])
    box = json.loads(raw)["box"]
    flipped = ("A" if box[0] != "A" else "B") + box[1:]
    with database.write() as db:
        make_candidate(db, room.sitting, now=now, number="03001248")
    foreign_key = seal(b"x" * 32, attempt, room.candidate.number, [])
    unknown_writer = seal(
        key, attempt, room.candidate.number, [record(attempt, 1, 1, room.choice, "A")]
    )
    cases = {
        "rescue_altered": [altered(raw, box=flipped), altered(raw, box="%%%"), foreign_key],
        "rescue_foreign": [altered(raw, number="03001248"), unknown_writer],
        "rescue_unreadable": [b"", b"{}", b"\x00\x01", altered(raw, format="other")],
    }
    for code, files in cases.items():
        for given in files:
            with pytest.raises(Invalid) as refused, database.write() as db:
                rescue.merge(db, room.officer, room.sitting, given, now=now)
            assert refused.value.code == code
    with database.read() as db:
        assert counts(db) == [0, 0]


def test_a_value_no_control_could_give_and_a_file_too_heavy_are_refused(database, now, begun):
    room, lease, attempt, key = begun
    raw = seal(key, attempt, room.candidate.number, [record(lease, 1, 1, room.choice, {"x": 1})])
    with pytest.raises(Invalid), database.write() as db:
        rescue.merge(db, room.officer, room.sitting, raw, now=now)
    with pytest.raises(TooLarge), database.write() as db:
        rescue.merge(db, room.officer, room.sitting, b" " * 8_000_001, now=now)


def test_only_those_who_watch_this_sitting_may(database, now, begun):
    room, _, attempt, key = begun
    raw = seal(key, attempt, room.candidate.number, [])
    with pytest.raises(Refused), database.write() as db:
        stranger = make_actor(
            db, make_unit(db, "THPT-XA", "truong"), "xa", Role.INVIGILATOR, now=now
        )
        rescue.merge(db, stranger, room.sitting, raw, now=now)


def test_every_machine_of_the_candidate_gets_the_same_key_and_no_other_candidate(database, now):
    with database.write() as db:
        room = make_room(db, now=now)
        first = attempt_of(start_attempt(db, room, now=now))
        key = rescue_repository.key_of(db, first)
        devices.release_device(
            db, room.officer, room.sitting, room.candidate, reason="đổi sang máy 12", now=now
        )
        sign_in_device(db, room.candidate, "may-12", now=now)
        assert rescue_repository.key_of(db, first) == key
        other = make_candidate(db, room.sitting, now=now, number="03001248")
        service.start(db, sign_in_device(db, other, "may-08", now=now), now=now)
        assert rescue_repository.key_of(db, attempt_of(held(db, "may-08"))) != key
