"""Replicate weights.

Worked data: Levy & Lemeshow's emergency data as in the R package survey (data set scd): strata 1, 1,
2, 2, 3, 3, cardiac arrests and patients brought alive to hospital.
"""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.assessment import (
    Mean,
    Percentiles,
    Ratio,
    Total,
    balanced_repeated_replication,
    estimate,
    fay_factor,
    given_replicates,
    jackknife_1,
    jackknife_2,
    jackknife_n,
    variance_zones,
)
from psychometrics.assessment.hadamard import hadamard

ARRESTS = np.array([120.0, 78, 185, 228, 670, 530])
ALIVE = np.array([25.0, 24, 30, 49, 80, 70])
ZONE = [1, 1, 2, 2, 3, 3]
PSU = [1, 2, 1, 2, 1, 2]
HALF_SAMPLES = np.array(
    [[1, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1], [0, 1, 1, 0, 0, 1], [0, 1, 0, 1, 1, 0]]
)
ONES = np.ones(6)


def half_samples(k):
    """The four half-samples of the example, with Fay's k."""
    weights = np.where(HALF_SAMPLES.T == 1, 2.0 - k, k)
    return given_replicates(ONES, weights, factors=fay_factor(4, k))


def survival(weights, about="full"):
    (found,) = estimate(Ratio(ARRESTS), ALIVE, weights).estimates(about=about)
    return found


def test_survey_ratio_and_its_replicates():
    result = estimate(Ratio(ARRESTS), ALIVE, half_samples(0.0)).values[0, 0]
    assert result[0] == pytest.approx(0.1535064, abs=5e-8)
    expected = [0.1384615, 0.1640091, 0.1563682, 0.1567623]
    assert result[1:] == pytest.approx(expected, abs=5e-8)


@pytest.mark.parametrize(
    ("k", "about", "expected"),
    [
        (0.0, "full", 0.0094266),
        (0.0, "mean", 0.0094184),
        (0.5, "full", 0.0096030),
        (0.3, "full", 0.0095292),
    ],
)
def test_survey_half_sample_errors(k, about, expected):
    assert survival(half_samples(k), about).se == pytest.approx(expected, abs=5e-8)


def test_survey_jackknife_errors():
    """One-sided: the first PSU of each pair counts double. Two-sided: half of both sides' squares."""
    one_sided = jackknife_2(ONES, ZONE, PSU)
    two_sided = jackknife_2(ONES, ZONE, PSU, sides=2)
    assert survival(one_sided).se == pytest.approx(0.0096185, abs=5e-8)
    assert survival(two_sided).se == pytest.approx(0.0098492, abs=5e-8)
    assert (one_sided.n_replicates, two_sided.n_replicates) == (3, 6)


@pytest.mark.parametrize(
    "weights",
    [
        half_samples(0.0),
        half_samples(0.5),
        balanced_repeated_replication(ONES, ZONE, PSU),
        balanced_repeated_replication(ONES, ZONE, PSU, fay_k=0.5),
        jackknife_2(ONES, ZONE, PSU),
        jackknife_2(ONES, ZONE, PSU, sides=2),
        jackknife_n(ONES, ZONE, PSU),
    ],
    ids=lambda weights: weights.method,
)
def test_total_has_the_exact_error(weights):
    """A linear statistic: every method gives sqrt(1² + 19² + 10²), the PSU differences."""
    (found,) = estimate(Total(), ALIVE, weights).estimates()
    assert found.value == 278
    assert found.se == pytest.approx(np.sqrt(1 + 19**2 + 10**2), abs=1e-9)


def test_jackknife_1_of_a_mean_is_the_textbook_error():
    values = np.array([3.0, 5, 4, 8, 10, 7])
    (found,) = estimate(Mean(), values, jackknife_1(ONES, range(6))).estimates()
    assert found.se == pytest.approx(values.std(ddof=1) / np.sqrt(6), abs=1e-12)


def test_pisa_factor():
    assert fay_factor(80, 0.5) == pytest.approx(1 / 20)
    rng = np.random.default_rng(1)
    zone, psu = np.repeat(np.arange(75), 2), np.tile([1, 2], 75)
    weights = balanced_repeated_replication(
        rng.uniform(1, 3, 150), zone, psu, fay_k=0.5, n_replicates=80
    )
    assert weights.n_replicates == 80
    assert weights.factors == pytest.approx(np.full(80, 1 / 20))
    assert set(np.round(weights.replicates / weights.full[:, None], 9).ravel()) == {0.5, 1.5}


@pytest.mark.parametrize("order", [1, 2, 4, 12, 20, 24, 28, 36, 44, 60, 76, 80, 96])
def test_hadamard(order):
    matrix = hadamard(order)
    assert matrix.shape == (order, order)
    assert np.abs(matrix).min() == 1 and np.abs(matrix).max() == 1
    assert (matrix @ matrix.T == order * np.eye(order)).all()
    assert (matrix[0] == 1).all() and (matrix[:, 0] == 1).all()


