"""What can be chosen of a calibration, what each choice does, and that it stands on the record."""

from __future__ import annotations

import json
import uuid

import numpy as np
import pytest

from api.jobs import queue
from api.jobs.anchoring import anchoring_of
from api.jobs.calibrate import calibrate_data, plan_of_run, read_data, rehearse
from api.jobs.calibration_plan import CalibrationPlan, PlannedItem, check, check_items, models_of
from api.jobs.models import Job
from delivery.results import imports
from delivery.results.imports import Source
from delivery.results.response_file import Columns
from itembank.calibrations import repository
from itembank.calibrations.operational import declare
from itembank.calibrations.service import store_run
from itembank.errors import Invalid
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

N = 400


@pytest.fixture
def loaded(db, now):
    """An external form with one set of responses, grouped by a column."""
    rng = np.random.default_rng(3)
    items = [
        *(item_estimate(f"Q{j}", "2pl", [1.0, -1.0 + 0.4 * j]) for j in range(6)),
        item_estimate("C1", "gpcm", [0.8, -0.8, 0.0, 0.9]),
    ]
    theta = rng.normal(size=N) + np.where(np.arange(N) % 2, 0.6, 0.0)
    drawn = simulate_responses(items, theta, rng)
    rows = [[f"p{i}", "AB"[i % 2], *row] for i, row in enumerate(drawn.scores.tolist())]
    data = make_csv(["ma", "nhom", *drawn.items], *rows)
    return import_external(db, data, Columns("ma", "nhom"), now=now)


@pytest.fixture
def answers(db, now):
    """A form of the bank with raw answers: B omits item 2, C does not reach items 3 and 4."""
    unit = make_unit(db)
    officer = make_actor(db, unit, "cb", Role.EXAM_OFFICER, now=now)
    author = make_person(db, unit, "gv", now=now)
    contents = [choice_content("A") for _ in range(4)]
    form = make_frozen_form(db, officer, author, now=now, contents=contents)
    rng = np.random.default_rng(5)
    rows = [[f"p{i}", *rng.choice(["A", "B"], 4)] for i in range(120)]
    rows += [["bo", "A", "*", "A", "A"], ["cham", "A", "B", "*", "*"], ["vang", "*", "*", "*", "*"]]
    data = make_csv(["ma", "1", "2", "3", "4"], *rows)
    report = imports.import_responses(
        db, None, form, data, Source("Bài làm", "raw", Columns("ma")), now=now
    )
    return form, report


def run(db, plan):
    data = read_data(db, plan)
    return calibrate_data(data, plan, anchoring=anchoring_of(db, plan, data))


def by_label(values):
    return {item.label: item for item in values.items}


def test_a_plan_survives_the_queue(loaded) -> None:
    form, report = loaded
    plan = plan_for(
        form, report, item_models={"C1": "grm"}, dropped={"Q1": "lỗi in"}, excluded=("p3",),
        exclusion_reason="đình chỉ", grouping="group", anchor_run=uuid.uuid4(), anchors=("Q2",),
        not_reached="wrong", priors=("a=lognormal(0,0.5)",), repeats=uuid.uuid4(),
    )  # fmt: skip
    stored = json.loads(json.dumps(plan.as_inputs()))
    assert CalibrationPlan.from_inputs(stored) == plan


def test_a_plan_of_an_earlier_version_is_still_read(loaded) -> None:
    form, report = loaded
    old = {
        "form_id": str(form.id), "sources": [f"set:{report.set_id}"], "model": "gpcm",
        "nodes": 61, "limit": 6.0, "priors": [], "title": "",
    }  # fmt: skip
    assert CalibrationPlan.from_inputs(old) == plan_for(form, report)


def test_the_same_plan_gives_the_same_bytes(database, now) -> None:
    """Twice through the queue: parameters, standard errors and abilities equal to the last bit."""
    with database.write() as db:
        form, report = import_external(db, simulated_csv(), Columns("ma"), now=now)
        first = queue.ask(db, None, "calibrate", "x", plan_for(form, report).as_inputs(), now=now)
    run_all(database)
    with database.write() as db:
        again = plan_of_run(repository.run_by_id(db, first.id))
        second = queue.ask(db, None, "calibrate", "x", again.as_inputs(), now=now)
    run_all(database)
    with database.read() as db:
        one, two = (repository.run_by_id(db, job.id) for job in (first, second))
        assert one.summary["parameters_hash"] == two.summary["parameters_hash"]
        assert json.dumps(one.summary["calibration"]["items"]) == json.dumps(
            two.summary["calibration"]["items"]
        )
        assert (one.data_hash, one.options, one.software) == (
            two.data_hash,
            two.options,
            two.software,
        )
        abilities = [
            [(a.person, a.theta, a.se) for a in repository.abilities_of_run(db, r.id)]
            for r in (one, two)
        ]
    assert abilities[0] == abilities[1]


