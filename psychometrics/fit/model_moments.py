"""First and second moments of the responses under the model, their covariances and derivatives.

A first-order feature of an item is its score, or the indicator of one of its categories above the
lowest; the second-order moments are the products of two items' scores. Everything is an integral
over the nodes of what is independent given ability.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.item_curves import ItemCurve


@dataclass(frozen=True)
class Features:
    """First-order features of all items at the nodes.

    Attributes
    ----------
    item : (n_features,)
        The item each belongs to.
    matrix : tuple of (n_features_of_item, n_categories)
        Value of each of an item's features in each category.
    """

    item: IntArray
    matrix: tuple[FloatArray, ...]

    @property
    def n(self) -> int:
        """Number of features."""
        return len(self.item)

    def of(self, item: int) -> IntArray:
        """Positions of an item's features."""
        return np.flatnonzero(self.item == item)


def score_features(sizes: Sequence[int]) -> Features:
    """One feature an item: its score."""
    matrix = tuple(np.arange(float(size))[None, :] for size in sizes)
    return Features(np.arange(len(sizes)), matrix)


def category_features(sizes: Sequence[int]) -> Features:
    """The indicators of the categories 1, 2, ..."""
    matrix = tuple(np.eye(size)[1:] for size in sizes)
    return Features(np.repeat(np.arange(len(sizes)), [size - 1 for size in sizes]), matrix)


@dataclass(frozen=True)
class ItemPairs:
    """All pairs of items, in the order (1,2), (1,3), ..., (2,3), ..."""

    first: IntArray
    second: IntArray

    @classmethod
    def of(cls, n_items: int) -> "ItemPairs":
        """Of so many items."""
        return cls(*(np.asarray(i, dtype=np.intp) for i in np.triu_indices(n_items, k=1)))

    def with_item(self, item: int) -> tuple[IntArray, IntArray]:
        """The pairs that hold the item, and the other item of each."""
        where = np.flatnonzero((self.first == item) | (self.second == item))
        return where, self.first[where] + self.second[where] - item


def conditional_moments(curves: Sequence[ItemCurve], features: Features) -> FloatArray:
    """Moments given ability: first-order features, then pair products, (n_nodes, n_moments)."""
    pairs = ItemPairs.of(len(curves))
    score = _scores(curves)
    first = np.concatenate(
        [m @ c.probability for m, c in zip(features.matrix, curves, strict=True)]
    )
    return np.concatenate([first.T, score[:, pairs.first] * score[:, pairs.second]], axis=1)


def _scores(curves: Sequence[ItemCurve]) -> FloatArray:
    return np.stack([curve.mean for curve in curves], axis=1)  # (n_nodes, n_items)


@dataclass(frozen=True)
class ModelMoments:
    """Under the model, in one population: first-order features, then pair products.

    Attributes
    ----------
    mean : (n_moments,)
    covariance : (n_moments, n_moments)
        Of one person's features and products.
    correlation : (n_pairs,)
        Of two items' scores; not finite where one of them does not vary.
    """

    mean: FloatArray
    covariance: FloatArray
    correlation: FloatArray


def model_moments(
    curves: Sequence[ItemCurve], weights: FloatArray, features: Features
) -> ModelMoments:
    """Integrate over the nodes with these weights, (n_nodes,)."""
    given = conditional_moments(curves, features)
    mean = weights @ given
    raw = (given.T * weights) @ given  # right wherever two moments share no item
    square = np.stack([curve.central_moment(2) for curve in curves], axis=1) + _scores(curves) ** 2
    for i in range(len(curves)):
        _correct_shared_item(raw, i, curves, weights, features, square)
    pairs = ItemPairs.of(len(curves))
    both = features.n + np.arange(len(pairs.first))
    raw[both, both] = weights @ (square[:, pairs.first] * square[:, pairs.second])
    score_mean = weights @ _scores(curves)
    variance = weights @ square - score_mean**2
    covariance = mean[features.n :] - score_mean[pairs.first] * score_mean[pairs.second]
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = covariance / np.sqrt(variance[pairs.first] * variance[pairs.second])
    return ModelMoments(mean, raw - np.outer(mean, mean), correlation)


def _correct_shared_item(
    raw: FloatArray,
    i: int,
    curves: Sequence[ItemCurve],
    weights: FloatArray,
    features: Features,
    square: FloatArray,
) -> None:
    """Moments that share item i: its own distribution in the place of a product of means."""
    curve, matrix, score = curves[i], features.matrix[i], _scores(curves)
    own, (where, others) = features.of(i), ItemPairs.of(len(curves)).with_item(i)
    products = features.n + where
    raw[np.ix_(own, own)] = (matrix * (curve.probability @ weights)) @ matrix.T
    with_score = (matrix * np.arange(curve.n_categories)) @ curve.probability
    mixed = (with_score * weights) @ score[:, others]
    raw[np.ix_(own, products)] = mixed
    raw[np.ix_(products, own)] = mixed.T
    weighed = score[:, others].T * (weights * square[:, i])
    raw[np.ix_(products, products)] = weighed @ score[:, others]


def moment_derivatives(
    curves: Sequence[ItemCurve],
    weights: FloatArray,
    features: Features,
    item: int,
    probability_derivative: FloatArray,
) -> FloatArray:
    """Derivative of the moments by parameters of one item.

    Parameters
    ----------
    probability_derivative : (n_parameters, n_categories, n_nodes)

    Returns
    -------
    (n_moments, n_parameters)
    """
    pairs = ItemPairs.of(len(curves))
    score = _scores(curves)
    weighed = probability_derivative * weights
    result = np.zeros((features.n + len(pairs.first), len(weighed)))
    result[features.of(item)] = features.matrix[item] @ weighed.sum(axis=2).T
    where, others = pairs.with_item(item)
    by_score = np.arange(weighed.shape[1]) @ weighed  # (n_parameters, n_nodes)
    result[features.n + where] = score[:, others].T @ by_score.T
    return result
