"""Random groups: the worked examples of Kolen & Brennan (2014), ch. 2, and laws.

The numbers were recomputed independently of the book (``known`` holds the counts).
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import DataError, ModelError
from psychometrics.equating import ScoreFrequencies, equate, percentile_point, percentile_rank
from tests.psychometrics.equating import known

SMALL_X = ScoreFrequencies.from_counts([2, 3, 2, 2, 1])
SMALL_Y = ScoreFrequencies.from_counts([1, 2, 2, 3, 2])
counts = st.lists(st.integers(0, 30), min_size=3, max_size=25).filter(lambda c: sum(c) > 0)


def test_the_small_example():
    # Kolen & Brennan, pp. 41-42.
    expected = [0.50, 1.75, 2.8333, 3.50, 4.25]
    assert equate(SMALL_X, SMALL_Y).equivalents == pytest.approx(expected, abs=5e-5)
    assert percentile_rank(SMALL_X, [0, 1, 2, 3, 4]) == pytest.approx([10, 35, 60, 80, 95])


def test_moments_of_the_act_forms():
    x, y = known.act_x(), known.act_y()
    assert (x.n, y.n) == (4329, 4152)
    assert (x.mean, x.sd) == pytest.approx((19.8524, 8.2116), abs=5e-5)
    assert (y.mean, y.sd) == pytest.approx((18.9798, 8.9393), abs=5e-5)
    assert (x.skewness, x.kurtosis) == pytest.approx((0.3753, 2.3024), abs=5e-5)
    assert (y.skewness, y.kurtosis) == pytest.approx((0.3527, 2.1464), abs=5e-5)


def test_linear_and_mean_equating_of_the_act_forms():
    linear = equate(known.act_x(), known.act_y(), "linear")
    assert linear.constants["slope"] == pytest.approx(1.08862, abs=5e-6)
    assert linear.constants["intercept"] == pytest.approx(-2.63186, abs=5e-6)
    mean = equate(known.act_x(), known.act_y(), "mean")
    assert mean.equivalents[0] == pytest.approx(18.9798 - 19.8524, abs=1e-4)
    identity = equate(known.act_x(), known.act_y(), "identity")
    np.testing.assert_array_equal(identity.equivalents, identity.scores)


def test_equipercentile_equating_of_the_act_forms():
    equivalents = equate(known.act_x(), known.act_y()).equivalents
    low = [0.9796, 1.6462, 2.2856, 2.8932, 3.6205, 4.4997, 5.5148, 6.3124, 7.2242, 8.1607]
    assert equivalents[1:11] == pytest.approx(low, abs=5e-5)
    assert equivalents[[20, 30, 40]] == pytest.approx([19.1647, 30.1305, 39.9006], abs=5e-5)


def test_a_score_that_nobody_has():
    # Nobody has 0 on either form: the middle of the flat part from -0.5 to 0.5, as in the book.
    assert equate(known.act_x(), known.act_y()).equivalents[0] == pytest.approx(0.0)
    gap = ScoreFrequencies.from_counts([5, 0, 0, 5])
    assert percentile_point(gap, 50.0) == pytest.approx(1.5)  # flat from 0.5 to 2.5
    assert percentile_point(gap, [0.0, 100.0]) == pytest.approx([-0.5, 3.5])
    late = ScoreFrequencies.from_counts([0, 0, 4, 4, 0])
    assert percentile_point(late, [0.0, 100.0]) == pytest.approx([0.5, 4.0])


@settings(max_examples=100, deadline=None)
@given(counts)
def test_a_form_is_equivalent_to_itself(values):
    form = ScoreFrequencies.from_counts(values)
    seen = form.counts > 0
    np.testing.assert_allclose(equate(form, form).equivalents[seen], form.scores[seen], atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(counts, counts)
def test_equivalents_rise_and_stay_on_the_base_form(one, other):
    x, y = ScoreFrequencies.from_counts(one), ScoreFrequencies.from_counts(other)
    equivalents = equate(x, y).equivalents
    assert (np.diff(equivalents) >= -1e-9).all()
    assert equivalents.min() >= -0.5 - 1e-12
    assert equivalents.max() <= y.highest + 0.5 + 1e-12


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 30), min_size=3, max_size=20),
    st.lists(st.integers(1, 30), min_size=3, max_size=20),
)
def test_there_and_back_is_where_we_were(one, other):
    x, y = ScoreFrequencies.from_counts(one), ScoreFrequencies.from_counts(other)
    ranks = percentile_rank(y, equate(x, y).equivalents)
    np.testing.assert_allclose(ranks, percentile_rank(x, x.scores), atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(counts, st.integers(2, 9))
def test_the_number_of_persons_does_not_matter(values, times):
    x, y = ScoreFrequencies.from_counts(values), known.act_y()
    more = ScoreFrequencies.from_counts(np.array(values) * times)
    np.testing.assert_allclose(equate(more, y).equivalents, equate(x, y).equivalents, atol=1e-7)


def test_linear_equating_gives_the_base_forms_mean_and_sd():
    x, y = known.act_x(), known.act_y()
    equated = equate(x, y, "linear").equivalents
    mean = x.probability @ equated
    assert mean == pytest.approx(y.mean)
    assert np.sqrt(x.probability @ (equated - mean) ** 2) == pytest.approx(y.sd)


def test_scores_in_quarter_points():
    quarters = ScoreFrequencies.from_counts(SMALL_X.counts, step=0.25, lowest=1.0)
    base = ScoreFrequencies.from_counts(SMALL_Y.counts, step=0.5)
    whole = equate(SMALL_X, SMALL_Y)
    part = equate(quarters, base)
    np.testing.assert_allclose(part.scores, 1.0 + 0.25 * whole.scores)
    np.testing.assert_allclose(part.equivalents, 0.5 * whole.equivalents)
    assert part(1.125) == pytest.approx(0.5 * whole(0.5))


def test_counting_scores():
    counted = ScoreFrequencies.from_scores([0.25, 0.5, 0.5, 1.0], 1.0, step=0.25)
    assert counted.counts.tolist() == [0, 1, 2, 0, 1]
    weighted = ScoreFrequencies.from_scores([0, 1], 2, weights=[2.5, 1.0])
    assert weighted.counts.tolist() == [2.5, 1.0, 0.0]


def test_bad_scores_are_refused():
    with pytest.raises(DataError, match="Row 2") as wrong:
        ScoreFrequencies.from_scores([1, 2.5, 3], 4)
    assert wrong.value.params["row"] == 2
    with pytest.raises(DataError, match="Row 1"):
        ScoreFrequencies.from_scores([np.nan], 4)
    with pytest.raises(DataError, match="one above zero"):
        ScoreFrequencies.from_counts([1, -1])
    with pytest.raises(DataError, match="must be positive"):
        ScoreFrequencies.from_counts([1, 1], step=0.0)
    with pytest.raises(DataError, match="same score on the new form"):
        equate(ScoreFrequencies.from_counts([0, 5, 0]), SMALL_Y, "linear")
    with pytest.raises(ModelError, match="no equating method"):
        equate(SMALL_X, SMALL_Y, "kernel")
