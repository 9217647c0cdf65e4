"""Anchors that drifted are found, one at a time, and the record says why.

Kolen & Brennan's item 27 (``known``) is the textbook case; the rest is simulated or by hand.
"""

import numpy as np
import pytest

from psychometrics import ModelError, item_estimate
from psychometrics.linking import (
    AbilityWeights,
    DriftRule,
    anchor_drift,
    anchor_pairs,
    link,
    robust_z,
    screen_anchors,
)
from tests.psychometrics.linking import known


def rasch(difficulties):
    return known.calibration(
        [item_estimate(f"I{k}", "pcm", [1.0, b]) for k, b in enumerate(difficulties)]
    )


def two_pl(slopes, difficulties):
    rows = zip(slopes, difficulties, strict=True)
    return known.calibration(
        [item_estimate(f"I{k}", "2pl", [a, b]) for k, (a, b) in enumerate(rows)]
    )


def drifted(rng, n_items=20, moved=(), by=1.0):
    slopes, difficulties = rng.uniform(0.8, 1.6, n_items), rng.normal(0, 1, n_items)
    base = two_pl(slopes, difficulties)
    shift = np.zeros(n_items)
    shift[list(moved)] = by
    noise = rng.normal(0, 0.05, n_items)
    return two_pl(slopes * 1.2, (difficulties + shift + noise - 0.4) / 1.2), base


def test_robust_z_by_hand():
    # Median 3, quartiles 2 and 4: one robust SD is 0.74 * 2.
    assert robust_z(np.array([1.0, 2.0, 3.0, 4.0, 10.0])) == pytest.approx(
        [-2 / 1.48, -1 / 1.48, 0.0, 1 / 1.48, 7 / 1.48]
    )
    assert robust_z(np.zeros(5)) == [None] * 5


def test_displacement_and_distance_by_hand():
    new, base = rasch([-1.0, 0.0, 1.0, 2.0]), rasch([-0.5, 0.5, 1.5, 3.3])
    pairs = anchor_pairs(new, base)
    found = link(new, base, method="mean-mean")
    assert found.coefficients == pytest.approx((1.0, 0.7))
    rows = anchor_drift(pairs, found, AbilityWeights.uniform())
    assert [row.displacement for row in rows] == pytest.approx([0.2, 0.2, 0.2, -0.6])
    assert [row.perpendicular for row in rows] == pytest.approx(
        [d / np.sqrt(2) for d in (0.2, 0.2, 0.2, -0.6)]
    )
    assert rows[0].new_difficulty - rows[0].base_difficulty == pytest.approx(0.2)


def test_curve_distance_is_zero_only_without_drift():
    rng = np.random.default_rng(1)
    new, base = drifted(rng, moved=[4], by=0.8)
    found = link(new, base, method="stocking-lord", anchors=["I0", "I1", "I2", "I3"])
    rows = anchor_drift(anchor_pairs(new, base), found, AbilityWeights.normal())
    distances = [row.curve_distance for row in rows]
    assert int(np.argmax(distances)) == 4
    same = anchor_drift(anchor_pairs(base, base), link(base, base), AbilityWeights.normal())
    assert max(row.curve_distance for row in same) < 1e-9


@pytest.mark.parametrize("method", ["mean-mean", "mean-sigma", "haebara", "stocking-lord"])
def test_drifted_anchors_are_removed_worst_first(method):
    new, base = drifted(np.random.default_rng(11), moved=[3, 8], by=1.2)
    screening = screen_anchors(new, base, method=method)
    assert {gone.item for gone in screening.removed} == {"I3", "I8"}
    assert [gone.round for gone in screening.removed] == [1, 2]
    assert all(abs(gone.value) > gone.limit for gone in screening.removed)
    assert screening.link.coefficients == pytest.approx((1.2, 0.4), abs=0.08)
    assert abs(screening.first.B - 0.4) > abs(screening.link.B - 0.4)
    assert len(screening.drift) == 20
    assert screening.is_acceptable


def test_nothing_is_removed_where_nothing_drifted():
    new, base = drifted(np.random.default_rng(5))
    screening = screen_anchors(new, base)
    assert screening.removed == ()
    assert screening.link == screening.first
    assert screening.is_acceptable


def test_the_textbook_item_is_the_first_to_go():
    new = known.calibration(known.three_pl(known.KB_X, known.KB_LABELS))
    base = known.calibration(known.three_pl(known.KB_Y, known.KB_LABELS))
    rule = DriftRule(max_displacement=None, max_robust_z=None, max_curve_distance=0.05)
    screening = screen_anchors(new, base, method="mean-sigma", rule=rule)
    assert screening.removed[0].item == "I27"
    assert screening.removed[0].measure == "curve_distance"


def test_an_anchor_set_that_falls_apart_is_objected_to():
    rng = np.random.default_rng(2)
    base = rasch(rng.normal(0, 1, 10))
    new = rasch(rng.normal(0, 1, 10))
    screening = screen_anchors(new, base)
    codes = {objection.code for objection in screening.objections}
    assert not screening.is_acceptable
    assert "many_anchors_removed" in codes
    strict = screen_anchors(new, base, rule=DriftRule(fewest_anchors=9))
    assert {"anchor_still_drifts", "low_anchor_correlation"} <= {
        objection.code for objection in strict.objections
    }
    assert len(strict.removed) == 1


def test_slopes_and_distances_can_be_criteria_too():
    rng = np.random.default_rng(8)
    slopes, difficulties = rng.uniform(0.9, 1.5, 15), rng.normal(0, 1, 15)
    changed = slopes * np.exp(rng.normal(0, 0.02, 15))
    changed[6] *= 2.0
    rule = DriftRule(max_displacement=None, max_robust_z=None, max_robust_z_slope=3.5)
    screening = screen_anchors(
        two_pl(changed, difficulties), two_pl(slopes, difficulties), method="mean-mean", rule=rule
    )
    assert screening.removed[0].item == "I6"
    new, base = drifted(rng, moved=[2], by=-1.0)
    rule = DriftRule(max_displacement=None, max_robust_z=None, max_perpendicular_sds=3.0)
    assert screen_anchors(new, base, rule=rule).removed[0].item == "I2"


def test_a_rule_without_criterion_is_refused():
    base = rasch([-1.0, 0.0, 1.0])
    with pytest.raises(ModelError, match="no criterion"):
        screen_anchors(base, base, rule=DriftRule(max_displacement=None, max_robust_z=None))


def test_a_large_z_of_a_small_shift_removes_nothing():
    rng = np.random.default_rng(3)
    difficulties = rng.normal(0, 1, 15)
    shifts = rng.normal(0, 0.01, 15)
    shifts[5] = 0.1
    base, new = rasch(difficulties), rasch(difficulties + shifts)
    drift = screen_anchors(new, base, method="mean-mean")
    assert max(abs(row.robust_z) for row in drift.drift) > 2.7
    assert drift.removed == ()
    strict = screen_anchors(new, base, method="mean-mean", rule=DriftRule(least_displacement=0.05))
    assert strict.removed[0].item == "I5"
