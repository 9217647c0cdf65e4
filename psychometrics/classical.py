"""Classical item and test statistics."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.data import ResponseMatrix


@dataclass(frozen=True)
class ClassicalItem:
    """One item in classical terms; None where the data do not determine it."""

    item: str
    n_responses: int
    p: float | None
    item_rest: float | None


@dataclass(frozen=True)
class ClassicalStatistics:
    """Items, and the test as a whole where enough persons answered all of it.

    Attributes
    ----------
    mean, sd, alpha, sem : float or None
        Of the sum score (first category of each item counted as observed), n - 1 in every
        variance, over persons with every item observed; None with fewer than two of them.
    """

    items: tuple[ClassicalItem, ...]
    n_complete: int
    mean: float | None
    sd: float | None
    alpha: float | None
    sem: float | None


def classical_statistics(responses: ResponseMatrix) -> ClassicalStatistics:
    """Item difficulty, corrected item-total correlation, Cronbach's alpha, SEM.

    Parameters
    ----------
    responses : ResponseMatrix
        Person weights count as frequencies.

    Returns
    -------
    ClassicalStatistics
        ``p`` is the mean score as a share of the item's highest category. ``item_rest`` correlates
        the item with the rest score, as a share of what the rest could give to a person who did not
        get every item.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334.
    """
    scores = responses.scores.astype(np.float64) * responses.observed
    highest = np.maximum(scores.max(axis=0), 1.0)
    items = tuple(
        _item(responses, scores, highest, position) for position in range(responses.n_items)
    )
    complete = responses.observed.all(axis=1) & (responses.weights > 0)
    return ClassicalStatistics(
        items, int(complete.sum()), *_test(scores[complete], responses.weights[complete])
    )


def _item(
    responses: ResponseMatrix, scores: FloatArray, highest: FloatArray, position: int
) -> ClassicalItem:
    seen = responses.observed[:, position] & (responses.weights > 0)
    n_seen = int(seen.sum())
    label = responses.items[position]
    if not n_seen:
        return ClassicalItem(label, 0, None, None)
    weights, own = responses.weights[seen], scores[seen, position]
    p = float(weights @ own / weights.sum() / highest[position])
    possible = (responses.observed[seen] * highest).sum(axis=1) - highest[position]
    has_rest = possible > 0
    rest = (scores[seen].sum(axis=1) - own)[has_rest] / possible[has_rest]
    return ClassicalItem(label, n_seen, p, _correlation(own[has_rest], rest, weights[has_rest]))


def _correlation(x: FloatArray, y: FloatArray, weights: FloatArray) -> float | None:
    if not weights.sum() > 0:
        return None
    dx, dy = x - np.average(x, weights=weights), y - np.average(y, weights=weights)
    spread = float(np.sqrt((weights @ dx**2) * (weights @ dy**2)))
    return float(weights @ (dx * dy)) / spread if spread > 0 else None


def _test(
    scores: FloatArray, weights: FloatArray
) -> tuple[float | None, float | None, float | None, float | None]:
    """Mean, SD, alpha and SEM of the sum score."""
    n_items = scores.shape[1]
    if len(scores) < 2 or not weights.sum() > 1:
        return None, None, None, None
    total = scores.sum(axis=1)
    mean, variance = _moments(total[:, None], weights)
    _, item_variances = _moments(scores, weights)
    if n_items < 2 or not variance[0] > 0:
        return float(mean[0]), float(np.sqrt(variance[0])), None, None
    alpha = float(n_items / (n_items - 1) * (1.0 - item_variances.sum() / variance[0]))
    sd = float(np.sqrt(variance[0]))
    return float(mean[0]), sd, alpha, sd * float(np.sqrt(max(1.0 - alpha, 0.0)))


def _moments(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    n = weights.sum()
    mean = weights @ values / n
    return mean, weights @ (values - mean) ** 2 / (n - 1.0)
