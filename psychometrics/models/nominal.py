r"""Nominal response model: every category has its own slope, so distractors need no order.

.. math:: P(X = k \mid \theta) \propto e^{\alpha_k \theta + \delta_k},
          \qquad \alpha_0 = \delta_0 = 0

The overall slope and the scoring of the categories follow from it as
:math:`a = \alpha_{K-1} / (K - 1)` and :math:`\alpha_k = a \cdot s_k`, so that
:math:`s_0 = 0, s_{K-1} = K - 1` (the form of Thissen, Cai & Bock, 2010); under the GPCM
:math:`s_k = k`. Slopes and intercepts are reported because they stay finite where the highest
category does not discriminate. Bock (1972), Psychometrika 37, 29-51.
"""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.models.base import (
    MARGINAL_SHRINKAGE,
    ItemModel,
    ThetaDerivatives,
    numbered,
    softened,
)

STARTING_SPREAD = 2.0


class Nominal(ItemModel):
    """Internal and reported parameters (alpha_1..alpha_m, delta_1..delta_m)."""

    name = "nominal"

    def n_parameters(self, n_categories: int) -> int:
        return 2 * (n_categories - 1)

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        m = n_categories - 1
        return (*numbered("slope", m), *numbered("intercept", m))

    def intercepts(self, parameters: FloatArray) -> FloatArray:
        return parameters[:, parameters.shape[1] // 2 :]

    def intercepts_jacobian(self, parameters: FloatArray) -> FloatArray:
        n_items, n = parameters.shape
        return np.tile(np.eye(n)[n // 2 :], (n_items, 1, 1))

    def ability_shift(self, n_categories: int) -> FloatArray:
        raise ModelError(
            "one_ability_only",
            "Under nominal every category has a slope of its own, so a second ability has no single "
            "one; choose gpcm or grm.",
            model=self.name,
        )

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        slopes, intercepts = _halves(parameters)
        z = slopes[:, :, None] * theta + intercepts[:, :, None]
        z -= z.max(axis=1, keepdims=True)
        z -= np.log(np.exp(z).sum(axis=1, keepdims=True))
        return z

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        p = np.exp(self.log_probability(parameters, theta))
        by_intercept = np.eye(p.shape[1])[1:, :, None] - p[:, 1:, None, :]
        return np.concatenate([by_intercept * theta, by_intercept], axis=1)

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        p = np.exp(self.log_probability(parameters, theta))
        slopes = _halves(parameters)[0][:, :, None]
        deviation = slopes - (slopes * p).sum(axis=1, keepdims=True)
        variance = (p * deviation**2).sum(axis=1, keepdims=True)
        return ThetaDerivatives(p, p * deviation, p * (deviation**2 - variance))

    def reported(self, parameters: FloatArray) -> FloatArray:
        return parameters.copy()

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        n_items, n = parameters.shape
        return np.tile(np.eye(n), (n_items, 1, 1))

    def internal(self, reported: FloatArray) -> FloatArray:
        return reported.copy()

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        p = softened(proportions)
        m = p.shape[1] - 1
        slopes = np.tile(STARTING_SPREAD * np.arange(1, m + 1) / m, (len(p), 1))
        intercepts = MARGINAL_SHRINKAGE * np.log(p[:, 1:] / p[:, :1])
        return np.concatenate([slopes, intercepts], axis=1)


def _halves(parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slopes and intercepts of all categories, the lowest's zeros included."""
    n_items, n = parameters.shape
    zero = np.zeros((n_items, 1))
    slopes = np.concatenate([zero, parameters[:, : n // 2]], axis=1)
    return slopes, np.concatenate([zero, parameters[:, n // 2 :]], axis=1)
