"""The oldest index of discrimination: who scores high against who scores low."""

import numpy as np

from psychometrics.arrays import FloatArray

GROUP_SHARE = 0.27


def upper_lower_difference(
    item: FloatArray, total: FloatArray, weights: FloatArray, share: float
) -> float | None:
    """Mean of the item among the highest scorers minus its mean among the lowest.

    Parameters
    ----------
    item, total, weights : (n_persons,)
    share : float
        Share of the persons in each group.

    Returns
    -------
    float or None
        None where everybody has the same total.
    """
    if not total.max() > total.min():
        return None
    low = _membership(total, weights, share)
    high = _membership(-total, weights, share)
    return float(high @ item / high.sum() - low @ item / low.sum())


def _membership(total: FloatArray, weights: FloatArray, share: float) -> FloatArray:
    """Weight of each person in the group of the lowest totals; tied persons enter alike."""
    _, group = np.unique(total, return_inverse=True)
    size = np.bincount(group, weights=weights)
    below = np.cumsum(size) - size
    inside = np.clip(share * weights.sum() - below, 0.0, size) / np.maximum(size, 1e-300)
    return np.asarray(weights * inside[group])
