r"""Generalised partial credit model.

.. math:: P(X = k \mid \theta) \propto e^{z_k}, \qquad z_k = k a \theta + d_k
          = \sum_{v \le k} a(\theta - b_v), \quad d_0 = 0

The steps :math:`b_v = (d_{v-1} - d_v)/a` need not be ordered. With two categories it is the 2PL.
Muraki (1992), Appl. Psych. Meas. 16, 159-176.
"""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.models.base import (
    MARGINAL_SHRINKAGE,
    ItemModel,
    ThetaDerivatives,
    numbered,
    softened,
)


def category_logits(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    """z_k, (n_items, n_categories, n_points)."""
    n_steps = parameters.shape[1] - 1
    multiples = np.arange(n_steps + 1.0)[:, None]
    z = parameters[:, :1, None] * (multiples * theta)
    z[:, 1:] += parameters[:, 1:, None]
    return z


class GPCM(ItemModel):
    """Internal parameters (a, d_1..d_m); reported (a, b_1..b_m)."""

    name = "gpcm"

    def n_parameters(self, n_categories: int) -> int:
        return n_categories

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        return ("a", *numbered("b", n_categories - 1))

    def ability_shift(self, n_categories: int) -> FloatArray:
        return np.arange(float(n_categories))

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        z = category_logits(parameters, theta)
        z -= z.max(axis=1, keepdims=True)
        z -= np.log(np.exp(z).sum(axis=1, keepdims=True))
        return z

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        p = np.exp(self.log_probability(parameters, theta))
        n_items, n_categories, n_points = p.shape
        gradient = np.empty((n_items, n_categories, n_categories, n_points))
        gradient[:, 1:] = np.eye(n_categories)[1:, :, None] - p[:, 1:, None, :]
        gradient[:, 0] = theta * _deviation(p)
        return gradient

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        p = np.exp(self.log_probability(parameters, theta))
        slope = parameters[:, :1, None]
        deviation = _deviation(p)
        variance = (p * deviation**2).sum(axis=1, keepdims=True)
        first = slope * p * deviation
        second = slope**2 * p * (deviation**2 - variance)
        return ThetaDerivatives(p, first, second)

    def reported(self, parameters: FloatArray) -> FloatArray:
        a = parameters[:, :1]
        steps = -np.diff(parameters[:, 1:], axis=1, prepend=0.0) / a
        return np.concatenate([a, steps], axis=1)

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        n_items, n = parameters.shape
        a = parameters[:, 0]
        jacobian = np.zeros((n_items, n, n))
        jacobian[:, 0, 0] = 1.0
        jacobian[:, 1:, 0] = -self.reported(parameters)[:, 1:] / a[:, None]
        difference = np.eye(n - 1, k=-1) - np.eye(n - 1)
        jacobian[:, 1:, 1:] = difference / a[:, None, None]
        return jacobian

    def internal(self, reported: FloatArray) -> FloatArray:
        a = reported[:, :1]
        return np.concatenate([a, np.cumsum(-a * reported[:, 1:], axis=1)], axis=1)

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        p = softened(proportions)
        intercepts = MARGINAL_SHRINKAGE * np.log(p[:, 1:] / p[:, :1])
        slope = np.full((len(p), 1), 2.0 / p.shape[1])
        return np.concatenate([slope, intercepts], axis=1)


def _deviation(p: FloatArray) -> FloatArray:
    """Category minus expected score, (n_items, n_categories, n_points)."""
    k = np.arange(float(p.shape[1]))[:, None]
    result: FloatArray = k - (k * p).sum(axis=1, keepdims=True)
    return result
