"""Rater agreement against worked numbers, and its laws."""

import numpy as np
import pytest

from psychometrics import DataError
from psychometrics.classical import agreement_of_table, rater_agreement

THREE = [[10, 3, 0], [2, 12, 4], [0, 3, 16]]


def test_two_categories():
    """[[20, 5], [10, 15]]: po .70, pe .50, kappa .40."""
    found = agreement_of_table([[20, 5], [10, 15]])
    assert (found.exact, found.expected) == pytest.approx((0.70, 0.50))
    assert found.kappa.value == pytest.approx(0.40)
    # With two categories every weighting is the same.
    assert found.linear.value == found.quadratic.value == pytest.approx(0.40)
    assert found.adjacent == 1.0


def test_three_categories():
    """Recomputed independently: kappa .634146, QWK .806701."""
    found = agreement_of_table(THREE)
    assert found.kappa.value == pytest.approx(0.634146, abs=1e-6)
    assert found.quadratic.value == pytest.approx(0.806701, abs=1e-6)
    assert found.exact == pytest.approx(38 / 50)
    assert found.adjacent == 1.0


def test_qwk_is_one_minus_a_ratio_of_squared_differences():
    rng = np.random.default_rng(1)
    a = rng.integers(0, 6, 400)
    b = np.clip(a + rng.integers(-2, 3, 400), 0, 5)
    found = rater_agreement(a.tolist(), b.tolist())
    by_chance = np.subtract.outer(a, b).astype(float) ** 2
    assert found.quadratic.value == pytest.approx(1 - ((a - b) ** 2).mean() / by_chance.mean())
    assert found.mean_difference == pytest.approx((a - b).mean())
    assert found.exact == pytest.approx((a == b).mean())
    assert found.adjacent == pytest.approx((np.abs(a - b) <= 1).mean())


def test_standard_errors_are_the_spread_over_samples():
    rng = np.random.default_rng(2)
    p = np.array(THREE) / 50
    drawn = [agreement_of_table(rng.multinomial(400, p.ravel()).reshape(3, 3)) for _ in range(2000)]
    truth = agreement_of_table(400 * p)
    for name in ("kappa", "linear", "quadratic"):
        spread = np.std([getattr(found, name).value for found in drawn])
        assert getattr(truth, name).se == pytest.approx(spread, rel=0.06)


def test_perfect_agreement_and_one_category():
    perfect = agreement_of_table([[5, 0], [0, 7]])
    assert (perfect.kappa.value, perfect.kappa.se) == (1.0, 0.0)
    alone = agreement_of_table([[9, 0], [0, 0]])
    assert alone.kappa.value is None and alone.exact == 1.0


def test_named_categories_between_used_ones_are_no_neighbours():
    first, second = ["low", "high", "high"], ["low", "low", "high"]
    named = rater_agreement(first, second, categories=["low", "middle", "high"])
    assert named.categories == ("low", "middle", "high")
    assert named.adjacent == pytest.approx(2 / 3)
    assert rater_agreement(first, second).adjacent == 1.0


def test_refusals():
    with pytest.raises(DataError, match="3 ratings by the first rater and 2"):
        rater_agreement([1, 2, 3], [1, 2])
    with pytest.raises(DataError, match="Row 2, second rater: '9'"):
        rater_agreement([1, 2], [1, 9], categories=[1, 2, 3])
    with pytest.raises(DataError, match="no ratings"):
        rater_agreement([], [])
    with pytest.raises(DataError, match="one row and one column"):
        agreement_of_table([[1, 2, 3], [4, 5, 6]])
    with pytest.raises(DataError, match="not all zero"):
        agreement_of_table([[0, 0], [0, 0]])
