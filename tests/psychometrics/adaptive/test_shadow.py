"""Shadow tests: every constraint of every test is met, and nothing is kept between two calls."""

import numpy as np
import pytest

from psychometrics import ModelError
from psychometrics.adaptive import (
    AdaptivePolicy,
    ExamineeState,
    Randomesque,
    ShadowPolicy,
    Stopping,
    SympsonHetter,
    simulate_adaptive,
)
from psychometrics.adaptive.assembly import CategoryCount, TestLength
from psychometrics.adaptive.assembly.constraints import all_rows, unmet

from .conftest import make_pool


@pytest.fixture(scope="module")
def simulation(pool, table):
    policy = ShadowPolicy(pool, table)
    theta = np.linspace(-2.0, 2.0, 9)
    return simulate_adaptive(pool.items, theta, policy, np.random.default_rng(1))


def test_no_constraint_is_ever_missed(simulation, table):
    assert set(simulation.lengths) == {22}
    assert not simulation.violations(table)


def test_selection_without_shadow_tests_does_miss_them(pool, table):
    policy = AdaptivePolicy(pool, Stopping(22))
    free = simulate_adaptive(pool.items, np.linspace(-2, 2, 9), policy, np.random.default_rng(1))
    assert free.violations(table)


def test_constraints_cost_little_accuracy(pool, table, simulation):
    """Mean SE within 10 % of unconstrained selection on the same examinees."""
    policy = AdaptivePolicy(pool, Stopping(22))
    free = simulate_adaptive(pool.items, np.linspace(-2, 2, 9), policy, np.random.default_rng(1))
    assert simulation.se.mean() <= 1.1 * free.se.mean()


def test_each_shadow_test_is_a_whole_test_that_holds_what_was_given(pool, table):
    policy, rows = ShadowPolicy(pool, table), all_rows(pool, table)
    state = ExamineeState(seed=3)
    for step in range(6):
        decision = policy.next(state)
        assert set(state.items) < set(decision.shadow)
        assert decision.item in set(decision.shadow) - set(state.items)
        assert not unmet(rows, pool, decision.shadow)
        again = ShadowPolicy(pool, table).next(state)
        assert again == decision
        state = state.after(decision.item, step % 2)


def test_stimuli_stay_in_one_piece():
    pool = make_pool(200, stimuli=12, n_enemies=20)
    table = (TestLength(20, 20), *(CategoryCount("content", f"C{k}", 2, 5) for k in range(6)))
    for choice in (Randomesque(5), Randomesque(1)):
        policy = ShadowPolicy(pool, table, choice=choice)
        run = simulate_adaptive(pool.items, [-1.0, 0.0, 1.5], policy, np.random.default_rng(2))
        assert not run.violations(table)
        for test in run.tests:
            stimuli = [pool.stimulus_of.get(p, "alone") for p in pool.positions(test.items)]
            for stimulus in set(stimuli) - {"alone"}:
                places = [k for k, known in enumerate(stimuli) if known == stimulus]
                assert places[-1] - places[0] == len(places) - 1


def test_items_that_lost_their_lottery_stay_out_while_a_test_exists(pool, table):
    control = SympsonHetter(np.full(pool.n_items, 0.5))
    policy = ShadowPolicy(pool, table, exposure=control)
    barred = ~control.eligible(pool, 9, None)
    shadow = policy.next(ExamineeState(seed=9)).shadow
    assert not barred[pool.positions(shadow)].any()
    starved = ShadowPolicy(pool, table, exposure=SympsonHetter(np.full(pool.n_items, 1e-3)))
    assert starved.next(ExamineeState(seed=9)).item is not None


def test_an_impossible_table_says_which_lines_contradict(pool):
    table = (
        TestLength(10, 10),
        CategoryCount("content", "C0", 8),
        CategoryCount("content", "C1", 4),
    )
    with pytest.raises(ModelError) as caught:
        ShadowPolicy(pool, table).next(ExamineeState())
    assert len(caught.value.params["constraints"]) == 3
    with pytest.raises(ModelError, match="TestLength"):
        ShadowPolicy(pool, (CategoryCount("content", "C0", 8),))
