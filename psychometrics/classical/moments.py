"""Weighted means, variances and correlations; weights count as frequencies."""

import numpy as np

from psychometrics.arrays import FloatArray


def mean_and_variance(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Along the first axis, with n - 1 in the variance."""
    n = weights.sum()
    mean = weights @ values / n
    return mean, weights @ (values - mean) ** 2 / (n - 1.0)


def covariance_matrix(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Of the columns, with n - 1."""
    n = weights.sum()
    deviation = values - weights @ values / n
    return np.asarray((deviation.T * weights) @ deviation / (n - 1.0))


def correlation(x: FloatArray, y: FloatArray, weights: FloatArray) -> float | None:
    """None where one of them does not vary."""
    if not weights.sum() > 0:
        return None
    dx, dy = x - np.average(x, weights=weights), y - np.average(y, weights=weights)
    spread = float(np.sqrt((weights @ dx**2) * (weights @ dy**2)))
    return float(weights @ (dx * dy)) / spread if spread > 0 else None
