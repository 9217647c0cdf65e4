"""Reliability of the sum score: Cronbach's alpha, and omega from one common factor."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.classical.moments import covariance_matrix

LOADING_TOLERANCE = 1e-10
MAX_SWEEPS = 10_000


@dataclass(frozen=True)
class Omega:
    """Omega total.

    Attributes
    ----------
    value : float
    loadings : tuple of float
        Of the items on the common factor, standardised.
    is_heywood : bool
        An item would have had a communality above 1 and is held at 1: the value is an upper bound.
    converged : bool
    """

    value: float
    loadings: tuple[float, ...]
    is_heywood: bool
    converged: bool


def alpha_of(scores: FloatArray, weights: FloatArray) -> float | None:
    """Cronbach's alpha; None with fewer than two items or a sum score that does not vary.

    Parameters
    ----------
    scores : (n_persons, n_items)
        Without missing values.
    weights : (n_persons,)
    """
    n_items = scores.shape[1]
    covariance = covariance_matrix(scores, weights)
    total = float(covariance.sum())
    if n_items < 2 or not total > 1e-12:
        return None
    return float(n_items / (n_items - 1) * (1.0 - np.trace(covariance) / total))


def omega_of(scores: FloatArray, weights: FloatArray) -> Omega | None:
    r"""Omega total under one common factor, fitted by minimum residuals to the correlations.

    .. math:: \omega = \frac{(\sum_i s_i \lambda_i)^2}
              {(\sum_i s_i \lambda_i)^2 + \sum_i s_i^2 (1 - \lambda_i^2)}

    where the loadings minimise the sum of squared residual correlations off the diagonal.

    Parameters
    ----------
    scores : (n_persons, n_items)
        Without missing values.
    weights : (n_persons,)
        Frequencies.

    Returns
    -------
    Omega or None
        None with fewer than three items (one factor is not determined) or an item that does not
        vary.

    References
    ----------
    McDonald (1999), *Test Theory*, ch. 6. Harman & Jones (1966), Psychometrika 31, 351-368.
    """
    covariance = covariance_matrix(scores, weights)
    sd = np.sqrt(np.diagonal(covariance))
    if scores.shape[1] < 3 or not (sd > 1e-12).all():
        return None
    loadings, converged = _minimum_residual_loadings(covariance / np.outer(sd, sd))
    common = float(sd @ loadings) ** 2
    unique = float(sd**2 @ (1.0 - loadings**2))
    is_heywood = bool((np.abs(loadings) >= 1.0).any())
    return Omega(common / (common + unique), tuple(loadings.tolist()), is_heywood, converged)


def _minimum_residual_loadings(r: FloatArray) -> tuple[FloatArray, bool]:
    """Least squares for one loading at a time, the others held, until none moves."""
    values, vectors = np.linalg.eigh(r)
    loadings = vectors[:, -1] * np.sqrt(values[-1]) * np.sign(vectors[:, -1].sum() or 1.0)
    loadings = np.clip(loadings, -0.99, 0.99)
    for _ in range(MAX_SWEEPS):
        before = loadings.copy()
        for i in range(len(loadings)):
            square = loadings @ loadings - loadings[i] ** 2
            cross = r[i] @ loadings - r[i, i] * loadings[i]
            loadings[i] = np.clip(cross / max(square, 1e-300), -1.0, 1.0)
        if np.abs(loadings - before).max() < LOADING_TOLERANCE:
            return loadings, True
    return loadings, False
