"""Known items and simulated assessments shared by the tests of the assessment package."""

from dataclasses import dataclass

import numpy as np
import pytest

from psychometrics import ResponseMatrix, item_estimate, simulate_responses
from psychometrics.assessment import Background
from psychometrics.results import Calibration, Group


def known(items):
    """A calibration with these items, as if estimated."""
    return Calibration(
        model="gpcm",
        converged=True,
        log_likelihood=0.0,
        log_prior=0.0,
        gradient_norm=0.0,
        n_persons=0,
        n_parameters=0,
        cycles=0,
        items=tuple(items),
        groups=(Group("all", 0.0, 1.0, 0),),
        n_nodes=61,
        limit=6.0,
    )


@dataclass(frozen=True)
class Assessment:
    """Responses with everything that produced them."""

    responses: ResponseMatrix
    calibrations: dict
    background: Background
    theta: np.ndarray
    coefficients: np.ndarray
    residual_covariance: np.ndarray

    @property
    def calibration(self):
        (only,) = self.calibrations.values()
        return only


def simulate(seed, n_persons, n_items, coefficients, residual_covariance):
    """One column of ones, then one numeric variable a further row of the coefficients."""
    rng = np.random.default_rng(seed)
    coefficients = np.asarray(coefficients, dtype=float)
    covariance = np.atleast_2d(np.asarray(residual_covariance, dtype=float))
    x = rng.normal(size=(n_persons, len(coefficients) - 1))
    residual = rng.multivariate_normal(np.zeros(len(covariance)), covariance, n_persons)
    theta = np.column_stack([np.ones(n_persons), x]) @ coefficients + residual
    calibrations, parts, labels = {}, [], []
    for d in range(theta.shape[1]):
        slopes, difficulties = rng.uniform(0.7, 1.7, n_items), rng.normal(0, 1, n_items)
        items = [
            item_estimate(f"D{d}I{i}", "2pl", [slopes[i], difficulties[i]]) for i in range(n_items)
        ]
        drawn = simulate_responses(items, theta[:, d], rng)
        parts.append(drawn.scores)
        labels += drawn.items
        calibrations[f"D{d}"] = known(items)
    responses = ResponseMatrix.from_arrays(np.hstack(parts), items=labels)
    background = Background.from_arrays(x)
    return Assessment(responses, calibrations, background, theta, coefficients, covariance)


@pytest.fixture(scope="session")
def one_dimension():
    return simulate(11, 1500, 12, [[0.2], [0.5], [-0.3]], 0.6)


@pytest.fixture(scope="session")
def two_dimensions():
    return simulate(12, 400, 8, [[0.1, -0.2], [0.5, 0.3]], [[0.8, 0.5], [0.5, 0.9]])
