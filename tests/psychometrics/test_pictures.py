"""What the pictures of a calibration are drawn from: thresholds and posterior proportions."""

from pathlib import Path

import numpy as np
import pytest

from psychometrics import (
    ResponseMatrix,
    calibrate,
    category_probabilities,
    expected_score,
    item_estimate,
    observed_curves,
    simulate_responses,
)
from psychometrics.posterior_curves import posterior_curves
from psychometrics.thresholds import thurstonian_thresholds

BINARY = item_estimate("b", "2pl", [1.2, -0.4])
CLUSTER = item_estimate("c", "gpcm", [0.8, 0.5, -1.0, 0.2, 1.4])  # steps out of order


def test_at_its_threshold_a_score_is_as_likely_reached_as_not() -> None:
    thresholds = np.array(thurstonian_thresholds(CLUSTER))
    reached = category_probabilities(CLUSTER, thresholds)[:, ::-1].cumsum(axis=1)[:, ::-1]
    assert reached[np.arange(4), np.arange(1, 5)] == pytest.approx(np.full(4, 0.5))
    assert (np.diff(thresholds) > 0).all()


def test_the_threshold_of_a_binary_item_is_its_difficulty() -> None:
    assert thurstonian_thresholds(BINARY) == (-0.4,)


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(11)
    items = [item_estimate(f"i{j}", "2pl", [1.0 + 0.1 * j, -1.5 + 0.3 * j]) for j in range(10)]
    responses = simulate_responses([*items, CLUSTER], rng.normal(size=3000), rng)
    return responses, calibrate(responses, "gpcm", standard_errors=False)


def test_bins_hold_everybody_and_shares_add_up_to_one(fitted) -> None:
    responses, calibration = fitted
    for curve in posterior_curves(responses, calibration, fewest=0.0):
        assert curve.n.sum() == pytest.approx(responses.n_persons)
        assert curve.proportions.sum(axis=1) == pytest.approx(np.ones(len(curve.n)))
        overall = (curve.n[:, None] * curve.proportions).sum(axis=0) / curve.n.sum()
        column = responses.items.index(curve.item)
        observed = np.bincount(responses.scores[:, column], minlength=len(overall))
        assert overall == pytest.approx(observed / responses.n_persons)


def test_points_lie_on_the_curve_when_the_model_holds(fitted) -> None:
    responses, calibration = fitted
    outside, points = 0, 0
    for curve in posterior_curves(responses, calibration):
        inside = (curve.score_low <= curve.score_expected) & (
            curve.score_expected <= curve.score_high
        )
        outside, points = outside + int((~inside).sum()), points + len(inside)
    assert outside <= 0.05 * points


def test_expected_shares_are_the_models(fitted) -> None:
    """In a bin of one node nothing is averaged, so they are the model's own probabilities."""
    responses, calibration = fitted
    curves = posterior_curves(responses, calibration, bin_width=0.2)
    for j, curve in enumerate(curves):
        exact = expected_score(calibration, curve.theta)[:, j] / (curve.expected.shape[1] - 1)
        assert curve.score_expected == pytest.approx(exact)


def test_small_bins_are_left_out(fitted) -> None:
    responses, calibration = fitted
    few = ResponseMatrix.from_arrays(responses.scores[:60], items=responses.items)
    assert all((curve.n >= 20).all() for curve in posterior_curves(few, calibration))


TIMSS = Path(__file__).parents[3] / "shared" / "reference" / "irt" / "timssAusTwn" / "data.csv"


@pytest.mark.skipif(not TIMSS.exists(), reason="needs the reference data beside the project")
def test_grouping_by_estimates_leaves_the_curve_where_posterior_shares_do_not() -> None:
    """TIMSS, 11 items: why the pictures spread persons over their posterior."""
    cells = np.genfromtxt(TIMSS, delimiter=",", skip_header=1)[:, :11]
    responses = ResponseMatrix.from_arrays(cells)
    calibration = calibrate(responses, "gpcm", standard_errors=False)
    by_estimate = sum(
        int(((seen.low[:, -1] > model) | (seen.high[:, -1] < model)).sum())
        for item, seen in zip(
            calibration.items, observed_curves(responses, calibration), strict=True
        )
        for model in [category_probabilities(item, seen.theta)[:, -1]]
    )
    by_posterior = sum(
        int(((c.score_low > c.score_expected) | (c.score_high < c.score_expected)).sum())
        for c in posterior_curves(responses, calibration)
    )
    assert (by_estimate, by_posterior) == (27, 0)
