"""Distribution of the sum score at given abilities (Lord & Wingersky).

Only sums of products of probabilities: nothing cancels, so that every probability is right to
rounding relative to its own size, however small.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.item_curves import ItemCurve


def lord_wingersky(probabilities: Sequence[FloatArray]) -> FloatArray:
    r"""Probability of every sum score of independent items.

    .. math:: f_j(s) = \sum_k P_{jk} f_{j-1}(s - k), \qquad f_0(0) = 1

    Parameters
    ----------
    probabilities : sequence of (n_categories, n_points)
        Category probabilities of each item at the same points, categories counted from zero.

    Returns
    -------
    (n_scores, n_points)
        Columns sum to one; ``n_scores`` is one more than the highest possible sum.

    References
    ----------
    Lord & Wingersky (1984), Appl. Psych. Meas. 8, 453-461. Thissen, Pommerich, Billeaud & Williams
    (1995), Appl. Psych. Meas. 19, 39-49 (polytomous).
    """
    distribution = np.ones((1, probabilities[0].shape[1]))
    for item in probabilities:
        distribution = _with_item(distribution, item)
    return distribution


def without_each_item(probabilities: Sequence[FloatArray]) -> FloatArray:
    """The same recursion n times at once, each time without one of the items.

    Returns
    -------
    (n_items, n_scores, n_points)
        Row i is the distribution of the sum over all items but i; scores it cannot reach are 0.
    """
    n_scores = 1 + sum(len(item) - 1 for item in probabilities)
    n_items, n_points = len(probabilities), probabilities[0].shape[1]
    rest = np.zeros((n_items, n_scores, n_points))
    rest[:, 0] = 1.0
    reached = 1
    for position, item in enumerate(probabilities):
        kept = rest[position].copy()
        rest[:, : reached + len(item) - 1] = _with_item(rest[:, :reached], item)
        rest[position] = kept
        reached += len(item) - 1
    return rest


def _with_item(distribution: FloatArray, item: FloatArray) -> FloatArray:
    """One step; the scores stand on the last axis but one."""
    *before, n_scores, n_points = distribution.shape
    longer = np.zeros((*before, n_scores + len(item) - 1, n_points))
    for k, probability in enumerate(item):
        longer[..., k : k + n_scores, :] += probability * distribution
    return longer


@dataclass(frozen=True)
class SumScoreCurves:
    """Probability of each sum score with its derivatives by ability, (n_scores, n_points) each."""

    probability: FloatArray
    first: FloatArray
    second: FloatArray


def sum_score_curves(curves: Sequence[ItemCurve]) -> SumScoreCurves:
    """The recursion carried out on functions: product rule in the place of the product."""
    n_points = curves[0].probability.shape[1]
    value, first, second = np.ones((1, n_points)), np.zeros((1, n_points)), np.zeros((1, n_points))
    for item in curves:
        p, dp, ddp = item.probability, item.first, item.second
        second = _with_item(second, p) + 2.0 * _with_item(first, dp) + _with_item(value, ddp)
        first = _with_item(first, p) + _with_item(value, dp)
        value = _with_item(value, p)
    return SumScoreCurves(value, first, second)
