"""How surely persons are classified, and how precise a form is at its cuts."""

import numpy as np
import pytest

from psychometrics import (
    DataError,
    ModelError,
    item_estimate,
    score,
    simulate_responses,
)
from psychometrics import test_information as information_of
from psychometrics.linking import AbilityWeights
from psychometrics.results import AbilityEstimates
from psychometrics.standards import (
    ability_at_raw_score,
    lee,
    measurement_error,
    raw_score_model,
    rudner,
)
from tests.psychometrics.linking import known

FORM = [
    item_estimate(f"I{k}", "2pl", [a, b])
    for k, (a, b) in enumerate(zip(np.linspace(0.8, 1.8, 24), np.linspace(-2, 2, 24), strict=True))
] + [item_estimate("P", "gpcm", [0.9, -0.5, 0.2, 0.9])]
NORMAL = AbilityWeights.normal()


def estimates(theta, se):
    theta, se = np.asarray(theta, dtype=float), np.asarray(se, dtype=float)
    finite = np.isfinite(theta)
    labels = np.arange(len(theta)).astype(str)
    return AbilityEstimates("ml", labels, theta, se, finite, np.zeros(len(theta), dtype=bool))


def test_rudner_by_hand():
    # One person at a cut's distance of one standard error: right with probability Phi(1).
    found = rudner(estimates([0.5], [0.5]), [0.0])
    assert found.accuracy == pytest.approx(0.841345, abs=1e-6)
    assert found.consistency == pytest.approx(0.841345**2 + 0.158655**2, abs=1e-6)
    assert found.false_positive == pytest.approx(0.158655, abs=1e-6)
    assert found.false_negative == 0.0
    assert rudner(estimates([0.0], [0.5]), [0.0]).accuracy == pytest.approx(0.5)


def test_persons_without_an_estimate_are_left_out_and_counted():
    found = rudner(estimates([0.5, np.nan], [0.5, np.nan]), [0.0])
    assert (found.n_persons, found.n_left_out) == (1, 1)
    assert found.accuracy == pytest.approx(0.841345, abs=1e-6)


def test_accuracy_and_consistency_are_what_simulated_testings_show():
    rng = np.random.default_rng(31)
    form, cuts = raw_score_model(FORM), [9.0, 15.0, 21.0]
    predicted = lee(form, cuts, NORMAL)
    theta = rng.normal(size=60_000)
    true = np.searchsorted(cuts, form.expected(theta), side="right")
    first, second = (
        np.searchsorted(cuts, simulate_responses(FORM, theta, rng).scores.sum(axis=1), side="right")
        for _ in range(2)
    )
    three_errors = 3 * 0.5 / np.sqrt(60_000)
    assert predicted.accuracy == pytest.approx((true == first).mean(), abs=three_errors)
    assert predicted.consistency == pytest.approx((first == second).mean(), abs=three_errors)
    assert predicted.false_positive == pytest.approx((first > true).mean(), abs=three_errors)
    assert predicted.false_negative == pytest.approx((first < true).mean(), abs=three_errors)
    for k, at_cut in enumerate(predicted.by_cut):
        agree = ((first > k) == (second > k)).mean()
        assert at_cut.consistency == pytest.approx(agree, abs=three_errors)
    margins = np.bincount(first, minlength=4) / len(first)
    np.testing.assert_allclose(predicted.joint.sum(axis=0), margins, atol=0.01)


def test_rudner_agrees_with_simulated_testings_on_the_ability_scale():
    rng = np.random.default_rng(32)
    theta = rng.normal(size=4000)
    responses = simulate_responses(FORM, theta, rng)
    found = score(responses, known.calibration(FORM), "wle")
    predicted = rudner(found, [-0.5, 0.8])
    edges = np.array([-0.5, 0.8])
    observed = np.searchsorted(edges, found.theta, side="right")
    accuracy = (observed == np.searchsorted(edges, theta, side="right")).mean()
    assert predicted.accuracy == pytest.approx(accuracy, abs=0.03)


def test_laws_of_classification():
    found = lee(raw_score_model(FORM), [9.0, 15.0, 21.0], NORMAL)
    assert found.joint.sum() == pytest.approx(1.0)
    assert found.accuracy + found.false_positive + found.false_negative == pytest.approx(1.0)
    assert found.consistency < found.accuracy
    assert 0 < found.kappa < found.consistency
    for k, at_cut in enumerate(found.by_cut):
        alone = lee(raw_score_model(FORM), [found.cuts[k]], NORMAL)
        assert at_cut.accuracy == pytest.approx(alone.accuracy)
        assert at_cut.consistency == pytest.approx(alone.consistency)
        assert at_cut.kappa == pytest.approx(alone.kappa)
    longer = [*FORM, *(item_estimate(f"X{k}", "2pl", [1.3, 0.0]) for k in range(25))]
    middle = ability_at_raw_score(raw_score_model(FORM), 15.0)
    cut = float(raw_score_model(longer).expected(middle)[0])
    assert lee(raw_score_model(longer), [cut], NORMAL).accuracy > found.by_cut[1].accuracy


