"""Conversion tables: rounding, truncation, reporting scale, standard errors."""

from decimal import Decimal

import numpy as np
import pytest

from psychometrics import ModelError, calibrate, item_estimate, simulate_responses
from psychometrics.equating import (
    Conversion,
    JointFrequencies,
    ReportingRule,
    ResponseSample,
    ScoreFrequencies,
    equate,
    equate_through_anchor,
    irt_true_score,
    on_reporting_scale,
    smooth,
    with_bootstrap_errors,
)
from psychometrics.linking import link, transform
from tests.psychometrics.equating import known


def conversion(*equivalents, see=None):
    n = len(equivalents)
    return Conversion("given", np.arange(float(n)), np.array(equivalents), 0.0, float(n - 1), see)


def test_rounding_is_exact_half_way():
    found = conversion(0.5, 1.5, 2.4999999999999996, 2.51)
    reported = [row.reported for row in found.table(ReportingRule(highest=Decimal(9)))]
    assert reported == [Decimal(1), Decimal(2), Decimal(3), Decimal(3)]
    even = found.table(ReportingRule(rounding="half-even"))
    assert [row.reported for row in even] == [Decimal(0), Decimal(2), Decimal(2), Decimal(3)]
    down = found.table(ReportingRule(rounding="down"))
    assert [row.reported for row in down] == [Decimal(0), Decimal(1), Decimal(2), Decimal(2)]


def test_reported_in_quarter_points_and_truncated_at_the_ends():
    rows = conversion(-0.4, 0.9, 2.1, 3.49).table(ReportingRule(step=Decimal("0.25")))
    assert [str(row.reported) for row in rows] == ["0.00", "1.00", "2.00", "3.00"]
    assert [row.is_truncated for row in rows] == [True, False, False, True]
    assert rows[0].equivalent == -0.4


def test_linear_equivalents_outside_the_base_form_are_said_to_be_cut():
    rows = equate(known.act_x(), known.act_y(), "linear").table()
    assert rows[0].is_truncated
    assert rows[0].reported == 0
    assert rows[40].is_truncated  # 1.08862 * 40 - 2.63186 = 40.91
    assert not rows[20].is_truncated


def test_a_rule_without_room_is_refused():
    with pytest.raises(ModelError, match="cannot be reported"):
        conversion(0.0, 1.0).table(ReportingRule(step=Decimal(0)))
    with pytest.raises(ModelError, match="one value a base-form score"):
        on_reporting_scale(conversion(0.0, 1.0), [2.0, 1.0])


def test_on_the_reporting_scale():
    found = on_reporting_scale(
        conversion(0.5, 1.0, 2.5, see=np.array([0.1, 0.1, 0.1])), [0, 10, 30]
    )
    np.testing.assert_allclose(found.equivalents, [5.0, 10.0, 30.0])
    np.testing.assert_allclose(found.see, [1.0, 2.0, 2.0])
    assert found.highest == 30.0


def lord_error(x, y):
    """Large-sample standard error of equipercentile equating, Lord (1982), J. Educ. Stat. 7, 165."""
    p_x = np.cumsum(x.probability) - x.probability / 2
    cumulative = np.cumsum(y.probability)
    upper = np.array([int(np.argmax(cumulative > p)) for p in p_x])
    below, density = cumulative[upper] - y.probability[upper], y.probability[upper]
    variance = p_x * (1 - p_x) * (x.n + y.n) / (x.n * y.n)
    variance -= (below + density - p_x) * (p_x - below) / (y.n * density)
    return np.sqrt(variance) / density


def test_bootstrap_errors_are_those_of_large_sample_theory():
    x, y = known.act_x(), known.act_y()
    found = with_bootstrap_errors(equate, [x, y], np.random.default_rng(5), replications=600)
    middle = slice(8, 37)  # the formula holds inside an interval, not where two meet
    ratio = found.see[middle] / lord_error(x, y)[middle]
    assert ratio.mean() == pytest.approx(1.0, abs=0.05)
    assert np.abs(ratio - 1).max() < 0.2


def test_bootstrap_is_repeatable_and_smoothing_makes_errors_smaller():
    x, y = known.act_x(), known.act_y()

    def smoothed(one: ScoreFrequencies, other: ScoreFrequencies) -> Conversion:
        return equate(smooth(one, 4).frequencies, smooth(other, 4).frequencies)

    first = with_bootstrap_errors(smoothed, [x, y], np.random.default_rng(9), replications=60)
    again = with_bootstrap_errors(smoothed, [x, y], np.random.default_rng(9), replications=60)
    np.testing.assert_array_equal(first.see, again.see)
    plain = with_bootstrap_errors(equate, [x, y], np.random.default_rng(9), replications=60)
    assert first.see[10:35].mean() < 0.95 * plain.see[10:35].mean()
    assert first.constants["failed_replications"] == 0.0
    assert first.table()[20].see == pytest.approx(first.see[20])


def test_linear_errors_in_a_single_group_are_smaller_than_in_two():
    rng = np.random.default_rng(3)
    ability = rng.normal(size=1500)
    both = [rng.binomial(20, 1 / (1 + np.exp(-ability - shift))) for shift in (0.0, 0.3)]
    joint = JointFrequencies.from_scores(*both, 20, 20)
    paired = with_bootstrap_errors(
        lambda j: equate(j.form, j.anchor, "linear"), [joint], rng, replications=200
    )
    apart = with_bootstrap_errors(
        lambda x, y: equate(x, y, "linear"), [joint.form, joint.anchor], rng, replications=200
    )
    assert paired.see.mean() < apart.see.mean()


def test_anchor_designs_have_errors_too():
    rng = np.random.default_rng(4)
    ability = rng.normal(size=2000)
    p = 1 / (1 + np.exp(-ability))
    anchor = rng.binomial(8, p)
    joint = JointFrequencies.from_scores(anchor + rng.binomial(12, p), anchor, 20, 8)
    found = with_bootstrap_errors(
        lambda a, b: equate_through_anchor(a, b, "tucker", is_internal=True),
        [joint, joint],
        rng,
        replications=50,
    )
    assert (found.see > 0).all()
    assert found.see[10] < found.see[0]


def test_calibration_and_linking_within_the_bootstrap():
    rng = np.random.default_rng(6)
    items = [item_estimate(f"I{k}", "2pl", [1.2, b]) for k, b in enumerate(np.linspace(-1, 1, 8))]
    new = ResponseSample(simulate_responses(items, rng.normal(0.3, 1, 400), rng))
    base = ResponseSample(simulate_responses(items, rng.normal(0, 1, 400), rng))

    def equated(one: ResponseSample, other: ResponseSample) -> Conversion:
        x, y = (calibrate(s.responses, "2pl", standard_errors=False) for s in (one, other))
        return irt_true_score(transform(x, link(x, y)), y)

    found = with_bootstrap_errors(equated, [new, base], rng, replications=6)
    assert found.see[0] == found.see[-1] == 0.0
    assert 0 < found.see[4] < 0.5


def test_too_little_to_bootstrap_is_refused():
    few = ScoreFrequencies.from_counts([0, 1, 0])
    with pytest.raises(ModelError, match="at least two replications"):
        with_bootstrap_errors(equate, [few, few], np.random.default_rng(1), replications=1)

    def smoothed(one: ScoreFrequencies, other: ScoreFrequencies) -> Conversion:
        return equate(smooth(one, 2).frequencies, other)

    three = ScoreFrequencies.from_counts([1, 1, 1])
    with pytest.raises(ModelError, match="could not be equated"):
        with_bootstrap_errors(smoothed, [three, three], np.random.default_rng(1), replications=20)
