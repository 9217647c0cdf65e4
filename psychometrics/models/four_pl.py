r"""Four-parameter logistic model.

.. math:: P(X = 1 \mid \theta) = c + (d - c) F(z), \qquad z = a\theta + \delta,\quad b = -\delta/a

Both asymptotes are estimated as logits, which keeps them inside (0, 1). Turning the curve around
(a and delta with the other sign, c and d exchanged) gives the same probabilities; the search starts at
d near 1, so it reports the form with c < d. Barton & Lord (1981), ETS Research Report 81-20.
"""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.models.base import (
    ItemModel,
    ThetaDerivatives,
    expit,
    log_expit,
    logit,
    logit_of_asymptote,
)
from psychometrics.models.three_pl import ThreePL
from psychometrics.models.two_pl import linear_predictor

STARTING_UPPER = 0.97


class FourPL(ItemModel):
    """Internal parameters (a, delta, logit c, logit d); reported (a, b, c, d)."""

    name = "4pl"
    is_dichotomous = True

    def n_parameters(self, n_categories: int) -> int:
        return 4

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        return ("a", "b", "c", "d")

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        z = linear_predictor(parameters, theta)
        log_f, log_1f = log_expit(z), log_expit(-z)
        c, d = parameters[:, 2:3], parameters[:, 3:4]
        # Mixtures of two Bernoulli curves, so both tails stay accurate.
        right = np.logaddexp(log_expit(c) + log_1f, log_expit(d) + log_f)
        wrong = np.logaddexp(log_expit(-c) + log_1f, log_expit(-d) + log_f)
        return np.stack([wrong, right], axis=1)

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        p = np.exp(self.log_probability(parameters, theta))
        f = expit(linear_predictor(parameters, theta))
        c, d = expit(parameters[:, 2:3]), expit(parameters[:, 3:4])
        by_log = np.stack([-1.0 / p[:, 0], 1.0 / p[:, 1]], axis=1)  # of log P by P(X = 1)
        by_intercept = ((d - c) * f * (1.0 - f))[:, None] * by_log
        by_lower = (c * (1.0 - c) * (1.0 - f))[:, None] * by_log
        by_upper = (d * (1.0 - d) * f)[:, None] * by_log
        return np.stack([by_intercept * theta, by_intercept, by_lower, by_upper], axis=1)

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        f = expit(linear_predictor(parameters, theta))
        c, d, slope = expit(parameters[:, 2:3]), expit(parameters[:, 3:4]), parameters[:, :1]
        first = slope * (d - c) * f * (1.0 - f)
        second = slope * first * (1.0 - 2.0 * f)
        return ThetaDerivatives(
            np.exp(self.log_probability(parameters, theta)),
            np.stack([-first, first], axis=1),
            np.stack([-second, second], axis=1),
        )

    def reported(self, parameters: FloatArray) -> FloatArray:
        a, delta, logit_c, logit_d = parameters.T
        return np.stack([a, -delta / a, expit(logit_c), expit(logit_d)], axis=1)

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        a, delta, logit_c, logit_d = parameters.T
        jacobian = np.zeros((len(a), 4, 4))
        jacobian[:, 0, 0] = 1.0
        jacobian[:, 1, 0] = delta / a**2
        jacobian[:, 1, 1] = -1.0 / a
        jacobian[:, 2, 2] = expit(logit_c) * expit(-logit_c)
        jacobian[:, 3, 3] = expit(logit_d) * expit(-logit_d)
        return jacobian

    def internal(self, reported: FloatArray) -> FloatArray:
        a, b, c, d = reported.T
        return np.stack([a, -a * b, logit_of_asymptote(c), logit_of_asymptote(d)], axis=1)

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        three = ThreePL().starting_values(proportions)
        upper = np.full((len(three), 1), logit(np.array(STARTING_UPPER)))
        return np.concatenate([three, upper], axis=1)
