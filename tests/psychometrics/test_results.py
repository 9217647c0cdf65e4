"""The published shape of a result, and reading it back."""

import json

import numpy as np
import pytest

from psychometrics import (
    Calibration,
    DataError,
    ResponseMatrix,
    calibrate,
    item_estimate,
    item_fit,
    observed_curves,
    score,
    simulate_responses,
)
from psychometrics import test_information as information_of

MIXED = [
    item_estimate("b1", "2pl", [1.2, -0.3]),
    item_estimate("b2", "2pl", [0.8, 0.6]),
    item_estimate("p1", "gpcm", [1.0, -0.8, 0.2, 0.9]),
    item_estimate("b3", "2pl", [1.5, 0.1]),
]
TOP = {"model", "converged", "log_likelihood", "n_persons", "n_items", "cycles", "items"}
TOP |= {"population", "version"}


@pytest.fixture(scope="module")
def mixed():
    rng = np.random.default_rng(8)
    drawn = simulate_responses(MIXED, rng.normal(size=1200), rng)
    groups = rng.choice(["x", "y"], 1200)
    return ResponseMatrix.from_arrays(drawn.scores, items=drawn.items, groups=groups)


def test_the_published_shape(mixed):
    result = calibrate(mixed.select(np.arange(1200)), "gpcm").to_dict()
    assert result.keys() >= TOP
    binary, polytomous = result["items"][0], result["items"][2]
    assert isinstance(binary["b"], float) and "steps" not in binary and "c" not in binary
    assert len(polytomous["steps"]) == len(polytomous["se"]["steps"]) == 3
    assert set(binary["se"]) == {"a", "b"} and set(polytomous["se"]) == {"a", "steps"}
    listed = result["population"]["groups"]
    assert [group["group"] for group in listed] == ["x", "y"]


def test_grm_thresholds_are_under_b_and_3pl_has_c(mixed, lsat7):
    graded = calibrate(mixed, "grm").to_dict()["items"]
    assert len(graded[2]["b"]) == len(graded[2]["se"]["b"]) == 3 and isinstance(
        graded[0]["b"], float
    )
    assert graded[2]["b"] == sorted(graded[2]["b"])
    three = calibrate(lsat7, "3pl", priors=["g=logitnormal(-1.386294,0.5)"]).to_dict()["items"][0]
    assert set(three["se"]) == {"a", "b", "c"} and 0 < three["c"] < 1


def test_pcm_writes_the_population_sd(lsat7):
    result = calibrate(lsat7, "pcm").to_dict()
    assert result["population"]["mean"] == 0.0
    assert result["population"]["sd"] == pytest.approx(1.0113, abs=1e-3)
    assert result["items"][0]["a"] == 1.0 and result["items"][0]["se"]["a"] is None


@pytest.mark.parametrize("model", ["pcm", "gpcm", "grm"])
def test_json_read_back_scores_the_same(mixed, model, tmp_path):
    fit = calibrate(mixed, model)
    path = tmp_path / "result.json"
    fit.to_json(path)
    again = Calibration.from_json(path)
    assert again.to_dict() == fit.to_dict()
    assert json.loads(path.read_text("utf-8"))["n_items"] == 4
    for method in ("eap", "wle"):
        np.testing.assert_array_equal(
            score(mixed, again, method).theta, score(mixed, fit, method).theta
        )


def test_the_bare_published_shape_is_enough_to_score():
    bare = {
        "model": "gpcm",
        "converged": True,
        "log_likelihood": -1.0,
        "n_persons": 10,
        "n_items": 2,
        "cycles": 3,
        "items": [
            {"item": "i", "a": 1.0, "b": 0.0, "se": {"a": 0.1, "b": 0.1}},
            {"item": "j", "a": 1.0, "steps": [-0.5, 0.5], "se": {"a": 0.1, "steps": [0.1, 0.1]}},
        ],
        "population": {"mean": 0.0, "sd": 1.0},
        "version": "0.1.0",
    }
    found = score(
        ResponseMatrix.from_arrays([[1, 1]], items=["i", "j"]), Calibration.from_dict(bare)
    )
    assert np.isfinite(found.theta).all()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"model": "2pl"}', "not json"])
def test_a_file_that_is_no_result_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Calibration.from_json(path)
    assert caught.value.code == "bad_calibration"


