"""Separate calibration and linking, concurrent calibration, fixed parameters: one scale by three routes."""

import numpy as np
import pytest

from psychometrics import DataError, ResponseMatrix, calibrate, item_estimate, simulate_responses
from psychometrics.linking import link, stack_forms, transform
from psychometrics.responses.missing import ResponseKind

RNG = np.random.default_rng(61)
ITEMS = [
    item_estimate(f"I{k}", "2pl", [a, b])
    for k, (a, b) in enumerate(
        zip(RNG.uniform(0.9, 1.7, 30), RNG.normal(0.2, 1.0, 30), strict=True)
    )
]
BASE_FORM, NEW_FORM = ITEMS[:20], ITEMS[10:]  # ten items in common


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(62)
    base = simulate_responses(BASE_FORM, rng.normal(0.0, 1.0, 3000), rng)
    new = simulate_responses(NEW_FORM, rng.normal(0.5, 1.15, 3000), rng)
    return base, new


def test_three_routes_meet(samples):
    base, new = samples
    on_base = calibrate(base, "2pl", standard_errors=False)
    alone = calibrate(new, "2pl", standard_errors=False)
    linked = transform(alone, link(alone, on_base, method="stocking-lord"))
    together = calibrate(stack_forms({"base": base, "new": new}), "2pl", standard_errors=False)
    common = [item for item in on_base.items if item.item in new.items]
    fixed = calibrate(new, "2pl", anchors=common, standard_errors=False)
    truth = {item.item: item for item in ITEMS}
    for route in (linked, together, fixed):
        population = route.groups[-1]
        assert population.mean == pytest.approx(0.5, abs=0.1)
        assert population.sd == pytest.approx(1.15, abs=0.1)
        only_new = [route.item(item.item) for item in NEW_FORM[10:]]
        error = [item.b - truth[item.item].b for item in only_new]
        assert np.abs(error).max() < 0.25
    assert together.groups[0].mean == 0.0
    assert all(fixed.item(item.item).b == pytest.approx(item.b) for item in common)


def test_stacked_forms_say_who_had_what(samples):
    base, new = samples
    both = stack_forms({"base": base, "new": new}, reference="new")
    assert both.n_persons == 6000
    assert both.items == tuple(item.item for item in ITEMS)
    assert both.groups == ("new", "base")
    assert both.persons[0] == "base:1"
    assert not both.observed[:3000, 20:].any()
    assert both.observed[3000:, 10:].all()
    np.testing.assert_array_equal(both.scores[3000:, 10:], new.scores)


def test_stacking_keeps_groups_weights_and_kinds_of_missing():
    one = ResponseMatrix.from_arrays(
        [[1, 0], [0, 1]],
        kinds=[[ResponseKind.GIVEN, ResponseKind.OMITTED], [ResponseKind.GIVEN] * 2],
        items=["A", "B"],
        groups=["x", "y"],
        weights=[2.0, 1.0],
    )
    other = ResponseMatrix.from_arrays([[1, 1]], items=["B", "C"])
    both = stack_forms({"one": one, "other": other})
    assert both.groups[0] == "one:x"
    assert set(both.groups) == {"one:x", "one:y", "other"}
    assert both.weights.tolist() == [2.0, 1.0, 1.0]
    assert both.kinds[0].tolist() == [
        ResponseKind.GIVEN,
        ResponseKind.OMITTED,
        ResponseKind.NOT_ADMINISTERED,
    ]


def test_an_unknown_reference_is_refused(samples):
    with pytest.raises(DataError, match="not among the forms"):
        stack_forms({"base": samples[0]}, reference="new")
    with pytest.raises(DataError, match="not among the forms"):
        stack_forms({})
