"""The job `calibrate`, from stored responses to facts of the bank."""

from __future__ import annotations

import json

import numpy as np
import pytest

from api.i18n import translate
from api.jobs import queue
from api.jobs.calibrate import calibrate_data, read_data
from api.jobs.calibration_plan import (
    MODELS_BY_CODE,
    USUAL_GUESSING_PRIOR,
    CalibrationPlan,
    check,
)
from api.jobs.kinds import BODIES
from api.jobs.models import Job
from api.jobs.worker import Worker
from api.lab.run_page import run_page
from api.settings import Settings
from delivery.results import imports, response_sets
from delivery.results.imports import Source
from delivery.results.response_file import Columns
from itembank.calibrations import repository
from itembank.calibrations.service import store_run
from itembank.errors import Invalid
from itembank.permissions import Role
from psychometrics import item_estimate, simulate_responses
from tests.factories.forms import make_actor, make_unit
from tests.factories.responses import TIMSS, make_csv

needs_reference = pytest.mark.skipif(
    not TIMSS.exists(), reason="needs the reference data beside the project"
)
TIMSS_COLUMNS = Columns(None, "IDCNTRY", ("ITSEX", "IDBOOK"))


def import_external(db, data: bytes, columns: Columns, *, now, code="NGOAI"):
    form = imports.create_external_form_for(
        db, None, data, columns, code=code, title="Đề ngoài", subject="toan", now=now
    )
    source = Source("Tập bài làm", "scores", columns)
    report = imports.import_responses(db, None, form, data, source, now=now)
    return form, report


def simulated_csv(n_persons: int = 400, *, seed: int = 3) -> bytes:
    rng = np.random.default_rng(seed)
    items = [
        *(item_estimate(f"Q{j}", "2pl", [1.0, -1.0 + 0.4 * j]) for j in range(6)),
        item_estimate("C1", "gpcm", [0.8, -0.8, 0.0, 0.9]),
    ]
    drawn = simulate_responses(items, rng.normal(size=n_persons), rng)
    rows = [[f"p{i}", *row] for i, row in enumerate(drawn.scores.tolist())]
    return make_csv(["ma", *drawn.items], *rows)


def binary_csv(n_persons: int = 1500) -> bytes:
    rng = np.random.default_rng(8)
    items = [item_estimate(f"Q{j}", "2pl", [1.2, -1.5 + 0.4 * j]) for j in range(8)]
    drawn = simulate_responses(items, rng.normal(size=n_persons), rng)
    return make_csv(
        ["ma", *drawn.items], *[[i, *row] for i, row in enumerate(drawn.scores.tolist())]
    )


def plan_for(form, report, **options) -> CalibrationPlan:
    return CalibrationPlan(form_id=form.id, sources=(f"set:{report.set_id}",), **options)


def run_all(database) -> None:
    worker = Worker(database, Settings(worker_in_process=False), BODIES)
    while worker.run_one():
        pass


@needs_reference
def test_timss_gives_the_log_likelihood_and_parameters_of_the_reference(db, now) -> None:
    """gpcm, 61 nodes on ±6, both countries pooled; gpcm.mirt.json (mirt 1.47)."""
    reference = json.loads((TIMSS / "gpcm.mirt.json").read_text())
    form, report = import_external(db, (TIMSS / "data.csv").read_bytes(), TIMSS_COLUMNS, now=now)
    assert report.n_items == 11
    plan = plan_for(form, report)
    values = calibrate_data(read_data(db, plan), plan)
    assert values.converged
    assert values.log_likelihood == pytest.approx(-10421.917, abs=0.01)
    assert values.log_likelihood == pytest.approx(reference["logLik"], abs=0.01)


def test_a_job_stores_a_run_with_everything_the_pages_need(database, now) -> None:
    with database.write() as db:
        form, report = import_external(db, simulated_csv(), Columns("ma"), now=now)
        plan = plan_for(form, report)
        job = queue.ask(db, None, "calibrate", "Hiệu chuẩn", plan.as_inputs(), now=now)
    run_all(database)
    with database.read() as db:
        done = db.get_one(Job, job.id)
        assert (done.state, done.error) == ("done", None)
        assert done.outcome["link"] == f"/hieu-chuan/{job.id}"
        run = repository.run_by_id(db, job.id)
        items = repository.items_of_run(db, job.id)
        abilities = repository.abilities_of_run(db, job.id)
    assert run.converged
    assert run.trace == sorted(run.trace)
    assert [i.label for i in items] == ["Q0", "Q1", "Q2", "Q3", "Q4", "Q5", "C1"]
    assert set(items[0].estimates) == set(items[0].standard_errors) == {"a", "b"}
    assert set(items[6].estimates) == {"a", "steps"}
    assert len(items[6].statistics["thresholds"]) == 3
    assert sum(items[0].statistics["counts"]) == 400
    assert len(abilities) == 400
    assert sum(run.summary["histogram"]["counts"]) == 400
    assert 0 < run.summary["reliability"] < 1


