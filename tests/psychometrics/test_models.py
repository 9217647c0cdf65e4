"""Laws every item model obeys, whatever its parameters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics import (
    category_probabilities,
    item_estimate,
    item_information,
    simulate_responses,
)
from psychometrics.errors import ModelError
from psychometrics.models import MODELS, find_model
from psychometrics.models.difficulty_form import DifficultyForm
from psychometrics.thresholds import thurstonian_thresholds

THETA = np.linspace(-6.0, 6.0, 25)
KINDS = [("1pl", 2), ("2pl", 2), ("3pl", 2), ("4pl", 2), ("pcm", 4), ("rsm", 2), ("rsm", 4)]
KINDS += [("gpcm", 2), ("gpcm", 5), ("grm", 4), ("nominal", 4)]
BY_DIFFICULTY = [("2pl", 2), ("3pl", 2), ("4pl", 2), ("gpcm", 4), ("grm", 4)]

kinds = st.sampled_from([(MODELS[name], n) for name, n in KINDS])
kinds |= st.sampled_from([(DifficultyForm(MODELS[name]), n) for name, n in BY_DIFFICULTY])
numbers = st.floats(-2.5, 2.5, allow_nan=False)


@st.composite
def blocks(draw):
    model, n_categories = draw(kinds)
    parameters = draw(arrays(float, (2, model.n_parameters(n_categories)), elements=numbers))
    parameters[:, 0] = draw(arrays(float, 2, elements=st.floats(0.2, 3.0)))
    if model.slope == "fixed":
        parameters[:, 0] = 1.0
    if model.name == "4pl":  # the upper asymptote above the lower one
        parameters[:, 3] = parameters[:, 2] + np.abs(parameters[:, 3])
    if isinstance(model, DifficultyForm):
        parameters = inside(model, parameters)
    return model, parameters


def inside(model, parameters):
    """Asymptotes and thresholds in their order."""
    if model.published_name == "grm":
        parameters[:, 1:] = np.cumsum(np.abs(parameters[:, 1:]) + 0.1, axis=1)
    if model.published_name == "4pl":
        parameters[:, 3] = parameters[:, 2] + np.abs(parameters[:, 3])
    return parameters


def differences(function, at, step=1e-6):
    return (function(at + step) - function(at - step)) / (2.0 * step)


def moved(parameters, j):
    def place(value):
        result = parameters.copy()
        result[:, j] = value
        return result

    return place


@given(blocks())
def test_probabilities_are_positive_and_sum_to_one(block):
    model, parameters = block
    p = np.exp(model.log_probability(parameters, THETA))
    assert (p > 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1.0, atol=1e-12)


@given(blocks())
def test_gradient_equals_finite_differences(block):
    model, parameters = block
    gradient = model.gradient(parameters, THETA)
    for j in range(parameters.shape[1]):
        place = moved(parameters, j)
        numeric = differences(
            lambda v, place=place: model.log_probability(place(v), THETA), parameters[:, j]
        )
        np.testing.assert_allclose(gradient[:, j], numeric, atol=2e-6, rtol=2e-6)


@given(blocks())
def test_derivatives_by_ability_equal_finite_differences(block):
    model, parameters = block
    at = model.theta_derivatives(parameters, THETA)
    first = differences(lambda t: np.exp(model.log_probability(parameters, t)), THETA)
    second = differences(lambda t: model.theta_derivatives(parameters, t).first, THETA)
    np.testing.assert_allclose(at.first, first, atol=1e-7)
    np.testing.assert_allclose(at.second, second, atol=1e-6)


@given(blocks())
def test_reported_parameters_and_internal_ones_are_two_forms_of_the_same(block):
    model, parameters = block
    back = model.internal(model.reported(parameters))
    p, again = model.log_probability(parameters, THETA), model.log_probability(back, THETA)
    np.testing.assert_allclose(p, again, atol=0.02 if model.name == "grm" else 1e-8, rtol=1e-6)


@given(blocks())
@settings(max_examples=50)
def test_reported_jacobian_equals_finite_differences(block):
    model, parameters = block
    jacobian = model.reported_jacobian(parameters)
    for j in range(parameters.shape[1]):
        place = moved(parameters, j)
        numeric = differences(lambda v, place=place: model.reported(place(v)).T, parameters[:, j])
        np.testing.assert_allclose(jacobian[:, :, j], numeric.T, atol=1e-4, rtol=1e-5)


@given(blocks())
@settings(max_examples=50)
def test_intercepts_are_the_logits_at_ability_zero_and_their_jacobian_is_exact(block):
    model, parameters = block
    jacobian = model.intercepts_jacobian(parameters)
    for j in range(parameters.shape[1]):
        place = moved(parameters, j)
        numeric = differences(lambda v, place=place: model.intercepts(place(v)).T, parameters[:, j])
        np.testing.assert_allclose(jacobian[:, :, j], numeric.T, atol=1e-4, rtol=1e-5)
    if model.published_name in ("2pl", "gpcm", "rsm", "nominal", "pcm"):
        log_p = model.log_probability(parameters, np.zeros(1))[:, :, 0]
        logits = log_p[:, 1:] - log_p[:, :1]
        np.testing.assert_allclose(model.intercepts(parameters), logits, atol=1e-10)


@given(blocks())
def test_expected_score_rises_with_ability(block):
    model, parameters = block
    if model.name == "nominal":  # its categories have no order
        return
    p = np.exp(model.log_probability(parameters, THETA))
    expected = (np.arange(p.shape[1])[:, None] * p).sum(axis=1)
    assert (np.diff(expected, axis=1) > -1e-12).all()


def test_binary_gpcm_and_grm_are_the_2pl():
    parameters = np.array([[1.3, -0.4]])
    curves = [MODELS[name].log_probability(parameters, THETA) for name in ("2pl", "gpcm", "grm")]
    np.testing.assert_allclose(curves[1], curves[0], atol=1e-12)
    np.testing.assert_allclose(curves[2], curves[0], atol=1e-12)


def test_rsm_is_a_pcm_whose_relative_steps_agree():
    rsm, pcm = MODELS["rsm"], MODELS["pcm"]
    reported = np.array([[1.0, -1.2, 0.1, 0.8], [1.0, -0.7, 0.6, 1.3]])  # moved by 0.5
    internal = rsm.internal(reported)
    np.testing.assert_allclose(internal[0, 2:], internal[1, 2:])
    np.testing.assert_allclose(
        rsm.log_probability(internal, THETA), pcm.log_probability(pcm.internal(reported), THETA)
    )


def test_nominal_with_equal_spacing_is_the_gpcm():
    gpcm = np.array([[0.8, 0.3, -0.4, -1.5]])
    nominal = np.array([[0.8, 1.6, 2.4, 0.3, -0.4, -1.5]])
    np.testing.assert_allclose(
        MODELS["nominal"].log_probability(nominal, THETA),
        MODELS["gpcm"].log_probability(gpcm, THETA),
    )


def test_4pl_without_upper_asymptote_is_the_3pl():
    three = np.array([[1.3, -0.4, -1.5]])
    four = np.array([[1.3, -0.4, -1.5, 36.0]])
    np.testing.assert_allclose(
        MODELS["4pl"].log_probability(four, THETA),
        MODELS["3pl"].log_probability(three, THETA),
        atol=1e-12,
    )


def test_extreme_abilities_give_no_nan():
    far = np.array([-500.0, 500.0])
    for name, n_categories in KINDS:
        model = MODELS[name]
        parameters = np.full((1, model.n_parameters(n_categories)), 0.5)
        assert np.isfinite(model.log_probability(parameters, far)).all(), name
        assert np.isfinite(model.gradient(parameters, far)).all(), name


def test_an_unknown_model_is_refused_naming_the_known_ones():
    with pytest.raises(ModelError) as caught:
        find_model("5pl")
    assert caught.value.code == "unknown_model"
    assert all(name in caught.value.message for name in MODELS)


def test_a_nominal_item_has_no_thresholds_but_everything_else():
    item = item_estimate("N", "nominal", [0.4, 1.2, 0.3, -0.5])
    assert thurstonian_thresholds(item) == item.difficulties == ()
    assert item.n_categories == 3 and item.a == pytest.approx(0.6)
    assert item.scores == pytest.approx((0.0, 0.4 / 0.6, 2.0))
    assert category_probabilities(item, [0.0]).sum() == pytest.approx(1.0)
    assert (item_information([item], THETA) > 0).all()


@pytest.mark.parametrize(("name", "n_categories"), KINDS)
def test_simulated_responses_follow_the_curves(name, n_categories):
    model = MODELS[name]
    start = model.starting_values(np.full((1, n_categories), 1 / n_categories))
    item = item_estimate("I", name, model.reported(start)[0].tolist())
    drawn = simulate_responses([item], np.full(20_000, 0.7), np.random.default_rng(3))
    shares = np.bincount(drawn.scores[:, 0], minlength=n_categories) / 20_000
    expected = category_probabilities(item, [0.7])[0]
    np.testing.assert_allclose(shares, expected, atol=4 * 0.5 / np.sqrt(20_000))
