"""Linking error: by hand, by units, by leaving anchors out."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError, item_estimate
from psychometrics.linking import anchor_shifts, jackknife_link, link, linking_error
from tests.psychometrics.linking import known

SHIFTS = [0.10, -0.05, 0.20, -0.15, 0.05, 0.0, -0.10, 0.08]


def rasch(difficulties):
    return known.calibration(
        [item_estimate(f"I{k}", "pcm", [1.0, b]) for k, b in enumerate(difficulties)]
    )


def test_sd_over_root_n():
    # By hand: sd (n - 1) of the eight shifts over the root of 8.
    found = linking_error(SHIFTS)
    assert found.error == pytest.approx(0.040485, abs=5e-7)
    assert found.mean_shift == pytest.approx(0.01625)
    assert (found.n_items, found.n_units) == (8, 8)


def test_units_of_one_item_are_no_units():
    as_units = linking_error(SHIFTS, units=list("abcdefgh"))
    assert as_units.error == pytest.approx(linking_error(SHIFTS).error)


def test_units_by_hand():
    # Units a (3 points, mean .1) and b (1 point, -.3): mean 0; 9*.01 + .09 over 2 * 1 * 2**2.
    found = linking_error([0.2, 0.1, 0.0, -0.3], units=["a", "a", "a", "b"])
    assert found.error == pytest.approx(np.sqrt((9 * 0.01 + 0.09) / (2 * 1 * 4)))
    one_item = linking_error([0.1, -0.3], units=["a", "b"], points=[3, 1])
    assert one_item.error == pytest.approx(found.error)


def test_items_that_shift_together_make_the_error_larger():
    rng = np.random.default_rng(4)
    units = np.repeat(np.arange(10), 4)
    shifts = rng.normal(0, 0.2, 10)[units] + rng.normal(0, 0.05, 40)
    together = linking_error(shifts, units=[str(u) for u in units])
    assert together.error > 1.5 * linking_error(shifts).error
    assert together.error == pytest.approx(0.2 / np.sqrt(10), rel=0.4)


def test_the_jackknife_of_a_mean_is_sd_over_root_n():
    base = rasch(np.linspace(-1.5, 1.5, 8))
    new = rasch(np.linspace(-1.5, 1.5, 8) + SHIFTS)
    found = jackknife_link(new, base, method="mean-mean")
    assert found.link.se_A == 0.0
    assert found.link.se_B == pytest.approx(0.040485, abs=5e-7)
    assert len(found.without) == 8


def test_the_jackknife_leaves_out_units():
    rng = np.random.default_rng(9)
    base = rasch(rng.normal(0, 1, 12))
    new = rasch([item.b + 0.3 * rng.normal() for item in base.items])
    units = {f"I{k}": f"stimulus {k // 4}" for k in range(12)}
    found = jackknife_link(new, base, method="stocking-lord", units=units)
    assert set(found.without) == {"stimulus 0", "stimulus 1", "stimulus 2"}
    assert found.link.se_B > 0.0


def test_shifts_of_a_link():
    base, new = rasch([-1.0, 0.0, 1.0]), rasch([-0.9, 0.0, 1.2])
    shifts, points = anchor_shifts(new, base, link(new, base, method="mean-mean"))
    assert shifts == pytest.approx([0.0, -0.1, 0.1])
    assert points == pytest.approx([1.0, 1.0, 1.0])


def test_what_has_no_linking_error_is_refused():
    with pytest.raises(DataError, match="one finite shift"):
        linking_error([0.1, np.nan, 0.2])
    with pytest.raises(ModelError, match="at least two units"):
        linking_error([0.1, 0.2], units=["a", "a"])
    base = rasch([-1.0, 0.0])
    with pytest.raises(ModelError, match="at least three units"):
        jackknife_link(base, base)
