r"""Linking by characteristic curves: Haebara and Stocking-Lord.

A curve of the new calibration is put on the base scale by its argument,
:math:`P^*(\theta) = P_{new}((\theta - B)/A)`, so that every item model links alike. Haebara compares
each category of each anchor, Stocking-Lord the anchors' expected sum score:

.. math:: H = \sum_q w_q \sum_{jk} [P_{jk}(\theta_q) - P^*_{jk}(\theta_q)]^2, \qquad
          S = \sum_q w_q \Big[\sum_j E_j(\theta_q) - \sum_j E^*_j(\theta_q)\Big]^2

Symmetric versions add the same sum over points of the new scale, with the base curves brought there.
Haebara (1980), Jap. Psych. Res. 22, 144-149; Stocking & Lord (1983), Appl. Psych. Meas. 7, 201-210;
polytomous and mixed: Kim & Lee (2006), J. Educ. Meas. 43, 53-76.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import CalibratedItems, calibrated_items
from psychometrics.errors import ModelError
from psychometrics.item_curves import item_curves
from psychometrics.linking.anchors import AnchorPairs
from psychometrics.linking.weights import AbilityWeights
from psychometrics.results import ItemEstimate

TOLERANCE = 1e-14

# Value and derivative by ability of everything compared, (n_points, n_curves) each.
Curve = tuple[FloatArray, FloatArray]
Curves = Callable[[CalibratedItems, FloatArray], Curve]


@dataclass(frozen=True, eq=False)
class Sides:
    """The anchors on both scales, laid out for computation."""

    new: CalibratedItems
    base: CalibratedItems


def laid_out(pairs: AnchorPairs) -> Sides:
    """Prepare the anchors once for many evaluations."""
    return Sides(calibrated_items(pairs.new), calibrated_items(pairs.base))


@dataclass(frozen=True, eq=False)
class CurveCriterion:
    """What is compared, where, and in which directions.

    Attributes
    ----------
    curves : callable
        Item categories (Haebara) or the sum score (Stocking-Lord).
    on_base : AbilityWeights
        Points of the base scale.
    on_new : AbilityWeights or None
        Points of the new scale, for the symmetric version.
    """

    curves: Curves
    on_base: AbilityWeights
    on_new: AbilityWeights | None

    def residuals(self, sides: Sides, link: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weighted differences, (n,), and their derivatives by A and B, (n, 2)."""
        parts = [self._to_base(sides, link)]
        if self.on_new is not None:
            parts.append(self._to_new(sides, link, self.on_new))
        values, slopes = zip(*parts, strict=True)
        return np.concatenate(values), np.concatenate(slopes)

    def gradient(self, pairs: AnchorPairs, link: FloatArray) -> FloatArray:
        """Half the gradient of the criterion by A and B, (2,)."""
        residuals, jacobian = self.residuals(laid_out(pairs), link)
        return np.asarray(jacobian.T @ residuals)

    def _to_base(self, sides: Sides, link: FloatArray) -> tuple[FloatArray, FloatArray]:
        slope, intercept = link
        theta = self.on_base.points
        own = (theta - intercept) / slope
        base, _ = self.curves(sides.base, theta)
        moved, first = self.curves(sides.new, own)
        by_slope = first * own[:, None] / slope
        return _weighted(base - moved, by_slope, first / slope, self.on_base)

    def _to_new(
        self, sides: Sides, link: FloatArray, weights: AbilityWeights
    ) -> tuple[FloatArray, FloatArray]:
        theta = weights.points
        new, _ = self.curves(sides.new, theta)
        moved, first = self.curves(sides.base, link[0] * theta + link[1])
        return _weighted(new - moved, -first * theta[:, None], -first, weights)


def _weighted(
    difference: FloatArray, by_slope: FloatArray, by_intercept: FloatArray, at: AbilityWeights
) -> tuple[FloatArray, FloatArray]:
    root = np.sqrt(at.weights)[:, None]
    jacobian = np.stack([(root * by_slope).ravel(), (root * by_intercept).ravel()], axis=1)
    return (root * difference).ravel(), jacobian


def category_curves(items: CalibratedItems, theta: FloatArray) -> Curve:
    """Probability of every category of every item, item after item."""
    curves = item_curves(items, theta)
    return (
        np.concatenate([curve.probability for curve in curves]).T,
        np.concatenate([curve.first for curve in curves]).T,
    )


def sum_score_curve(items: CalibratedItems, theta: FloatArray) -> Curve:
    """Expected sum score, categories counted from zero, (n_points, 1)."""
    curves = item_curves(items, theta)
    value = sum(np.arange(curve.n_categories) @ curve.probability for curve in curves)
    first = sum(np.arange(curve.n_categories) @ curve.first for curve in curves)
    return np.asarray(value)[:, None], np.asarray(first)[:, None]


CURVES: dict[str, Curves] = {"haebara": category_curves, "stocking-lord": sum_score_curve}


def link_by_curves(
    pairs: AnchorPairs, criterion: CurveCriterion, starts: Sequence[FloatArray]
) -> FloatArray:
    """A and B at the smallest criterion found from the starting points, (2,)."""
    moving = np.array([1]) if pairs.has_fixed_unit else np.array([0, 1])
    sides = laid_out(pairs)
    found = [_minimum(sides, criterion, start, moving) for start in starts]
    best, _ = min(found, key=lambda pair: pair[1])
    if not (np.isfinite(best).all() and best[0] > 0):
        raise ModelError(
            "link_not_found",
            "The curves of the anchors cannot be brought together; look at the drift table.",
        )
    return best


def _minimum(
    sides: Sides, criterion: CurveCriterion, start: FloatArray, moving: FloatArray
) -> tuple[FloatArray, float]:
    def placed(free: FloatArray) -> FloatArray:
        link = start.copy()
        link[moving] = free
        return link

    solution = least_squares(
        lambda free: criterion.residuals(sides, placed(free))[0],
        start[moving],
        jac=lambda free: criterion.residuals(sides, placed(free))[1][:, moving],
        xtol=TOLERANCE,
        ftol=TOLERANCE,
        gtol=TOLERANCE,
    )
    return placed(solution.x), float(solution.cost)


def curve_distance(
    new: ItemEstimate, base: ItemEstimate, link: FloatArray, at: AbilityWeights
) -> float:
    """Root mean square distance of an anchor's two expected-score curves, as a share of its maximum."""
    own = (at.points - link[1]) / link[0]
    there, _ = sum_score_curve(calibrated_items([base]), at.points)
    moved, _ = sum_score_curve(calibrated_items([new]), own)
    share = (there - moved)[:, 0] / (base.n_categories - 1)
    return float(np.sqrt(at.weights @ share**2))
