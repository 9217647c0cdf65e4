"""Two requests at once: the database decides, and nothing is lost or written twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from delivery.attempts import devices, invigilation, repository, service
from delivery.attempts.errors import AttemptSubmitted, NotStarted, WriterReplaced
from delivery.attempts.models import Attempt, ResponseEvent, WriterLease
from delivery.attempts.receipt import receipt_code
from delivery.sittings import service as sittings
from delivery.sittings.models import Candidate, Sitting
from itembank.errors import Refused
from tests.factories.attempts import answer, held, make_candidate, make_room, start_attempt

WHY = "Mất điện ở dãy máy bên trái"


def at_once(*tasks):
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def test_the_same_save_sent_eight_times_at_once_is_one_event(database, now):
    with database.write() as db:
        room = make_room(db, now=now)
        start_attempt(db, room, now=now)

    def save():
        with database.write() as db:
            service.save_events(db, held(db, "may-07"), [answer(1, room.choice, "A")], now=now)

    at_once(*[save] * 8)
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(ResponseEvent)) == 1


def test_two_devices_signing_in_at_once_get_one_lease_between_them(database, now):
    with database.write() as db:
        room = make_room(db, now=now)

    def enter(name):
        with database.write() as db:
            candidate = db.get_one(Candidate, room.candidate.id)
            devices.sign_in(db, candidate, token_hash=name, device=name, now=now)

    at_once(*[lambda name=name: enter(name) for name in ("may-07", "may-08", "may-09")])
    with database.read() as db:
        granted = db.scalars(select(WriterLease.epoch).where(WriterLease.granted_at.is_not(None)))
        assert list(granted) == [1]


def test_starting_twice_at_once_is_one_attempt(database, now):
    with database.write() as db:
        room = make_room(db, now=now)
        devices.sign_in(db, room.candidate, token_hash="may-07", device="", now=now)

    def begin(seconds):
        with database.write() as db:
            moment = now + timedelta(seconds=seconds)
            return service.start(db, held(db, "may-07"), now=moment).deadline

    assert len(set(at_once(lambda: begin(0), lambda: begin(1), lambda: begin(2)))) == 1
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_save_racing_a_release_is_either_whole_or_refused(database, now):
    with database.write() as db:
        room = make_room(db, now=now)
        start_attempt(db, room, now=now)

    def save(seq):
        try:
            with database.write() as db:
                service.save_events(
                    db, held(db, "may-07"), [answer(seq, room.choice, "A")], now=now
                )
            return seq
        except WriterReplaced:
            return None

    def release():
        with database.write() as db:
            sitting = db.get_one(Sitting, room.sitting.id)
            candidate = db.get_one(Candidate, room.candidate.id)
            devices.release_device(
                db, room.officer, sitting, candidate, reason="Máy 07 mất mạng", now=now
            )

    acked = set(at_once(*[lambda n=n: save(n) for n in range(1, 7)], release)) - {None}
    with database.read() as db:
        assert set(db.scalars(select(ResponseEvent.seq))) == acked


def test_a_save_racing_the_submission_is_in_the_receipt_or_refused(database, now):
    with database.write() as db:
        room = make_room(db, now=now)
        start_attempt(db, room, now=now)

    def save(seq):
        try:
            with database.write() as db:
                service.save_events(
                    db, held(db, "may-07"), [answer(seq, room.short, str(seq))], now=now
                )
            return seq
        except AttemptSubmitted:
            return None

    def hand_in():
        with database.write() as db:
            return service.submit(db, held(db, "may-07"), last_seq=0, now=now).code

    *saved, code = at_once(*[lambda n=n: save(n) for n in range(1, 7)], hand_in)
    with database.read() as db:
        attempt = db.scalars(select(Attempt)).one()
        assert code == receipt_code(attempt.id, repository.effective_responses(db, attempt.id))
        assert set(db.scalars(select(ResponseEvent.seq))) == {n for n in saved if n}


def test_more_time_is_given_before_the_paper_is_handed_in_or_refused_never_lost(database, now):
    """At the end of time: whoever comes first, both know of the other."""
    with database.write() as db:
        room = make_room(db, now=now)
        start_attempt(db, room, now=now)
    end = now + timedelta(minutes=91)

    def extend():
        try:
            with database.write() as db:
                sitting = db.get_one(Sitting, room.sitting.id)
                candidate = db.get_one(Candidate, room.candidate.id)
                invigilation.extend(
                    db, room.officer, sitting, candidate, minutes=10, reason=WHY, now=end
                )
            return True
        except Refused:
            return False

    def hand_in_overdue():
        with database.write() as db:
            return service.close_overdue(db, now=end)

    closed, extended, closed_again = at_once(hand_in_overdue, extend, hand_in_overdue)
    with database.read() as db:
        attempt = db.scalars(select(Attempt)).one()
        deadline = now + timedelta(minutes=100 if extended else 90)
        assert (attempt.deadline, attempt.submitted_at is None) == (deadline, extended)
        assert closed + closed_again == (0 if extended else 1)


def test_an_extension_that_is_not_committed_yet_keeps_the_paper_open(database, now):
    """Whoever hands in overdue papers waits for it, and finds that nothing is overdue."""
    with database.write() as db:
        room = make_room(db, now=now)
        start_attempt(db, room, now=now)
    end = now + timedelta(minutes=91)

    def hand_in_overdue():
        with database.write() as db:
            return service.close_overdue(db, now=end)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            sitting = db.get_one(Sitting, room.sitting.id)
            candidate = db.get_one(Candidate, room.candidate.id)
            invigilation.extend(
                db, room.officer, sitting, candidate, minutes=10, reason=WHY, now=end
            )
            closing = pool.submit(hand_in_overdue)
        assert closing.result() == 0
    with database.read() as db:
        assert db.scalars(select(Attempt.submitted_at)).one() is None


def test_nobody_is_left_working_in_a_sitting_that_closed_while_they_started(database, now):
    with database.write() as db:
        room = make_room(db, now=now)
        numbers = [f"0300125{n}" for n in range(6)]
        for number in numbers:
            candidate = make_candidate(db, room.sitting, now=now, number=number)
            devices.sign_in(db, candidate, token_hash=number, device="", now=now)

    def begin(number):
        try:
            with database.write() as db:
                service.start(db, held(db, number), now=now)
        except NotStarted:
            pass

    def close():
        with database.write() as db:
            sitting = db.get_one(Sitting, room.sitting.id)
            service.close_room(db, room.officer, sitting, now=now)
            sittings.close_sitting(db, room.officer, sitting, now=now)

    at_once(
        *[lambda n=n: begin(n) for n in numbers[:3]],
        close,
        *[lambda n=n: begin(n) for n in numbers[3:]],
    )
    with database.read() as db:
        assert repository.unfinished(db, sitting_id=room.sitting.id) == []
