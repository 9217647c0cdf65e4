"""Angoff, Bookmark and what their cuts would mean.

Response-probability locations recomputed by hand: ln(RP / (1 - RP)) is .7082 at .67, .6931 at 2/3 and
.4895 at .62. Angoff cuts are means over judges of row sums.
"""

import numpy as np
import pytest

from psychometrics import DataError, ModelError, category_probabilities, item_estimate
from psychometrics.equating import ScoreFrequencies
from psychometrics.standards import (
    angoff,
    bookmark,
    impact,
    judged_cut,
    ordered_booklet,
    response_locations,
)

RATINGS = [[0.5, 0.6, 0.7], [0.4, 0.7, 0.9], [0.6, 0.5, 0.8], [0.5, 0.6, 0.8]]


def rasch(b):
    return item_estimate("I1", "pcm", [1.0, b])


@pytest.mark.parametrize(("rp", "shift"), [(0.67, 0.7082), (2 / 3, 0.6931), (0.62, 0.4895)])
def test_response_probability_of_a_rasch_item(rp, shift):
    assert response_locations(rasch(0.0), rp) == pytest.approx((shift,), abs=5e-5)
    assert response_locations(rasch(0.5), rp) == pytest.approx((0.5 + shift,), abs=5e-5)


def test_rasch_bookmark_at_half_a_logit():
    found = [response_locations(rasch(0.5), rp)[0] for rp in (0.67, 2 / 3, 0.62)]
    assert found == pytest.approx([1.2082, 1.1931, 0.9895], abs=5e-5)


@pytest.mark.parametrize(
    "item",
    [
        item_estimate("A", "2pl", [1.7, -0.4]),
        item_estimate("B", "3pl", [1.2, 0.3, 0.2]),
        item_estimate("C", "gpcm", [0.8, 0.9, -0.3, 1.0]),
        item_estimate("D", "grm", [1.3, -1.0, 0.2, 1.1]),
    ],
)
def test_at_its_location_a_score_point_is_reached_with_the_response_probability(item):
    locations = response_locations(item, 0.67)
    for k, location in enumerate(locations, start=1):
        reached = category_probabilities(item, location)[0, k:].sum()
        assert reached == pytest.approx(0.67, abs=1e-12)
    assert list(locations) == sorted(locations)


def test_guessing_can_be_taken_out():
    item = item_estimate("B", "3pl", [1.2, 0.3, 0.2])
    assert response_locations(item, 2 / 3, guessing="removed") == pytest.approx(
        (0.3 + np.log(2) / 1.2,)
    )
    with pytest.raises(ModelError, match="by guessing alone"):
        response_locations(item_estimate("B", "3pl", [1.2, 0.3, 0.7]), 0.67)


def test_the_booklet_is_in_order_and_the_bookmark_says_which_page():
    items = [
        item_estimate("hard", "2pl", [1.0, 1.5]),
        item_estimate("easy", "2pl", [1.0, -1.0]),
        item_estimate("steps", "gpcm", [1.0, -0.5, 0.8]),
    ]
    booklet = ordered_booklet(items, 2 / 3)
    assert [(page.item, page.category) for page in booklet.pages] == [
        ("easy", 1),
        ("steps", 1),
        ("steps", 2),
        ("hard", 1),
    ]
    where = [page.location for page in booklet.pages]
    marks = [[3], [3], [2]]
    before = bookmark(booklet, marks, rule="before")
    assert before.response_probability == 2 / 3
    assert before.cuts[0].value == pytest.approx(where[1])
    assert before.cuts[0].by_judge == pytest.approx((where[1], where[1], where[0]))
    assert bookmark(booklet, marks, rule="marked").cuts[0].value == pytest.approx(where[2])
    between = bookmark(booklet, marks, rule="between", take_median=False).cuts[0]
    assert between.value == pytest.approx(
        np.mean([(where[1] + where[2]) / 2] * 2 + [(where[0] + where[1]) / 2])
    )
    ends = bookmark(booklet, [[1, 5], [1, 5]], rule="before")
    assert [cut.value for cut in ends.cuts] == pytest.approx([where[0], where[3]])


def test_a_higher_response_probability_moves_cuts_up_and_not_the_marks():
    items = [item_estimate(f"I{k}", "2pl", [1.0, b]) for k, b in enumerate((-1.0, 0.0, 1.0))]
    marks = [[2], [3], [2]]
    cuts = [bookmark(ordered_booklet(items, rp), marks).cuts[0].value for rp in (0.5, 0.62, 0.67)]
    assert np.diff(cuts) == pytest.approx([0.4895, 0.7082 - 0.4895], abs=1e-4)


