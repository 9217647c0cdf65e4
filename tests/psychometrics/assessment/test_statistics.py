"""Statistics with both parts of their error, scales, levels, trend."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.assessment import (
    Background,
    Correlation,
    Levels,
    Mean,
    Percentiles,
    Regression,
    ReportingScale,
    SharesAtLevels,
    StandardDeviation,
    balanced_repeated_replication,
    combine,
    estimate,
    jackknife_2,
    reporting_scale,
    trend,
)
from psychometrics.linking import linking_error

PISA_MATHS = Levels(
    (357.77, 420.07, 482.38, 544.68, 606.99, 669.30),
    ("below 1", "1", "2", "3", "4", "5", "6"),
)


@pytest.fixture(scope="module")
def sample():
    """12 zones of 2 schools of 20 pupils, 5 plausible values, a background variable."""
    rng = np.random.default_rng(2)
    n = 480
    zone, school = np.repeat(np.arange(12), 40), np.repeat(np.arange(24), 20)
    x = rng.normal(size=n)
    truth = 0.4 * x + rng.normal(0, 0.4, 24)[school] + rng.normal(0, 0.8, n)
    values = truth[:, None] + rng.normal(0, 0.4, (n, 5))
    base = rng.uniform(1, 3, n)
    weights = balanced_repeated_replication(base, zone, school, fay_k=0.5)
    return values, weights, x, school


def test_rubin_worked_numbers():
    found = combine([501, 503, 499, 502, 500], [9, 9.4, 8.8, 9.2, 9.1])
    assert found.value == 501
    assert (found.sampling_variance, found.imputation_variance) == pytest.approx((9.1, 2.5))
    assert found.total_variance == pytest.approx(12.1)
    assert found.se == pytest.approx(3.478505, abs=5e-7)
    assert found.df == pytest.approx(65.07, abs=0.005)
    assert found.fmi == pytest.approx(0.248, abs=5e-4)


def test_degrees_of_freedom_never_exceed_those_of_the_sample():
    """Barnard and Rubin (1999); without imputation variance exactly the sample's."""
    assert combine([1.0, 1.1, 0.9], [0.1, 0.1, 0.1], complete_df=30).df < 30
    assert combine([1.0, 1.0], [0.1, 0.1], complete_df=30).df == 30
    assert combine([1.0, 1.0], [0.1, 0.1]).df is None


def test_averaging_values_first_makes_the_error_too_small(sample):
    values, weights, _, _ = sample
    (right,) = estimate(Mean(), values, weights).estimates()
    (wrong,) = estimate(Mean(), values.mean(axis=1), weights).estimates()
    assert right.value == pytest.approx(wrong.value)
    assert wrong.combined.imputation_variance == 0
    assert wrong.se < right.se
    spread_right = estimate(StandardDeviation(), values, weights).estimates()[0].value
    spread_wrong = estimate(StandardDeviation(), values.mean(axis=1), weights).estimates()[0].value
    assert spread_wrong < spread_right


def test_sampling_variance_is_the_mean_over_values(sample):
    """By hand, value by value and replicate by replicate."""
    values, weights, _, _ = sample
    (found,) = estimate(Mean(), values, weights).estimates()
    by_value = []
    for one in values.T:
        full = np.average(one, weights=weights.full)
        replicated = [np.average(one, weights=column) for column in weights.replicates.T]
        by_value.append(weights.factors @ (np.array(replicated) - full) ** 2)
    assert found.combined.sampling_variance == pytest.approx(np.mean(by_value), rel=1e-10)


def test_groups_are_domains_of_one_sample(sample):
    values, weights, x, school = sample
    groups = np.where(x > 0, "high", "low")
    result = estimate(Mean(), values, weights, groups=groups, schools=school)
    high, low = result.estimates()
    members = x > 0
    expected = np.average(values[members].mean(axis=1), weights=weights.full[members])
    assert (high.group, low.group) == ("high", "low")
    assert high.value == pytest.approx(expected)
    assert high.n_persons == members.sum() and high.n_schools == 24 and high.is_reportable
    (gap,) = result.group("high").minus(result.group("low")).estimates()
    assert gap.value == pytest.approx(high.value - low.value)
    # Pupils of one school are in both groups: the errors are not those of independent samples.
    assert gap.se != pytest.approx(np.hypot(high.se, low.se), rel=0.05)


def test_small_groups_are_flagged(sample):
    values, weights, _, school = sample
    groups = np.where(school < 3, "few schools", "rest")
    few, rest = estimate(Mean(), values, weights, groups=groups, schools=school).estimates()
    assert (few.n_schools, few.is_reportable) == (3, False)
    assert rest.is_reportable
    tiny = np.where(np.arange(480) < 5, "tiny", "rest")
    flagged = estimate(Mean(), values, weights, groups=tiny).estimates()
    assert [cell.is_reportable for cell in flagged] == [True, False]


def test_shares_at_levels_sum_to_one_with_related_errors():
    rng = np.random.default_rng(4)
    scores = rng.normal(480, 95, (400, 5))
    weights = jackknife_2(np.ones(400), np.repeat(np.arange(10), 40), np.tile([1, 2], 200))
    shares = estimate(SharesAtLevels(PISA_MATHS), scores, weights).estimates()
    assert sum(share.value for share in shares) == pytest.approx(1.0)
    assert [share.statistic for share in shares] == list(PISA_MATHS.labels)
    below_two = (scores < 420.07).mean()
    assert shares[0].value + shares[1].value == pytest.approx(below_two)


