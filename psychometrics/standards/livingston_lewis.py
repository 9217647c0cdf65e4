r"""Classification from a score distribution and a reliability alone.

The score behaves as if it were the number right of *n* equally good items, the effective test length

.. math:: n = \frac{(\mu - m)(M - \mu) - r\sigma^2}{\sigma^2 (1 - r)},

with *m*, *M* the lowest and highest score and *r* the reliability. True proportions follow a beta
distribution between two limits with the moments that binomial errors leave. Livingston & Lewis (1995), J.
Educ. Meas. 32, 179-197; the fit of the beta distribution: Hanson (1991), ACT Research Report 91-5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betainc, betaincinv

from psychometrics.arrays import FloatArray
from psychometrics.equating.frequencies import ScoreFrequencies
from psychometrics.errors import DataError, ModelError
from psychometrics.standards.classification import (
    EXACT,
    Classification,
    checked_cuts,
    classified,
    level_shares,
)

POINTS = 4000  # equally likely true proportions that stand for their distribution


@dataclass(frozen=True)
class BetaDistribution:
    """Beta distribution between two limits."""

    alpha: float
    beta: float
    lower: float = 0.0
    upper: float = 1.0

    def quantiles(self, share: FloatArray) -> FloatArray:
        """Values below which these shares lie."""
        inside = betaincinv(self.alpha, self.beta, share)
        return np.asarray(self.lower + (self.upper - self.lower) * inside)


def livingston_lewis(
    scores: ScoreFrequencies, reliability: float, cuts: Sequence[float]
) -> Classification:
    """Accuracy and consistency of classification by any score of known reliability.

    Parameters
    ----------
    scores : ScoreFrequencies
        Observed scores; their lowest and highest possible values matter.
    reliability : float
        Between 0 and 1.
    cuts : sequence of float
        Rising; a score at a cut is above it.

    Returns
    -------
    Classification
        ``method`` ends in ``beta4`` where all four moments were met, in ``beta2`` where only the mean
        and variance were.

    Raises
    ------
    DataError
        Everybody has the same score.
    ModelError
        A reliability outside 0 to 1 or too low for a test of one item, or cuts that do not rise.
    """
    edges = checked_cuts(cuts)
    length = effective_length(scores, reliability)
    true, kind = _true_proportions(scores, length)
    proportion = true.quantiles((np.arange(POINTS) + 0.5) / POINTS)
    at = (edges - scores.lowest) / (scores.highest - scores.lowest)
    needed = np.ceil(length * at - EXACT)
    result = classified(
        f"livingston-lewis {kind}",
        edges,
        level_shares(1.0 - _at_least(needed, length, proportion)),
        np.searchsorted(at, proportion + EXACT, side="right"),
        np.full(POINTS, 1.0 / POINTS),
        observed_is_certain=False,
        counts=(None, 0),
    )
    return replace(result, n_persons=round(scores.n))


def effective_length(scores: ScoreFrequencies, reliability: float) -> int:
    """Number of equally good items that would measure as reliably."""
    if not 0.0 < reliability < 1.0:
        raise ModelError(
            "bad_reliability",
            f"The reliability must lie between 0 and 1, not {reliability:g}.",
            reliability=reliability,
        )
    if not scores.sd > 0:
        raise DataError("no_spread", "Everybody has the same score: there is nothing to classify.")
    variance = scores.sd**2
    room = (scores.mean - scores.lowest) * (scores.highest - scores.mean)
    length = round((room - reliability * variance) / (variance * (1.0 - reliability)))
    if length < 2:
        raise ModelError(
            "reliability_too_low",
            f"Scores with this spread and a reliability of {reliability:g} act like a test of "
            f"{length} items; check the reliability.",
            reliability=reliability,
        )
    return length


def _true_proportions(scores: ScoreFrequencies, length: int) -> tuple[BetaDistribution, str]:
    mean, variance, skewness, kurtosis = _true_moments(scores, length)
    four = _four_parameters(mean, variance, skewness, kurtosis)
    if four is not None:
        return four, "beta4"
    size = mean * (1.0 - mean) / variance - 1.0
    return BetaDistribution(mean * size, (1.0 - mean) * size), "beta2"


def _true_moments(scores: ScoreFrequencies, length: int) -> tuple[float, float, float, float]:
    """Mean, variance, skewness and kurtosis of the true proportion, binomial error taken out."""
    number = length * (scores.scores - scores.lowest) / (scores.highest - scores.lowest)
    falling, possible, raw = np.ones(len(number)), 1.0, [1.0]
    for k in range(min(4, length)):
        falling, possible = falling * (number - k), possible * (length - k)
        raw.append(float(scores.probability @ falling) / possible)
    raw += [0.0] * (5 - len(raw))
    mean = raw[1]
    variance = raw[2] - mean**2
    if not variance > 0:
        raise ModelError("reliability_too_low", "The reliability leaves no true variance.")
    third = raw[3] - 3 * mean * raw[2] + 2 * mean**3
    fourth = raw[4] - 4 * mean * raw[3] + 6 * mean**2 * raw[2] - 3 * mean**4
    return mean, variance, third / variance**1.5, fourth / variance**2


def _four_parameters(
    mean: float, variance: float, skewness: float, kurtosis: float
) -> BetaDistribution | None:
    """The beta distribution with these moments, if there is one within 0 to 1."""
    below = 6.0 + 3.0 * skewness**2 - 2.0 * kurtosis
    if not below > 0:
        return None
    size = 6.0 * (kurtosis - skewness**2 - 1.0) / below
    under = (size + 2.0) * (size + 3.0) * kurtosis - 3.0 * (size - 6.0) * (size + 1.0)
    if not (size > 0 and under > 0 and 24.0 * (size + 1.0) < under):
        return None
    lean = np.sqrt(1.0 - 24.0 * (size + 1.0) / under)
    large, small = size / 2.0 * (1.0 + lean), size / 2.0 * (1.0 - lean)
    alpha, beta = (small, large) if skewness > 0 else (large, small)
    width = np.sqrt(variance * (size + 1.0) / (alpha * beta)) * size
    lower = mean - width * alpha / size
    if not (alpha > 0 and beta > 0 and lower >= 0.0 and lower + width <= 1.0):
        return None
    return BetaDistribution(float(alpha), float(beta), float(lower), float(lower + width))


def _at_least(needed: FloatArray, length: int, proportion: FloatArray) -> FloatArray:
    """Binomial probability of each number right or more, (n_points, n_cuts)."""
    k = np.clip(needed, 1, length)
    reached = betainc(k, length - k + 1.0, np.clip(proportion, 0.0, 1.0)[:, None])
    return np.asarray(np.where(needed <= 0, 1.0, np.where(needed > length, 0.0, reached)))