def test_every_multiple_of_four_but_three_is_built():
    built = {len(hadamard(order)) for order in range(4, 101, 4)}
    assert set(range(4, 101, 4)) - built == {52, 92, 100}


def test_triples_have_the_right_variance_on_average():
    """Over the three choices of the PSU that stands alone: n / (n - 1) times the sum of squares."""
    totals = np.array([3.0, 7.0, 14.0])
    found = []
    for first in range(3):
        order = np.roll(totals, first)
        weights = balanced_repeated_replication(np.ones(3), [1] * 3, [1, 2, 3], fay_k=0.5)
        (result,) = estimate(Total(), order, weights).estimates()
        found.append(result.se**2)
    exact = 1.5 * ((totals - totals.mean()) ** 2).sum()
    assert np.mean(found) == pytest.approx(exact)


def test_pisa_triple_weights():
    """Technical report: 1.7071 and 0.6464, or 0.2929 and 1.3536."""
    weights = balanced_repeated_replication(np.ones(3), [1] * 3, [1, 2, 3], fay_k=0.5)
    rows = {tuple(row) for row in np.round(weights.replicates.T, 4)}
    assert rows == {(1.7071, 0.6464, 0.6464), (0.2929, 1.3536, 1.3536)}


def test_replicates_keep_the_total_when_psus_are_equal():
    zone, psu = np.repeat(np.arange(9), 2), np.tile([1, 2], 9)
    for weights in (
        jackknife_2(np.ones(18), zone, psu, sides=2),
        balanced_repeated_replication(np.ones(18), zone, psu),
        jackknife_n(np.ones(18), zone, psu),
    ):
        assert weights.replicates.sum(axis=0) == pytest.approx(18.0)


def test_zones_pair_schools_in_the_order_drawn():
    stratum = list("AAAAABBC")
    school = ["s5", "s1", "s9", "s2", "s3", "s7", "s4", "s8"]
    assert variance_zones(stratum, school).tolist() == [0, 0, 1, 1, 1, 2, 2, 2]
    assert variance_zones(list("ABB"), ["x", "y", "z"]).tolist() == [0, 0, 0]
    pupils = variance_zones(["A"] * 8, ["x", "x", "y", "y", "z", "z", "w", "w"])
    assert pupils.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_zones_that_are_no_pairs_are_named():
    with pytest.raises(DataError) as refused:
        jackknife_2(np.ones(5), ["a", "a", "b", "b", "b"], [1, 2, 1, 2, 3])
    assert (refused.value.params["zone"], refused.value.params["psus"]) == ("b", 3)
    with pytest.raises(DataError, match="single PSU"):
        jackknife_n(np.ones(3), ["a", "a", "b"], [1, 2, 1])
    with pytest.raises(DataError, match="needs 2"):
        balanced_repeated_replication(np.ones(3), [1, 1, 1], [1, 2, 3])


def test_impossible_requests_are_refused():
    with pytest.raises(ModelError, match="use 8"):
        balanced_repeated_replication(ONES, ZONE, PSU, n_replicates=6)
    with pytest.raises(ModelError, match="Fay"):
        fay_factor(80, 1.0)
    with pytest.raises(DataError, match="Row 2"):
        jackknife_1([1.0, -1.0], [1, 2])
    with pytest.raises(DataError, match="replicate 1"):
        given_replicates([1.0, 1.0], [[np.nan], [1.0]], factors=1.0)
    with pytest.raises(DataError, match="one column a replicate"):
        given_replicates([1.0, 1.0], [[1.0]], factors=1.0)


def test_percentile_of_weight_two_is_the_value_twice():
    values = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    double = np.array([1.0, 2, 1, 1, 2, 1, 1, 1])
    repeated = np.repeat(values, double.astype(int))
    weighted = Percentiles((25, 50, 80)).of(values, double[:, None], 0)
    plain = Percentiles((25, 50, 80)).of(repeated, np.ones((10, 1)), 0)
    assert weighted == pytest.approx(plain)
    assert Percentiles((50,)).of(values, np.ones((8, 1)), 0)[0, 0] == np.median(values)


@pytest.mark.slow
def test_standard_errors_cover_the_truth_in_repeated_samples():
    """400 samples of 30 zones of 2 schools: the 95 % interval of the mean covers it."""
    rng = np.random.default_rng(5)
    zone = np.repeat(np.arange(30), 2 * 10)
    psu = np.tile(np.repeat([1, 2], 10), 30)
    covered = {"jk2": [], "fay(0.5)": [], "jkn": []}
    for _ in range(400):
        school = rng.normal(0, 0.5, 60).repeat(10)
        values = school + rng.normal(0, 1, 600)
        for weights in (
            jackknife_2(np.ones(600), zone, psu, rng=rng),
            balanced_repeated_replication(np.ones(600), zone, psu, fay_k=0.5),
            jackknife_n(np.ones(600), zone, psu),
        ):
            (found,) = estimate(Mean(), values, weights).estimates()
            low, high = found.interval()
            covered[weights.method].append(low < 0 < high)
    for shares in covered.values():
        assert np.mean(shares) == pytest.approx(0.95, abs=0.033)  # 3 Monte-Carlo errors
