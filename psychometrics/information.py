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
    """Probability of each category of one item.

    Parameters
    ----------
    item : ItemEstimate
    theta : (n_points,) or float, logits

    Returns
    -------
    (n_points, n_categories)
        The lowest category first; every row sums to one.
    """
    return np.asarray(_one(item, theta).probability[0].T)


def expected_score(items: Items, theta: ArrayLike) -> FloatArray:
    r"""Expected score of each item, :math:`\sum_k k P_{ik}(\theta)`, categories counted from zero.

    Parameters
    ----------
    items : Calibration or sequence of ItemEstimate
    theta : (n_points,) or float, logits

    Returns
    -------
    (n_points, n_items) score points
    """
    return _per_item(items, theta, _mean_category)


def item_information(items: Items, theta: ArrayLike) -> FloatArray:
    r"""Fisher information of each item.

    .. math:: I_i(\theta) = \sum_k P'_{ik}(\theta)^2 / P_{ik}(\theta)

    Parameters
    ----------
    items : Calibration or sequence of ItemEstimate
    theta : (n_points,) or float, logits

    Returns
    -------
    (n_points, n_items) per squared logit

    References
    ----------
    Samejima (1969), *Estimation of Latent Ability Using a Response Pattern of Graded Scores*,
    Psychometrika Monograph 17.
    """
    return _per_item(items, theta, _fisher)


def test_information(items: Items, theta: ArrayLike) -> FloatArray:
    r"""Fisher information of the test, the sum over items.

    Its inverse root :math:`I(\theta)^{-1/2}` is the standard error of a maximum likelihood estimate at
    that ability.

    Parameters
    ----------
    items : Calibration or sequence of ItemEstimate
    theta : (n_points,) or float, logits

    Returns
    -------
    (n_points,) per squared logit
    """
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
