"""Plausible values: they are the posterior, and they give back the population."""

import numpy as np
import pytest

from psychometrics import DataError, ModelError
from psychometrics.assessment import (
    Background,
    Mean,
    Regression,
    estimate,
    jackknife_1,
    latent_regression,
    plausible_values,
)
from psychometrics.assessment.likelihood import likelihood_of
from tests.psychometrics.assessment.conftest import simulate
from tests.psychometrics.assessment.test_latent_regression import REFERENCES, reference_run


def fit_of(data):
    return latent_regression(data.responses, data.calibrations, data.background)


def draw(data, fit, seed, **options):
    rng = np.random.default_rng(seed)
    return plausible_values(
        data.responses, data.calibrations, fit, rng, background=data.background, **options
    )


def test_same_seed_same_values(one_dimension):
    first = draw(one_dimension, fit_of(one_dimension), 3)
    again = draw(one_dimension, fit_of(one_dimension), 3)
    other = draw(one_dimension, fit_of(one_dimension), 4)
    assert (first.values == again.values).all()
    assert not (first.values == other.values).any()


def test_draws_follow_each_persons_posterior(one_dimension):
    """400 draws of the first persons against the exact distribution function (Kolmogorov)."""
    data = one_dimension
    fit = fit_of(data)
    values = draw(data, fit, 7, n_values=400, draw_coefficients=False).of()[:40]
    grid = np.linspace(-7, 7, 1401)
    table = likelihood_of(data.responses, data.calibrations).on(grid).of(np.arange(40))[0]
    centre = data.background.with_intercept().values[:40] @ fit.coefficients[:, 0]
    joint = table - 0.5 * (grid - centre[:, None]) ** 2 / fit.residual_covariance[0, 0]
    density = np.exp(joint - joint.max(axis=1, keepdims=True))
    below = np.cumsum(density, axis=1) / density.sum(axis=1, keepdims=True)
    distances = []
    for own, drawn in zip(below, values, strict=True):
        exact = np.interp(np.sort(drawn), grid, own)
        steps = np.arange(401) / 400
        distances.append(max((steps[1:] - exact).max(), (exact - steps[:-1]).max()))
    distances = np.array(distances)
    assert distances.max() < 2.0 / np.sqrt(400)  # P < 0.001 each
    assert np.mean(distances) == pytest.approx(0.8687 / np.sqrt(400), abs=0.01)


def test_moments_in_two_dimensions(two_dimensions):
    """Mean and covariance over persons and draws equal the posterior's."""
    data = two_dimensions
    fit = fit_of(data)
    drawn = draw(data, fit, 5, n_values=200, draw_coefficients=False)
    residual = drawn.values - fit.eap[:, None, :]
    assert residual.mean(axis=(0, 1)) == pytest.approx([0.0, 0.0], abs=0.01)
    assert residual.var(axis=1).mean(axis=0) == pytest.approx(
        (fit.posterior_sd**2).mean(axis=0), rel=0.01
    )
    x = data.background.with_intercept().values
    error = drawn.values - (x @ fit.coefficients)[:, None, :]
    pooled = np.einsum("nmi,nmj->ij", error, error) / (200 * len(x))
    assert pooled == pytest.approx(fit.residual_covariance, abs=0.01)


def test_population_is_reproduced_where_eaps_fail():
    """8 items a person: mean, variance and regression from values; EAPs shrink, ML-like scores widen.

    Bounds are 4 standard errors of a simulation of this size.
    """
    data = simulate(31, 4000, 8, [[0.3], [0.5]], 0.75)
    fit = fit_of(data)
    values = draw(data, fit, 8, n_values=10).of()
    x = data.background.values[:, 0]
    slope = [np.polyfit(x, one, 1)[0] for one in values.T]
    assert values.mean() == pytest.approx(0.3, abs=4 * 0.02)
    assert values.var(axis=0).mean() == pytest.approx(1.0, abs=4 * 0.03)
    assert np.mean(slope) == pytest.approx(0.5, abs=4 * 0.018)
    assert fit.eap[:, 0].var() < 0.80  # true variance 1


def test_conditioning_matters_for_the_regression():
    """Values drawn without the variable understate its coefficient; with it they do not."""
    data = simulate(32, 3000, 8, [[0.0], [0.6]], 0.64)
    x = data.background.values[:, 0]
    bare = latent_regression(data.responses, data.calibrations)
    without = plausible_values(data.responses, data.calibrations, bare, np.random.default_rng(1))
    within = draw(data, fit_of(data), 1)
    assert np.polyfit(x, without.of().mean(axis=1), 1)[0] < 0.5
    assert np.polyfit(x, within.of().mean(axis=1), 1)[0] == pytest.approx(0.6, abs=0.08)


