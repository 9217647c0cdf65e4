"""The second program sees the same data, and its answer is shown as it is."""

import json
import subprocess
import sys

import numpy as np
import pytest

from psychometrics import (
    DataError,
    ModelError,
    ResponseMatrix,
    calibrate,
    item_estimate,
    simulate_responses,
)

pytest.importorskip("girth", reason="girth is not installed")
from psychometrics.second_opinion import cross_check

TRUE = [
    item_estimate("I1", "2pl", [1.0, -0.5]),
    item_estimate("I2", "2pl", [1.4, 0.2]),
    item_estimate("I3", "2pl", [0.8, 0.6]),
    item_estimate("P1", "gpcm", [1.1, -0.6, 0.5]),
    item_estimate("P2", "gpcm", [0.9, -0.9, 0.1, 0.8]),
]


@pytest.fixture(scope="module")
def mixed():
    rng = np.random.default_rng(3)
    return simulate_responses(TRUE, rng.normal(size=1000), rng)


@pytest.fixture(scope="module")
def binary(mixed):
    return ResponseMatrix.from_arrays(mixed.scores[:, :3], items=mixed.items[:3])


def test_published_values_of_lsat7_come_out_of_both_programs(lsat7):
    # ltm and mirt 1.47: log-likelihood -2658.805; slopes recomputed from the pattern counts
    opinion = cross_check(lsat7, "2pl")
    published = [0.9875, 1.0808, 1.7075, 0.7650, 0.7357]
    for program in ("first", "second"):
        slopes = [getattr(item, program).a for item in opinion.items]
        np.testing.assert_allclose(slopes, published, atol=1e-3)
    assert opinion.calibration.log_likelihood == pytest.approx(-2658.805, abs=0.001)
    assert opinion.second_log_likelihood == pytest.approx(-2658.805, abs=0.001)
    assert opinion.agrees and opinion.largest_difference < 0.001
    assert opinion.second_program.startswith("girth 0.")


@pytest.mark.parametrize("model", ["1pl", "2pl", "gpcm", "grm"])
def test_both_programs_agree_on_items_of_two_categories(binary, model):
    opinion = cross_check(binary, model)
    assert opinion.agrees and opinion.largest_difference < 0.005
    assert [item.item for item in opinion.items] == list(binary.items)


@pytest.mark.parametrize("model", ["gpcm", "grm"])
def test_items_of_different_numbers_of_categories(mixed, model):
    opinion = cross_check(mixed, model)
    assert opinion.agrees
    assert [len(item.difficulty_differences) for item in opinion.items] == [1, 1, 1, 2, 3]


def test_the_first_program_is_this_library_and_lies_at_the_maximum(mixed):
    opinion = cross_check(mixed, "gpcm")
    alone = calibrate(mixed, "gpcm")
    assert [item.first for item in opinion.items] == list(alone.items)
    assert -1.0 < opinion.log_likelihood_difference <= 1e-6


def test_the_verdict_follows_the_stated_tolerance(mixed):
    opinion = cross_check(mixed, "gpcm", tolerance=1e-6)
    assert not opinion.agrees and len(opinion.disagreements) == 5
    edge = cross_check(mixed, "gpcm", tolerance=opinion.largest_difference)
    assert edge.agrees


def test_missing_responses_mean_the_same_to_both(binary):
    rng = np.random.default_rng(8)
    observed = rng.random(binary.scores.shape) > 0.15  # at random: no program is biased
    holes = ResponseMatrix.from_arrays(binary.scores, observed=observed, items=binary.items)
    opinion = cross_check(holes, "2pl")
    assert opinion.agrees
    assert [item.first.n_responses for item in opinion.items] == observed.sum(axis=0).tolist()
    assert "second_program_uses_proportions" in [c.code for c in opinion.cautions]


def test_a_weight_of_two_is_the_person_twice(binary):
    weights = np.where(np.arange(1000) % 3 == 0, 2, 1)
    weighted = ResponseMatrix.from_arrays(binary.scores, weights=weights, items=binary.items)
    repeated = ResponseMatrix.from_arrays(
        np.repeat(binary.scores, weights, axis=0), items=binary.items
    )
    pairs = zip(cross_check(weighted).items, cross_check(repeated).items, strict=True)
    for one, other in pairs:
        assert one.second.reported == pytest.approx(other.second.reported, abs=1e-9)