def test_a_score_on_a_cut_belongs_to_the_level_above():
    assert PISA_MATHS.of([357.76, 357.77, 669.30, 900.0]).tolist() == [0, 1, 6, 6]


def test_regression_and_correlation_match_ordinary_formulas(sample):
    values, weights, x, _ = sample
    background = Background.from_arrays(x, ["books"])
    found = estimate(Regression(background), values, weights).estimates()
    root = np.sqrt(weights.full)[:, None]
    design = np.column_stack([np.ones_like(x), x])
    by_value = np.linalg.lstsq(design * root, values * root, rcond=None)[0].mean(axis=1)
    assert [one.statistic for one in found] == ["(intercept)", "books", "r_squared"]
    assert [one.value for one in found[:2]] == pytest.approx(by_value)
    (correlation,) = estimate(Correlation(x), values, weights).estimates()
    cov = np.cov(x, values[:, 0], aweights=weights.full, ddof=0)
    first = cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])
    assert estimate(Correlation(x), values[:, 0], weights).estimates()[0].value == pytest.approx(
        first
    )
    assert correlation.value**2 == pytest.approx(found[2].value, abs=0.002)


def test_correlation_of_two_sets_pairs_the_values(sample):
    values, weights, _, _ = sample
    (same,) = estimate(Correlation(values), values, weights).estimates()
    assert same.value == pytest.approx(1.0)
    assert same.se == pytest.approx(0.0, abs=1e-6)


def test_collinear_regression_is_refused(sample):
    values, weights, x, _ = sample
    twice = Background.from_arrays(np.column_stack([x, 2 * x]), ["books", "double"])
    with pytest.raises(DataError, match="double"):
        estimate(Regression(twice), values, weights)


def test_scale_sets_mean_and_sd_of_the_reference_population():
    rng = np.random.default_rng(9)
    theta = rng.normal(0.3, 1.4, (2000, 10))
    w = rng.uniform(1, 4, 2000)
    scale = reporting_scale(theta, w)
    scores = scale.score(theta)
    assert np.average(scores.mean(axis=1), weights=w) == pytest.approx(500)
    variances = [np.cov(one, aweights=w, ddof=0) for one in scores.T]
    assert np.mean(variances) == pytest.approx(100.0**2)
    assert scale.theta(scores) == pytest.approx(theta)
    assert scale.error(0.04) == pytest.approx(0.04 * scale.slope)
    again = reporting_scale(theta, w, mean=300, sd=30)
    assert again.slope / scale.slope == pytest.approx(0.3)


def test_trend_worked_number():
    """10 / sqrt(3² + 2.8² + 2.24²); 2.24 is the PISA 2018-2022 link error of mathematics."""
    found = trend(470.0, 3.0, 480.0, 2.8, linking_error=2.24)
    assert found.difference == 10
    assert found.z == pytest.approx(2.1389, abs=5e-5)
    assert trend(1.0, 0.0, 2.0, 0.0).z is None


def test_trend_with_the_error_of_a_link():
    """Shifts of eight anchors: 0.040485 logits, on a scale of 100 points a logit 4.0485 points."""
    shifts = [0.10, -0.05, 0.20, -0.15, 0.05, 0.0, -0.10, 0.08]
    error = float(ReportingScale(100.0, 500.0).error(linking_error(shifts).error))
    assert error == pytest.approx(4.0485, abs=5e-5)
    found = trend(500.0, 3.0, 510.0, 4.0, linking_error=error)
    assert found.se == pytest.approx(np.sqrt(9 + 16 + error**2))


def test_bad_input_is_refused(sample):
    values, weights, _, _ = sample
    broken = values.copy()
    broken[6, 2] = np.nan
    with pytest.raises(DataError, match="Row 7 of values, plausible value 3"):
        estimate(Mean(), broken, weights)
    with pytest.raises(DataError, match="groups for"):
        estimate(Mean(), values, weights, groups=["a"])
    with pytest.raises(DataError, match="the groups are"):
        estimate(Mean(), values, weights).group("nobody")
    with pytest.raises(DataError, match="one call of estimate"):
        estimate(Mean(), values, weights).minus(estimate(Percentiles(), values, weights))
    with pytest.raises(ModelError, match="must rise"):
        Levels((2.0, 1.0), ("a", "b", "c"))
    with pytest.raises(ModelError, match="different labels"):
        Levels((1.0,), ("a",))
    with pytest.raises(ModelError, match="between 0 and 100"):
        Percentiles((0,))
    with pytest.raises(DataError, match="one each a plausible"):
        combine([1.0, 2.0], [1.0])
    with pytest.raises(DataError, match="non-negative"):
        trend(1.0, -1.0, 2.0, 1.0)


def test_an_emptied_group_is_refused_and_the_replicate_named():
    weights = jackknife_2(np.ones(4), ["a", "a", "b", "b"], [1, 2, 1, 2])
    with pytest.raises(DataError, match="replicate 1"):
        estimate(Mean(), np.arange(4.0), weights, groups=["y", "x", "y", "y"])