def test_every_item_can_have_a_model_of_its_own(db, loaded) -> None:
    form, report = loaded
    plan = plan_for(form, report, item_models={"Q0": "pcm", "C1": "grm"})
    values = run(db, plan)
    models = {label: item.model for label, item in by_label(values).items()}
    assert (models["Q0"], models["Q1"], models["C1"]) == ("pcm", "2pl", "grm")
    assert by_label(values)["Q0"].estimates["a"] == 1.0
    assert values.options["models"]["C1"] == "grm"


@pytest.mark.parametrize(
    ("form_model", "kind", "n", "expected"),
    [
        ("gpcm", "choice", 2, "2pl"),
        ("gpcm", "tf_cluster", 5, "gpcm"),
        ("by_kind", "choice", 2, "3pl"),
        ("by_kind", "short", 2, "2pl"),
        ("by_kind", "tf_cluster", 5, "gpcm"),
        ("pcm", "choice", 2, "pcm"),
    ],
)
def test_the_forms_model_means_one_model_for_each_kind(form_model, kind, n, expected) -> None:
    plan = CalibrationPlan(uuid.uuid4(), ("set:x",), model=form_model)
    assert models_of(plan, [PlannedItem("I.1", kind, n)]) == {"I.1": expected}


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"item_models": {"Q": "gpcm"}}, "model-1"),
        ({"item_models": {"C": "3pl"}}, "model-2"),
        ({"dropped": {"C": " "}}, "drop-2"),
    ],
)
def test_a_model_the_item_cannot_follow_is_refused_at_the_item(chosen, field) -> None:
    items = [PlannedItem("Q", "choice", 2), PlannedItem("C", "tf_cluster", 5)]
    with pytest.raises(Invalid) as refused:
        check_items(CalibrationPlan(uuid.uuid4(), ("set:x",), **chosen), items)
    assert [str(p.where) for p in refused.value.problems] == [field]


def test_a_dropped_item_is_listed_with_its_reason(db, loaded) -> None:
    form, report = loaded
    values = run(db, plan_for(form, report, dropped={"Q2": "Đáp án in sai"}))
    assert "Q2" not in by_label(values)
    assert values.summary["left_out"] == [
        {"label": "Q2", "why": "dropped", "reason": "Đáp án in sai"}
    ]


def test_persons_can_be_left_out_and_are_named(db, loaded) -> None:
    form, report = loaded
    values = run(db, plan_for(form, report, excluded=("p1", "p7"), exclusion_reason="đình chỉ"))
    assert values.n_persons == N - 2
    assert values.summary["excluded"] == [{"why": "listed", "persons": ["p1", "p7"]}]
    assert {"p1", "p7"}.isdisjoint(a.person for a in values.abilities)


def test_a_person_who_is_not_there_and_a_missing_reason_are_refused(db, loaded) -> None:
    form, report = loaded
    with pytest.raises(Invalid) as refused:
        rehearse(db, plan_for(form, report, excluded=("p9999",), exclusion_reason="x"))
    assert str(refused.value.problems[0].where) == "excluded"
    with pytest.raises(Invalid) as refused:
        check(plan_for(form, report, excluded=("p1",)))
    assert str(refused.value.problems[0].where) == "exclusion_reason"


def test_groups_have_means_of_their_own_on_one_scale(db, loaded) -> None:
    """Simulated 0.6 apart; two standard errors of the difference are about 0.25."""
    form, report = loaded
    values = run(db, plan_for(form, report, grouping="group"))
    groups = {g["group"]: g for g in values.population["groups"]}
    assert groups["A"]["mean"] == 0.0
    assert 0.3 < groups["B"]["mean"] < 0.9
    assert groups["A"]["n"] == groups["B"]["n"] == N // 2


def test_a_grouping_without_groups_is_refused_at_its_field(db, loaded) -> None:
    form, report = loaded
    for grouping in ("room", "source"):
        with pytest.raises(Invalid) as refused:
            rehearse(db, plan_for(form, report, grouping=grouping))
        assert str(refused.value.problems[0].where) == "grouping"