def test_impossible_bookmarks_are_refused():
    booklet = ordered_booklet([rasch(0.0)], 0.67)
    with pytest.raises(DataError, match="Judge 2, cut 1: 3 is not a page"):
        bookmark(booklet, [[1], [3]])
    with pytest.raises(DataError, match="Judge 1: a higher level"):
        bookmark(booklet, [[2, 1], [1, 2]])
    with pytest.raises(ModelError, match="no bookmark rule"):
        bookmark(booklet, [[1], [2]], rule="after")
    with pytest.raises(ModelError, match="between 0 and 1"):
        ordered_booklet([rasch(0.0)], 1.0)
    with pytest.raises(DataError, match="no items"):
        ordered_booklet([], 0.67)
    with pytest.raises(ModelError, match="becomes rarer"):
        response_locations(item_estimate("N", "2pl", [-1.0, 0.0]), 0.67)


def test_angoff_by_hand():
    result = angoff([RATINGS], observed=[0.55, 0.6, 0.75])
    sums = [1.8, 2.0, 1.9, 1.9]
    assert result.cut.by_judge == pytest.approx(sums)
    assert result.cut.value == pytest.approx(np.mean(sums))
    assert result.cut.se == pytest.approx(np.std(sums, ddof=1) / 2)
    first = result.rounds[0].items[0]
    assert (first.item, first.mean, first.lowest, first.highest) == ("I1", 0.5, 0.4, 0.6)
    assert first.difference == pytest.approx(-0.05)
    assert result.rounds[0].agreement_with_data == pytest.approx(
        np.corrcoef(np.mean(RATINGS, axis=0), [0.55, 0.6, 0.75])[0, 1]
    )


def test_rounds_bring_judges_together():
    second = np.array(RATINGS) * 0.3 + np.mean(RATINGS, axis=0) * 0.7
    result = angoff([RATINGS, second])
    assert result.cut.value == pytest.approx(result.rounds[0].cut.value)
    assert result.change_of_sd == pytest.approx(0.3)


def test_items_as_a_sample_make_the_error_larger_by_what_items_vary():
    rng = np.random.default_rng(2)
    judges, items, rest = 0.05, 0.15, 0.08
    errors = []
    for _ in range(300):
        ratings = 0.5 + rng.normal(0, judges, (10, 1)) + rng.normal(0, items, (1, 30))
        ratings = np.clip(ratings + rng.normal(0, rest, (10, 30)), 0, 1)
        errors.append(angoff([ratings]).rounds[0].error_over_judges_and_items ** 2)
    expected = 30**2 * (judges**2 / 10 + items**2 / 30 + rest**2 / 300)
    assert np.mean(errors) == pytest.approx(expected, rel=0.05)


def test_points_and_labels():
    result = angoff(
        [[[1.5, 0.4], [2.0, 0.5]]], highest=[3, 1], items=["long", "short"], judges=["An", "Bình"]
    )
    assert result.cut.value == pytest.approx(2.2)
    assert result.judges == ("An", "Bình")


def test_bad_ratings_are_refused():
    with pytest.raises(DataError, match="Round 2, judge 'J1', item 'I3': the rating"):
        angoff([RATINGS, [[0.5, 0.6, 1.2], *RATINGS[1:]]])
    with pytest.raises(DataError, match="rating nan"):
        angoff([[[0.5, np.nan], [0.5, 0.5]]])
    with pytest.raises(DataError, match="same judges must rate"):
        angoff([RATINGS, RATINGS[:3]])
    with pytest.raises(DataError, match="at least two judges"):
        angoff([RATINGS[:1]])
    with pytest.raises(DataError, match="4 judges and 3 items"):
        angoff([RATINGS], items=["a", "b"])
    with pytest.raises(DataError, match="at least one round"):
        angoff([])


def test_tables_of_judges():
    cuts = [10.0, 12.0, 15.0, 17.0]
    alone = judged_cut(cuts)
    together = judged_cut(cuts, tables=["A", "A", "B", "B"])
    assert together.se == pytest.approx(np.std([11.0, 16.0], ddof=1) / np.sqrt(2))
    assert together.se > alone.se
    assert together.n_tables == 2
    median = judged_cut(cuts, take_median=True)
    assert median.value == 13.5
    assert median.se == pytest.approx(1.2533 * alone.se, rel=1e-4)


def test_impact_by_hand():
    scores = ScoreFrequencies.from_counts([10, 20, 30, 25, 15])
    cut = judged_cut([1.6, 2.4])  # 2.0 with standard error 0.4
    rows = impact(scores, [cut, 3.5])
    plain = rows[2]
    assert plain.cuts == pytest.approx((2.0, 3.5))
    assert plain.at_or_above == pytest.approx((0.70, 0.15))
    assert plain.in_level == pytest.approx((0.30, 0.55, 0.15))
    assert rows[0].cuts == pytest.approx((1.2, 3.5))
    assert rows[4].at_or_above == pytest.approx((0.40, 0.15))
    assert all(sum(row.in_level) == pytest.approx(1.0) for row in rows)
    with pytest.raises(ModelError, match="must rise"):
        impact(scores, [3.0, 2.0])