def test_scoring_refuses_what_was_not_calibrated(mixed):
    fit = calibrate(mixed, "gpcm", standard_errors=False)
    for scores, items, code in [
        ([[1]], ["zz"], "unknown_item"),
        ([[1], [2]], ["b1"], "category_not_calibrated"),
        ([[1]], ["b1"], "unknown_group"),
    ]:
        with pytest.raises(DataError) as caught:
            score(ResponseMatrix.from_arrays(scores, items=items), fit, "eap")
        assert caught.value.code == code


def test_nothing_observed_gives_the_population_or_nothing(lsat7):
    fit = calibrate(lsat7, "pcm", standard_errors=False)
    empty = ResponseMatrix.from_arrays([[np.nan] * 5, [1, 0, 1, 0, 1]])
    for method in ("eap", "map"):
        found = score(empty, fit, method)
        assert (found.theta[0], found.se[0]) == pytest.approx((0.0, fit.groups[0].sd))
        assert found.from_prior_only.tolist() == [True, False]
    for method in ("ml", "wle"):
        assert score(empty, fit, method).is_finite.tolist() == [False, True]


def test_groups_enter_eap_through_their_population():
    fit = calibrate_two_groups()
    rows = [[1, 0, 1, 0, 1, 0]] * 2
    found = score(ResponseMatrix.from_arrays(rows, groups=["low", "top"]), fit, "eap")
    assert found.theta[1] > found.theta[0]
    same = score(ResponseMatrix.from_arrays(rows, groups=["low", "top"]), fit, "wle")
    assert same.theta[1] == same.theta[0]


def calibrate_two_groups():
    rng = np.random.default_rng(6)
    items = [
        item_estimate(f"I{i}", "2pl", [1.2, b]) for i, b in enumerate(np.linspace(-1, 1, 6), 1)
    ]
    theta = np.concatenate([rng.normal(size=600), rng.normal(1.5, 1.0, 600)])
    drawn = simulate_responses(items, theta, rng)
    groups = ["low"] * 600 + ["top"] * 600
    return calibrate(ResponseMatrix.from_arrays(drawn.scores, groups=groups), "2pl")


def test_fit_is_good_where_the_model_holds_and_bad_where_not(mixed):
    rng = np.random.default_rng(12)
    scores = mixed.scores.copy()
    scores[:, 1] = rng.integers(0, 2, len(scores))  # pure guessing under a curve for b2
    fit = calibrate(mixed, "gpcm", standard_errors=False)
    good = item_fit(mixed, fit)
    spoiled = item_fit(
        ResponseMatrix.from_arrays(
            scores, items=mixed.items, groups=[mixed.groups[c] for c in mixed.group_codes]
        ),
        fit,
    )
    assert all(abs(item.infit - 1) < 0.05 and item.rmsd < 0.04 for item in good)
    assert spoiled[1].rmsd > 2 * good[1].rmsd and spoiled[1].infit > 1.05


def test_observed_proportions_follow_the_curves(mixed):
    fit = calibrate(mixed, "gpcm", standard_errors=False)
    curves = observed_curves(mixed, fit, n_groups=6)
    assert [curve.item for curve in curves] == list(mixed.items)
    for curve in curves:
        assert curve.n.sum() == mixed.n_persons
        np.testing.assert_allclose(curve.proportions.sum(axis=1), 1.0)
        assert (curve.low <= curve.proportions).all() and (curve.proportions <= curve.high).all()
        assert (np.diff(curve.theta) > 0).all()


def test_simulation_repeats_with_its_seed_and_recovers_its_parameters():
    theta = np.random.default_rng(1).normal(size=6000)
    one, two = (simulate_responses(MIXED, theta, np.random.default_rng(2)) for _ in range(2))
    assert (one.scores == two.scores).all()
    fit = calibrate(one, "gpcm")
    for item, truth in zip(fit.items, MIXED, strict=True):
        errors = item.se.steps if item.steps is not None else (item.se.b,)
        assert abs(item.a - truth.a) < 4 * item.se.a
        for b, true, error in zip(item.difficulties, truth.difficulties, errors, strict=True):
            assert abs(b - true) < 4 * error


def test_information_is_what_the_standard_error_comes_from(lsat7):
    fit = calibrate(lsat7, "2pl", standard_errors=False)
    found = score(lsat7.select(np.arange(50, 60)), fit, "wle")
    np.testing.assert_allclose(found.se, information_of(fit, found.theta) ** -0.5, rtol=1e-9)
