"""Whether the odds ratio of two groups is the same at every matching level."""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.dif.significance import ChiSquare, chi_square


def breslow_day_of_counts(counts: FloatArray, odds_ratio: float) -> ChiSquare | None:
    r"""Breslow–Day test of homogeneous odds ratios.

    .. math:: \sum_k \frac{(A_k - \tilde A_k)^2}{\operatorname{var}(A_k)}

    where :math:`\tilde A_k` are the right answers of the reference group that the common odds ratio
    implies with the margins of level k.

    Parameters
    ----------
    counts : (n_strata, 2, 2)
        Reference first, wrong first.
    odds_ratio : float
        The common odds ratio.

    Returns
    -------
    ChiSquare or None
        Degrees of freedom: levels whose four margins are positive, less one. None with fewer than
        two such levels.

    References
    ----------
    Breslow & Day (1980), *Statistical Methods in Cancer Research* 1, 142. Aguerri et al. (2009),
    Educ. Psychol. Meas. 69, 86-107 (as a test of non-uniform DIF).
    """
    inside = (counts.sum(axis=1) > 0).all(axis=1) & (counts.sum(axis=2) > 0).all(axis=1)
    used = counts[inside]
    if len(used) < 2:
        return None
    expected = _fitted(used, odds_ratio)
    deviation = used[:, 0, 1] - expected[:, 0, 1]
    precision = (1.0 / np.maximum(expected, 1e-300)).sum(axis=(1, 2))
    return chi_square(float(deviation**2 @ precision), len(used) - 1)


def _fitted(counts: FloatArray, ratio: float) -> FloatArray:
    """The tables with the same margins and this odds ratio."""
    reference, right = counts[:, 0].sum(axis=1), counts[:, :, 1].sum(axis=1)
    total = counts.sum(axis=(1, 2))
    # x (N - n - m + x) = ratio (n - x)(m - x): the root between the bounds, in the stable form
    linear = total - reference - right + ratio * (reference + right)
    constant = ratio * reference * right
    square = 1.0 - ratio
    root = np.sqrt(np.maximum(linear**2 + 4.0 * square * constant, 0.0))
    x = 2.0 * constant / (linear + root)
    first = np.stack([reference - x, x], axis=1)
    return np.stack([first, counts.sum(axis=1) - first], axis=1)
