"""Jobs as rows: taken once, reported on, ended by a person, taken up again after a crash."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.jobs import queue
from api.jobs.models import Job
from api.jobs.worker import Worker
from api.settings import Settings
from itembank.errors import Invalid


def _ask(database, now, **more):
    with database.write() as db:
        return queue.ask(db, None, "sum", "Cộng", {"a": 2, "b": 3}, now=now, **more).id


def _job(database, job_id) -> Job:
    with database.read() as db:
        return db.get_one(Job, job_id)


def _worker(database, body) -> Worker:
    return Worker(database, Settings(), {"sum": body})


def test_a_job_is_carried_out_and_says_what_it_did(database, now):
    job_id = _ask(database, now)

    def body(context, inputs):
        context.report(0.5, "nửa đường")
        return {"sum": inputs["a"] + inputs["b"]}

    assert _worker(database, body).run_one()
    job = _job(database, job_id)
    assert (job.state, job.progress, job.outcome) == ("done", 1.0, {"sum": 5})
    assert not _worker(database, body).run_one()


def test_a_refusal_is_kept_in_words(database, now):
    job_id = _ask(database, now)

    def body(context, inputs):
        raise Invalid("Chưa đủ bài làm.")

    _worker(database, body).run_one()
    job = _job(database, job_id)
    assert (job.state, job.error) == ("failed", "Chưa đủ bài làm.")


def test_the_same_key_gives_the_same_job(database, now):
    assert _ask(database, now, key="k") == _ask(database, now, key="k")


def test_what_the_failed_transaction_asked_for_is_not_there(database, now):
    with pytest.raises(ZeroDivisionError), database.write() as db:
        queue.ask(db, None, "sum", "Cộng", {}, now=now)
        raise ZeroDivisionError
    with database.read() as db:
        assert db.scalars(select(Job)).all() == []


def test_a_job_whose_worker_went_silent_is_taken_up_again(database, now):
    job_id = _ask(database, now)
    with database.write() as db:
        assert queue.claim(db, now=now).id == job_id
    with database.write() as db:
        assert queue.claim(db, now=now + timedelta(seconds=30)) is None
    with database.write() as db:
        assert queue.claim(db, now=now + timedelta(seconds=90)).id == job_id


def test_a_job_that_kills_its_worker_three_times_is_given_up(database, now):
    job_id = _ask(database, now)
    for attempt in range(queue.MOST_ATTEMPTS):
        with database.write() as db:
            assert queue.claim(db, now=now + timedelta(minutes=2 * attempt)) is not None
    with database.write() as db:
        assert queue.claim(db, now=now + timedelta(minutes=20)) is None
    assert _job(database, job_id).state == "failed"


def test_a_job_ended_by_a_person_stops_at_its_next_report(database, now):
    job_id = _ask(database, now)
    reached = []

    def body(context, inputs):
        with database.write() as db:
            queue.cancel(db, db.get_one(Job, job_id), now=now)
        context.report(0.5)
        reached.append("the end")
        return {}

    _worker(database, body).run_one()
    assert _job(database, job_id).state == "cancelled"
    assert reached == []


def test_an_orderly_stop_gives_the_job_back(database, now):
    job_id = _ask(database, now)
    worker = None

    def body(context, inputs):
        worker.request_stop()
        context.report(0.5)
        return {}

    worker = _worker(database, body)
    worker.run_one()
    job = _job(database, job_id)
    assert (job.state, job.attempts) == ("waiting", 0)
