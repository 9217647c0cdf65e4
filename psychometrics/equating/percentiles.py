r"""Percentile ranks and points of a discrete score, by the conventions of Kolen & Brennan.

A score *x* stands for everything between :math:`x - 1/2` and :math:`x + 1/2`, with persons spread evenly
over it. The percentile rank rises linearly through those intervals, and the percentile point is its
inverse; where scores that nobody has make it flat, the point is the middle of the flat part, which is the
mean of the two one-sided inverses, from the lowest limit :math:`-1/2` at rank 0 to :math:`K + 1/2` at 100.
Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, section 2.5.
"""

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.equating.frequencies import ScoreFrequencies

SAME_RANK = 1e-12  # shares of other totals that are equal on paper differ by rounding


def percentile_rank(frequencies: ScoreFrequencies, score: ArrayLike) -> FloatArray:
    """Share of persons below a score, in percent; scores may lie between the possible ones."""
    return np.asarray(100.0 * cumulative_share(frequencies, score))


def percentile_point(frequencies: ScoreFrequencies, rank: ArrayLike) -> FloatArray:
    """Score at a percentile rank between 0 and 100, on the continuous scale."""
    return score_at_share(frequencies, np.asarray(rank, dtype=np.float64) / 100.0)


def cumulative_share(frequencies: ScoreFrequencies, score: ArrayLike) -> FloatArray:
    """Share of persons below a score, 0 to 1."""
    limits, shares = _knots(frequencies)
    position = (np.asarray(score, dtype=np.float64) - frequencies.lowest) / frequencies.step
    return np.asarray(np.interp(position, limits, shares))


def score_at_share(frequencies: ScoreFrequencies, share: ArrayLike) -> FloatArray:
    """Inverse of :func:`cumulative_share`; the middle where it is flat."""
    limits, shares = _knots(frequencies)
    p = np.asarray(share, dtype=np.float64)
    position = 0.5 * (_first(limits, shares, p) + _last(limits, shares, p))
    return np.asarray(frequencies.lowest + frequencies.step * position)


def _knots(frequencies: ScoreFrequencies) -> tuple[FloatArray, FloatArray]:
    """Interval limits -1/2, 1/2, ..., K + 1/2 and the share below each."""
    cumulative = np.cumsum(frequencies.probability)
    shares = np.concatenate([[0.0], cumulative / cumulative[-1]])
    return np.asarray(np.arange(float(len(shares))) - 0.5), shares


def _first(limits: FloatArray, shares: FloatArray, p: FloatArray) -> FloatArray:
    """Lowest point whose share reaches p."""
    upper = np.clip(np.searchsorted(shares, p - SAME_RANK, side="left"), 0, len(limits) - 1)
    return _between(limits, shares, p, np.maximum(upper, 1), at_start=upper == 0)


def _last(limits: FloatArray, shares: FloatArray, p: FloatArray) -> FloatArray:
    """Highest point whose share is still p."""
    upper = np.searchsorted(shares, p + SAME_RANK, side="right")
    end = upper >= len(limits)
    inside = _between(limits, shares, p, np.clip(upper, 1, len(limits) - 1), at_start=upper == 0)
    return np.asarray(np.where(end, limits[-1], inside))


def _between(
    limits: FloatArray,
    shares: FloatArray,
    p: FloatArray,
    upper: IntArray,
    *,
    at_start: BoolArray,
) -> FloatArray:
    rise = shares[upper] - shares[upper - 1]
    part = np.divide(p - shares[upper - 1], rise, out=np.ones_like(p), where=rise > 0)
    value = limits[upper - 1] + np.clip(part, 0.0, 1.0)
    return np.asarray(np.where(at_start, limits[0], value))
