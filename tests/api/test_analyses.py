"""What is computed about a finished run and kept beside it, from the very data of the run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from api.jobs import queue
from api.jobs.analyse import ask_for_analysis, carry_out, subject_of
from api.jobs.calibrate import calibrate_data, plan_of_run, read_data
from api.jobs.models import Job
from delivery.results import imports
from delivery.results.imports import Source
from delivery.results.response_file import Columns
from itembank.calibrations import repository, states
from itembank.calibrations.operational import declare
from itembank.calibrations.service import store_run
from itembank.errors import Invalid
from itembank.forms.repository import form_of
from itembank.permissions import Role
from psychometrics import item_estimate, simulate_responses
from tests.factories.forms import (
    choice_content,
    make_actor,
    make_frozen_form,
    make_person,
    make_unit,
)
from tests.factories.responses import make_csv

from .test_calibrate_job import import_external, plan_for, run_all, simulated_csv


def stored_run(db, form, report, now, **options):
    plan = plan_for(form, report, **options)
    return store_run(db, None, form, calibrate_data(read_data(db, plan), plan), now=now, rules=[])


@pytest.fixture
def run(db, now):
    form, report = import_external(db, simulated_csv(800), Columns("ma"), now=now)
    return stored_run(db, form, report, now)


def analysed(db, run, kind, **options):
    found = carry_out(subject_of(db, run, kind, options), kind, options)
    return json.loads(json.dumps(found, allow_nan=False))


def test_fit_of_data_that_follow_the_model(db, run) -> None:
    found = analysed(db, run, states.FIT)
    assert [i["item"] for i in found["items"]] == ["Q0", "Q1", "Q2", "Q3", "Q4", "Q5", "C1"]
    assert all(0.9 < i["infit"] < 1.1 for i in found["items"])
    assert min(i["p"] for i in found["items"]) > 0.0005
    assert found["model"]["m2"]["rmsea"] < 0.05
    matrix = np.array(found["q3"]["adjusted"], dtype=float)
    assert np.abs(matrix[np.triu_indices(7, 1)]).max() < 0.2
    assert found["q3"]["flagged"] == []


def test_a_person_who_answers_against_the_model_is_found(db, now) -> None:
    """Five who miss the easy items and get the hard ones, among 600 simulated by the model."""
    rng = np.random.default_rng(4)
    items = [item_estimate(f"Q{j}", "2pl", [1.5, -2.0 + 0.2 * j]) for j in range(21)]
    drawn = simulate_responses(items, rng.normal(size=600), rng)
    rows = [[f"p{i}", *row] for i, row in enumerate(drawn.scores.tolist())]
    rows += [[f"la{i}", *[0] * 10, *[1] * 11] for i in range(5)]
    data = make_csv(["ma", *drawn.items], *rows)
    form, report = import_external(db, data, Columns("ma"), now=now)
    found = analysed(db, stored_run(db, form, report, now), states.PERSONS)
    first = found["persons"][:5]
    assert {p["person"] for p in first} == {f"la{i}" for i in range(5)}
    assert first[0]["lz_star"] < -2.58
    assert first[0]["below"][0] == "Q0" and first[0]["above"][0] == "Q20"
    assert sum(found["histogram"]["counts"]) == found["n"] == 605
    assert found["n_low"] < 30


def operational(db, run, now):
    quan = make_actor(db, make_unit(db), "quan", Role.PSYCHOMETRICIAN, now=now, subject="toan")
    declare(db, quan, run, reason="đã rà", now=now)


def test_a_link_gives_back_the_shift_between_two_samples_and_drops_what_drifted(db, now) -> None:
    """The second cohort is 0.5 abler with SD 0.8, and item Q3 has become 1.2 harder."""
    rng = np.random.default_rng(11)
    slopes = rng.uniform(0.9, 1.6, 12)
    difficulties = np.linspace(-1.1, 1.1, 12)
    sets = []
    for theta, extra in ((rng.normal(size=2000), 0.0), (0.5 + 0.8 * rng.normal(size=2000), 1.2)):
        items = [
            item_estimate(f"Q{j}", "2pl", [a, b + (extra if j == 3 else 0.0)])
            for j, (a, b) in enumerate(zip(slopes, difficulties, strict=True))
        ]
        drawn = simulate_responses(items, theta, rng)
        rows = [[f"p{i}", *row] for i, row in enumerate(drawn.scores.tolist())]
        sets.append(make_csv(["ma", *drawn.items], *rows))
    form, first = import_external(db, sets[0], Columns("ma"), now=now)
    base = stored_run(db, form, first, now)
    operational(db, base, now)
    source = Source("Kì hai", "scores", Columns("ma"))
    second = imports.import_responses(db, None, form, sets[1], source, now=now)
    later = stored_run(db, form, second, now + timedelta(days=1))
    found = analysed(db, later, states.LINK, base_run=str(base.id))
    assert found["link"]["A"] == pytest.approx(0.8, abs=0.08)
    assert found["link"]["B"] == pytest.approx(0.5, abs=0.08)
    removed = {a["item"]: a["removed"] for a in found["anchors"] if a["removed"]}
    assert set(removed) == {"Q3"}
    assert removed["Q3"]["round"] == 1
    assert 0 < found["link"]["linking_error"] < 0.1
    assert found["link"]["se_A"] > 0
    assert found["population"][0]["mean"] == pytest.approx(0.5, abs=0.08)


def test_options_of_a_choice_item_are_counted_over_score_groups(db, now) -> None:
    unit = make_unit(db)
    officer = make_actor(db, unit, "cb", Role.EXAM_OFFICER, now=now)
    author = make_person(db, unit, "gv", now=now)
    contents = [choice_content("A") for _ in range(6)]
    form = make_frozen_form(db, officer, author, now=now, contents=contents)
    rng = np.random.default_rng(2)
    theta = rng.normal(size=400)
    rows = []
    for i, ability in enumerate(theta):
        right = rng.random(6) < 1 / (1 + np.exp(-1.3 * ability))
        rows.append([f"p{i}", *["A" if r else rng.choice(["B", "C"]) for r in right[:5]], "*"])
        rows[-1][-1] = "A" if right[5] else "*"
    data = make_csv(["ma", *map(str, range(1, 7))], *rows)
    source = Source("Bài làm", "raw", Columns("ma"))
    report = imports.import_responses(db, None, form, data, source, now=now)
    found = analysed(db, stored_run(db, form, report, now), states.DISTRACTORS)["items"]
    options = {o["option"]: o for o in found["I.1"]["options"]}
    assert options["A"]["is_key"] and options["A"]["r"] > 0.2
    assert options["A"]["by_group"][-1] > options["A"]["by_group"][0]
    assert options["D"]["n"] == 0 and "D" in found["I.1"]["rare"]
    assert {o["option"]: o["n"] for o in found["I.6"]["options"]}[None] > 0


def test_a_run_without_choices_says_so(db, run) -> None:
    with pytest.raises(Invalid) as refused:
        analysed(db, run, states.DISTRACTORS)
    assert refused.value.code == "no_choices"


def test_a_second_program_agrees_on_ordinary_data(db, now) -> None:
    pytest.importorskip("girth")
    rng = np.random.default_rng(8)
    items = [item_estimate(f"Q{j}", "2pl", [1.2, -1.5 + 0.4 * j]) for j in range(8)]
    drawn = simulate_responses(items, rng.normal(size=1000), rng)
    rows = [[i, *row] for i, row in enumerate(drawn.scores.tolist())]
    form, report = import_external(
        db, make_csv(["ma", *drawn.items], *rows), Columns("ma"), now=now
    )
    found = analysed(db, stored_run(db, form, report, now), states.SECOND_OPINION)
    assert found["stands"] is True
    assert found["largest_difference"] < 0.1


def test_responses_that_changed_since_are_refused(db, run, now) -> None:
    """The hash names the data: a run is never analysed on others than its own."""
    run_with_other_hash = store_run_with_hash(db, run, "0" * 64, now)
    with pytest.raises(Invalid) as refused:
        subject_of(db, run_with_other_hash, states.FIT, {})
    assert refused.value.code == "data_changed"


def store_run_with_hash(db, run, data_hash, now):
    plan = plan_of_run(run)
    values = calibrate_data(read_data(db, plan), plan)
    changed = replace(values, data_hash=data_hash)
    return store_run(db, None, form_of(db, run.form_id), changed, now=now)


def test_the_job_keeps_the_result_once(database, now) -> None:
    with database.write() as db:
        form, report = import_external(db, simulated_csv(), Columns("ma"), now=now)
        run = stored_run(db, form, report, now)
        quan = make_actor(db, make_unit(db), "quan", Role.PSYCHOMETRICIAN, now=now)
        job = ask_for_analysis(db, quan, run, states.FIT, {}, now=now)
    run_all(database)
    with database.write() as db:
        assert db.get_one(Job, job.id).error is None
        db.get_one(Job, job.id).state = "waiting"
    run_all(database)
    with database.read() as db:
        kept = repository.analyses_of_run(db, run.id, states.FIT)
        assert [k.id for k in kept] == [job.id]
        assert kept[0].asked_by == quan.person_id
        assert db.get_one(Job, job.id).outcome["link"] == f"/hieu-chuan/{run.id}/do-khop"
    assert queue.MOST_ATTEMPTS == 3


def test_an_item_that_is_harder_for_one_group_is_class_c(db, now) -> None:
    """Q4 is 1.2 logits harder for group B; both groups have the same abilities."""
    rng = np.random.default_rng(21)
    rows = []
    for group, shift in (("A", 0.0), ("B", 1.2)):
        items = [
            item_estimate(f"Q{j}", "2pl", [1.2, -1.2 + 0.2 * j + (shift if j == 4 else 0.0)])
            for j in range(12)
        ]
        drawn = simulate_responses(items, rng.normal(size=600), rng)
        rows += [[f"{group}{i}", group, *row] for i, row in enumerate(drawn.scores.tolist())]
    data = make_csv(["ma", "nhom", *(f"Q{j}" for j in range(12))], *rows)
    form, report = import_external(db, data, Columns("ma", "nhom"), now=now)
    run = stored_run(db, form, report, now)
    found = analysed(db, run, states.DIF, grouping="group", focal="B", reference="")
    by_item = {item["item"]: item for item in found["items"]}
    assert by_item["Q4"]["dif_class"] == "C"
    assert by_item["Q4"]["direction"] == "favours_reference"
    assert by_item["Q4"]["delta"] < -1.5
    others = [i["dif_class"] for label, i in by_item.items() if label != "Q4"]
    assert others.count("C") == 0
    assert found["removed"] == ["Q4"]
    assert (found["n_focal"], found["n_reference"]) == (600, 600)
    assert {c["group"] for c in by_item["Q4"]["curves"]} == {"focal", "reference"}


def test_a_group_too_small_for_dif_is_refused_at_its_field(db, now) -> None:
    rng = np.random.default_rng(1)
    rows = [[f"p{i}", "A" if i < 30 else "B", *rng.integers(0, 2, 5)] for i in range(300)]
    data = make_csv(["ma", "nhom", *(f"Q{j}" for j in range(5))], *rows)
    form, report = import_external(db, data, Columns("ma", "nhom"), now=now)
    with pytest.raises(Invalid) as refused:
        run = stored_run(db, form, report, now)
        analysed(db, run, states.DIF, grouping="group", focal="A", reference="B")
    assert str(refused.value.problems[0].where) == "focal"
