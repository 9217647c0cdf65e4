"""The likelihood's derivatives at each person's own ability, and the root they are searched for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray, ScoreArray
from psychometrics.calibrated_items import CalibratedItems
from psychometrics.estimation.expected_counts import CodedResponses
from psychometrics.models.base import ThetaDerivatives

LARGEST_ABILITY = 20.0
FARTHEST_CREDIBLE = 15.0
ROOT_TOLERANCE = 1e-9
CLOSE_STEP = 1e-6  # after such a step with a good slope the root is nearer than the tolerance
MAX_STEPS = 100


@dataclass(frozen=True)
class Derivatives:
    """Per person, (n,) each."""

    score: FloatArray  # first derivative of the log-likelihood
    observed: FloatArray  # minus the second
    expected: FloatArray  # Fisher information of the administered items
    warm: FloatArray  # Warm's J, sum of P'P''/P
    expected_slope: FloatArray  # derivative of the Fisher information


def derivatives(
    items: CalibratedItems, coded: CodedResponses, rows: IntArray, theta: FloatArray
) -> Derivatives:
    """Evaluate every person of ``rows`` at their own ``theta``."""
    total = np.zeros((5, len(rows)))
    for block in items.item_set.blocks:
        at = items.theta_derivatives(block, theta)
        given = coded.scores[rows, block.rows].T
        parts = _of_two(at, given) if block.n_categories == 2 else _of_many(at, given)
        if coded.is_complete:
            total += np.stack([part.sum(axis=0) for part in parts])
        else:
            seen = coded.observed[rows, block.rows].T
            total += np.stack([part.sum(axis=0, where=seen) for part in parts])
    return Derivatives(*total)


def _of_two(at: ThetaDerivatives, given: ScoreArray) -> tuple[FloatArray, ...]:
    """Per item and person, in the order of :class:`Derivatives`; with p, q = 1 - p and r = p'/(pq)."""
    p, first, second = at.probability[:, 1], at.first[:, 1], at.second[:, 1]
    pq = np.maximum(p * at.probability[:, 0], 1e-300)
    residual = (given - p) / pq
    ratio = first / pq
    slope = first * residual
    warm = ratio * second
    expected = ratio * first
    return (
        slope,
        slope**2 - second * residual,
        expected,
        warm,
        2.0 * warm - ratio * expected * (1.0 - 2.0 * p),
    )


def _of_many(at: ThetaDerivatives, given: ScoreArray) -> tuple[FloatArray, ...]:
    p = np.maximum(at.probability, 1e-300)
    chosen = given[:, None, :].astype(np.intp)
    slope = np.take_along_axis(at.first / p, chosen, axis=1)[:, 0]
    curvature = np.take_along_axis(at.second / p, chosen, axis=1)[:, 0]
    return (
        slope,
        slope**2 - curvature,
        (at.first**2 / p).sum(axis=1),
        (at.first * at.second / p).sum(axis=1),
        (2.0 * at.first * at.second / p - at.first * (at.first / p) ** 2).sum(axis=1),
    )


# What a mode method adds to the score function, given theta and everything known there.
Correction = Callable[[FloatArray, Derivatives, IntArray], FloatArray]


@dataclass(frozen=True)
class Root:
    """Each person's root and the Fisher information there, (n,) each."""

    theta: FloatArray
    information: FloatArray


def find_root(
    items: CalibratedItems,
    coded: CodedResponses,
    rows: IntArray,
    start: FloatArray,
    correction: Correction,
    known_slope: FloatArray | None = None,
) -> Root:
    """Solve score + correction = 0 for each person, nearest to where the search starts.

    Newton steps with a secant slope (the information at first) inside a bracket that the sign of
    the function shrinks; a step that leaves the bracket becomes a bisection. A person without a root
    ends at the border, ±LARGEST_ABILITY.

    Parameters
    ----------
    known_slope : (n,), optional
        Slope at the start where it is known to four digits, NaN where not.
    """
    theta = start.copy()
    low, high = np.full_like(theta, -LARGEST_ABILITY), np.full_like(theta, LARGEST_ABILITY)
    slope = np.full_like(theta, np.nan) if known_slope is None else known_slope
    tolerance = np.where(np.isnan(slope), ROOT_TOLERANCE, CLOSE_STEP)
    before, value_before = theta.copy(), np.zeros_like(theta)
    information = np.zeros_like(theta)
    active = np.arange(len(rows))
    for step in range(MAX_STEPS):
        at = derivatives(items, coded, rows[active], theta[active])
        value = at.score + correction(theta[active], at, rows[active])
        fallback = -np.maximum(at.expected, 1e-12)
        if step:
            used = _secant(theta[active] - before[active], value - value_before[active], fallback)
        else:
            used = np.where(np.isnan(slope), fallback, slope)
        before[active], value_before[active] = theta[active], value
        low[active] = np.where(value > 0, theta[active], low[active])
        high[active] = np.where(value > 0, high[active], theta[active])
        new = _inside(theta[active] - value / used, low[active], high[active])
        # The last step is tiny: one term of Taylor's series carries the information along.
        information[active] = at.expected + at.expected_slope * (new - theta[active])
        moved = np.abs(new - theta[active])
        theta[active] = new
        active = active[(moved > tolerance[active]) & (value != 0)]
        tolerance[active] = ROOT_TOLERANCE
        if not active.size:
            break
    return Root(_at_border(theta), information)


def _secant(change: FloatArray, rise: FloatArray, fallback: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = rise / change
    usable = np.isfinite(slope) & (slope < 0.1 * fallback) & (slope > 10.0 * fallback)
    return np.where(usable, slope, fallback)


def _inside(proposal: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    # The ends count as inside: at a root the step is zero and the point is an end of the bracket.
    fits = (proposal >= low) & (proposal <= high)
    return np.where(fits, proposal, 0.5 * (low + high))


def _at_border(theta: FloatArray) -> FloatArray:
    """Beyond the farthest credible ability a root is rounding noise: there is none."""
    far = np.abs(theta) > FARTHEST_CREDIBLE
    return np.where(far, np.sign(theta) * LARGEST_ABILITY, theta)
