"""Replications behind the tables of docs/methods/linking.md and drift.md (seeds 41 and 7)."""

import numpy as np
import pytest

from psychometrics import calibrate, item_estimate, simulate_responses
from psychometrics.linking import DriftRule, link, screen_anchors
from tests.psychometrics.linking.test_drift import two_pl

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("method", ["mean-mean", "mean-sigma", "haebara", "stocking-lord"])
def test_intervals_of_a_link_cover(method):
    rng = np.random.default_rng(41)
    items = [
        item_estimate(f"I{k}", "2pl", [a, b])
        for k, (a, b) in enumerate(
            zip(rng.uniform(0.8, 1.8, 12), rng.normal(0, 1, 12), strict=True)
        )
    ]

    def fitted(mean, sd):
        persons = rng.normal(mean, sd, 800)
        return calibrate(simulate_responses(items, persons, rng), "2pl", covariance=True)

    links = [link(fitted(0.4, 1.1), fitted(0.0, 1.0), method=method) for _ in range(100)]
    covered = [
        (abs(each.A - 1.1) < 1.96 * each.se_A, abs(each.B - 0.4) < 1.96 * each.se_B)
        for each in links
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.045)
    predicted = np.mean([[each.se_A, each.se_B] for each in links], axis=0)
    observed = np.std([each.coefficients for each in links], axis=0, ddof=1)
    np.testing.assert_allclose(predicted, observed, rtol=0.2)


def screened(n_moved, by, rule, replications=200):
    """Share of moved anchors found, of sound ones removed, and of links accepted."""
    rng = np.random.default_rng(7)
    found = wrong = accepted = 0
    for _ in range(replications):
        slopes, difficulties = rng.uniform(0.8, 1.6, 20), rng.normal(0, 1, 20)
        shift = np.where(np.arange(20) < n_moved, by, 0.0)
        base, new = (
            two_pl(
                slopes * np.exp(rng.normal(0, 0.06, 20)),
                difficulties + rng.normal(0, 0.07, 20) + moved,
            )
            for moved in (0.0, shift)
        )
        screening = screen_anchors(new, base, method="mean-mean", rule=rule)
        gone = [int(each.item[1:]) for each in screening.removed]
        found += sum(k < n_moved for k in gone)
        wrong += sum(k >= n_moved for k in gone)
        accepted += screening.is_acceptable
    return (
        found / max(n_moved * replications, 1),
        wrong / ((20 - n_moved) * replications),
        accepted / replications,
    )


def test_screening_finds_what_drifted_and_leaves_the_rest():
    found, wrong, accepted = screened(0, 0.0, DriftRule())
    assert wrong < 0.03
    assert accepted > 0.97
    found, wrong, _ = screened(2, 0.4, DriftRule())
    assert found > 0.8
    assert wrong < 0.03
    found, wrong, _ = screened(4, 0.6, DriftRule())
    assert found > 0.98
    assert wrong < 0.04


def test_a_strict_robust_z_alone_takes_the_anchor_set_apart():
    rule = DriftRule(max_robust_z=1.645, least_displacement=0.0)
    _, wrong, accepted = screened(0, 0.0, rule)
    assert wrong > 0.2
    assert accepted < 0.7