def test_drawn_coefficients_add_their_uncertainty(one_dimension):
    """Between-set variance of a regression coefficient rises by the coefficient's variance."""
    data = simulate(33, 300, 8, [[0.0], [0.5]], 0.75)
    fit = fit_of(data)
    x = data.background.values[:, 0]

    def between(drawn):
        values = draw(data, fit, 2, n_values=400, draw_coefficients=drawn).of()
        return np.var([np.polyfit(x, one, 1)[0] for one in values.T])

    added = between(True) - between(False)
    # A draw moves only the part of the posterior mean that the prior decides.
    share = 1 - fit.reliability[0]
    assert 0.3 * share**2 * fit.se[1, 0] ** 2 < added < fit.se[1, 0] ** 2


@pytest.mark.parametrize(("name", "variables", "ignored"), REFERENCES)
def test_same_regression_as_tams_values(name, variables, ignored, reference):
    """TAM 4.4, mean over 20 values; difference within 4 Monte-Carlo errors of two such means."""
    found = reference(name)
    responses, items, background = reference_run(found, variables, ignored)
    expected = found.result("latreg_pv.tam")
    fit = latent_regression(responses, items, background)
    drawn = plausible_values(
        responses,
        items,
        fit,
        np.random.default_rng(17),
        background=background,
        n_values=100,
        draw_coefficients=False,
    ).of()
    x = background.with_intercept().values
    estimates = np.linalg.lstsq(x, drawn, rcond=None)[0]
    residual = drawn - x @ estimates
    error = estimates.std(axis=1) / np.sqrt(20)
    assert (np.abs(estimates.mean(axis=1) - expected["pv_regression_mean"]) < 4 * error).all()
    spread = residual.var(axis=0)
    assert spread.mean() == pytest.approx(
        expected["pv_residual_variance"], abs=4 * spread.std() / np.sqrt(20) + 0.003
    )


def test_nobody_observed_draws_from_the_population(one_dimension):
    data = one_dimension
    fit = fit_of(data)
    blank = data.responses.observed.copy()
    blank[:] = False
    empty = type(data.responses).from_arrays(
        data.responses.scores, observed=blank, items=data.responses.items
    )
    drawn = plausible_values(
        empty,
        data.calibrations,
        fit,
        np.random.default_rng(3),
        background=data.background,
        draw_coefficients=False,
    )
    error = drawn.of() - data.background.with_intercept().values @ fit.coefficients
    assert error.mean() == pytest.approx(0.0, abs=0.03)
    assert error.var() == pytest.approx(fit.residual_covariance[0, 0], rel=0.05)


def test_bad_requests_are_refused(one_dimension, two_dimensions):
    data, rng = one_dimension, np.random.default_rng(0)
    fitted = fit_of(data)
    with pytest.raises(DataError, match="Give the same columns"):
        plausible_values(data.responses, data.calibration, fitted, rng)
    with pytest.raises(ModelError, match="ask for 1 to"):
        draw(data, fit_of(data), 0, n_values=0)
    wrong = {"other": data.calibration}
    with pytest.raises(ModelError, match="in the same order"):
        plausible_values(data.responses, wrong, fitted, rng, background=data.background)
    both = fit_of(two_dimensions)
    drawn = draw(two_dimensions, both, 0, n_values=2)
    with pytest.raises(ModelError, match="name one"):
        drawn.of()
    assert drawn.of("D1").shape == (400, 2)
    with pytest.raises(DataError, match="one row a person"):
        plausible_values(
            data.responses,
            data.calibration,
            fitted,
            rng,
            background=Background.from_arrays(np.zeros((2, 2))),
        )


@pytest.mark.slow
def test_values_recover_the_population_over_replications():
    """200 replications: mean, variance, slope from values are unbiased; the EAP variance is not."""
    found, eap = [], []
    for seed in range(200):
        data = simulate(seed, 2000, 10, [[0.2], [0.5]], 0.75)
        fit = fit_of(data)
        values = draw(data, fit, seed, n_values=5).of()
        x = data.background.values[:, 0]
        slopes = [np.polyfit(x, one, 1)[0] for one in values.T]
        found.append([values.mean(), values.var(axis=0).mean(), np.mean(slopes)])
        eap.append(fit.eap[:, 0].var())
    found = np.array(found)
    error = found.std(axis=0) / np.sqrt(200)
    assert (
        np.abs(found.mean(axis=0) - [0.2, 1.0, 0.5]) < 0.1 * found.std(axis=0) + 2 * error
    ).all()
    assert np.mean(eap) < 0.80


@pytest.mark.slow
def test_intervals_from_values_and_replicates_cover_the_truth():
    """200 replications, Rubin's rules over a jackknife of 60 random groups of persons."""
    covered = []
    for seed in range(200):
        data = simulate(seed, 1200, 10, [[0.2], [0.5]], 0.75)
        values = draw(data, fit_of(data), seed, n_values=10).of()
        weights = jackknife_1(np.ones(1200), np.arange(1200) % 60)
        (mean,) = estimate(Mean(), values, weights).estimates()
        _, slope, _ = estimate(Regression(data.background), values, weights).estimates()
        truths = ((mean, 0.2), (slope, 0.5))
        covered.append([one.interval()[0] < true < one.interval()[1] for one, true in truths])
    assert np.mean(covered, axis=0) == pytest.approx([0.95, 0.95], abs=3 * 0.0154)
