"""Infit and outfit: mean squared residuals of items, and how surprising they are."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.estimation.expected_counts import CHUNK_ROWS, CodedResponses
from psychometrics.item_curves import item_curves
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import AbilityEstimates, Calibration

# A response that was all but certain says little about fit, yet its squared residual divided by a
# vanishing variance would drown all others. The reference program mirt raises smaller variances to
# this one; so do we, for statistics at point estimates.
LEAST_VARIANCE = 10.0**-2.5
WIDEST_SD = 1.4142  # of a mean square, beyond which the cube root is no approximation


@dataclass(frozen=True)
class MeanSquares:
    """Weighted (infit) and unweighted (outfit) mean squared residuals; one entry an item or person.

    ``infit_t`` and ``outfit_t`` are about standard normal where the model holds. NaN where nothing
    was observed.
    """

    infit: FloatArray
    outfit: FloatArray
    infit_t: FloatArray
    outfit_t: FloatArray


def wilson_hilferty(mean_square: FloatArray, sd: FloatArray) -> FloatArray:
    r"""Cube-root transformation of a mean square with standard deviation q to a standard normal.

    .. math:: t = (MS^{1/3} - 1) \frac3q + \frac q3

    NaN where q is 0: the mean square could not have been otherwise.

    References
    ----------
    Wright & Masters (1982), *Rating Scale Analysis*, ch. 5.
    """
    q = np.where(sd > 0, np.minimum(sd, WIDEST_SD), np.nan)
    return np.asarray((np.cbrt(mean_square) - 1.0) * 3.0 / q + q / 3.0)


@dataclass(frozen=True)
class Residuals:
    """Responses against their expectation at a point ability, (n_persons, n_items) each.

    ``observed`` is 1 where the item was seen; everything else is 0 where it was not. ``fourth`` is
    the fourth central moment of the response under the model.
    """

    residual: FloatArray
    variance: FloatArray
    fourth: FloatArray
    observed: FloatArray


def residuals_at(
    items: CalibratedItems, coded: CodedResponses, rows: IntArray, theta: FloatArray
) -> Residuals:
    """Residuals of some persons at their own ``theta``, items in the order of the columns."""
    curves = item_curves(items, theta)
    back = np.argsort(items.item_set.order)
    scores, seen = coded.scores[rows][:, back], coded.observed[rows][:, back].astype(np.float64)
    mean = np.stack([curve.mean for curve in curves], axis=1)
    variance = np.stack([curve.central_moment(2) for curve in curves], axis=1)
    fourth = np.stack([curve.central_moment(4) for curve in curves], axis=1)
    return Residuals(
        (scores - mean) * seen, np.maximum(variance, LEAST_VARIANCE) * seen, fourth * seen, seen
    )


def mean_squares(found: Residuals, weights: FloatArray, axis: int) -> MeanSquares:
    """Over persons (axis 0, an entry per item) or over items (axis 1, an entry per person)."""
    return _from_sums(_summed(found, weights, axis))


SUMMANDS = ("n", "squared", "standardised", "variance", "infit_spread", "outfit_spread")


def _summed(found: Residuals, weights: FloatArray, axis: int) -> FloatArray:
    variance = np.where(found.observed > 0, found.variance, 1.0)
    standardised = found.residual**2 / variance
    parts = (
        found.observed,
        found.residual**2,
        standardised,
        found.variance,
        found.fourth - found.variance**2,
        (found.fourth / variance**2 - 1.0) * found.observed,
    )
    return np.stack([np.asarray((part * weights[:, None]).sum(axis=axis)) for part in parts])


def _from_sums(sums: FloatArray) -> MeanSquares:
    n, squared, standardised, variance, infit_spread, outfit_spread = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        infit, outfit = squared / variance, standardised / n
        infit_sd = np.sqrt(np.maximum(infit_spread, 0.0)) / variance
        outfit_sd = np.sqrt(np.maximum(outfit_spread, 0.0)) / n
    infit_t, outfit_t = wilson_hilferty(infit, infit_sd), wilson_hilferty(outfit, outfit_sd)
    return MeanSquares(infit, outfit, infit_t, outfit_t)


def item_mean_squares_at(
    responses: ResponseMatrix, calibration: Calibration, abilities: AbilityEstimates
) -> MeanSquares:
    """The familiar statistics at point estimates; persons without a finite one are left out."""
    items, coded = items_of(responses, calibration)
    usable = np.flatnonzero(np.isfinite(abilities.theta) & responses.answered)
    sums = np.zeros((len(SUMMANDS), responses.n_items))
    for start in range(0, len(usable), CHUNK_ROWS):
        rows = usable[start : start + CHUNK_ROWS]
        found = residuals_at(items, coded, rows, abilities.theta[rows])
        sums += _summed(found, responses.weights[rows], axis=0)
    return _from_sums(sums)
