"""Correlations of columns over whoever has both, persons weighted."""

import numpy as np

from psychometrics.arrays import FloatArray


def cross_products(x: FloatArray, y: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted sums of products of two matrices' columns."""
    return np.asarray((x * weights[:, None]).T @ y)


def pairwise_correlations(x: FloatArray, seen: FloatArray, weights: FloatArray) -> FloatArray:
    """Correlation of each two columns over the persons who have both.

    Parameters
    ----------
    x : (n_persons, n_columns)
        Zero where not seen.
    seen : (n_persons, n_columns)
        1 or 0.
    weights : (n_persons,)

    Returns
    -------
    (n_columns, n_columns)
        NaN where two columns have nobody in common, or one of them does not vary.
    """
    n = cross_products(seen, seen, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = cross_products(x, seen, weights) / n  # of the row's, among who has the column's too
        square = cross_products(x**2, seen, weights) / n
        covariance = cross_products(x, x, weights) / n - mean * mean.T
        variance = np.maximum(square - mean**2, 0.0)
        return np.asarray(covariance / np.sqrt(variance * variance.T))
