"""Laws every item model obeys, whatever its parameters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.errors import ModelError, NotBuilt
from psychometrics.models import MODELS, find_model

THETA = np.linspace(-6.0, 6.0, 25)
KINDS = [("1pl", 2), ("2pl", 2), ("3pl", 2), ("pcm", 4), ("gpcm", 2), ("gpcm", 5), ("grm", 4)]

kinds = st.sampled_from(KINDS)
numbers = st.floats(-2.5, 2.5, allow_nan=False)


@st.composite
def blocks(draw):
    name, n_categories = draw(kinds)
    model = MODELS[name]
    parameters = draw(arrays(float, (2, model.n_parameters(n_categories)), elements=numbers))
    parameters[:, 0] = draw(arrays(float, 2, elements=st.floats(0.2, 3.0)))
    if model.slope == "fixed":
        parameters[:, 0] = 1.0
    return model, parameters


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
def test_expected_score_rises_with_ability(block):
    model, parameters = block
    p = np.exp(model.log_probability(parameters, THETA))
    expected = (np.arange(p.shape[1])[:, None] * p).sum(axis=1)
    assert (np.diff(expected, axis=1) > -1e-12).all()


def test_binary_gpcm_and_grm_are_the_2pl():
    parameters = np.array([[1.3, -0.4]])
    curves = [MODELS[name].log_probability(parameters, THETA) for name in ("2pl", "gpcm", "grm")]
    np.testing.assert_allclose(curves[1], curves[0], atol=1e-12)
    np.testing.assert_allclose(curves[2], curves[0], atol=1e-12)


def test_extreme_abilities_give_no_nan():
    far = np.array([-500.0, 500.0])
    for name, n_categories in KINDS:
        model = MODELS[name]
        parameters = np.full((1, model.n_parameters(n_categories)), 0.5)
        assert np.isfinite(model.log_probability(parameters, far)).all(), name
        assert np.isfinite(model.gradient(parameters, far)).all(), name


def test_planned_and_unknown_models_are_told_apart():
    with pytest.raises(NotBuilt) as planned:
        find_model("4pl")
    assert planned.value.code == "model_not_built"
    with pytest.raises(ModelError):
        find_model("5pl")
