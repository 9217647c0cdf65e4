"""Distractor analysis: by hand, and the patterns it must point at."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.classical import distractor_analysis

KEY = ["A", "B", "C"]
CHOICES = [
    ["A", "B", "C"],
    ["A", "B", "D"],
    ["B", "B", "C"],
    ["C", "A", None],
    ["A", "C", " "],
    ["D", "A", "C"],
]


def option(item, name):
    return next(row for row in item.options if row.option == name)


def test_by_hand():
    first, _, third = distractor_analysis(CHOICES, KEY, n_groups=2)
    assert first.n == 6
    assert [row.option for row in first.options] == ["A", "B", "C", "D", None]
    assert [row.share for row in first.options] == pytest.approx([3 / 6, 1 / 6, 1 / 6, 1 / 6, 0])
    # Rest scores of item 1, of two: 1, 1/2, 1, 0, 0, 1/2.
    rest, took = np.array([1, 0.5, 1, 0, 0, 0.5]), np.array([1, 1, 0, 0, 1, 0])
    assert option(first, "A").r == pytest.approx(np.corrcoef(rest, took)[0, 1])
    assert option(first, "A").mean_rest == pytest.approx(0.5)
    assert option(first, None).r is None
    assert option(third, None).n == 2
    assert sum(row.share for row in third.options) == pytest.approx(1.0)


def test_shares_of_a_group_sum_to_one_and_equal_scores_stay_together():
    rng = np.random.default_rng(1)
    choices = rng.choice(list("ABCD"), size=(500, 8))
    for item in distractor_analysis(choices, ["A"] * 8, n_groups=5):
        totals = np.sum([row.by_group for row in item.options], axis=0)
        np.testing.assert_allclose(totals, 1.0)
        assert sum(item.group_sizes) == 500


def simulated(seed=2, n=4000):
    """Item 0 sound; in item 1 the key is wrong (B was meant); in item 2 nobody takes D."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n)
    able = rng.random((n, 12)) < 1 / (
        1 + np.exp(-1.3 * (ability[:, None] - np.linspace(-1, 1, 12)))
    )
    wrong = rng.choice(list("BCD"), size=(n, 12))
    choices = np.where(able, "A", wrong)
    choices[:, 1] = np.where(able[:, 1], "B", rng.choice(list("ACD"), size=n))
    choices[choices[:, 2] == "D", 2] = "C"
    return choices


def test_a_wrong_key_and_a_dead_distractor_are_pointed_at():
    items = distractor_analysis(simulated(), ["A"] * 12, options=[list("ABCD")] * 12)
    assert not items[0].may_be_miskeyed and items[0].rare == ()
    assert items[0].attractive_to_able == ()
    assert items[1].may_be_miskeyed and "B" in items[1].attractive_to_able
    assert items[2].rare == ("D",)
    key = option(items[0], "A")
    assert list(key.by_group) == sorted(key.by_group)
    assert key.r > 0.2 > 0 > option(items[0], "B").r


def test_weights_are_frequencies_and_what_was_not_given_does_not_count():
    choices = simulated(n=300)
    twice = distractor_analysis(np.repeat(choices, 2, axis=0), ["A"] * 12)
    weighted = distractor_analysis(choices, ["A"] * 12, weights=np.full(300, 2.0))
    for a, b in zip(twice, weighted, strict=True):
        assert [row.share for row in a.options] == pytest.approx([row.share for row in b.options])
        assert [row.r for row in a.options[:-1]] == pytest.approx([row.r for row in b.options[:-1]])
    given = np.ones(choices.shape, dtype=bool)
    given[:100, 0] = False
    part = distractor_analysis(choices, ["A"] * 12, administered=given)
    assert (part[0].n, part[1].n) == (200, 300)


def test_refusals():
    with pytest.raises(DataError, match="3 columns of choices, but 2 keys"):
        distractor_analysis(CHOICES, ["A", "B"])
    with pytest.raises(
        DataError, match=r"Row 4, column 'I1': 'C' is not among the options A, B, D"
    ):
        distractor_analysis(CHOICES, KEY, options=[["A", "B", "D"], list("ABC"), list("CD")])
    with pytest.raises(DataError, match="key: 'B' is not among"):
        distractor_analysis([["A"], ["A"]], ["B"], options=[["A", "C"]])
    with pytest.raises(DataError, match="no choices"):
        distractor_analysis([], KEY)
    with pytest.raises(ModelError, match="score group"):
        distractor_analysis(CHOICES, KEY, n_groups=0)
