"""Statistics for ordered categories: laws, and standard errors that are what they say."""

import numpy as np
import pytest

from psychometrics import item_estimate
from psychometrics.dif import (
    ItemTable,
    generalized_mantel_haenszel,
    liu_agresti,
    mantel_haenszel,
    polytomous_of_table,
    smd_class,
    standardization,
    standardization_of_table,
)
from tests.psychometrics.dif import known


def random_table(seed, n_groups=2, n_categories=4):
    rng = np.random.default_rng(seed)
    groups = [f"g{k}" for k in range(n_groups)]
    return ItemTable.from_counts(rng.integers(1, 20, (6, n_groups, n_categories)), groups=groups)


def clusters(n_items=12, seed=3):
    """Items with five categories, as a true/false cluster has."""
    rng = np.random.default_rng(seed)
    return [
        item_estimate(
            f"I{k}", "gpcm", [rng.uniform(0.7, 1.3), *(rng.normal(0, 0.6) + np.linspace(-1, 1, 4))]
        )
        for k in range(n_items)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_exchanging_the_groups_changes_the_signs_alone(seed):
    table = random_table(seed)
    one = polytomous_of_table(table)
    other = polytomous_of_table(ItemTable.from_counts(table.counts[:, ::-1]))
    assert other.delta == pytest.approx(-one.delta)
    assert other.se_delta == pytest.approx(one.se_delta)
    assert other.mantel.statistic == pytest.approx(one.mantel.statistic)
    assert other.generalized.statistic == pytest.approx(one.generalized.statistic)


@pytest.mark.parametrize("seed", range(4))
def test_reversing_the_categories_changes_the_signs_alone(seed):
    table = random_table(seed)
    one = polytomous_of_table(table)
    other = polytomous_of_table(ItemTable.from_counts(table.counts[:, :, ::-1]))
    assert other.delta == pytest.approx(-one.delta)
    assert other.se_delta == pytest.approx(one.se_delta)
    assert other.smd == pytest.approx(-one.smd)


@pytest.mark.parametrize("seed", range(4))
def test_ordered_groups_of_two_are_mantel_s_test(seed):
    table = random_table(seed)
    ordered = generalized_mantel_haenszel(table, ordered=True)
    assert ordered.df == 1
    assert ordered.statistic == pytest.approx(polytomous_of_table(table).mantel.statistic)


def test_degrees_of_freedom_of_several_groups():
    table = random_table(1, n_groups=3, n_categories=5)
    assert generalized_mantel_haenszel(table).df == 8
    assert generalized_mantel_haenszel(table, ordered=True).df == 2


def test_an_unused_category_changes_nothing():
    table = random_table(2)
    wider = ItemTable.from_counts(np.insert(table.counts, 2, 0, axis=2))
    one, other = generalized_mantel_haenszel(table), generalized_mantel_haenszel(wider)
    assert (other.df, other.statistic) == (one.df, pytest.approx(one.statistic))


@pytest.mark.parametrize(
    ("ratio", "p", "expected"),
    [(0.17, 0.001, "AA"), (-0.18, 0.001, "BB"), (-0.25, 0.001, "BB"), (0.26, 0.001, "CC")],
)
def test_classes_of_the_standardised_mean_difference(ratio, p, expected):
    assert smd_class(ratio, p) == expected
    assert smd_class(ratio, 0.2) == "AA"


@pytest.mark.parametrize("weights", ["focal", "reference", "total"])
def test_a_constant_difference_is_itself_whatever_the_weights(weights):
    """Shares differ by 0.2 at every level."""
    rows = [(30, 20, 8, 12), (70, 30, 50, 50), (18, 2, 70, 30)]
    table = ItemTable.from_counts(known.two_by_two(rows))
    assert standardization_of_table(table, weights=weights).p_dif == pytest.approx(-0.2)


@pytest.mark.parametrize("levels", [5, 60])
def test_standard_errors_are_the_spread_over_replications(levels):
    """Few large levels and many small ones: Liu-Agresti under DIF, SMD without."""
    rng = np.random.default_rng(levels)
    size = 600 // levels
    difficulty = np.linspace(-1.5, 1.5, levels)
    thresholds = np.array([1.0, 0.0, -1.2])

    def shares(shift):
        above = 1 / (1 + np.exp(-(thresholds + difficulty[:, None] + shift)))
        edge = np.ones((levels, 1))
        return np.hstack([edge, above]) - np.hstack([above, 0 * edge])

    def drawn(shift):
        return ItemTable.from_counts(
            np.stack([rng.multinomial(size, shares(s)) for s in (0.0, shift)], axis=1)
        )

    logs, variances = np.array([liu_agresti(drawn(-0.5)) for _ in range(400)]).T
    assert logs.mean() == pytest.approx(0.5, abs=4 * logs.std() / 20)
    assert np.sqrt(variances.mean()) == pytest.approx(logs.std(ddof=1), rel=0.1)
    differences = [polytomous_of_table(drawn(0.0)) for _ in range(400)]
    spread = np.std([d.smd for d in differences], ddof=1)
    assert np.mean([d.se_smd for d in differences]) == pytest.approx(spread, rel=0.1)


def test_a_planted_cluster_is_cc_with_its_direction():
    items = clusters()
    responses = known.two_groups(items, 5, n=800, focal_items=known.moved(items, "I4", 0.8))
    report = mantel_haenszel(responses, purification="two_step")
    found = {own.item: own for own in report.items}
    assert found["I4"].smd_class == "CC" and found["I4"].smd < 0 and found["I4"].delta < 0
    assert report.purified.removed == ("I4",)
    assert sum(own.smd_class == "CC" for own in found.values()) == 1
    assert standardization(responses)[4].size == "moderate"


def test_without_persons_there_is_nothing():
    found = polytomous_of_table(ItemTable.from_counts(np.zeros((3, 2, 4))))
    assert (found.mantel, found.generalized, found.smd, found.delta) == (None,) * 4
