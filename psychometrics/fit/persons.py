"""Fit of persons: does a pattern of responses look like those the model expects at its ability?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psychometrics.ability import Method, score
from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.calibrated_items import CalibratedItems, items_of
from psychometrics.errors import DataError
from psychometrics.estimation.expected_counts import CHUNK_ROWS, CodedResponses
from psychometrics.fit.mean_squares import mean_squares, residuals_at
from psychometrics.item_curves import ItemCurve, item_curves
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import AbilityEstimates, Calibration

SMALLEST = 1e-300


@dataclass(frozen=True, eq=False)
class PersonFit:
    """Fit of every person, (n_persons,) each, in the order of the rows.

    Attributes
    ----------
    n_items : items the person answered.
    lz : standardised log-likelihood of the pattern; below about -2 it is unlikely.
    lz_star : the same with the mean and variance it has at an estimated ability.
    infit, outfit, infit_t, outfit_t : weighted and unweighted mean squared residual, and the same
        standardised.
    is_defined : bool
        False where the person has no finite ability or no response that could have been otherwise;
        exactly there the other arrays hold NaN.
    """

    method: str
    persons: NDArray[np.str_]
    theta: FloatArray
    n_items: IntArray
    lz: FloatArray
    lz_star: FloatArray
    infit: FloatArray
    outfit: FloatArray
    infit_t: FloatArray
    outfit_t: FloatArray
    is_defined: BoolArray


def person_fit(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    method: Method = "wle",
    abilities: AbilityEstimates | None = None,
) -> PersonFit:
    r"""lz, lz*, infit and outfit of every person.

    With :math:`W = \sum_i \log P_i(x_i) - \sum_{ik} P_{ik} \log P_{ik}`, :math:`V` its variance at
    known ability, :math:`\ell'` the score function and I the information, all at
    :math:`\hat\theta`,

    .. math:: l_z = W / \sqrt V, \qquad
              l_z^{*} = \frac{W - c\,\ell'}{\sqrt{V - c^2 I}}, \qquad
              c = \frac1I \sum_{ik} P'_{ik} \log P_{ik}

    An ability chosen by the same responses makes W vary less than V says; taking out its regression
    on the score function corrects that. At the root of :math:`\ell' + r_0 = 0`, which ``ml``,
    ``wle`` and ``map`` are, this is Snijders' statistic, and Sinharay's for more than two categories.

    Parameters
    ----------
    responses : ResponseMatrix
        Items not observed do not enter.
    calibration : Calibration
    method : {"eap", "map", "ml", "wle", "warm"}
        How abilities are estimated.
    abilities : AbilityEstimates, optional
        In the order of the rows, instead of ``method``.

    Returns
    -------
    PersonFit

    Raises
    ------
    DataError
        An unknown item, category or group; abilities of another number of persons.

    Notes
    -----
    lz and lz* are about standard normal for long tests; in tests below some 20 items the lower tail
    is heavier (see docs/methods/person-fit.md). O(n_persons * n_items).

    References
    ----------
    Drasgow, Levine & Williams (1985), Br. J. Math. Stat. Psychol. 38, 67-86. Snijders (2001),
    Psychometrika 66, 331-342. Sinharay (2016), Psychometrika 81, 992-1013. Wright & Masters (1982),
    *Rating Scale Analysis*.
    """
    estimates = abilities or score(responses, calibration, method)
    items, coded = items_of(responses, calibration)
    if len(estimates.theta) != responses.n_persons:
        raise DataError(
            "wrong_number_of_abilities",
            f"{len(estimates.theta)} abilities for {responses.n_persons} persons; "
            "estimate them from the same responses.",
            n_abilities=len(estimates.theta),
            n_persons=responses.n_persons,
        )
    values = np.full((6, responses.n_persons), np.nan)
    for rows in _usable(responses, estimates):
        values[:, rows] = _of_rows(items, coded, rows, estimates.theta[rows])
    is_defined = np.isfinite(values).all(axis=0)
    values[:, ~is_defined] = np.nan
    lz, lz_star, infit, outfit, infit_t, outfit_t = values
    return PersonFit(
        method=estimates.method,
        persons=responses.persons,
        theta=np.where(is_defined, estimates.theta, np.nan),
        n_items=responses.observed.sum(axis=1),
        lz=lz,
        lz_star=lz_star,
        infit=infit,
        outfit=outfit,
        infit_t=infit_t,
        outfit_t=outfit_t,
        is_defined=np.asarray(is_defined, dtype=np.bool_),
    )


def _usable(responses: ResponseMatrix, estimates: AbilityEstimates) -> Iterator[IntArray]:
    usable = np.flatnonzero(responses.answered & np.isfinite(estimates.theta))
    for start in range(0, len(usable), CHUNK_ROWS):
        yield usable[start : start + CHUNK_ROWS]


def _of_rows(
    items: CalibratedItems, coded: CodedResponses, rows: IntArray, theta: FloatArray
) -> FloatArray:
    """lz, lz*, infit, outfit and their standardised forms, (6, n)."""
    surprise = np.zeros((5, len(rows)))
    back = np.argsort(items.item_set.order)
    scores, seen = coded.scores[rows][:, back], coded.observed[rows][:, back]
    for i, curve in enumerate(item_curves(items, theta)):
        surprise += _surprise(curve, scores[:, i].astype(np.intp)) * seen[:, i]
    w, variance, slope, information, covariance = surprise
    with np.errstate(divide="ignore", invalid="ignore"):
        lz = w / np.sqrt(variance)
        c = covariance / information
        left = variance - c**2 * information
        # Items of one difficulty and slope: the ability explains all of W, and nothing is left.
        lz_star = (w - c * slope) / np.sqrt(np.where(left > 1e-9 * variance, left, np.nan))
    found = mean_squares(residuals_at(items, coded, rows, theta), np.ones(len(rows)), axis=1)
    return np.stack([lz, lz_star, found.infit, found.outfit, found.infit_t, found.outfit_t])


def _surprise(curve: ItemCurve, given: IntArray) -> FloatArray:
    """W, its variance, the score function, the information and the covariance of W and score."""
    p = np.maximum(curve.probability, SMALLEST)
    log_p, relative = np.log(p), curve.first / p
    mean = (p * log_p).sum(axis=0)
    persons = np.arange(len(given))
    return np.stack(
        [
            log_p[given, persons] - mean,
            (p * (log_p - mean) ** 2).sum(axis=0),
            relative[given, persons],
            (curve.first * relative).sum(axis=0),
            (curve.first * log_p).sum(axis=0),
        ]
    )
