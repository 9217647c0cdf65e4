"""Livingston-Lewis: its own model, agreement with Lee's method, and what it refuses."""

import numpy as np
import pytest
from scipy.stats import beta as beta_distribution

from psychometrics import DataError, ModelError, item_estimate
from psychometrics.equating import ScoreFrequencies, model_frequencies
from psychometrics.linking import AbilityWeights
from psychometrics.standards import lee, livingston_lewis, raw_score_model
from psychometrics.standards.livingston_lewis import effective_length

NORMAL = AbilityWeights.normal()


def binomial_scores(alpha, beta, lower, upper, n_items, n_persons, rng):
    proportion = lower + (upper - lower) * rng.beta(alpha, beta, n_persons)
    return proportion, rng.binomial(n_items, proportion), rng.binomial(n_items, proportion)


def test_under_its_own_model_it_finds_what_two_testings_show():
    rng = np.random.default_rng(71)
    true, first, second = binomial_scores(4.0, 2.5, 0.1, 0.95, 30, 200_000, rng)
    scores = ScoreFrequencies.from_scores(first, 30)
    reliability = np.corrcoef(first, second)[0, 1]
    assert effective_length(scores, reliability) == 30
    cuts = [12.0, 21.0]
    found = livingston_lewis(scores, reliability, cuts)
    levels = [np.searchsorted(cuts, each, side="right") for each in (30 * true, first, second)]
    assert found.method == "livingston-lewis beta4"
    assert found.accuracy == pytest.approx((levels[0] == levels[1]).mean(), abs=0.006)
    assert found.consistency == pytest.approx((levels[1] == levels[2]).mean(), abs=0.006)
    assert found.false_positive == pytest.approx((levels[1] > levels[0]).mean(), abs=0.006)


def test_livingston_lewis_agrees_with_lee():
    items = [item_estimate(f"I{k}", "pcm", [1.0, b]) for k, b in enumerate(np.linspace(-2, 2, 40))]
    form = raw_score_model(items)
    scores = model_frequencies(items, NORMAL)
    true = form.expected(NORMAL.points)
    true_variance = NORMAL.weights @ (true - NORMAL.weights @ true) ** 2
    for cut in (15.0, 20.0, 27.0):
        by_lee = lee(form, [cut], NORMAL)
        found = livingston_lewis(scores, true_variance / scores.sd**2, [cut])
        assert found.accuracy == pytest.approx(by_lee.accuracy, abs=0.015)
        assert found.consistency == pytest.approx(by_lee.consistency, abs=0.015)


def test_the_unit_of_the_score_does_not_matter():
    rng = np.random.default_rng(72)
    _, first, _ = binomial_scores(5.0, 3.0, 0.0, 1.0, 40, 5000, rng)
    plain = livingston_lewis(ScoreFrequencies.from_scores(first, 40), 0.85, [16.0, 28.0])
    points = ScoreFrequencies.from_scores(first / 4, 10.0, step=0.25)
    quarters = livingston_lewis(points, 0.85, [4.0, 7.0])
    assert quarters.accuracy == pytest.approx(plain.accuracy)
    assert quarters.consistency == pytest.approx(plain.consistency)


def test_moments_that_no_beta_within_the_limits_has_fall_back_to_two():
    # Most at zero, a few at the top: the moments ask for a lower limit below 0.
    scores = ScoreFrequencies.from_counts([400, 30, 10, 5, 3, 2, 1, 1, 1, 1, 40])
    found = livingston_lewis(scores, 0.9, [5.0])
    assert found.method == "livingston-lewis beta2"
    assert 0.5 < found.consistency <= found.accuracy <= 1.0


def test_more_reliable_scores_classify_better():
    x = np.arange(41)
    counts = beta_distribution.pdf((x + 0.5) / 41, 4, 3)
    scores = ScoreFrequencies.from_counts(1000 * counts)
    accuracy = [livingston_lewis(scores, r, [20.0]).accuracy for r in (0.7, 0.8, 0.9)]
    assert (np.diff(accuracy) > 0).all()


def test_what_makes_no_sense_is_refused():
    scores = ScoreFrequencies.from_counts([5, 10, 20, 10, 5])
    with pytest.raises(ModelError, match="between 0 and 1"):
        livingston_lewis(scores, 1.0, [2.0])
    with pytest.raises(DataError, match="same score"):
        livingston_lewis(ScoreFrequencies.from_counts([0, 5, 0]), 0.8, [1.0])
    with pytest.raises(ModelError, match="act like a test"):
        livingston_lewis(ScoreFrequencies.from_counts([50, 0, 0, 0, 50]), 0.1, [2.0])
    with pytest.raises(ModelError, match="must rise"):
        livingston_lewis(scores, 0.8, [2.0, 2.0])
