"""One examinee's estimate by look-up is the estimate of the full computation."""

import math

import numpy as np
import pytest

from psychometrics import ModelError, item_information, score, simulate_responses
from psychometrics.adaptive import ProvisionalEstimator
from psychometrics.adaptive.tables import ability_tables
from psychometrics.results import Calibration, Group


def calibration_of(pool):
    return Calibration(
        model="mixed",
        converged=True,
        log_likelihood=0.0,
        log_prior=0.0,
        gradient_norm=0.0,
        n_persons=0,
        n_parameters=0,
        cycles=0,
        items=pool.items,
        groups=(Group("all", 0.0, 1.0, 0),),
        n_nodes=241,
        limit=6.0,
    )


@pytest.mark.parametrize(("method", "tolerance"), [("eap", 1e-6), ("map", 1e-5), ("wle", 1e-5)])
def test_estimates_equal_those_of_the_full_computation(mixed_pool, method, tolerance):
    theta = np.linspace(-2.0, 2.0, 25)
    responses = simulate_responses(mixed_pool.items, theta, np.random.default_rng(3))
    expected = score(responses, calibration_of(mixed_pool), method)
    tables = ability_tables(mixed_pool)
    items = np.arange(mixed_pool.n_items)
    for row, scores in enumerate(responses.scores):
        at = ProvisionalEstimator(method).estimate(
            tables, items, scores - mixed_pool.first_category
        )
        assert at.theta == pytest.approx(expected.theta[row], abs=tolerance)
        assert at.se == pytest.approx(expected.se[row], rel=2e-3)


def test_before_the_first_response_the_prior_is_all_there_is(mixed_pool):
    tables, nothing = ability_tables(mixed_pool), np.zeros(0, dtype=np.intp)
    eap = ProvisionalEstimator("eap", mean=0.5, sd=0.8).estimate(tables, nothing, nothing)
    assert (eap.theta, eap.se) == pytest.approx((0.5, 0.8), abs=1e-6)
    mode = ProvisionalEstimator("map", mean=0.5, sd=0.8).estimate(tables, nothing, nothing)
    assert (mode.theta, mode.se) == pytest.approx((0.5, 0.8), abs=1e-6)
    wle = ProvisionalEstimator("wle", mean=0.5).estimate(tables, nothing, nothing)
    assert (wle.theta, wle.se) == (0.5, math.inf)


def test_extreme_patterns_stay_finite(mixed_pool):
    tables = ability_tables(mixed_pool)
    items = np.arange(3)
    for method in ("eap", "map", "wle"):
        for category in (0, 1):
            at = ProvisionalEstimator(method).estimate(tables, items, np.full(3, category))
            assert math.isfinite(at.theta) and at.se > 0


def test_information_between_nodes_is_close_to_the_exact(pool):
    """The figure in tables.py and docs/methods/adaptive.md."""
    tables = ability_tables(pool)
    theta = np.random.default_rng(0).uniform(-4, 4, 200)
    exact = item_information(pool.items, theta)
    near = np.array([tables.information_at(value) for value in theta])
    assert np.abs(near - exact).max() < 0.0015 * max(1.0, (pool.slopes.max() / 2.5) ** 4)


def test_bad_estimators_are_refused():
    with pytest.raises(ModelError, match="no method"):
        ProvisionalEstimator("mle")
    with pytest.raises(ModelError, match="SD"):
        ProvisionalEstimator(sd=0.0)
