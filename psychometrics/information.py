"""Curves of calibrated items: probabilities, expected scores, information."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import CalibratedItems, calibrated_items
from psychometrics.models.base import ThetaDerivatives
from psychometrics.results import Calibration, ItemEstimate

Items = Calibration | Sequence[ItemEstimate]
Curve = Callable[[ThetaDerivatives], FloatArray]


def _laid_out(items: Items) -> CalibratedItems:
    return calibrated_items(items.items if isinstance(items, Calibration) else items)


def category_probabilities(item: ItemEstimate, theta: ArrayLike) -> FloatArray:
    """Probability of each category of one item, (n_points, n_categories)."""
    return np.asarray(_one(item, theta).probability[0].T)


def expected_score(items: Items, theta: ArrayLike) -> FloatArray:
    """Expected score of each item, categories counted from zero, (n_points, n_items)."""
    return _per_item(items, theta, _mean_category)


def item_information(items: Items, theta: ArrayLike) -> FloatArray:
    r"""Fisher information of each item, (n_points, n_items).

    .. math:: I_i(\theta) = \sum_k P'_{ik}(\theta)^2 / P_{ik}(\theta)
    """
    return _per_item(items, theta, _fisher)


def test_information(items: Items, theta: ArrayLike) -> FloatArray:
    """Fisher information of the test, (n_points,); its inverse root is the conditional SE."""
    return np.asarray(item_information(items, theta).sum(axis=1))


test_information.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name


def _points(theta: ArrayLike) -> FloatArray:
    return np.atleast_1d(np.asarray(theta, dtype=np.float64))


def _one(item: ItemEstimate, theta: ArrayLike) -> ThetaDerivatives:
    items = calibrated_items([item])
    return items.theta_derivatives(items.item_set.blocks[0], _points(theta))


def _mean_category(at: ThetaDerivatives) -> FloatArray:
    categories = np.arange(at.probability.shape[1])[:, None]
    return np.asarray((categories * at.probability).sum(axis=1))


def _fisher(at: ThetaDerivatives) -> FloatArray:
    return np.asarray((at.first**2 / np.maximum(at.probability, 1e-300)).sum(axis=1))


def _per_item(items: Items, theta: ArrayLike, curve: Curve) -> FloatArray:
    laid_out, points = _laid_out(items), _points(theta)
    result = np.empty((len(points), laid_out.item_set.n_items))
    for block in laid_out.item_set.blocks:
        result[:, block.items] = curve(laid_out.theta_derivatives(block, points)).T
    return result
