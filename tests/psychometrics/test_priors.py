"""Prior densities integrate to one and their slopes are derivatives; they pull estimates."""

import numpy as np
import pytest
from scipy.integrate import quad

from psychometrics import ResponseMatrix, calibrate
from psychometrics.calibrate import _objective
from psychometrics.priors import parse_prior

DENSITIES = [
    ("a=lognormal(0.1,0.6)", 1e-9, 60.0),
    ("b=normal(0.5,2)", -40.0, 40.0),
    ("g=beta(5,17)", 0.0, 1.0),
]


@pytest.mark.parametrize(("text", "low", "high"), DENSITIES)
def test_densities_integrate_to_one(text, low, high):
    density = parse_prior(text).density

    def at(x):
        return float(np.exp(density.log_density(np.array([x])))[0])

    assert quad(at, low, high, limit=200)[0] == pytest.approx(1.0, abs=1e-6)


def test_logitnormal_is_a_density_of_the_logit():
    density = parse_prior("g=logitnormal(-1.386294,0.5)").density

    def at(logit):
        return float(np.exp(density.log_density(np.array([1 / (1 + np.exp(-logit))])))[0])

    assert quad(at, -8, 6)[0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("text", [d[0] for d in DENSITIES] + ["g=logitnormal(-1,0.5)"])
def test_slopes_are_derivatives(text):
    density, x, h = parse_prior(text).density, np.array([0.1, 0.3, 0.7]), 1e-6
    numeric = (density.log_density(x + h) - density.log_density(x - h)) / (2 * h)
    np.testing.assert_allclose(density.slope(x), numeric, rtol=1e-6)


@pytest.mark.parametrize("model", ["1pl", "2pl", "3pl", "gpcm", "grm"])
def test_gradient_with_every_prior_equals_finite_differences(model):
    scores = np.random.default_rng(4).integers(0, 2 if "pl" in model else 4, (80, 3))
    texts = ["a=lognormal(0,0.5)", "b=normal(0,2)"]
    texts += ["g=logitnormal(-1.4,0.5)"] if model == "3pl" else []
    objective = _objective(
        ResponseMatrix.from_arrays(scores), model, None, tuple(map(parse_prior, texts)), 2048
    )
    point = objective.free.collect(objective.template) + 0.05
    gradient, h = objective.evaluate(point).gradient, 1e-5
    for j in range(point.size):
        move = h * np.eye(point.size)[j]
        rise = objective.evaluate(point + move).value - objective.evaluate(point - move).value
        assert gradient[j] == pytest.approx(rise / (2 * h), abs=1e-4)


def test_a_prior_on_a_common_slope_counts_once(lsat7):
    one = calibrate(lsat7, "1pl", priors=["a=lognormal(0,0.5)"])
    density = parse_prior("a=lognormal(0,0.5)").density
    assert one.log_prior == pytest.approx(float(density.log_density(np.array(one.items[0].a))))


def test_a_narrow_prior_decides_and_a_wide_one_does_not(lsat7):
    free = calibrate(lsat7, "2pl")
    narrow = calibrate(lsat7, "2pl", priors=["a=lognormal(0,0.001)"])
    wide = calibrate(lsat7, "2pl", priors=["b=normal(0,1000)"])
    assert [item.a for item in narrow.items] == pytest.approx([1.0] * 5, abs=0.01)
    assert [item.a for item in wide.items] == pytest.approx([i.a for i in free.items], abs=1e-4)
