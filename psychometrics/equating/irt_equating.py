r"""Equating sum scores of two forms whose items stand on one scale.

True scores: the new form's score *x* belongs to the ability at which the form expects it, and its
equivalent is what the base form expects there, :math:`e(x) = T_Y(T_X^{-1}(x))`. With guessing no ability
expects less than :math:`\sum c`; below it Kolen's rule joins (lowest, lowest) and
:math:`(\sum c_X, \sum c_Y)` by a line, and likewise above upper asymptotes below one. Observed scores: the forms' sum-score distributions in a synthetic
population by the Lord-Wingersky recursion, then equipercentile. Lord (1980), *Applications of Item
Response Theory*, ch. 13; Kolen & Brennan (2014), ch. 6.
"""

from collections.abc import Sequence

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.equating.conversion import Conversion
from psychometrics.equating.frequencies import ScoreFrequencies
from psychometrics.equating.one_population import conversion_of, equipercentile
from psychometrics.errors import DataError, ModelError
from psychometrics.information import category_probabilities, expected_score
from psychometrics.linking.weights import AbilityWeights
from psychometrics.lord_wingersky import lord_wingersky
from psychometrics.results import Calibration, ItemEstimate

Items = Calibration | Sequence[ItemEstimate]
WIDEST = 60.0  # logits; beyond it an expected score is an asymptote
HALVINGS = 80
NEAR = 1e-9  # a score this near an asymptote counts as at it


def irt_true_score(new: Items, base: Items) -> Conversion:
    """Equivalents of the new form's sum scores by true scores.

    Parameters
    ----------
    new, base : Calibration or sequence of ItemEstimate
        The forms' items, on one scale (:func:`psychometrics.linking.transform`).

    Returns
    -------
    Conversion
        For every sum score of the new form. Highest goes to highest, lowest to lowest.

    Raises
    ------
    DataError
        A form has no items.
    ModelError
        An expected score falls somewhere, so that it has no inverse.

    References
    ----------
    Kolen (1981), J. Educ. Meas. 18, 1-11 (scores below the guessing level).
    """
    x, y = _form(new, "new"), _form(base, "base")
    _check_rising(x, "new")
    scores, base_scores = _possible(x), _possible(y)
    (floor_x, ceiling_x), (floor_y, ceiling_y) = _asymptotes(x), _asymptotes(y)
    # Outside the range of true scores: lines from the ends of the forms to the asymptotes.
    equivalents = np.interp(
        scores,
        [scores[0], floor_x, ceiling_x, scores[-1]],
        [base_scores[0], floor_y, ceiling_y, base_scores[-1]],
    )
    inside = (scores > floor_x + NEAR) & (scores < ceiling_x - NEAR)
    equivalents[inside] = _true_score(y, _ability_at(x, scores[inside]))
    frequencies = _flat(scores), _flat(base_scores)
    return conversion_of(*frequencies, "irt-true-score", equivalents, {"guessing_level": floor_x})


def irt_observed_score(
    new: Items,
    base: Items,
    new_population: AbilityWeights,
    base_population: AbilityWeights | None = None,
    *,
    new_weight: float = 1.0,
) -> Conversion:
    r"""Equivalents of the new form's sum scores by the distributions the model expects.

    .. math:: f_s(x) = w_1 \sum_q \psi_{1q} f(x \mid \theta_q) + w_2 \sum_q \psi_{2q} f(x \mid \theta_q)

    Parameters
    ----------
    new, base : Calibration or sequence of ItemEstimate
        The forms' items, on one scale.
    new_population, base_population : AbilityWeights
        Ability of the two groups on that scale.
    new_weight : float
        Weight of the new group in the synthetic population; below 1 the base group is needed.

    Returns
    -------
    Conversion

    Raises
    ------
    DataError
        A form has no items.
    ModelError
        A weight outside 0 to 1, or below 1 without a base population.
    """
    x, y = _form(new, "new"), _form(base, "base")
    synthetic = _synthetic(new_population, base_population, new_weight)
    one, other = model_frequencies(x, synthetic), model_frequencies(y, synthetic)
    equivalents = equipercentile(one, other, one.scores)
    constants = {"new_weight": new_weight}
    return conversion_of(one, other, "irt-observed-score", equivalents, constants)


def model_frequencies(items: Items, population: AbilityWeights) -> ScoreFrequencies:
    """Distribution of the sum score the model expects of a population, as shares."""
    estimates = _form(items, "given")
    tables = [category_probabilities(item, population.points).T for item in estimates]
    return ScoreFrequencies(lord_wingersky(tables) @ population.weights, _lowest(estimates))


def _synthetic(
    new: AbilityWeights, base: AbilityWeights | None, new_weight: float
) -> AbilityWeights:
    if not 0.0 <= new_weight <= 1.0 or (base is None and new_weight < 1.0):
        raise ModelError(
            "bad_population_weight",
            f"The new group's weight must lie between 0 and 1, not {new_weight:g}; below 1 the base "
            "population is needed too.",
            weight=new_weight,
        )
    if base is None:
        return new
    return AbilityWeights.from_arrays(
        np.concatenate([new.points, base.points]),
        np.concatenate([new_weight * new.weights, (1.0 - new_weight) * base.weights]),
    )


def _form(items: Items, side: str) -> tuple[ItemEstimate, ...]:
    estimates = items.items if isinstance(items, Calibration) else tuple(items)
    if not estimates:
        raise DataError("empty_form", f"The {side} form has no items.", form=side)
    return tuple(estimates)


def _lowest(items: Sequence[ItemEstimate]) -> float:
    return float(sum(item.first_category for item in items))


def _possible(items: Sequence[ItemEstimate]) -> FloatArray:
    highest = sum(item.n_categories - 1 for item in items)
    return _lowest(items) + np.arange(highest + 1.0)


def _flat(scores: FloatArray) -> ScoreFrequencies:
    return ScoreFrequencies(np.ones(len(scores)), float(scores[0]))


def _true_score(items: Sequence[ItemEstimate], theta: FloatArray) -> FloatArray:
    return np.asarray(_lowest(items) + expected_score(items, theta).sum(axis=1))


def _asymptotes(items: Sequence[ItemEstimate]) -> tuple[float, float]:
    """What the form expects of no ability at all, and of any amount of it."""
    floor = sum(item.c or 0.0 for item in items)
    ceiling = sum(item.n_categories - 1 if item.d is None else item.d for item in items)
    return _lowest(items) + floor, _lowest(items) + ceiling


def _check_rising(items: Sequence[ItemEstimate], side: str) -> None:
    curve = _true_score(items, np.linspace(-8.0, 8.0, 161))
    if (np.diff(curve) < 0).any():
        raise ModelError(
            "true_score_falls",
            f"The expected score of the {side} form falls with ability somewhere; leave items of "
            "negative discrimination out.",
            form=side,
        )


def _ability_at(items: Sequence[ItemEstimate], scores: FloatArray) -> FloatArray:
    """Ability that expects each score, by bisection."""
    low, high = np.full(len(scores), -WIDEST), np.full(len(scores), WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        is_below = _true_score(items, middle) < scores
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2.0)
