"""The demo cohort: what it sits is what was drawn, over HTTP and directly; a break costs nothing."""

from __future__ import annotations

import json
import socket
import threading
import time

import numpy as np
import pytest
import uvicorn
from sqlalchemy import func, select

from api.app import create_app
from api.demo import cohort as cohort_job
from api.demo.client import Answer, CandidateClient, ClientRefused
from api.demo.responses import respond, response_for
from api.demo.true_model import draw_cohort
from api.jobs.kinds import BODIES
from api.jobs.models import Job
from api.jobs.worker import Worker
from api.settings import Settings
from api.web import system_clock
from delivery.attempts.models import Attempt, WriterLease
from delivery.results.export import score_matrix
from itembank.forms import service as forms
from itembank.permissions import Role
from itembank.scoring.rules import ZERO, Weight, categories, score
from tests.factories.forms import (
    choice_content,
    cluster_content,
    make_actor,
    make_bank,
    make_person,
    make_unit,
    short_content,
)

SIZE, OVER_HTTP = 40, 6
CONTENTS = [choice_content("B"), cluster_content("ĐSĐS"), short_content("3,5")]


@pytest.fixture
def address(database):
    """The application served for real, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(Settings(worker_in_process=False), database)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def paper(database):
    """What the cohort needs of the demo province: an officer, a unit, the frozen form."""
    now = system_clock()
    with database.write() as db:
        unit = make_unit(db, "SO-HP")
        officer = make_actor(db, unit, "totchuc", Role.EXAM_OFFICER, Role.INVIGILATOR, now=now)
        author = make_person(db, unit, "gv", Role.TEACHER, now=now)
        make_bank(db, author, now=now)
        form = forms.create_form(
            db, officer, preset="thpt-2025-toan", code="TOAN-2025-01", title="Toán", now=now
        )
        forms.fill_form(db, officer, form, seed=1, now=now)
        forms.freeze_form(db, officer, form, now=now)
    return form


def ask(database, address) -> Job:
    with database.write() as db:
        return cohort_job.ask_for_cohort(
            db, address=address, size=SIZE, over_http=OVER_HTTP, now=system_clock()
        )


def settings_in(tmp_path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/demo.db", worker_in_process=False)


def run_one(database, tmp_path) -> None:
    Worker(database, settings_in(tmp_path), BODIES).run_one()


def job_of(database, job) -> Job:
    with database.read() as db:
        return db.get_one(Job, job.id)


def test_the_whole_cohort_hands_in_and_is_scored_as_drawn(
    database, address, paper, tmp_path
) -> None:
    job = ask(database, address)
    run_one(database, tmp_path)
    done = job_of(database, job)
    assert (done.state, done.error) == ("done", None)
    truth = json.loads((tmp_path / "demo-truth.json").read_text())
    assert len(truth["abilities"]) == SIZE
    assert len(truth["items"]) == 22
    with database.read() as db:
        table = score_matrix(db, paper.id)
        agents = set(db.scalars(select(WriterLease.device)))
    assert agents == {"khaothi demo candidate", "mô phỏng"}
    assert set(table.persons) == set(truth["abilities"])
    drawn = cohort_drawn(database)
    rows = dict(zip(table.persons, table.rows, strict=True))
    for i, (_, number) in enumerate(drawn.candidates):
        given = [value is not None for value in drawn.values(i)]
        expected = [
            int(c) if g else 0 for c, g in zip(drawn.truth.categories[i], given, strict=True)
        ]
        assert list(rows[number]) == expected


def cohort_drawn(database) -> cohort_job.Cohort:
    with database.write() as db:
        return cohort_job.prepare(db, SIZE, cohort_job.SEED, now=system_clock())


NOBODY = "http://127.0.0.1:9"  # nothing answers there


def test_a_program_that_ends_gives_its_cohort_back_without_a_complaint(
    database, paper, tmp_path, monkeypatch, caplog
) -> None:
    """The server is gone first; the word that all of it ends comes a moment later."""
    monkeypatch.setattr(cohort_job, "ENDS_WITHIN", 30.0)
    job, worker = ask(database, NOBODY), Worker(database, settings_in(tmp_path), BODIES)
    ending = threading.Timer(0.5, worker.request_stop)
    ending.start()
    worker.run_one()
    ending.join()
    told = job_of(database, job)
    assert (told.state, told.error, told.attempts) == ("waiting", None, 0)
    assert caplog.records == []


def test_a_cohort_that_broke_off_is_taken_up_and_nobody_sits_twice(
    database, address, paper, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(cohort_job, "ENDS_WITHIN", 0.0)
    job = ask(database, NOBODY)
    run_one(database, tmp_path)
    assert job_of(database, job).state == "failed"
    prepared = cohort_drawn(database)
    with database.write() as db:
        cohort_job._sit(db, prepared, SIZE - 1, now=system_clock())
    assert ask(database, address).id == job.id
    run_one(database, tmp_path)
    assert job_of(database, job).error is None
    assert job_of(database, job).state == "done"
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Attempt)) == SIZE


def test_a_cohort_that_is_done_is_not_asked_for_again(database, address, paper, tmp_path) -> None:
    job = ask(database, address)
    run_one(database, tmp_path)
    again = ask(database, address)
    assert (again.id, again.state) == (job.id, "done")


def test_a_client_with_a_wrong_code_is_refused(database, address, paper) -> None:
    with CandidateClient(address) as client, pytest.raises(ClientRefused):
        client.sign_in("05000001", "AAAAA-AAAAA")


def test_a_client_saves_nothing_without_changes() -> None:
    with CandidateClient("http://127.0.0.1:9") as client:
        assert client.save([]) == []
    assert Answer("x", "A").kind == "answer"


@pytest.mark.parametrize("content", CONTENTS, ids=lambda c: c.kind)
def test_a_response_is_scored_as_the_category_it_was_made_for(content) -> None:
    weight = Weight((ZERO,) * categories(content))
    for category in range(categories(content)):
        for seed in range(40):
            value = response_for(content, category, np.random.default_rng(seed))
            assert score(content, value, weight).category == category


def test_the_same_seed_gives_the_same_cohort() -> None:
    named = [(f"I.{i}", content) for i, content in enumerate(CONTENTS)]
    one, two = (draw_cohort(named, 50, np.random.default_rng(4)) for _ in range(2))
    assert (one.theta == two.theta).all() and (one.categories == two.categories).all()
    given = [respond(CONTENTS, one.categories[0], np.random.default_rng(1)) for _ in range(2)]
    assert given[0] == given[1]
