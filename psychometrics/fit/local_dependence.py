"""Q3: do two items share more than the ability?"""

from dataclasses import dataclass

import numpy as np

from psychometrics.ability import score
from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import items_of
from psychometrics.estimation.expected_counts import CHUNK_ROWS
from psychometrics.fit.correlations import pairwise_correlations
from psychometrics.fit.mean_squares import residuals_at
from psychometrics.responses.administered import as_calibrated
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import AbilityEstimates, Calibration

FLAG_ABOVE_MEAN = 0.2


@dataclass(frozen=True)
class DependentPair:
    """Two items whose residuals correlate beyond what the average pair does."""

    first: str
    second: str
    q3: float
    adjusted: float
    n: int


@dataclass(frozen=True, eq=False)
class Q3:
    """Correlations of residuals of all pairs of items.

    Attributes
    ----------
    q3, adjusted : (n_items, n_items)
        Yen's Q3, and Q3 minus the mean over all pairs; the diagonal is 1 and 1 minus that mean. NaN
        exactly where ``n`` is below 2 or an item does not vary.
    n : (n_items, n_items)
        Persons who answered both.
    mean : float or None
        Over all pairs that are determined; near -1/(n_items - 1) where the model holds.
    flagged : tuple of DependentPair
        Pairs above the threshold in the adjusted form, the strongest first.
    """

    items: tuple[str, ...]
    q3: FloatArray
    adjusted: FloatArray
    n: FloatArray
    mean: float | None
    flagged: tuple[DependentPair, ...]


def q3(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    abilities: AbilityEstimates | None = None,
    flag_above_mean: float = FLAG_ABOVE_MEAN,
) -> Q3:
    r"""Yen's Q3, the mean-corrected version, and the pairs that stand out.

    .. math:: Q_{3,ij} = r(x_i - E(x_i \mid \hat\theta),\; x_j - E(x_j \mid \hat\theta)),
              \qquad Q_{3,ij}^{*} = Q_{3,ij} - \overline{Q_3}

    Residuals correlate negatively when nothing is wrong, because the same responses chose the
    ability; the mean-corrected form takes that out, so that one threshold serves short and long
    tests.

    Parameters
    ----------
    responses : ResponseMatrix
        A pair's correlation is over the persons who answered both items; weights count as
        frequencies.
    calibration : Calibration
    abilities : AbilityEstimates, optional
        In the order of the rows; EAP unless given. Persons without a finite one are left out.
    flag_above_mean : float
        Pairs with an adjusted Q3 above it are listed.

    Returns
    -------
    Q3

    Raises
    ------
    DataError
        An unknown item, category or group.

    References
    ----------
    Yen (1984), Appl. Psych. Meas. 8, 125-145. Christensen, Makransky & Horton (2017), Appl. Psych.
    Meas. 41, 178-194 (0.2 above the mean).
    """
    theta = (abilities or score(responses, calibration, "eap")).theta
    responses = as_calibrated(responses, calibration)
    items, coded = items_of(responses, calibration)
    usable = np.flatnonzero(np.isfinite(theta) & responses.answered & (responses.weights > 0))
    parts = [usable[start : start + CHUNK_ROWS] for start in range(0, len(usable), CHUNK_ROWS)]
    residual = np.concatenate(
        [residuals_at(items, coded, rows, theta[rows]).residual for rows in parts]
        or [np.zeros((0, responses.n_items))]
    )
    seen = responses.observed[usable].astype(np.float64)
    found = pairwise_correlations(residual, seen, responses.weights[usable])
    n = seen.T @ seen
    return _result(responses.items, found, n, flag_above_mean)


def _result(
    labels: tuple[str, ...], found: FloatArray, n: FloatArray, flag_above_mean: float
) -> Q3:
    found[n < 2] = np.nan
    first, second = np.triu_indices(len(labels), k=1)
    values = found[first, second]
    known = values[np.isfinite(values)]
    mean = float(known.mean()) if known.size else None
    adjusted = found - (mean or 0.0)
    with np.errstate(invalid="ignore"):
        above = np.flatnonzero(adjusted[first, second] > flag_above_mean)
    strongest = above[np.argsort(-values[above], kind="stable")]
    flagged = tuple(
        DependentPair(
            labels[first[pair]],
            labels[second[pair]],
            float(values[pair]),
            float(adjusted[first[pair], second[pair]]),
            int(n[first[pair], second[pair]]),
        )
        for pair in strongest
    )
    return Q3(labels, found, adjusted, n, mean, flagged)