def test_everybody_in_one_level_has_no_kappa():
    found = lee(raw_score_model(FORM), [0.0], NORMAL)
    assert found.consistency == pytest.approx(1.0)
    assert found.kappa is None


def test_points_of_a_cluster():
    # Four true/false statements: 0, 0.1, 0.25, 0.5 or 1 point, beside two items of a quarter point.
    cluster = item_estimate("TF", "gpcm", [0.7, -1.0, -0.3, 0.2, 0.9])
    choices = [item_estimate(f"M{k}", "3pl", [1.1, 0.1 * k, 0.25]) for k in range(2)]
    points = {"TF": [0, 0.1, 0.25, 0.5, 1.0], "M0": [0, 0.25], "M1": [0, 0.25]}
    form = raw_score_model([cluster, *choices], points=points, step=0.05)
    assert form.scores[-1] == pytest.approx(1.5)
    theta = np.array([-1.0, 0.4])
    distribution = form.distribution(theta)
    np.testing.assert_allclose(distribution.sum(axis=0), 1.0)
    np.testing.assert_allclose(form.scores @ distribution, form.expected(theta))
    rng = np.random.default_rng(33)
    responses = simulate_responses([cluster, *choices], np.full(100_000, 0.4), rng).scores
    worth = np.array(points["TF"])[responses[:, 0]] + 0.25 * responses[:, 1:].sum(axis=1)
    at = int(np.rint(0.75 / 0.05))
    assert distribution[at, 1] == pytest.approx((np.abs(worth - 0.75) < 1e-9).mean(), abs=0.005)
    precision = measurement_error(form, 0.4)[0]
    assert precision.raw_sem == pytest.approx(worth.std(), rel=0.01)
    assert precision.true_score == pytest.approx(worth.mean(), abs=0.005)


def test_raw_error_of_identical_rasch_items_is_binomial():
    items = [item_estimate(f"I{k}", "pcm", [1.0, 0.0]) for k in range(20)]
    p = 1 / (1 + np.exp(-0.7))
    at = measurement_error(raw_score_model(items), [0.7])[0]
    assert at.true_score == pytest.approx(20 * p)
    assert at.raw_sem == pytest.approx(np.sqrt(20 * p * (1 - p)))
    assert at.sem == pytest.approx(1 / np.sqrt(20 * p * (1 - p)))


def test_error_on_a_reporting_scale():
    form = raw_score_model(FORM)
    linear = measurement_error(form, [0.0], reported=10 + 2 * form.scores)[0]
    assert linear.reported_sem == pytest.approx(2 * linear.raw_sem)
    assert linear.reported == pytest.approx(10 + 2 * linear.true_score)
    capped = measurement_error(form, [3.0], reported=np.minimum(form.scores, 20.0))[0]
    assert capped.reported_sem < capped.raw_sem
    assert linear.information == pytest.approx(information_of(FORM, 0.0)[0])


def test_ability_at_a_raw_score():
    form = raw_score_model(FORM)
    theta = ability_at_raw_score(form, [5.0, 14.0, 22.5])
    np.testing.assert_allclose(form.expected(theta), [5.0, 14.0, 22.5], atol=1e-9)
    with pytest.raises(ModelError, match="No ability expects the raw score 27"):
        ability_at_raw_score(form, 27.0)


def test_what_makes_no_sense_is_refused():
    form = raw_score_model(FORM)
    with pytest.raises(ModelError, match="must rise"):
        lee(form, [3.0, 3.0], NORMAL)
    with pytest.raises(ModelError, match="at least one finite"):
        lee(form, [], NORMAL)
    with pytest.raises(DataError, match="Nobody has a finite"):
        rudner(estimates([np.nan], [np.nan]), [0.0])
    with pytest.raises(ModelError, match="not multiples of"):
        raw_score_model(FORM, points={"P": [0, 0.25, 0.5, 1]}, step=0.1)
    with pytest.raises(DataError, match="'Q', which is not on the form"):
        raw_score_model(FORM, points={"Q": [0, 1]})
    with pytest.raises(DataError, match="has 4 categories"):
        raw_score_model(FORM, points={"P": [0, 1]})
    with pytest.raises(ModelError, match="too many scores"):
        raw_score_model(FORM, step=1e-6)
    with pytest.raises(ModelError, match="one reported score for each"):
        measurement_error(form, [0.0], reported=[1.0])
    with pytest.raises(DataError, match="no items"):
        raw_score_model([])
