r"""Conditional standard errors of measurement, on the ability and on the raw-score scale.

On the ability scale :math:`\mathrm{SEM}(\theta) = I(\theta)^{-1/2}`. On the raw-score scale it is the standard
deviation of the raw score at an ability, from its whole distribution (Lord-Wingersky), so that any
conversion to reported scores, linear or not, has one too. Lord (1980), ch. 5; Kolen, Zeng & Hanson (1996),
J. Educ. Meas. 33, 129-140.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.information import test_information
from psychometrics.standards.raw_scores import RawScoreModel

WIDEST = 40.0
HALVINGS = 70


@dataclass(frozen=True)
class MeasurementError:
    """Precision at one ability.

    Attributes
    ----------
    theta, sem : float
        Ability and its standard error, logits; ``sem`` is None where the form tells nothing there.
    information : float
    true_score, raw_sem : float
        Expected raw score and the raw score's standard deviation around it.
    reported, reported_sem : float or None
        The same of the reported score, where a conversion was given.
    """

    theta: float
    information: float
    sem: float | None
    true_score: float
    raw_sem: float
    reported: float | None = None
    reported_sem: float | None = None


def measurement_error(
    form: RawScoreModel, theta: ArrayLike, *, reported: ArrayLike | None = None
) -> tuple[MeasurementError, ...]:
    """Precision of a form at given abilities, such as its cut scores.

    Parameters
    ----------
    form : RawScoreModel
    theta : (n_points,) logits
    reported : (n_scores,), optional
        Reported score of every entry of ``form.scores``.

    Returns
    -------
    tuple of MeasurementError
        One for each ability.

    Raises
    ------
    ModelError
        ``reported`` has another length than the form has scores.
    """
    at = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    distribution = form.distribution(at)
    raw = _moments(distribution, form.scores)
    converted = None if reported is None else _moments(distribution, _checked(form, reported))
    information = test_information(form.items, at)
    return tuple(
        MeasurementError(
            theta=float(at[q]),
            information=float(information[q]),
            sem=float(information[q] ** -0.5) if information[q] > 0 else None,
            true_score=float(raw[0][q]),
            raw_sem=float(raw[1][q]),
            reported=None if converted is None else float(converted[0][q]),
            reported_sem=None if converted is None else float(converted[1][q]),
        )
        for q in range(len(at))
    )


def ability_at_raw_score(form: RawScoreModel, score: ArrayLike) -> FloatArray:
    """Ability at which a raw score is expected.

    Parameters
    ----------
    form : RawScoreModel
    score : (n_points,)
        Raw scores strictly between what the form expects of the lowest and the highest ability.

    Returns
    -------
    (n_points,) logits

    Raises
    ------
    ModelError
        A score is outside, or the expected score falls with ability somewhere.
    """
    wanted = np.atleast_1d(np.asarray(score, dtype=np.float64))
    curve = form.expected(np.linspace(-8.0, 8.0, 161))
    if (np.diff(curve) < 0).any():
        raise ModelError(
            "true_score_falls",
            "The expected raw score falls with ability somewhere; leave items of negative "
            "discrimination out.",
        )
    low, high = np.full(len(wanted), -WIDEST), np.full(len(wanted), WIDEST)
    floor, ceiling = form.expected(np.array([-WIDEST, WIDEST]))
    outside = (wanted <= floor) | (wanted >= ceiling)
    if outside.any():
        value = float(wanted[int(np.argmax(outside))])
        raise ModelError(
            "score_not_expected",
            f"No ability expects the raw score {value:g}; it must lie between {floor:.4g} and "
            f"{ceiling:.4g}.",
            score=value,
        )
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        is_below = form.expected(middle) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2.0)


def _checked(form: RawScoreModel, reported: ArrayLike) -> FloatArray:
    values = np.asarray(reported, dtype=np.float64)
    if values.shape != form.scores.shape:
        raise ModelError(
            "bad_reporting_scale",
            f"The form has {len(form.scores)} raw scores; give one reported score for each.",
            n_scores=len(form.scores),
        )
    return values


def _moments(distribution: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    mean = values @ distribution
    variance = ((values[:, None] - mean) ** 2 * distribution).sum(axis=0)
    return np.asarray(mean), np.sqrt(variance)
