"""The likelihood's derivatives at each person's own ability, and the root they are searched for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems
from psychometrics.expected_counts import CodedResponses

LARGEST_ABILITY = 20.0
FARTHEST_CREDIBLE = 15.0
ROOT_TOLERANCE = 1e-9
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
        p = np.maximum(at.probability, 1e-300)
        given = coded.scores[rows, block.rows].T[:, None, :].astype(np.intp)
        slope = np.take_along_axis(at.first / p, given, axis=1)[:, 0]
        curvature = np.take_along_axis(at.second / p, given, axis=1)[:, 0]
        seen = coded.observed[rows, block.rows].T
        parts = (
            slope,
            slope**2 - curvature,
            (at.first**2 / p).sum(axis=1),
            (at.first * at.second / p).sum(axis=1),
            (2.0 * at.first * at.second / p - at.first * (at.first / p) ** 2).sum(axis=1),
        )
        total += np.stack([(part * seen).sum(axis=0) for part in parts])
    return Derivatives(*total)


def find_root(
    items: CalibratedItems,
    coded: CodedResponses,
    rows: IntArray,
    start: FloatArray,
    correction: Callable[[FloatArray, Derivatives, IntArray], FloatArray],
) -> FloatArray:
    """Solve score + correction = 0 for each person, nearest to where the search starts.

    Newton steps with a secant slope (the information at first) inside a bracket that the sign of
    the function shrinks; a step that leaves the bracket becomes a bisection. A person without a root
    ends at the border, ±LARGEST_ABILITY.
    """
    theta = start.copy()
    low, high = np.full_like(theta, -LARGEST_ABILITY), np.full_like(theta, LARGEST_ABILITY)
    slope = np.full_like(theta, np.nan)
    before, value_before = theta.copy(), np.zeros_like(theta)
    active = np.arange(len(rows))
    for step in range(MAX_STEPS):
        at = derivatives(items, coded, rows[active], theta[active])
        value = at.score + correction(theta[active], at, rows[active])
        slope[active] = -np.maximum(at.expected, 1e-12)
        if step:
            slope[active] = _secant(
                theta[active] - before[active], value - value_before[active], slope[active]
            )
        before[active], value_before[active] = theta[active], value
        low[active] = np.where(value > 0, theta[active], low[active])
        high[active] = np.where(value > 0, high[active], theta[active])
        new = _inside(theta[active] - value / slope[active], low[active], high[active])
        moved = np.abs(new - theta[active])
        theta[active] = new
        active = active[(moved > ROOT_TOLERANCE) & (value != 0)]
        if not active.size:
            break
    return _at_border(theta)


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
