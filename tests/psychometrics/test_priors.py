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


EVERY_PRIOR = {
    "1pl": ["a=lognormal(0,0.5)", "b=normal(0,2)", "intercept=normal(0.2,2)"],
    "2pl": ["a=normal(1,0.5)", "b[I1,I3]=normal(0,2)", "intercept[I2]=normal(0.2,2)"],
    "3pl": ["a=lognormal(0,0.5)", "b=normal(0,2)", "g=logitnormal(-1.4,0.5)"],
    "4pl": ["a=lognormal(0,0.5)", "c=beta(5,17)", "u=logitnormal(3,0.5)", "d[I2]=beta(17,3)"],
    "pcm": ["b=normal(0,2)", "intercept=normal(0,3)"],
    "rsm": ["b=normal(0,2)", "b2=normal(0.5,1)", "intercept=normal(0,3)"],
    "gpcm": ["a=lognormal(0,0.5)", "b=normal(0,2)", "b3[I2]=normal(1,0.5)"],
    "grm": ["a=lognormal(0,0.5)", "b=normal(0,2)", "intercept2=normal(0.5,1)"],
    "nominal": ["slope=normal(1,2)", "intercept=normal(0,3)", "slope2[I1]=normal(0.5,1)"],
}


@pytest.mark.parametrize("model", EVERY_PRIOR)
def test_gradient_with_every_prior_equals_finite_differences(model):
    scores = np.random.default_rng(4).integers(0, 2 if "pl" in model else 4, (80, 3))
    texts = EVERY_PRIOR[model]
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


def test_a_prior_on_rating_scale_steps_counts_for_every_item():
    """The steps of two items differ though the scale is common."""
    scores = np.random.default_rng(4).integers(0, 4, (300, 3))
    fit = calibrate(ResponseMatrix.from_arrays(scores), "rsm", priors=["b2=normal(0,1)"])
    density = parse_prior("b2=normal(0,1)").density
    expected = sum(float(density.log_density(np.array(item.steps[1]))) for item in fit.items)
    assert fit.log_prior == pytest.approx(expected)


def test_a_prior_by_item_moves_that_item_only_and_joins_the_general_one(lsat7):
    free = calibrate(lsat7, "2pl")
    fit = calibrate(lsat7, "2pl", priors=["b[I1]=normal(-1.2,0.1)"])
    assert abs(fit.items[0].b + 1.2) < 0.3 < abs(free.items[0].b + 1.2)
    assert fit.items[3].b == pytest.approx(free.items[3].b, abs=0.05)
    assert fit.priors == ("b[I1]=normal(-1.2,0.1)",)


def test_normal_on_the_logit_is_what_mirt_calls_norm(lsat7):
    """logitnormal(m, s) is the normal density of the internal parameter, no Jacobian."""
    texts = ["c=logitnormal(-1.4,0.5)", "d=logitnormal(3,0.5)", "a=lognormal(0,0.5)"]
    fit = calibrate(lsat7, "4pl", priors=texts)
    z = [(np.log(i.c / (1 - i.c)) + 1.4) / 0.5 for i in fit.items]
    z += [(np.log(i.d / (1 - i.d)) - 3) / 0.5 for i in fit.items]
    expected = sum(-0.5 * v**2 - np.log(0.5 * np.sqrt(2 * np.pi)) for v in z)
    slopes = parse_prior(texts[2]).density.log_density(np.array([i.a for i in fit.items])).sum()
    assert fit.log_prior == pytest.approx(expected + slopes)


def test_a_narrow_prior_decides_and_a_wide_one_does_not(lsat7):
    free = calibrate(lsat7, "2pl")
    narrow = calibrate(lsat7, "2pl", priors=["a=lognormal(0,0.001)"])
    wide = calibrate(lsat7, "2pl", priors=["b=normal(0,1000)"])
    assert [item.a for item in narrow.items] == pytest.approx([1.0] * 5, abs=0.01)
    assert [item.a for item in wide.items] == pytest.approx([i.a for i in free.items], abs=1e-4)