def test_weights_that_are_not_whole_are_refused_with_their_row(binary):
    weights = np.ones(1000)
    weights[6] = 0.5
    with pytest.raises(DataError) as error:
        cross_check(ResponseMatrix.from_arrays(binary.scores, weights=weights))
    assert error.value.code == "weight_not_whole" and error.value.params["row"] == 7


def test_categories_that_start_above_zero(mixed):
    shifted = ResponseMatrix.from_arrays(mixed.scores + np.int8(1), items=mixed.items)
    pairs = zip(cross_check(shifted, "gpcm").items, cross_check(mixed, "gpcm").items, strict=True)
    for one, other in pairs:
        assert one.second.reported == pytest.approx(other.second.reported, abs=1e-9)
        assert one.second.first_category == 1


def test_groups_are_taken_together_and_that_is_said(binary):
    labels = ["A", "B"] * 500
    grouped = ResponseMatrix.from_arrays(binary.scores, groups=labels, items=binary.items)
    opinion = cross_check(grouped)
    assert "groups_taken_together" in [c.code for c in opinion.cautions]
    assert opinion.largest_difference == cross_check(binary).largest_difference


def test_a_parameter_at_the_end_of_the_search_is_said():
    rng = np.random.default_rng(5)
    steep = [item_estimate(f"I{k}", "2pl", [1.2, 0.1 * k]) for k in range(5)]
    steep.append(item_estimate("steep", "2pl", [9.0, 0.0]))
    opinion = cross_check(simulate_responses(steep, rng.normal(size=1500), rng), "gpcm")
    cautioned = [c.item for c in opinion.cautions if c.code == "second_program_at_bound"]
    assert cautioned == ["steep"] and opinion.items[-1].is_at_bound
    assert opinion.items[-1].second.a == pytest.approx(4.0, abs=1e-3)


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("pcm", "second_program_frees_slopes"),
        ("3pl", "no_second_program"),
        ("nominal", "no_second_program"),
        ("?", "no_second_program"),
    ],
)
def test_models_the_second_program_does_not_have_are_refused(binary, model, code):
    with pytest.raises(ModelError) as error:
        cross_check(binary, model)
    assert error.value.code == code


def test_a_tolerance_must_be_positive(binary):
    with pytest.raises(ModelError):
        cross_check(binary, tolerance=0.0)


def test_the_stages_are_reported_in_order(binary):
    stages = []
    cross_check(binary, progress=stages.append)
    assert stages == ["first_program", "second_program", "comparison"]


def test_the_comparison_survives_as_json(mixed, tmp_path):
    opinion = cross_check(mixed, "gpcm")
    text = opinion.to_json(tmp_path / "comparison.json")
    values = json.loads((tmp_path / "comparison.json").read_text("utf-8"))
    assert json.loads(text) == values
    assert values["agrees"] is True and values["tolerance"] == 0.1
    first = values["items"][3]
    assert first["item"] == "P1" and len(first["b"][0]) == len(first["b"][1]) == 2
    assert first["slope_difference"] == first["a"][1] - first["a"][0]


def test_nothing_else_brings_the_second_program_along():
    code = "import sys, psychometrics, api.commands.cross_check; print('girth' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_where_booklets_follow_ability_the_second_program_is_off_and_its_likelihood_says_so():
    rng = np.random.default_rng(11)
    true = [item_estimate(f"I{k}", "2pl", [1.2, 0.2 * k - 1.1]) for k in range(12)]
    theta = rng.normal(size=1500)
    drawn = simulate_responses(true, theta, rng)
    observed = np.ones(drawn.scores.shape, dtype=bool)
    observed[theta > 0, :4] = False
    observed[theta <= 0, 8:] = False
    opinion = cross_check(ResponseMatrix.from_arrays(drawn.scores, observed=observed))
    assert not opinion.agrees and opinion.log_likelihood_difference < -10
    from_truth = [
        max(
            abs(getattr(item, program).b - t.b) for item, t in zip(opinion.items, true, strict=True)
        )
        for program in ("first", "second")
    ]
    assert from_truth[0] < from_truth[1]


def test_a_wrong_key_shows_as_a_slope_the_second_program_cannot_follow(binary):
    scores = binary.scores.copy()
    scores[:, 2] = 1 - scores[:, 2]
    opinion = cross_check(ResponseMatrix.from_arrays(scores, items=binary.items), "gpcm")
    wrong = opinion.items[2]
    assert wrong.first.a < 0 and wrong.is_at_bound and wrong in opinion.disagreements
