"""Linking coefficients of other programs and of the book.

Kolen & Brennan (2014), Table 6.5 and chapter 6, recomputed independently; STUIRT (Kim & Kolen, University of
Iowa) as quoted elsewhere (see ``known``); equateIRT 2.5.1 on R 4.2.2 for the reference collection.
"""

import json

import numpy as np
import pytest

from psychometrics import item_estimate
from psychometrics.linking import AbilityWeights, link
from tests.psychometrics.conftest import REFERENCE
from tests.psychometrics.linking import known

X = known.calibration(known.three_pl(known.KB_X, known.KB_LABELS))
Y = known.calibration(known.three_pl(known.KB_Y, known.KB_LABELS))
FORTY_ONE = AbilityWeights.uniform(4.0, 41)
NORMAL_161 = AbilityWeights.normal(n_points=161, width=4.0)


@pytest.mark.parametrize(
    ("method", "slope", "intercept"),
    [("mean-mean", 1.217266, -0.557156), ("mean-sigma", 1.168891, -0.515543)],
)
def test_moments_of_kolen_and_brennan(method, slope, intercept):
    found = link(X, Y, method=method)
    assert found.coefficients == pytest.approx((slope, intercept), abs=1e-6)


@pytest.mark.parametrize(
    ("method", "slope", "intercept"),
    [("mean-mean", 1.144960, -0.478967), ("mean-sigma", 1.176075, -0.504188)],
)
def test_moments_without_the_item_that_drifted(method, slope, intercept):
    kept = [label for label in known.KB_LABELS if label != "I27"]
    found = link(X, Y, method=method, anchors=kept)
    assert found.coefficients == pytest.approx((slope, intercept), abs=1e-6)
    assert "I27" not in found.anchors


@pytest.mark.parametrize(
    ("method", "weights", "slope", "intercept"),
    [
        ("haebara", FORTY_ONE, 1.0929, -0.4575),
        ("haebara", NORMAL_161, 1.0693, -0.4755),
        ("stocking-lord", FORTY_ONE, 1.1016, -0.4765),
        ("stocking-lord", NORMAL_161, 1.0908, -0.4963),
    ],
)
def test_curves_of_kolen_and_brennan(method, weights, slope, intercept):
    found = link(X, Y, method=method, weights=weights)
    assert found.coefficients == pytest.approx((slope, intercept), abs=6e-5)


# Posterior weights of ten points, as STUIRT's example 1 lists them.
TEN = [-4.0, -3.111, -2.222, -1.333, -0.4444, 0.4444, 1.333, 2.222, 3.111, 4.0]
NEW = [0.0001008, 0.00276, 0.03021, 0.142, 0.3149, 0.3158, 0.1542, 0.03596, 0.003925, 0.0001862]
BASE = [0.0001173, 0.003242, 0.03449, 0.1471, 0.3148, 0.311, 0.1526, 0.03406, 0.00251, 0.0001116]


@pytest.mark.parametrize(
    ("method", "slope", "intercept"),
    [("haebara", 1.067800, -0.471281), ("stocking-lord", 1.083417, -0.487619)],
)
def test_stuirt_example_1_symmetric(method, slope, intercept):
    found = link(
        X,
        Y,
        method=method,
        symmetric=True,
        weights=AbilityWeights.from_arrays(TEN, BASE),
        new_weights=AbilityWeights.from_arrays(TEN, NEW),
    )
    assert found.coefficients == pytest.approx((slope, intercept), abs=2e-6)


def stuirt_2():
    new = known.three_pl(known.STUIRT2_X) + known.gpcm_from_deviations(known.STUIRT2_X_STEPS)
    base = known.three_pl(known.STUIRT2_Y) + known.gpcm_from_deviations(known.STUIRT2_Y_STEPS)
    return known.calibration(new), known.calibration(base)


def mixed():
    new = known.three_pl(known.MIXED_X, d=1.0) + known.gpcm(known.MIXED_X_STEPS)
    base = known.three_pl(known.MIXED_Y, d=1.0) + known.gpcm(known.MIXED_Y_STEPS)
    return known.calibration(new), known.calibration(base)


@pytest.mark.parametrize(
    ("forms", "method", "slope", "intercept"),
    [
        (stuirt_2, "mean-mean", 0.875095, -0.543611),
        (stuirt_2, "mean-sigma", 0.887294, -0.560159),
        (stuirt_2, "haebara", 0.805049, -0.446101),
        (stuirt_2, "stocking-lord", 0.815445, -0.456487),
        (mixed, "mean-mean", 0.959283, 0.010863),
        (mixed, "mean-sigma", 1.035626, 0.004596),
        (mixed, "haebara", 0.996992, -0.022233),
        (mixed, "stocking-lord", 1.001785, -0.026322),
    ],
)
def test_stuirt_three_pl_and_gpcm_together(forms, method, slope, intercept):
    uniform = AbilityWeights.uniform(3.0, 25)
    found = link(*forms(), method=method, symmetric=True, weights=uniform, new_weights=uniform)
    assert found.coefficients == pytest.approx((slope, intercept), abs=2e-6)


def equate_irt_forms(name):
    path = REFERENCE / "linking" / f"{name}.equateIRT.json"
    if not path.is_file():
        pytest.skip(f"reference results {name} are not beside this project")
    result = json.loads(path.read_text("utf-8"))
    forms = {
        f"test{k}": known.calibration([equate_irt_item(row) for row in rows])
        for k, rows in enumerate(result["coef"], start=1)
    }
    return forms, result


def equate_irt_item(row):
    values = {key: value for key, value in row.items() if key not in ("name", "c.i")}
    intercept, slope = values.values()
    reported = [slope, -intercept / slope]
    if "c.i" not in row:
        return item_estimate(row["name"], "pcm" if slope == 1 else "2pl", reported)
    return item_estimate(row["name"], "3pl", [*reported, 1.0 / (1.0 + np.exp(-row["c.i"]))])


@pytest.mark.parametrize("name", ["estrasch", "est2pl", "est3pl"])
def test_direct_links_of_equate_irt(name):
    forms, result = equate_irt_forms(name)
    weights = AbilityWeights.gauss_hermite(30)
    for row in result["direct"]:
        found = link(
            forms[row["from"]], forms[row["to"]], method=row["method"].lower(), weights=weights
        )
        assert found.coefficients == pytest.approx((row["A"], row["B"]), abs=5e-7), row