def test_omitted_and_not_reached_are_treated_as_chosen(db, answers) -> None:
    form, report = answers
    usual = by_label(run(db, plan_for(form, report)))
    n = {label: item.statistics["n"] for label, item in usual.items()}
    assert n == {"I.1": 122, "I.2": 122, "I.3": 121, "I.4": 121}  # what was not reached is left out
    strict = by_label(run(db, plan_for(form, report, not_reached="wrong")))
    assert {item.statistics["n"] for item in strict.values()} == {122}
    lenient = by_label(run(db, plan_for(form, report, omitted="missing")))
    assert lenient["I.2"].statistics["n"] == 121


def test_an_absent_person_is_left_out_unless_asked_for(db, answers) -> None:
    form, report = answers
    assert run(db, plan_for(form, report)).summary["excluded"] == [
        {"why": "blank", "persons": ["vang"]}
    ]
    kept = run(db, plan_for(form, report, exclude_blank=False, not_reached="wrong"))
    assert kept.n_persons == 123


def test_abilities_count_every_blank_as_wrong(db, answers) -> None:
    """Whoever leaves the end blank must not gain by it."""
    form, report = answers
    raw = {a.person: a.raw_score for a in run(db, plan_for(form, report)).abilities}
    assert (raw["bo"], raw["cham"]) == (3, 1)
    theta = {a.person: a.theta for a in run(db, plan_for(form, report)).abilities}
    same_answers = [p for p in theta if raw[p] == 4]
    assert theta["cham"] < min(theta[p] for p in same_answers)


def operational(db, form, report, now):
    unit = make_unit(db)
    actor = make_actor(db, unit, "quan", Role.PSYCHOMETRICIAN, now=now, subject="toan")
    stored = store_run(db, None, form, run(db, plan_for(form, report)), now=now, rules=[])
    declare(db, actor, stored, reason="đã rà", now=now)
    return stored


def test_anchored_items_keep_the_parameters_of_the_operational_run(db, loaded, now) -> None:
    form, report = loaded
    base = operational(db, form, report, now)
    source = Source("Kì sau", "scores", Columns("ma"))
    later = imports.import_responses(db, None, form, simulated_csv(seed=9), source, now=now)
    plan = plan_for(form, later, anchor_run=base.id, anchors=("Q0", "Q3", "C1"))
    values = run(db, plan)
    known = {row.label: row.estimates for row in repository.items_of_run(db, base.id)}
    found = by_label(values)
    for label in ("Q0", "Q3", "C1"):
        assert found[label].estimates == known[label]
        assert found[label].standard_errors["a"] in (None, 0)
    assert found["Q1"].estimates != known["Q1"]
    assert values.options["scale"] == form.code
    assert values.options["anchors"] == ["C1", "Q0", "Q3"]
    assert values.population["sd"] != 1.0


def test_only_an_operational_run_with_common_items_can_carry_the_scale(db, loaded, now) -> None:
    form, report = loaded
    base = store_run(db, None, form, run(db, plan_for(form, report)), now=now)
    with pytest.raises(Invalid) as refused:
        rehearse(db, plan_for(form, report, anchor_run=base.id))
    assert str(refused.value.problems[0].where) == "anchor_run"
    base = operational(db, form, report, now)
    with pytest.raises(Invalid) as refused:
        rehearse(db, plan_for(form, report, anchor_run=base.id, anchors=("Q9",)))
    assert str(refused.value.problems[0].where) == "anchor_run"


@pytest.mark.parametrize("prior", ["a=lognormal(0)", "nonsense"])
def test_a_prior_that_cannot_be_read_is_refused_at_its_field(db, loaded, prior) -> None:
    form, report = loaded
    with pytest.raises(Invalid) as refused:
        rehearse(db, plan_for(form, report, priors=(prior,)))
    assert str(refused.value.problems[0].where) == "prior"


def test_the_job_tells_how_far_it_is_in_both_languages(database, now) -> None:
    with database.write() as db:
        form, report = import_external(db, simulated_csv(20), Columns("ma"), now=now)
        job = queue.ask(db, None, "calibrate", "x", plan_for(form, report).as_inputs(), now=now)
    run_all(database)
    with database.read() as db:
        done = db.get_one(Job, job.id)
        assert done.state == "failed"
        assert "Chưa đủ bài làm" in done.said("error", "vi")
        assert "Too few responses" in done.said("error", "en")
