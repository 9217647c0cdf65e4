r"""Two-parameter logistic model.

.. math:: P(X = 1 \mid \theta) = 1 / (1 + e^{-(a\theta + d)}), \qquad b = -d / a

Birnbaum (1968), in Lord & Novick, *Statistical Theories of Mental Test Scores*.
"""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.models.base import (
    MARGINAL_SHRINKAGE,
    ItemModel,
    ThetaDerivatives,
    expit,
    log_expit,
    logit,
    softened,
)


def linear_predictor(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    """a * theta + d, (n_items, n_points)."""
    z: FloatArray = parameters[:, :1] * theta + parameters[:, 1:2]
    return z


class TwoPL(ItemModel):
    """Internal parameters (a, d); reported (a, b)."""

    name = "2pl"
    is_dichotomous = True

    def n_parameters(self, n_categories: int) -> int:
        return 2

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        return ("a", "b")

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        z = linear_predictor(parameters, theta)
        return np.stack([log_expit(-z), log_expit(z)], axis=1)

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        p = expit(linear_predictor(parameters, theta))
        by_intercept = np.stack([-p, 1.0 - p], axis=1)  # (n_items, 2, n_points)
        return np.stack([by_intercept * theta, by_intercept], axis=1)

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        p = expit(linear_predictor(parameters, theta))
        slope = parameters[:, :1]
        first = slope * p * (1.0 - p)
        second = slope * first * (1.0 - 2.0 * p)
        return ThetaDerivatives(
            np.stack([1.0 - p, p], axis=1),
            np.stack([-first, first], axis=1),
            np.stack([-second, second], axis=1),
        )

    def reported(self, parameters: FloatArray) -> FloatArray:
        a, d = parameters.T
        return np.stack([a, -d / a], axis=1)

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        a, d = parameters.T
        jacobian = np.zeros((len(a), 2, 2))
        jacobian[:, 0, 0] = 1.0
        jacobian[:, 1, 0] = d / a**2
        jacobian[:, 1, 1] = -1.0 / a
        return jacobian

    def internal(self, reported: FloatArray) -> FloatArray:
        a, b = reported.T
        return np.stack([a, -a * b], axis=1)

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        p = softened(proportions)[:, 1]
        return np.stack([np.ones_like(p), MARGINAL_SHRINKAGE * logit(p)], axis=1)
