"""Equating through an anchor: by hand, against the book's moments, and laws.

The moments below are of a form of 36 items with an internal anchor of 12; the lines were worked out from
them by hand (Kolen & Brennan, 2014, ch. 4), with new_weight = 1.
"""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.equating import (
    AnchorMoments,
    JointFrequencies,
    anchor_line,
    equate,
    equate_through_anchor,
    smooth_joint,
    synthetic_frequencies,
)

X = AnchorMoments(15.8205, 6.5278, 5.1063, 2.3760, 13.4088)
Y = AnchorMoments(18.6728, 6.8784, 5.8626, 2.4515, 14.7603)
METHODS = [
    "tucker",
    "levine",
    "levine-true",
    "chained-linear",
    "braun-holland",
    "frequency-estimation",
    "chained-equipercentile",
]


def simulated(mean, n_persons, seed, easier=0.0, n_items=24, every=3):
    """A form with an internal anchor: every third item, equally hard on both forms."""
    rng = np.random.default_rng(seed)
    difficulty = np.linspace(-1.5, 1.5, n_items)
    is_anchor = np.arange(n_items) % every == 0
    difficulty = np.where(is_anchor, difficulty, difficulty - easier)
    ability = rng.normal(mean, 1.0, n_persons)
    answers = rng.random((n_persons, n_items)) < 1 / (1 + np.exp(difficulty - ability[:, None]))
    scores, anchor = answers.sum(axis=1), answers[:, is_anchor].sum(axis=1)
    return JointFrequencies.from_scores(scores, anchor, n_items, int(is_anchor.sum()))


@pytest.mark.parametrize(
    ("method", "slope", "intercept"),
    [
        ("tucker", 1.028935, 0.537040),
        ("levine", 1.011148, 0.251696),
        ("levine-true", 1.008639, 0.291392),
    ],
)
def test_lines_from_moments(method, slope, intercept):
    line = anchor_line(X, Y, method, new_weight=1.0, is_internal=True)
    assert (line.slope, line.intercept) == pytest.approx((slope, intercept), abs=2e-6)


def test_the_chained_line_by_hand():
    line = anchor_line(X, Y, "chained-linear", new_weight=0.5, is_internal=True)
    on_anchor = 5.1063 + 2.3760 / 6.5278 * (20.0 - 15.8205)
    expected = 18.6728 + 6.8784 / 2.4515 * (on_anchor - 5.8626)
    assert line.slope * 20.0 + line.intercept == pytest.approx(expected)


def test_external_levine_by_hand():
    line = anchor_line(X, Y, "levine-true", new_weight=0.5, is_internal=False)
    gamma_x = (6.5278**2 + 13.4088) / (2.3760**2 + 13.4088)
    gamma_y = (6.8784**2 + 14.7603) / (2.4515**2 + 14.7603)
    assert line.slope == pytest.approx(gamma_y / gamma_x)


@pytest.mark.parametrize("method", METHODS)
def test_equal_groups_make_the_anchor_superfluous(method):
    """With one and the same group on both sides every method is the identity."""
    joint = simulated(0.0, 4000, 1)
    found = equate_through_anchor(joint, joint, method, is_internal=True)
    seen = joint.form.counts > 20
    loose = 0.02 if method == "chained-equipercentile" else 1e-8
    np.testing.assert_allclose(found.equivalents[seen], found.scores[seen], atol=loose)


@pytest.mark.parametrize("method", METHODS)
def test_a_difference_between_groups_is_not_mistaken_for_one_between_forms(method):
    new = simulated(0.5, 20_000, 2, easier=0.4)
    base = simulated(0.0, 20_000, 3)
    both_easier, both_base = simulated(0.0, 200_000, 4, easier=0.4), simulated(0.0, 200_000, 5)
    truth = equate(both_easier.form, both_base.form).equivalents
    if method in ("frequency-estimation", "braun-holland"):
        new, base = (smooth_joint(j, (6, 4)).frequencies for j in (new, base))
    found = equate_through_anchor(new, base, method, is_internal=True).equivalents
    naive = equate(new.form, base.form).equivalents
    middle = slice(7, 20)
    error = np.abs(found - truth)[middle].max()
    assert error < 0.85  # Tucker and frequency estimation lean towards the naive answer
    assert error < 0.5 * np.abs(naive - truth)[middle].max()
    if method.startswith(("levine", "chained")):
        assert error < 0.55


def test_frequency_estimation_by_hand():
    new = JointFrequencies.from_counts([[2, 0], [1, 1], [1, 3]])
    base = JointFrequencies.from_counts([[1, 1], [2, 2], [1, 5]])
    # Given anchor 0: (2, 1, 1)/4; given 1: (0, 1, 3)/4. Base group: anchor 0 has 4 of 12.
    other = np.array(
        [2 / 4 * 4 / 12, 1 / 4 * 4 / 12 + 1 / 4 * 8 / 12, 1 / 4 * 4 / 12 + 3 / 4 * 8 / 12]
    )
    own = np.array([2, 2, 4]) / 8
    mixed = synthetic_frequencies(new, base, 0.25).counts
    np.testing.assert_allclose(mixed, 0.75 * own + 0.25 * other)
    assert mixed.sum() == pytest.approx(1.0)


def test_the_weight_of_the_populations_is_stated():
    new, base = simulated(0.3, 3000, 6), simulated(0.0, 1000, 7)
    found = equate_through_anchor(new, base, "tucker", is_internal=True)
    assert found.constants["new_weight"] == pytest.approx(0.75)
    assert (
        "new_weight"
        not in equate_through_anchor(new, base, "chained-linear", is_internal=True).constants
    )


def test_what_cannot_be_equated_is_refused():
    joint = simulated(0.0, 500, 8)
    shorter = simulated(0.0, 500, 8, every=4)
    with pytest.raises(DataError, match="must be the same test"):
        equate_through_anchor(joint, shorter, is_internal=True)
    with pytest.raises(ModelError, match="no anchor method"):
        equate_through_anchor(joint, joint, "magic", is_internal=True)
    with pytest.raises(ModelError, match="between 0 and 1"):
        equate_through_anchor(joint, joint, "tucker", is_internal=True, new_weight=1.2)
    new = JointFrequencies.from_counts([[2, 0], [1, 0], [1, 0]])
    base = JointFrequencies.from_counts([[1, 1], [2, 2], [1, 5]])
    with pytest.raises(DataError, match="Anchor score 1 occurs in one group only"):
        equate_through_anchor(new, base, "frequency-estimation", is_internal=True)
    with pytest.raises(DataError, match="positive covariance"):
        equate_through_anchor(new, base, "tucker", is_internal=True)
    with pytest.raises(DataError, match="2 scores but 1 anchor"):
        JointFrequencies.from_scores([1, 2], [1], 3, 3)
