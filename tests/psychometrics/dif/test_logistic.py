"""Logistic regression: a published fit, the likelihood itself, separation, several groups."""

import numpy as np
import pytest
from scipy.optimize import minimize

from psychometrics import DataError
from psychometrics.dif import ItemTable, logistic_dif, logistic_of_table
from psychometrics.dif.cumulative_logit import fit_cumulative_logit
from tests.psychometrics.dif import known

# Madsen (1976), satisfaction of 1681 residents (low, medium, high) by contact (low, high), type of
# dwelling (tower, apartment, atrium, terrace) and influence (low, medium, high).
HOUSING = [21, 21, 28, 34, 22, 36, 10, 11, 36, 61, 23, 17, 43, 35, 40, 26, 18, 54, 13, 9, 10, 8, 8]
HOUSING += [12, 6, 7, 9, 18, 6, 7, 15, 13, 13, 7, 5, 11, 14, 19, 37, 17, 23, 40, 3, 5, 23, 78, 46]
HOUSING += [43, 48, 45, 86, 15, 25, 62, 20, 23, 20, 10, 22, 24, 7, 10, 21, 57, 23, 13, 31, 21, 13]
HOUSING += [5, 6, 13]


def test_a_published_proportional_odds_fit():
    """Venables & Ripley (2002), Modern Applied Statistics with S, p. 205: R's polr on this table."""
    assert sum(HOUSING) == 1681
    counts = np.array(HOUSING, dtype=float).reshape(2, 4, 3, 3)
    rows = [
        [float(influence == 1), influence == 2, kind == 1, kind == 2, kind == 3, contact == 1]
        for contact in range(2)
        for kind in range(4)
        for influence in range(3)
    ]
    fit = fit_cumulative_logit(np.array(rows, dtype=float), counts.reshape(24, 3))
    assert fit.slopes == pytest.approx(
        [0.5664, 1.2888, -0.5724, -0.3662, -1.0910, 0.3603], abs=6e-5
    )
    assert -fit.thresholds == pytest.approx([-0.4961, 0.6907], abs=6e-5)
    assert -2 * fit.log_likelihood == pytest.approx(3479.149, abs=6e-4)
    errors = np.sqrt(np.diag(fit.covariance))[2:]
    assert errors == pytest.approx([0.1047, 0.1272, 0.1192, 0.1552, 0.1515, 0.0955], abs=2e-3)


def test_the_maximum_is_the_likelihood_s():
    rng = np.random.default_rng(4)
    x, counts = rng.normal(size=(20, 2)), rng.integers(0, 9, (20, 2)).astype(float)
    fit = fit_cumulative_logit(x, counts)

    def minus(beta):
        z = beta[0] + x @ beta[1:]
        return (counts[:, 1] * np.logaddexp(0, -z) + counts[:, 0] * np.logaddexp(0, z)).sum()

    best = minimize(minus, np.zeros(3), method="BFGS", options={"gtol": 1e-9})
    assert -fit.log_likelihood == pytest.approx(best.fun, abs=1e-8)
    assert [*fit.thresholds, *fit.slopes] == pytest.approx(best.x, abs=1e-6)
    design = np.column_stack([np.ones(20), x])
    p = fit.probabilities(x)[:, 1]
    information = design.T @ (design * (counts.sum(axis=1) * p * (1 - p))[:, None])
    assert fit.covariance == pytest.approx(np.linalg.inv(information))


def test_probabilities_sum_to_one_and_reproduce_the_margins():
    rng = np.random.default_rng(4)
    x, counts = rng.normal(size=(20, 2)), rng.integers(0, 9, (20, 4)).astype(float)
    fit = fit_cumulative_logit(x, counts)
    p = fit.probabilities(x)
    assert p.sum(axis=1) == pytest.approx(np.ones(20))
    assert (p > 0).all()


def test_an_empty_category_is_refused():
    with pytest.raises(DataError, match="without responses"):
        fit_cumulative_logit(np.ones((2, 1)), np.array([[1.0, 0.0, 2.0], [1.0, 0.0, 1.0]]))


def test_separated_answers_are_said_and_still_tested():
    """All focal persons fail, at every score."""
    table = ItemTable.from_counts(known.two_by_two([(10, 20, 0, 20), (20, 10, 0, 20)]))
    found = logistic_of_table(table)
    assert not found.converged
    assert found.shift is None and found.uniform.wald is None
    assert found.uniform.likelihood_ratio.p < 1e-4


def test_either_is_uniform_plus_nonuniform():
    responses = known.two_groups(known.dichotomous(8), 2, n=400)
    for found in logistic_dif(responses):
        parts = (found.uniform, found.nonuniform)
        total = sum(part.likelihood_ratio.statistic for part in parts)
        assert found.both.likelihood_ratio.statistic == pytest.approx(total, abs=1e-8)
        assert found.both.r2_change == pytest.approx(sum(part.r2_change for part in parts))
        assert found.both.likelihood_ratio.df == 2


def test_wald_and_likelihood_ratio_agree_in_large_samples():
    responses = known.two_groups(known.dichotomous(12), 2, n=5000)
    for found in logistic_dif(responses):
        for test in (found.uniform, found.nonuniform, found.both):
            assert test.wald.statistic == pytest.approx(
                test.likelihood_ratio.statistic, rel=0.02, abs=0.01
            )


def test_crossing_dif_is_nonuniform_only():
    items = known.dichotomous()
    other = [
        known.item_estimate(i.item, "2pl", [0.4 if i.item == "I5" else i.a, i.b]) for i in items
    ]
    items[5] = known.item_estimate("I5", "2pl", [2.0, 0.0])
    other[5] = known.item_estimate("I5", "2pl", [0.5, 0.0])
    responses = known.two_groups(items, 3, n=1500, focal_items=other)
    found = logistic_dif(responses)[5]
    assert found.nonuniform.likelihood_ratio.p < 1e-6
    assert found.crossing[0] < 0
    assert (
        found.uniform.likelihood_ratio.statistic < 0.2 * found.nonuniform.likelihood_ratio.statistic
    )


def test_three_groups_at_once():
    rng = np.random.default_rng(9)
    counts = rng.integers(5, 30, (6, 3, 2))
    table = ItemTable.from_counts(counts, groups=("a", "b", "c"))
    found = logistic_of_table(table)
    assert found.groups == ("a", "b", "c")
    assert len(found.shift) == 2
    assert [t.likelihood_ratio.df for t in (found.uniform, found.nonuniform, found.both)] == [
        2,
        2,
        4,
    ]
    other = logistic_of_table(table.of_groups(("a", "c", "b")))
    assert other.both.likelihood_ratio.statistic == pytest.approx(
        found.both.likelihood_ratio.statistic
    )
    assert other.shift[0] == pytest.approx(found.shift[1])


def test_ordered_categories_with_two_are_the_ordinary_regression():
    rng = np.random.default_rng(5)
    counts = rng.integers(5, 30, (6, 2, 2))
    wider = np.insert(counts, 1, 0, axis=2)
    one = logistic_of_table(ItemTable.from_counts(counts))
    other = logistic_of_table(ItemTable.from_counts(wider))
    assert other.shift == pytest.approx(one.shift)
