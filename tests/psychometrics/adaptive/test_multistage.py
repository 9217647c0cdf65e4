"""Multistage tests: whole modules, routes as the rule says, figures by simulation."""

import itertools

import numpy as np
import pytest

from psychometrics import (
    DataError,
    ModelError,
    expected_score,
    simulate_responses,
    test_information,
)
from psychometrics.adaptive import ExamineeState, item_pool
from psychometrics.adaptive.assembly import CategoryCount, MaximinTarget, TestLength
from psychometrics.adaptive.assembly.constraints import all_rows, unmet
from psychometrics.adaptive.multistage import (
    CutRouting,
    InformationRouting,
    Module,
    ModulePlan,
    MultistagePolicy,
    Panel,
    ScoreRouting,
    assemble_panel,
    information_cuts,
    population_cuts,
    score_cuts,
    simulate_multistage,
)
from psychometrics.results import item_estimate

from .conftest import make_pool

CENTRES = {"R": 0.0, "E2": -1.0, "M2": 0.0, "H2": 1.0, "E3": -1.2, "M3": 0.1, "H3": 1.2}
STAGES = (("R",), ("E2", "M2", "H2"), ("E3", "M3", "H3"))


@pytest.fixture(scope="module")
def panel():
    """1-3-3 of 2PL items around a centre for each module."""
    rng = np.random.default_rng(1)
    items, stages = [], []
    for stage in STAGES:
        modules = []
        for name in stage:
            labels = tuple(f"{name}-{k}" for k in range(8))
            for label, b in zip(labels, CENTRES[name] + rng.normal(0, 0.3, 8), strict=True):
                items.append(item_estimate(label, "2pl", [rng.lognormal(0.2, 0.2), b]))
            modules.append(Module(name, labels))
        stages.append(tuple(modules))
    ways = {"E2": ("E3", "M3"), "H2": ("M3", "H3")}
    return Panel(item_pool(items), tuple(stages), ways)


def test_information_cuts_are_where_neighbours_are_equally_informative(panel):
    cuts = information_cuts(panel)
    for stage, stage_cuts in zip(panel.stages[1:], cuts, strict=True):
        for (one, other), cut in zip(itertools.pairwise(stage), stage_cuts, strict=True):
            values = [
                test_information([i for i in panel.pool.items if i.item in module.items], [cut])[0]
                for module in (one, other)
            ]
            assert values[0] == pytest.approx(values[1], abs=1e-8)


def test_dynamic_and_approximate_routing_agree(panel):
    """With the cuts where curves cross, both rules are the same rule."""
    rng = np.random.default_rng(3)
    theta = rng.normal(size=200)
    runs = [
        simulate_multistage(
            panel.pool.items, theta, MultistagePolicy(panel, routing), np.random.default_rng(4)
        )
        for routing in (InformationRouting(), CutRouting(information_cuts(panel)))
    ]
    assert np.mean([a == b for a, b in zip(runs[0].paths, runs[1].paths, strict=True)]) > 0.98


def test_score_cuts_are_the_expected_scores_rounded_up(panel):
    cuts = ((-0.5, 0.5), (-0.6, 0.6))
    found = score_cuts(panel, cuts)
    routing_items = [i for i in panel.pool.items if i.item.startswith("R-")]
    expected = expected_score(routing_items, [-0.5, 0.5]).sum(axis=1)
    assert found[("R",)] == tuple(int(np.ceil(value)) for value in expected)
    assert set(found) == {("R",), ("R", "E2"), ("R", "M2"), ("R", "H2")}


def test_number_correct_routing_sends_scores_where_the_cuts_say(panel):
    policy = MultistagePolicy(panel, ScoreRouting(score_cuts(panel, ((-0.5, 0.5), (-0.6, 0.6)))))
    low, high = policy.routing.cuts[("R",)]
    items = panel.stages[0][0].items
    for score in range(9):
        state = ExamineeState(items, tuple(int(k < score) for k in range(8)))
        wanted = "H2" if score >= high else "M2" if score >= low else "E2"
        assert policy.next(state).item == f"{wanted}-0"


def test_population_cuts_send_the_shares_asked_for(panel):
    shares = [(0.25, 0.5, 0.25), (0.3, 0.4, 0.3)]
    cuts = population_cuts(panel, shares, mean=0.2, sd=1.1)
    theta = 0.2 + 1.1 * np.random.default_rng(5).normal(size=40_000)
    for wanted, stage in zip(shares, cuts, strict=True):
        found = np.bincount(np.searchsorted(stage, theta), minlength=3) / 40_000
        assert np.abs(found - wanted).max() < 4 * np.sqrt(0.25 / 40_000)


