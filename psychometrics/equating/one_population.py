r"""Equating forms taken by the same persons or by random halves of one population.

============== ==========================================================================
identity       :math:`e(x) = x`
mean           :math:`e(x) = x - \mu_X + \mu_Y`
linear         :math:`e(x) = \mu_Y + (\sigma_Y / \sigma_X)(x - \mu_X)`
equipercentile :math:`e(x) = Q_Y^{-1}(P_X(x))`, percentile ranks and points as in
               :mod:`psychometrics.equating.percentiles`
============== ==========================================================================
"""

from typing import Literal, get_args

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.equating.conversion import Conversion
from psychometrics.equating.frequencies import ScoreFrequencies
from psychometrics.equating.percentiles import cumulative_share, score_at_share
from psychometrics.errors import DataError, ModelError

Method = Literal["identity", "mean", "linear", "equipercentile"]
METHODS: tuple[str, ...] = get_args(Method)


def equate(
    new: ScoreFrequencies, base: ScoreFrequencies, method: Method = "equipercentile"
) -> Conversion:
    """Find the scores of the base form that mean the same as those of the new form.

    Parameters
    ----------
    new, base : ScoreFrequencies
        Random groups of one population, or the two scores of one group. Smoothed frequencies
        (:func:`psychometrics.equating.smooth`) give smoothed equipercentile equating.
    method : {"identity", "mean", "linear", "equipercentile"}

    Returns
    -------
    Conversion
        For every score of the new form, with slope and intercept of the linear methods.

    Raises
    ------
    DataError
        Everybody has the same score.
    ModelError
        Unknown method.

    References
    ----------
    Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, ch. 2.
    """
    if method not in METHODS:
        raise ModelError(
            "unknown_method",
            f"There is no equating method {method!r}; choose one of {', '.join(METHODS)}.",
            method=method,
        )
    if method == "equipercentile":
        return conversion_of(new, base, method, equipercentile(new, base, new.scores), {})
    slope, intercept = _line(new, base, method)
    return linear_conversion(new, base, method, slope, intercept, {})


def _line(new: ScoreFrequencies, base: ScoreFrequencies, method: str) -> tuple[float, float]:
    if method == "identity":
        return 1.0, 0.0
    slope = 1.0 if method == "mean" else spread(base, "base") / spread(new, "new")
    return slope, base.mean - slope * new.mean


def spread(frequencies: ScoreFrequencies, side: str) -> float:
    """Standard deviation, which must not be zero."""
    if not frequencies.sd > 0:
        raise DataError(
            "no_spread",
            f"Everybody has the same score on the {side} form; only identity and mean equating are "
            "possible.",
            form=side,
        )
    return frequencies.sd


def equipercentile(new: ScoreFrequencies, base: ScoreFrequencies, scores: FloatArray) -> FloatArray:
    """Equipercentile equivalents of scores, which may lie between the new form's."""
    return score_at_share(base, cumulative_share(new, scores))


def linear_conversion(
    new: ScoreFrequencies,
    base: ScoreFrequencies,
    method: str,
    slope: float,
    intercept: float,
    constants: dict[str, float],
) -> Conversion:
    """A conversion along a line."""
    line = {"slope": slope, "intercept": intercept} | constants
    return conversion_of(new, base, method, slope * new.scores + intercept, line)


def conversion_of(
    new: ScoreFrequencies,
    base: ScoreFrequencies,
    method: str,
    equivalents: FloatArray,
    constants: dict[str, float],
) -> Conversion:
    """A conversion of every score of the new form."""
    return Conversion(
        method=method,
        scores=new.scores,
        equivalents=np.asarray(equivalents),
        lowest=base.lowest,
        highest=base.highest,
        constants=constants,
    )
