"""The simulator: reproducible, and its figures are what they say."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError, item_information
from psychometrics.adaptive import (
    AdaptivePolicy,
    GeneralisedRatio,
    Precision,
    ProvisionalEstimator,
    SequentialRatio,
    Stopping,
    item_pool,
    simulate_adaptive,
)
from psychometrics.results import item_estimate


@pytest.fixture(scope="module")
def run(pool):
    policy = AdaptivePolicy(pool, Stopping(25))
    theta = np.random.default_rng(8).normal(size=500)
    return simulate_adaptive(pool.items, theta, policy, np.random.default_rng(9))


def test_the_same_seed_gives_the_same_tests(pool):
    policy = AdaptivePolicy(pool, Stopping(10))
    one, two, other = (
        simulate_adaptive(pool.items, np.linspace(-1, 1, 20), policy, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert one.tests == two.tests
    assert one.tests != other.tests


def test_eap_is_right_on_average_over_its_population_and_its_se_tells_the_truth(run):
    """Truth from the prior: E[theta - EAP] = 0 and E[(theta - EAP)^2] = E[posterior variance]."""
    error = run.theta - run.abilities
    assert abs(run.bias) < 3 * error.std() / np.sqrt(500)
    ratio = np.mean(error**2) / np.mean(run.se**2)
    assert ratio == pytest.approx(1.0, abs=4 * np.sqrt(2 / 500))
    assert abs(run.coverage - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 500)


def test_wle_is_nearly_unbiased_at_every_ability(pool):
    policy = AdaptivePolicy(pool, Stopping(30), estimator=ProvisionalEstimator("wle"))
    theta = np.repeat([-1.0, 0.0, 1.0], 150)
    run = simulate_adaptive(pool.items, theta, policy, np.random.default_rng(3))
    for row in run.conditional([-1.5, -0.5, 0.5, 1.5]):
        assert row.n_examinees == 150
        assert abs(row.bias) < 4 * row.rmse / np.sqrt(150) + 0.02


def test_adaptive_tests_measure_better_than_random_ones(pool, run):
    rng = np.random.default_rng(0)
    random_se = []
    for theta in run.abilities[:100]:
        chosen = rng.choice(pool.n_items, 25, replace=False)
        information = item_information(pool.items, theta)[0][chosen].sum()
        random_se.append((1 + information) ** -0.5)
    assert run.se.mean() < 0.75 * np.mean(random_se)


def test_exposure_length_and_overlap_agree_with_counting(run):
    given = [set(test.items) for test in run.tests]
    assert run.exposure.sum() == pytest.approx(run.mean_length)
    some = given[:500]
    common = [len(a & b) / 25 for i, a in enumerate(some) for b in some[i + 1 :]]
    assert run.overlap == pytest.approx(np.mean(common))
    assert run.summary()["items_used"] == len(set.union(*given))
    assert sum(run.reasons.values()) == 500


def test_variable_length_stops_at_the_precision_asked_for(pool):
    policy = AdaptivePolicy(pool, Stopping(60, rules=(Precision(0.3),)))
    theta = np.random.default_rng(2).normal(size=60)
    run = simulate_adaptive(pool.items, theta, policy, np.random.default_rng(2))
    stopped = [test.end for test in run.tests if test.end.verdict.reason == "precision"]
    assert all(end.se <= 0.3 for end in stopped)
    assert run.lengths.std() > 0


@pytest.mark.parametrize("kind", [SequentialRatio, GeneralisedRatio])
def test_classification_keeps_its_error_rates(kind):
    """At the ends of the indifference region, with item selection at the cut (fixed Rasch items)."""
    items = [item_estimate(f"I{i}", "1pl", [1.0, 0.0]) for i in range(400)]
    rule = kind(cut=0.0, delta=0.5, alpha=0.05, beta=0.05)
    policy = AdaptivePolicy(item_pool(items), Stopping(400, rules=(rule,)))
    for theta, wrong in ((0.5, "below"), (-0.5, "above")):
        run = simulate_adaptive(items, np.full(300, theta), policy, np.random.default_rng(6))
        sides = [test.end.verdict.side for test in run.tests]
        assert None not in sides
        # Wald's bound alpha / (1 - beta) for the simple ratio, with Monte-Carlo error; the
        # generalised one keeps it approximately.
        assert sides.count(wrong) / 300 < 0.05 / 0.95 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_the_generalised_ratio_ends_sooner_far_from_the_cut():
    items = [item_estimate(f"I{i}", "1pl", [1.0, 0.0]) for i in range(200)]
    lengths = []
    for kind in (SequentialRatio, GeneralisedRatio):
        policy = AdaptivePolicy(item_pool(items), Stopping(200, rules=(kind(0.0, 0.2),)))
        run = simulate_adaptive(items, np.full(80, 1.5), policy, np.random.default_rng(6))
        lengths.append(run.mean_length)
    assert lengths[1] < lengths[0]


def test_calibration_error_can_be_studied(pool):
    """The pool believes items easier than they are: abilities come out too low."""
    harder = [
        item_estimate(item.item, "3pl", [item.a, item.b + 0.5, item.c]) for item in pool.items
    ]
    policy = AdaptivePolicy(pool, Stopping(25))
    run = simulate_adaptive(harder, np.zeros(150), policy, np.random.default_rng(1))
    assert run.bias == pytest.approx(-0.5, abs=0.12)


def test_bad_input_is_refused(pool):
    policy = AdaptivePolicy(pool, Stopping(5))
    rng = np.random.default_rng(0)
    with pytest.raises(DataError, match="Row 2"):
        simulate_adaptive(pool.items, [0.0, np.nan], policy, rng)
    with pytest.raises(DataError, match="'I0' of the pool is not in the bank"):
        simulate_adaptive(pool.items[1:], [0.0], policy, rng)
    with pytest.raises(ModelError, match="at least 2"):
        _ = simulate_adaptive(pool.items, [0.0], policy, rng).overlap
