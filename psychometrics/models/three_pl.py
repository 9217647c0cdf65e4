r"""Three-parameter logistic model.

.. math:: P(X = 1 \mid \theta) = c + (1 - c) F(z), \qquad z = a\theta + d,\quad b = -d/a

The lower asymptote is estimated as its logit, which keeps it inside (0, 1).
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
    logit_of_asymptote,
    softened,
)
from psychometrics.models.two_pl import linear_predictor

STARTING_ASYMPTOTE = 0.2


class ThreePL(ItemModel):
    """Internal parameters (a, d, logit c); reported (a, b, c)."""

    name = "3pl"
    is_dichotomous = True

    def n_parameters(self, n_categories: int) -> int:
        return 3

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        return ("a", "b", "c")

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        z = linear_predictor(parameters, theta)
        log_c, log_1c = log_expit(parameters[:, 2:]), log_expit(-parameters[:, 2:])
        right = np.logaddexp(log_c, log_1c + log_expit(z))
        return np.stack([log_1c + log_expit(-z), right], axis=1)

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        f = expit(linear_predictor(parameters, theta))
        c = expit(parameters[:, 2:])
        share = (1.0 - c) * (1.0 - f) / (c + (1.0 - c) * f)
        by_intercept = np.stack([-f, share * f], axis=1)
        by_asymptote = np.stack([np.broadcast_to(-c, f.shape), share * c], axis=1)
        return np.stack([by_intercept * theta, by_intercept, by_asymptote], axis=1)

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        f = expit(linear_predictor(parameters, theta))
        c, slope = expit(parameters[:, 2:]), parameters[:, :1]
        wrong = (1.0 - c) * (1.0 - f)
        first = slope * wrong * f
        second = slope * first * (1.0 - 2.0 * f)
        return ThetaDerivatives(
            np.stack([wrong, c + (1.0 - c) * f], axis=1),
            np.stack([-first, first], axis=1),
            np.stack([-second, second], axis=1),
        )

    def reported(self, parameters: FloatArray) -> FloatArray:
        a, d, logit_c = parameters.T
        return np.stack([a, -d / a, expit(logit_c)], axis=1)

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        a, d, logit_c = parameters.T
        c = expit(logit_c)
        jacobian = np.zeros((len(a), 3, 3))
        jacobian[:, 0, 0] = 1.0
        jacobian[:, 1, 0] = d / a**2
        jacobian[:, 1, 1] = -1.0 / a
        jacobian[:, 2, 2] = c * (1.0 - c)
        return jacobian

    def internal(self, reported: FloatArray) -> FloatArray:
        a, b, c = reported.T
        return np.stack([a, -a * b, logit_of_asymptote(c)], axis=1)

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        c = STARTING_ASYMPTOTE
        p = np.clip((softened(proportions)[:, 1] - c) / (1.0 - c), 0.05, 0.95)
        start = np.ones((len(p), 3))
        start[:, 1] = MARGINAL_SHRINKAGE * logit(p)
        start[:, 2] = np.log(c / (1.0 - c))
        return start