def test_simulated_tests_follow_the_panel(panel):
    theta = np.random.default_rng(6).normal(size=300)
    run = simulate_multistage(
        panel.pool.items, theta, MultistagePolicy(panel), np.random.default_rng(7)
    )
    assert set(run.tests.lengths) == {24}
    assert sum(run.route_shares.values()) == pytest.approx(1.0)
    for path in run.route_shares:
        assert path[0] == "R" and len(path) == 3
        assert path[1:] not in {("E2", "H3"), ("H2", "E3")}
    error = run.tests.theta - theta
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(300)
    easy = [t for t, path in zip(theta, run.paths, strict=True) if path[1] == "E2"]
    hard = [t for t, path in zip(theta, run.paths, strict=True) if path[1] == "H2"]
    assert np.mean(easy) < np.mean(hard) - 1.0


def test_routed_tests_measure_extremes_better_than_the_middle_path(panel):
    middle = [i for i in panel.pool.items if i.item.split("-")[0] in ("R", "M2", "M3")]
    run = simulate_multistage(
        panel.pool.items,
        np.full(200, 2.0),
        MultistagePolicy(panel),
        np.random.default_rng(7),
    )
    fixed = (1.0 + test_information(middle, [2.0])[0]) ** -0.5
    assert run.tests.se.mean() < fixed


def test_a_test_off_the_panel_is_refused(panel):
    policy = MultistagePolicy(panel)
    with pytest.raises(DataError, match="does not follow"):
        policy.next(ExamineeState(("R-1",), (1,)))
    items = panel.stages[0][0].items
    with pytest.raises(DataError, match="Item 9"):
        policy.next(ExamineeState((*items, "E3-0"), (1,) * 9))


def test_bad_panels_are_refused(panel):
    one, pool = panel.stages[0], panel.pool
    with pytest.raises(DataError, match="leave it in one"):
        Panel(pool, (one, (Module("X", one[0].items[:2]),)))
    with pytest.raises(DataError, match="given twice"):
        Panel(pool, (one, one))
    with pytest.raises(DataError, match="next stage has"):
        Panel(pool, panel.stages, {"E2": ("M2",)})
    with pytest.raises(DataError, match="needs a stage"):
        Panel(pool, ())
    with pytest.raises(ModelError, match="easy to hard"):
        information_cuts(Panel(pool, (one, panel.stages[1][::-1])))
    with pytest.raises(ModelError, match="ascending cuts"):
        score_cuts(panel, ((0.5, -0.5), (0.0, 1.0)))
    with pytest.raises(ModelError, match="shares"):
        population_cuts(panel, [(0.5, 0.5), (0.3, 0.4, 0.3)])


def test_a_panel_can_be_assembled_from_a_pool():
    pool = make_pool(250, n_enemies=60)
    table = (TestLength(8, 8), *(CategoryCount("content", f"C{k}", 1, 2) for k in range(6)))
    plans = [
        [ModulePlan(name, table, MaximinTarget((CENTRES[name],), (1.0,))) for name in stage]
        for stage in STAGES
    ]
    panel = assemble_panel(pool, plans)
    rows = all_rows(pool, table)
    every = [item for stage in panel.stages for module in stage for item in module.items]
    assert len(every) == len(set(every)) == 56
    assert not any(unmet(rows, pool, m.items) for stage in panel.stages for m in stage)
    chosen = set(pool.positions(every))
    assert all(len(chosen & set(group.tolist())) <= 1 for group in pool.enemies)
    run = simulate_multistage(
        pool.items, [0.0, 1.0], MultistagePolicy(panel), np.random.default_rng(1)
    )
    assert set(run.tests.lengths) == {24}
    with pytest.raises(ModelError, match="Module '"):
        assemble_panel(make_pool(45, n_enemies=0), plans)


def test_polytomous_modules_are_scored_from_zero():
    items = [item_estimate(f"P{k}", "gpcm", [1.0, -0.5, 0.5], first_category=1) for k in range(4)]
    items += [item_estimate(f"Q{k}", "2pl", [1.0, float(k < 2)]) for k in range(4)]
    panel = Panel(
        item_pool(items),
        (
            (Module("first", tuple(f"P{k}" for k in range(4))),),
            (Module("low", ("Q2", "Q3")), Module("high", ("Q0", "Q1"))),
        ),
    )
    policy = MultistagePolicy(panel, ScoreRouting({("first",): (4,)}))
    state = ExamineeState(tuple(f"P{k}" for k in range(4)), (2, 2, 2, 1))
    assert policy.next(state).item == "Q2"
    state = ExamineeState(tuple(f"P{k}" for k in range(4)), (2, 2, 2, 2))
    assert policy.next(state).item == "Q0"
    responses = simulate_responses(items, [0.0], np.random.default_rng(0))
    assert responses.scores[0, :4].min() >= 1
