"""What must hold of any link, whatever the data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics import (
    DataError,
    ModelError,
    calibrate,
    category_probabilities,
    item_estimate,
    score,
    simulate_responses,
)
from psychometrics.linking import AbilityWeights, Link, link, transform
from psychometrics.linking.link import METHODS
from psychometrics.results import ItemErrors
from tests.psychometrics.linking import known

ITEMS = [
    item_estimate("A", "2pl", [1.2, -0.7]),
    item_estimate("B", "3pl", [0.9, 0.4, 0.21]),
    item_estimate("C", "gpcm", [0.8, -1.1, 0.3, 0.9]),
    item_estimate("D", "grm", [1.4, -0.6, 0.8]),
    item_estimate("E", "2pl", [0.7, 1.5]),
]
BASE = known.calibration(ITEMS, mean=0.1, sd=1.1)


@settings(max_examples=20, deadline=None)
@given(
    slope=st.floats(0.5, 2.0),
    intercept=st.floats(-1.5, 1.5),
    method=st.sampled_from(METHODS),
    symmetric=st.booleans(),
)
def test_a_moved_scale_is_found_again(slope, intercept, method, symmetric):
    moved = transform(BASE, Link(slope, intercept, "given", ()).inverse())
    found = link(moved, BASE, method=method, symmetric=symmetric)
    assert found.coefficients == pytest.approx((slope, intercept), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(slope=st.floats(0.5, 2.0), intercept=st.floats(-1.5, 1.5))
def test_curves_do_not_change_with_the_scale(slope, intercept):
    moved = transform(BASE, Link(slope, intercept, "given", ()))
    theta = np.linspace(-3, 3, 7)
    for before, after in zip(BASE.items, moved.items, strict=True):
        np.testing.assert_allclose(
            category_probabilities(after, slope * theta + intercept),
            category_probabilities(before, theta),
            atol=1e-12,
        )


def test_there_and_back_is_where_we_were():
    there = Link(1.3, -0.4, "given", ("A",))
    back = transform(transform(BASE, there), there.inverse())
    for before, after in zip(BASE.items, back.items, strict=True):
        np.testing.assert_allclose(after.reported, before.reported, atol=1e-12)
    assert back.groups[0].mean == pytest.approx(BASE.groups[0].mean)
    assert back.groups[0].sd == pytest.approx(BASE.groups[0].sd)


def test_standard_errors_move_with_what_they_belong_to():
    errors = ItemErrors(a=0.1, steps=(0.2, None))
    item = item_estimate("S", "gpcm", [1.0, -0.5, 0.5], errors)
    moved = transform(known.calibration([item]), Link(2.0, 1.0, "given", ())).item("S")
    assert moved.steps == (0.0, 2.0)
    assert (moved.a, moved.se.a, moved.se.steps) == (0.5, 0.05, (0.4, None))


def test_abilities_move_with_the_scale():
    rng = np.random.default_rng(7)
    responses = simulate_responses(ITEMS, rng.normal(size=50), rng)
    there = Link(1.4, 0.6, "given", ())
    moved = transform(BASE, there)
    for method in ("eap", "map", "wle"):
        before, after = score(responses, BASE, method), score(responses, moved, method)
        np.testing.assert_allclose(after.theta, there(before.theta), atol=1e-5)
        np.testing.assert_allclose(after.se, 1.4 * before.se, atol=1e-5)


def test_two_populations_are_put_on_one_scale():
    rng = np.random.default_rng(21)
    slopes, difficulties = rng.uniform(0.8, 1.8, 30), rng.normal(0, 1, 30)
    items = [
        item_estimate(f"I{k}", "2pl", [a, b])
        for k, (a, b) in enumerate(zip(slopes, difficulties, strict=True))
    ]
    base = calibrate(simulate_responses(items, rng.normal(0, 1, 4000), rng), "2pl")
    new = calibrate(simulate_responses(items, rng.normal(0.5, 1.2, 4000), rng), "2pl")
    for method in METHODS:
        population = transform(new, link(new, base, method=method)).groups[0]
        assert population.mean == pytest.approx(0.5, abs=0.1)  # three standard errors
        assert population.sd == pytest.approx(1.2, abs=0.1)


@pytest.mark.parametrize("method", METHODS)
def test_errors_of_a_link_are_the_spread_of_links_from_drawn_parameters(method):
    rng = np.random.default_rng(3)
    size = sum(len(item.reported) for item in ITEMS)
    factor = rng.normal(0, 0.003, (size, size))
    covariance = factor @ factor.T
    moved = transform(BASE, Link(1.2, 0.5, "given", ()))
    found = link(moved, BASE, method=method, covariances=(covariance, covariance))

    def drawn(calibration):
        start, items = 0, []
        shifts = rng.multivariate_normal(np.zeros(size), covariance)
        for item in calibration.items:
            n = len(item.reported)
            reported = item.reported + shifts[start : start + n]
            items.append(item_estimate(item.item, item.model, reported.tolist()))
            start += n
        return known.calibration(items, mean=0.1, sd=1.1)

    links = [
        link(drawn(moved), drawn(BASE), method=method)
        for _ in range(300 if method.startswith("mean") else 120)
    ]
    spread = np.cov([[each.A, each.B] for each in links], rowvar=False)
    np.testing.assert_allclose(np.sqrt(np.diag(spread)), [found.se_A, found.se_B], rtol=0.22)
    correlation = found.cov_AB / (found.se_A * found.se_B)
    drawn_correlation = spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1])
    assert correlation == pytest.approx(drawn_correlation, abs=0.2)


def test_symmetric_links_invert():
    x = known.calibration(known.three_pl(known.KB_X))
    y = known.calibration(known.three_pl(known.KB_Y))
    weights = AbilityWeights.uniform()
    both = {"symmetric": True, "weights": weights, "new_weights": weights}
    for method in ("mean-mean", "mean-sigma", "haebara", "stocking-lord"):
        there, back = link(x, y, method=method, **both), link(y, x, method=method, **both)
        assert there.inverse().coefficients == pytest.approx(back.coefficients, abs=1e-7)


def test_a_fixed_slope_fixes_the_unit():
    base = known.calibration(
        [item_estimate(f"I{k}", "pcm", [1.0, b]) for k, b in enumerate((-1, 0, 2))]
    )
    new = known.calibration(
        [item_estimate(f"I{k}", "pcm", [1.0, b]) for k, b in enumerate((-0.6, 0.2, 2.7))]
    )
    for method in METHODS:
        found = link(new, base, method=method)
        assert found.coefficients[0] == 1.0
    _, shift = link(new, base, method="mean-mean").coefficients
    assert shift == pytest.approx(-1.3 / 3)


def test_what_cannot_be_linked_is_refused():
    other = known.calibration([item_estimate("Z", "2pl", [1.0, 0.0])])
    with pytest.raises(DataError, match="share no item") as nothing:
        link(other, BASE)
    assert nothing.value.code == "no_anchors"
    with pytest.raises(DataError, match="'Z' is not in the new") as missing:
        link(BASE, other, anchors=["Z"])
    assert missing.value.params["calibration"] == "new"
    with pytest.raises(DataError, match="named twice"):
        link(BASE, BASE, anchors=["A", "B", "A"])
    as_two = known.calibration([item_estimate("B", "2pl", [1.0, 0.0])])
    with pytest.raises(ModelError, match="3pl with 2 categories"):
        link(BASE, as_two)
    with pytest.raises(ModelError, match="no linking method"):
        link(BASE, BASE, method="guess")
    with pytest.raises(ModelError, match="different difficulty"):
        link(BASE, BASE, method="mean-sigma", anchors=["A"])
    with pytest.raises(ModelError, match="anchors have 2 parameters"):
        link(BASE, BASE, anchors=["A"], covariances=(np.eye(3), np.eye(3)))
    with pytest.raises(ModelError, match="no standard errors"):
        _ = link(BASE, BASE).covariance
    with pytest.raises(ModelError, match="one non-negative weight"):
        AbilityWeights.from_arrays([0.0, 1.0], [1.0])


EVERY_MODEL = [
    item_estimate("one", "1pl", [1.1, 0.2]),
    item_estimate("four", "4pl", [1.2, -0.3, 0.15, 0.95]),
    item_estimate("nominal", "nominal", [0.4, 0.9, 1.6, 0.3, 0.5, -0.2]),
    item_estimate("graded", "grm", [1.4, -0.6, 0.1, 0.8]),
]


@pytest.mark.parametrize("method", ["haebara", "stocking-lord"])
def test_every_model_can_be_linked_by_its_curves(method):
    base = known.calibration(EVERY_MODEL)
    moved = transform(base, Link(1.3, -0.6, "given", ()).inverse())
    assert link(moved, base, method=method).coefficients == pytest.approx((1.3, -0.6), abs=1e-6)
    only = link(moved, base, method=method, anchors=["nominal"])
    assert only.coefficients == pytest.approx((1.3, -0.6), abs=1e-6)
    theta = np.linspace(-3, 3, 7)
    for before, after in zip(base.items, moved.items, strict=True):
        np.testing.assert_allclose(
            category_probabilities(before, 1.3 * theta - 0.6),
            category_probabilities(after, theta),
            atol=1e-12,
        )


def test_a_nominal_anchor_has_no_moments():
    base = known.calibration(EVERY_MODEL)
    with pytest.raises(ModelError, match="has no difficulty; link by curves"):
        link(base, base, method="mean-mean")


def test_the_covariance_of_a_calibration_gives_the_errors_of_its_links():
    rng = np.random.default_rng(41)
    items = [
        item_estimate(f"I{k}", "2pl", [a, b])
        for k, (a, b) in enumerate(
            zip(rng.uniform(0.8, 1.8, 12), rng.normal(0, 1, 12), strict=True)
        )
    ]

    def sides():
        return (
            calibrate(
                simulate_responses(items, rng.normal(0.4, 1.1, 600), rng), "2pl", covariance=True
            ),
            calibrate(
                simulate_responses(items, rng.normal(0.0, 1.0, 600), rng), "2pl", covariance=True
            ),
        )

    new, base = sides()
    found = link(new, base)
    assert abs(found.A - 1.1) < 3 * found.se_A
    assert abs(found.B - 0.4) < 3 * found.se_B
    moved = transform(new, found)
    for item in moved.items:
        variance = moved.covariance.of(f"a[{item.item}]", f"b[{item.item}]")
        np.testing.assert_allclose(np.sqrt(np.diag(variance)), [item.se.a, item.se.b], rtol=1e-6)


def test_nominal_items_keep_their_errors_where_the_covariance_is_known():
    rng = np.random.default_rng(42)
    items = [item_estimate(f"N{k}", "nominal", [0.5, 1.4, 0.3, 0.2 * k]) for k in range(8)]
    responses = simulate_responses(items, rng.normal(size=1500), rng)
    fitted = calibrate(responses, "nominal", covariance=True)
    there = Link(1.2, 0.4, "given", ())
    moved = transform(fitted, there)
    back = transform(moved, there.inverse())
    for before, after in zip(fitted.items, back.items, strict=True):
        np.testing.assert_allclose(after.se.intercepts[1:], before.se.intercepts[1:], rtol=1e-6)
        np.testing.assert_allclose(after.se.slopes[1:], before.se.slopes[1:], rtol=1e-6)
    without = transform(calibrate(responses, "nominal"), there)
    assert without.items[0].se.intercepts is None


def test_an_estimated_density_moves_too():
    rng = np.random.default_rng(43)
    skewed = rng.gamma(2.0, 1.0, 3000)
    theta = (skewed - 2.0) / np.sqrt(2.0)
    responses = simulate_responses(ITEMS, theta, rng)
    fitted = calibrate(responses, "gpcm", density="histogram", standard_errors=False)
    there = Link(1.3, 0.7, "given", ())
    moved = transform(fitted, there)
    weights = AbilityWeights.of_population(moved)
    mean = weights.weights @ weights.points
    assert mean == pytest.approx(moved.groups[0].mean, abs=0.01)
    before, after = score(responses, fitted, "eap"), score(responses, moved, "eap")
    np.testing.assert_allclose(after.theta, there(before.theta), atol=0.03)
