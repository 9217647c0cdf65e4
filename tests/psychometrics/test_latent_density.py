"""The estimated ability distribution: exact moments, exact gradient, and the shape the data have."""

import numpy as np
import pytest

from psychometrics import (
    Calibration,
    ModelError,
    ResponseMatrix,
    calibrate,
    item_estimate,
    score,
    simulate_responses,
)
from psychometrics.estimation.latent_density import NormalDensity, histogram_density
from psychometrics.quadrature import Quadrature

NODES = Quadrature().nodes
ITEMS = [item_estimate(f"I{i}", "2pl", [1.2 + 0.05 * (i % 5), -2.0 + 0.2 * i]) for i in range(20)]


def parameters(density, seed):
    shape = np.random.default_rng(seed).normal(0.0, 1.0, density.n_parameters - 2)
    return np.concatenate([[0.2, np.log(1.1)], shape])


@pytest.mark.parametrize("seed", range(4))
def test_mean_and_sd_on_the_nodes_are_the_parameters_whatever_the_shape(seed):
    density = histogram_density(NODES, 0.3, 1.2)
    weights = np.exp(density.log_weights(NODES, parameters(density, seed)))
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ NODES == pytest.approx(0.2)
    assert weights @ (NODES - 0.2) ** 2 == pytest.approx(1.1**2)


@pytest.mark.parametrize("seed", range(4))
def test_gradient_equals_finite_differences(seed):
    density = histogram_density(NODES, 0.3, 1.2)
    at, h = parameters(density, seed), 1e-6
    gradient = density.gradient(NODES, at)
    for j in range(at.size):
        move = h * np.eye(at.size)[j]
        rise = density.log_weights(NODES, at + move) - density.log_weights(NODES, at - move)
        np.testing.assert_allclose(gradient[j], rise / (2 * h), atol=1e-6)


def test_no_shape_is_the_normal_density():
    density = histogram_density(NODES, 0.0, 1.0)
    flat = np.concatenate([[0.4, np.log(0.9)], np.zeros(density.n_parameters - 2)])
    normal = NormalDensity().log_weights(NODES, flat[:2])
    np.testing.assert_allclose(density.log_weights(NODES, flat), normal, atol=1e-9)


def drawn(theta, seed, groups=None):
    data = simulate_responses(ITEMS, theta, np.random.default_rng(seed))
    return ResponseMatrix.from_arrays(data.scores, items=data.items, groups=groups)


def standardised_gamma(n, seed):
    return (np.random.default_rng(seed).gamma(2.0, 1.0, n) - 2.0) / np.sqrt(2.0)


def distance(fit):
    return np.sqrt(np.mean([(i.b - t.b) ** 2 for i, t in zip(fit.items, ITEMS, strict=True)]))


def test_a_skewed_population_is_found_and_no_longer_bends_the_items(tmp_path):
    theta = standardised_gamma(4000, 1)
    data = drawn(theta, 2)
    normal, fit = calibrate(data, "2pl"), calibrate(data, "2pl", density="histogram")
    assert fit.converged and fit.log_likelihood > normal.log_likelihood + 20
    assert distance(fit) < 0.6 * distance(normal)
    weights, nodes = np.array(fit.groups[0].histogram), fit.nodes
    assert (weights @ nodes, weights @ nodes**2) == pytest.approx((0.0, 1.0))
    assert weights @ nodes**3 == pytest.approx(2 / np.sqrt(2.0), abs=0.3)  # the gamma's skewness
    shares = [(weights @ (nodes < at), (theta < at).mean()) for at in (-0.9, -0.3, 0.3, 0.9, 1.5)]
    assert max(abs(own - true) for own, true in shares) < 0.06
    fit.to_json(tmp_path / "fit.json")
    again = Calibration.from_json(tmp_path / "fit.json")
    assert again.groups[0].histogram == fit.groups[0].histogram


def test_a_normal_population_stays_normal():
    data = drawn(np.random.default_rng(5).normal(size=3000), 6)
    normal, fit = calibrate(data, "2pl"), calibrate(data, "2pl", density="histogram")
    assert 0 <= fit.log_likelihood - normal.log_likelihood < 25
    for item, other in zip(fit.items, normal.items, strict=True):
        assert abs(item.b - other.b) < 2 * other.se.b


def test_every_group_has_a_histogram_and_a_free_mean():
    n = 2500
    theta = np.concatenate([standardised_gamma(n, 7), 0.8 - 1.3 * standardised_gamma(n, 8)])
    fit = calibrate(drawn(theta, 9, ["A"] * n + ["B"] * n), "2pl", density="histogram")
    group = fit.group("B")
    assert abs(group.mean - 0.8) < 4 * group.se_mean and abs(group.sd - 1.3) < 4 * group.se_sd
    weights = np.array(group.histogram)
    assert weights @ fit.nodes == pytest.approx(group.mean)
    assert weights @ ((fit.nodes - group.mean) / group.sd) ** 3 < -0.7


def test_weights_are_given_at_the_calibrations_own_nodes_only(lsat7):
    fit = calibrate(lsat7, "2pl", density="histogram")
    np.testing.assert_allclose(np.exp(fit.groups[0].log_weights(fit.nodes)).sum(), 1.0)
    with pytest.raises(ModelError) as caught:
        fit.groups[0].log_weights(np.linspace(-1, 1, 7))
    assert caught.value.code == "other_nodes"


def test_eap_uses_the_estimated_density():
    fit = calibrate(drawn(standardised_gamma(3000, 1), 2), "2pl", density="histogram")
    nothing = ResponseMatrix.from_arrays(
        np.full((1, 20), np.nan), items=[item.item for item in fit.items]
    )
    assert score(nothing, fit).theta[0] == pytest.approx(0.0, abs=1e-9)
    lowest = ResponseMatrix.from_arrays(np.zeros((1, 20)), items=[item.item for item in fit.items])
    weights = np.array(fit.groups[0].histogram)
    like = np.exp(sum(np.log1p(-1 / (1 + np.exp(-i.a * (fit.nodes - i.b)))) for i in fit.items))
    expected = (weights * like) @ fit.nodes / (weights @ like)
    assert score(lowest, fit).theta[0] == pytest.approx(expected, abs=1e-6)
