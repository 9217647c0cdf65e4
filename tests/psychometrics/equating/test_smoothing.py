"""Log-linear presmoothing keeps the moments it promises."""

import numpy as np
import pytest

from psychometrics import ModelError
from psychometrics.equating import (
    JointFrequencies,
    ScoreFrequencies,
    choose_degree,
    equate,
    internal_anchor_pairs,
    smooth,
    smooth_joint,
)
from tests.psychometrics.equating import known


@pytest.mark.parametrize("degree", range(1, 11))
def test_as_many_moments_as_the_degree_are_kept(degree):
    observed = known.act_x()
    smoothed = smooth(observed, degree).frequencies
    assert smoothed.n == pytest.approx(observed.n)
    score = observed.scores / 40.0
    for power in range(1, degree + 1):
        assert smoothed.probability @ score**power == pytest.approx(
            observed.probability @ score**power, abs=1e-9
        )


def test_the_deviance_falls_with_every_moment_and_the_full_model_has_none():
    tried = choose_degree(known.act_x(), highest=10).tried
    deviances = [each.fit.deviance for each in tried]
    assert (np.diff(deviances) < 0).all()
    few = ScoreFrequencies.from_counts([4, 7, 9, 5])
    full = smooth(few, 3)
    assert full.fit.deviance == pytest.approx(0.0, abs=1e-8)
    assert full.fit.df == 0
    np.testing.assert_allclose(full.frequencies.counts, few.counts, rtol=1e-8)


def test_the_smoothed_distribution_has_no_gaps():
    holes = ScoreFrequencies.from_counts([0, 3, 0, 8, 12, 0, 7, 2, 0])
    smoothed = smooth(holes, 2).frequencies
    assert (smoothed.counts > 0).all()
    assert np.abs(np.diff(np.log(smoothed.counts), 3)).max() < 1e-8  # a quadratic on the log scale


def test_criteria_choose_between_too_few_and_too_many():
    by_aic, by_bic = choose_degree(known.act_x()), choose_degree(known.act_x(), criterion="bic")
    assert by_aic.chosen.degree == 6
    assert by_bic.chosen.degree <= by_aic.chosen.degree
    assert by_aic.chosen.fit.aic == min(each.fit.aic for each in by_aic.tried)
    fit = by_aic.chosen.fit
    assert fit.bic - fit.aic == pytest.approx(7 * (np.log(4329) - 2))


def test_smoothed_equating_stays_near_the_unsmoothed():
    plain = equate(known.act_x(), known.act_y())
    smoothed = equate(smooth(known.act_x(), 6).frequencies, smooth(known.act_y(), 6).frequencies)
    middle = slice(5, 36)
    assert np.abs(plain.equivalents - smoothed.equivalents)[middle].max() < 0.4
    roughness = [np.abs(np.diff(c.equivalents, 2)).mean() for c in (plain, smoothed)]
    assert roughness[1] < roughness[0] / 3


def test_the_search_ends_where_there_is_no_maximum():
    sparse = ScoreFrequencies.from_counts([0, 0, 9, 0, 0, 0, 1, 0, 30, 0])
    choice = choose_degree(sparse)
    assert 1 <= len(choice.tried) <= 2
    assert choice.chosen.frequencies.n == pytest.approx(40)


def joint_counts(n_persons=3000, seed=3):
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n_persons)
    rows = 1.0 / (1.0 + np.exp(-(ability[:, None] - np.linspace(-1.5, 1.5, 20))))
    answers = rng.random(rows.shape) < rows
    return JointFrequencies.from_scores(answers.sum(axis=1), answers[:, ::3].sum(axis=1), 20, 7)


def test_cross_moments_are_kept_and_impossible_pairs_stay_empty():
    joint = joint_counts()
    possible = internal_anchor_pairs(21, 8)
    assert not joint.counts[~possible].any()
    fitted = smooth_joint(joint, (4, 3), cross=((1, 1), (1, 2)), possible=possible)
    smoothed = fitted.frequencies
    assert not smoothed.counts[~possible].any()
    assert (smoothed.counts[possible] > 0).all()
    assert fitted.fit.n_parameters == 9
    x, v = np.arange(21.0), np.arange(8.0)
    for k, m in [(1, 0), (2, 0), (3, 0), (4, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2)]:
        observed, kept = ((x**k) @ (table.counts / table.n) @ (v**m) for table in (joint, smoothed))
        assert kept == pytest.approx(observed, rel=1e-8)
    assert smoothed.covariance == pytest.approx(joint.covariance, rel=1e-7)


def test_what_cannot_be_smoothed_is_refused():
    with pytest.raises(ModelError, match="choose 1 to 2"):
        smooth(ScoreFrequencies.from_counts([3, 0, 4, 0, 5]), 3)
    with pytest.raises(ModelError, match="choose 1 to 2"):
        smooth(ScoreFrequencies.from_counts([3, 2, 4]), 0)
    with pytest.raises(ModelError, match="aic or bic"):
        choose_degree(known.act_x(), criterion="guess")
    joint = joint_counts(200)
    with pytest.raises(ModelError, match="impossible"):
        smooth_joint(joint, (2, 2), possible=np.zeros((21, 8), dtype=bool))
    with pytest.raises(ModelError, match="keep fewer"):
        smooth_joint(JointFrequencies.from_counts([[3, 1], [1, 4]]), (1, 1), cross=((1, 1), (1, 2)))
