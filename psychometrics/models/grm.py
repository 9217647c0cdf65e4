r"""Graded response model.

.. math:: P(X \ge k \mid \theta) = F(a\theta + d_k), \qquad b_k = -d_k / a,
          \quad d_1 > d_2 > \dots > d_m

The order is built into the internal form: :math:`d_k = d_1 - \sum_{j=2}^k e^{\delta_j}`, so
no step of the estimation can leave it. Samejima (1969), Psychometrika Monograph 17.
"""

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.models.base import (
    MARGINAL_SHRINKAGE,
    ItemModel,
    ThetaDerivatives,
    expit,
    log_expit,
    logit,
    numbered,
    softened,
)

SMALLEST_GAP = 1e-3


def intercepts(parameters: FloatArray) -> FloatArray:
    """d_1..d_m from (a, d_1, delta_2..delta_m)."""
    steps = parameters[:, 1:].copy()
    steps[:, 1:] = -np.exp(steps[:, 1:])
    return np.cumsum(steps, axis=1)


def boundaries(parameters: FloatArray, theta: FloatArray) -> FloatArray:
    """Logits of P(X >= k) for k = 0..m+1, the outer two infinite, (n_items, m + 2, n_points)."""
    d = intercepts(parameters)
    z = np.empty((d.shape[0], d.shape[1] + 2, len(theta)))
    z[:, 0], z[:, -1] = np.inf, -np.inf
    z[:, 1:-1] = parameters[:, :1, None] * theta + d[:, :, None]
    return z


class GRM(ItemModel):
    """Internal parameters (a, d_1, delta_2..delta_m); reported (a, b_1..b_m)."""

    name = "grm"

    def n_parameters(self, n_categories: int) -> int:
        return n_categories

    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        return ("a", *numbered("b", n_categories - 1))

    def intercepts(self, parameters: FloatArray) -> FloatArray:
        return intercepts(parameters)

    def intercepts_jacobian(self, parameters: FloatArray) -> FloatArray:
        n_items, n = parameters.shape
        jacobian = np.zeros((n_items, n - 1, n))
        jacobian[:, :, 1:] = _by_gap(parameters)
        return jacobian

    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        z = boundaries(parameters, theta)
        upper, lower = z[:, :-1], z[:, 1:]
        # F(x) - F(y) = F(x) F(-y) (1 - e^{y-x}): no cancellation when both are near 0 or 1.
        log_p: FloatArray = log_expit(upper) + log_expit(-lower) + np.log(_gap(upper, lower))
        return log_p

    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        by_upper, by_lower = self._by_boundary(parameters, theta)
        n_items, n_categories, n_points = by_upper.shape
        by_d = np.zeros((n_items, n_categories - 1, n_categories, n_points))
        for k in range(1, n_categories):
            by_d[:, k - 1, k] = by_upper[:, k]
            by_d[:, k - 1, k - 1] = by_lower[:, k - 1]
        gradient = np.empty((n_items, n_categories, n_categories, n_points))
        gradient[:, 0] = theta * (by_upper + by_lower)
        gradient[:, 1:] = np.flip(np.cumsum(np.flip(by_d, axis=1), axis=1), axis=1)
        gradient[:, 2:] *= -np.exp(parameters[:, 2:, None, None])
        return gradient

    def _by_boundary(
        self, parameters: FloatArray, theta: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Derivative of log P(X = k) by its upper and its lower boundary logit."""
        z = boundaries(parameters, theta)
        upper, lower = z[:, :-1], z[:, 1:]
        gap = _gap(upper, lower)
        by_upper = np.exp(log_expit(-upper) - log_expit(-lower)) / gap
        by_lower = -np.exp(log_expit(lower) - log_expit(upper)) / gap
        return by_upper, by_lower

    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        f = expit(boundaries(parameters, theta))
        slope = parameters[:, :1, None]
        density = slope * f * (1.0 - f)
        curvature = slope * density * (1.0 - 2.0 * f)
        p = np.exp(self.log_probability(parameters, theta))
        return ThetaDerivatives(p, -np.diff(density, axis=1), -np.diff(curvature, axis=1))

    def reported(self, parameters: FloatArray) -> FloatArray:
        a = parameters[:, :1]
        return np.concatenate([a, -intercepts(parameters) / a], axis=1)

    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        n_items, n = parameters.shape
        a = parameters[:, 0]
        jacobian = np.zeros((n_items, n, n))
        jacobian[:, 0, 0] = 1.0
        jacobian[:, 1:, 0] = intercepts(parameters) / a[:, None] ** 2
        jacobian[:, 1:, 1:] = -_by_gap(parameters) / a[:, None, None]
        return jacobian

    def internal(self, reported: FloatArray) -> FloatArray:
        a = reported[:, :1]
        return np.concatenate([a, _ordered(-a * reported[:, 1:])], axis=1)

    def at_boundary(self, parameters: FloatArray) -> BoolArray:
        found = np.zeros(parameters.shape, dtype=np.bool_)
        found[:, 2:] = np.exp(parameters[:, 2:]) < SMALLEST_GAP
        return found

    def starting_values(self, proportions: FloatArray) -> FloatArray:
        p = softened(proportions)
        at_least = np.flip(np.cumsum(np.flip(p, axis=1), axis=1), axis=1)[:, 1:]
        slope = np.ones((len(p), 1))
        return np.concatenate([slope, _ordered(MARGINAL_SHRINKAGE * logit(at_least))], axis=1)


def _by_gap(parameters: FloatArray) -> FloatArray:
    """Derivative of d_1..d_m by (d_1, delta_2..delta_m), (n_items, m, m)."""
    n_items, n = parameters.shape
    by_gap = np.tile(np.tril(np.ones((n - 1, n - 1))), (n_items, 1, 1))
    by_gap[:, :, 1:] *= -np.exp(parameters[:, None, 2:])
    return by_gap


def _gap(upper: FloatArray, lower: FloatArray) -> FloatArray:
    gap: FloatArray = -np.expm1(lower - upper)
    return gap


def _ordered(d: FloatArray) -> FloatArray:
    gaps = np.maximum(-np.diff(d, axis=1), SMALLEST_GAP)
    return np.concatenate([d[:, :1], np.log(gaps)], axis=1)
