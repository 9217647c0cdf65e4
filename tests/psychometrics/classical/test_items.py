"""Classical item and test statistics: published numbers, hand cases, laws.

The LSAT6 and LSAT7 numbers stand in test_hand_numbers.py.
"""

import numpy as np
import pytest

from psychometrics import ModelError, ResponseMatrix
from psychometrics.classical import alpha_of, classical_statistics, omega_of


def test_upper_lower_difference_by_hand():
    """Ten persons, groups of 20 %: the two best against the two worst of one item."""
    scores = np.zeros((10, 5), dtype=int)
    for person in range(10):
        scores[person, : person // 2 + 1] = 1
    scores[9, 0] = 0
    found = classical_statistics(ResponseMatrix.from_arrays(scores), group_share=0.2)
    totals = scores.sum(axis=1)
    assert sorted(totals) == [1, 1, 2, 2, 3, 3, 4, 4, 4, 5]
    # Highest: the 5 wholly, the three 4s with a third each; lowest: the two 1s.
    item_3 = [scores[totals == 5, 3].mean(), scores[totals == 4, 3].mean()]
    assert found.items[3].discrimination == pytest.approx((item_3[0] + item_3[1]) / 2)
    assert found.items[0].discrimination == pytest.approx((1 + 2 / 3) / 2 - 1.0)


def test_ties_need_no_order(lsat7):
    rng = np.random.default_rng(0)
    shuffled = lsat7.select(rng.permutation(lsat7.n_persons))
    one, other = classical_statistics(lsat7), classical_statistics(shuffled)
    for a, b in zip(one.items, other.items, strict=True):
        assert a.discrimination == pytest.approx(b.discrimination, abs=1e-12)
        assert a.item_rest == pytest.approx(b.item_rest, abs=1e-12)


def test_weight_two_is_the_person_twice(lsat7):
    part = lsat7.select(np.arange(0, 1000, 7))
    doubled = ResponseMatrix.from_arrays(part.scores, weights=np.full(part.n_persons, 2.0))
    twice = part.select(np.repeat(np.arange(part.n_persons), 2))
    a, b = classical_statistics(doubled), classical_statistics(twice)
    assert (a.mean, a.sd, a.alpha, a.sem) == pytest.approx((b.mean, b.sd, b.alpha, b.sem))
    assert a.omega.value == pytest.approx(b.omega.value)
    for own, other in zip(a.items, b.items, strict=True):
        assert own.discrimination == pytest.approx(other.discrimination)


@pytest.mark.parametrize("share", [0.0, 0.6, -0.1])
def test_groups_that_overlap_are_refused(share, lsat7):
    with pytest.raises(ModelError, match="overlap or are empty"):
        classical_statistics(lsat7, group_share=share)


def test_an_item_nobody_saw_and_one_everybody_gets_right():
    data = ResponseMatrix.from_arrays([[1, 1, 0], [1, 0, 0], [1, 1, 0]], observed=[[1, 1, 0]] * 3)
    constant, _, unseen = classical_statistics(data).items
    assert (constant.p, constant.item_rest) == (1.0, None)
    assert (unseen.n_responses, unseen.p, unseen.item_rest, unseen.discrimination) == (
        0,
        None,
        None,
        None,
    )


def with_covariance(covariance, n=200, seed=1):
    """Data whose sample covariance matrix (n - 1) is exactly this one."""
    raw = np.random.default_rng(seed).normal(size=(n, len(covariance)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    return white @ np.linalg.cholesky(covariance).T


def one_factor(loadings, sd):
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1.0)
    return correlations * np.outer(sd, sd)


def test_omega_of_an_exact_factor():
    loadings, sd = np.array([0.8, 0.7, 0.6, 0.5, 0.4]), np.array([1.0, 1.5, 0.5, 2.0, 1.0])
    found = omega_of(with_covariance(one_factor(loadings, sd)), np.ones(200))
    common = (sd @ loadings) ** 2
    expected = common / (common + (sd**2 * (1 - loadings**2)).sum())
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert found.loadings == pytest.approx(loadings, abs=1e-8)
    assert found.converged and not found.is_heywood


def test_omega_is_alpha_for_equal_true_scores_and_above_it_otherwise():
    equal = with_covariance(one_factor(np.full(6, 0.6), np.ones(6)))
    weights = np.ones(200)
    assert omega_of(equal, weights).value == pytest.approx(alpha_of(equal, weights), abs=1e-9)
    unequal = with_covariance(one_factor(np.linspace(0.3, 0.9, 6), np.ones(6)))
    assert omega_of(unequal, weights).value > alpha_of(unequal, weights)


def test_spearman_brown():
    """Reliability .70 doubled in length: .823529."""
    r = 0.70 / (4 - 3 * 0.70)  # of four items, so that their alpha is .70
    matrix = np.full((8, 8), r) + (1 - r) * np.eye(8)
    data, weights = with_covariance(matrix), np.ones(200)
    assert alpha_of(data[:, :4], weights) == pytest.approx(0.70, abs=1e-9)
    assert alpha_of(data, weights) == pytest.approx(0.823529, abs=1e-6)


def test_a_heywood_case_is_said():
    matrix = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    found = omega_of(with_covariance(matrix), np.ones(200))
    assert found.is_heywood
    assert found.value <= 1.0


def test_reliability_that_is_not_determined():
    weights = np.ones(4)
    assert omega_of(np.array([[0.0, 1], [1, 0], [1, 1], [0, 0]]), weights) is None
    assert alpha_of(np.array([[0.0], [1], [1], [0]]), weights) is None
    assert alpha_of(np.array([[0.0, 1], [1, 0], [0, 1], [1, 0]]), weights) is None