@pytest.mark.parametrize("model", sorted(MODELS_BY_CODE))
def test_every_model_on_offer_runs_and_its_page_can_be_drawn(db, now, model) -> None:
    only_binary = MODELS_BY_CODE[model].only_binary
    data = binary_csv() if only_binary else simulated_csv()
    form, report = import_external(db, data, Columns("ma"), now=now)
    priors = (USUAL_GUESSING_PRIOR,) if model == "3pl" else ()
    limit, nodes = (12.0, 121) if model == "pcm" else (6.0, 61)
    plan = plan_for(form, report, model=model, priors=priors, limit=limit, nodes=nodes)
    values = calibrate_data(read_data(db, plan), plan)
    assert values.converged
    run = store_run(db, None, form, values, now=now)
    unit = make_unit(db)
    actor = make_actor(db, unit, "dl", Role.PSYCHOMETRICIAN, now=now)
    for row in repository.items_of_run(db, run.id):
        page = run_page(db, actor, run.id, row.label, translate_to_vietnamese)
        shown = len(page.item.parameters)
        estimates = [v for value in row.estimates.values() for v in np.atleast_1d(value)]
        assert shown == len(estimates)
        assert (page.item.categories is None) == (len(row.statistics["thresholds"]) == 1)


def translate_to_vietnamese(message, **params) -> str:
    return translate(message, "vi", **params)


def test_running_the_same_job_again_adds_nothing(database, now) -> None:
    """A worker may die after storing and before saying so."""
    with database.write() as db:
        form, report = import_external(db, simulated_csv(), Columns("ma"), now=now)
        job = queue.ask(db, None, "calibrate", "x", plan_for(form, report).as_inputs(), now=now)
    run_all(database)
    with database.write() as db:
        db.get_one(Job, job.id).state = "waiting"
    run_all(database)
    with database.read() as db:
        assert db.get_one(Job, job.id).state == "done"
        assert len(repository.runs(db)) == 1


def test_items_that_say_nothing_are_left_out_and_listed(db, now) -> None:
    rng = np.random.default_rng(5)
    rows = [[i, *rng.integers(0, 2, 3), 1, ""] for i in range(40)]
    data = make_csv(["ma", "Q1", "Q2", "Q3", "ai cũng đúng", "không ai làm"], *rows)
    form, report = import_external(db, data, Columns("ma"), now=now)
    plan = plan_for(form, report)
    values = calibrate_data(read_data(db, plan), plan)
    assert [item.label for item in values.items] == ["Q1", "Q2", "Q3"]
    assert values.summary["left_out"] == [
        {"label": "ai cũng đúng", "why": "constant"},
        {"label": "không ai làm", "why": "no_responses"},
    ]


def test_too_few_persons_are_refused_in_words(db, now) -> None:
    form, report = import_external(db, simulated_csv(8), Columns("ma"), now=now)
    plan = plan_for(form, report)
    with pytest.raises(Invalid) as error:
        calibrate_data(read_data(db, plan), plan)
    assert error.value.code == "too_few_responses"
    assert "8 thí sinh" in str(error.value)


def test_a_model_for_two_categories_is_refused_for_a_form_with_clusters(db, now) -> None:
    form, report = import_external(db, simulated_csv(), Columns("ma"), now=now)
    plan = plan_for(form, report, model="3pl")
    with pytest.raises(Invalid) as error:
        calibrate_data(read_data(db, plan), plan)
    assert str(error.value.problems[0].where) == "model"


def test_responses_of_another_form_are_refused(db, now) -> None:
    form, _ = import_external(db, simulated_csv(), Columns("ma"), now=now)
    _, other = import_external(db, simulated_csv(seed=4), Columns("ma"), now=now, code="KHAC")
    with pytest.raises(Invalid):
        read_data(db, plan_for(form, other))


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"sources": ()}, "sources"),
        ({"model": "4pl"}, "model"),
        ({"nodes": 5}, "nodes"),
        ({"limit": 40.0}, "limit"),
    ],
)
def test_a_plan_that_cannot_run_is_refused_at_its_field(db, now, options, field) -> None:
    form, report = import_external(db, simulated_csv(), Columns("ma"), now=now)
    asked = {"form_id": form.id, "sources": (f"set:{report.set_id}",), **options}
    with pytest.raises(Invalid) as error:
        check(CalibrationPlan(**asked))
    assert [str(p.where) for p in error.value.problems] == [field]


def test_two_sources_with_the_same_person_keep_both_apart(db, now) -> None:
    form, first = import_external(db, simulated_csv(), Columns("ma"), now=now)
    source = Source("Lần hai", "scores", Columns("ma"))
    second = imports.import_responses(db, None, form, simulated_csv(seed=9), source, now=now)
    both = CalibrationPlan(form.id, (f"set:{first.set_id}", f"set:{second.set_id}"))
    table = read_data(db, both).table
    assert table.n_persons == 800
    assert len(set(table.persons)) == 800
    assert "Lần hai/p0" in table.persons


def test_the_data_hash_names_the_data(db, now) -> None:
    form, report = import_external(db, simulated_csv(), Columns("ma"), now=now)
    ids = [row[0].id for row in response_sets.items_of_form(db, form.id)]
    table = response_sets.score_table(db, report.set_id, ids)
    assert table.data_hash == response_sets.score_table(db, report.set_id, ids).data_hash
    fewer = response_sets.score_table(db, report.set_id, ids[:-1])
    assert table.data_hash != fewer.data_hash
