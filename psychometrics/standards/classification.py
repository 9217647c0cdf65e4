r"""Accuracy and consistency of classification at cut scores.

*Accuracy*: how often the observed level is the true one. *Consistency*: how often two independent parallel
testings agree. Both come from the probability :math:`p_{nk}` that person (or ability) *n* is observed in
level *k*:

.. math:: \text{consistency} = \sum_n w_n \sum_k p_{nk}^2, \qquad
          \kappa = \frac{\text{consistency} - \sum_k \bar p_k^2}{1 - \sum_k \bar p_k^2}

Rudner: the estimate's error is normal with its standard error, around the estimate. Lee: levels are cut on
the raw score, whose distribution given ability is exact; the true level is that of the expected raw score.
Rudner (2005), Pract. Assess. Res. Eval. 10(13); Lee (2010), J. Educ. Meas. 47, 1-17.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import DataError, ModelError
from psychometrics.linking.weights import AbilityWeights
from psychometrics.results import AbilityEstimates
from psychometrics.standards.raw_scores import RawScoreModel

EXACT = 1e-9  # a raw score that equals the cut is at or above it


@dataclass(frozen=True, eq=False)
class Classification:
    """Agreement of observed with true levels, and of two testings.

    Attributes
    ----------
    accuracy, consistency, kappa : float
        Over all levels; ``kappa`` is of consistency, None where chance alone agrees always.
    false_positive, false_negative : float
        Share observed above, and below, their true level.
    by_cut : tuple of CutClassification
        Each cut alone, as pass or fail.
    joint : (n_levels, n_levels)
        Share with each true level (rows) and observed level (columns).
    n_persons : int or None
        Persons it is averaged over, where it is.
    n_left_out : int
        Persons without a finite estimate.
    """

    method: str
    cuts: tuple[float, ...]
    accuracy: float
    consistency: float
    kappa: float | None
    false_positive: float
    false_negative: float
    by_cut: tuple["CutClassification", ...]
    joint: FloatArray
    n_persons: int | None = None
    n_left_out: int = 0


@dataclass(frozen=True)
class CutClassification:
    """Pass or fail at one cut."""

    cut: float
    accuracy: float
    consistency: float
    kappa: float | None
    false_positive: float
    false_negative: float


def rudner(
    abilities: AbilityEstimates, cuts: Sequence[float], *, weights: ArrayLike | None = None
) -> Classification:
    """Classification of ability estimates at ability cuts.

    Parameters
    ----------
    abilities : AbilityEstimates
        Persons without a finite estimate are left out, and counted.
    cuts : sequence of float
        Rising, logits; an ability at a cut is above it.
    weights : (n_persons,), optional

    Returns
    -------
    Classification

    Raises
    ------
    DataError
        Nobody has a finite estimate with a positive standard error.
    ModelError
        No cuts, or cuts that do not rise.

    Notes
    -----
    The normal error around the estimate is taken for the distribution of the true ability and of a
    second estimate alike. With estimates drawn in (EAP) it overstates both.
    """
    edges = checked_cuts(cuts)
    usable = abilities.is_finite & (np.nan_to_num(abilities.se) > 0)
    if not usable.any():
        raise DataError("no_abilities", "Nobody has a finite ability with a standard error.")
    w = np.ones(len(usable)) if weights is None else np.asarray(weights, dtype=np.float64)
    theta, se = abilities.theta[usable], abilities.se[usable]
    below = ndtr((edges - theta[:, None]) / se[:, None])
    probability = level_shares(below)
    assigned = np.searchsorted(edges, theta, side="right")
    # The level of the estimate is observed; the true level spreads around it.
    return classified(
        "rudner",
        edges,
        probability,
        assigned,
        w[usable] / w[usable].sum(),
        observed_is_certain=True,
        counts=(int(usable.sum()), int((~usable).sum())),
    )


def lee(form: RawScoreModel, cuts: Sequence[float], population: AbilityWeights) -> Classification:
    """Classification of raw scores at raw-score cuts.

    Parameters
    ----------
    form : RawScoreModel
    cuts : sequence of float
        Rising raw scores; a score at a cut is above it.
    population : AbilityWeights
        Ability of the population: nodes of its density (Lee's D method), or the persons' estimates
        with equal weights (P method).

    Returns
    -------
    Classification

    Raises
    ------
    ModelError
        No cuts, or cuts that do not rise.
    """
    edges = checked_cuts(cuts)
    cumulative = np.cumsum(form.distribution(population.points), axis=0)
    first_above = np.searchsorted(form.scores, edges - EXACT)
    padded = np.concatenate([np.zeros((1, cumulative.shape[1])), cumulative])
    below = padded[np.minimum(first_above, len(form.scores))].T
    true_level = np.searchsorted(edges, form.expected(population.points) + EXACT, side="right")
    return classified(
        "lee",
        edges,
        level_shares(below),
        true_level,
        population.weights,
        observed_is_certain=False,
        counts=(None, 0),
    )


def checked_cuts(cuts: Sequence[float]) -> FloatArray:
    """Cut scores as an array, if they rise."""
    edges = np.asarray(cuts, dtype=np.float64)
    if edges.ndim != 1 or not edges.size or not np.isfinite(edges).all():
        raise ModelError("bad_cuts", "Give at least one finite cut score.")
    if (np.diff(edges) <= 0).any():
        raise ModelError("bad_cuts", "Cut scores must rise from level to level.")
    return edges


def level_shares(below: FloatArray) -> FloatArray:
    """Probability of each level from that of being below each cut, (n, n_levels)."""
    n = len(below)
    bounds = np.concatenate([np.zeros((n, 1)), below, np.ones((n, 1))], axis=1)
    return np.maximum(np.diff(bounds, axis=1), 0.0)


def classified(
    method: str,
    edges: FloatArray,
    probability: FloatArray,
    level: IntArray,
    weights: FloatArray,
    *,
    observed_is_certain: bool,
    counts: tuple[int | None, int],
) -> Classification:
    """Accuracy, consistency and errors from each person's level and level probabilities."""
    joint = _joint(probability, level, weights, observed_is_certain)
    consistency, kappa = _consistency(probability, weights)
    return Classification(
        method=method,
        cuts=tuple(edges.tolist()),
        accuracy=float(np.trace(joint)),
        consistency=consistency,
        kappa=kappa,
        false_positive=float(np.triu(joint, 1).sum()),
        false_negative=float(np.tril(joint, -1).sum()),
        by_cut=tuple(
            _at_cut(k, float(edge), joint, probability, weights) for k, edge in enumerate(edges)
        ),
        joint=joint,
        n_persons=counts[0],
        n_left_out=counts[1],
    )


def _joint(
    probability: FloatArray, level: IntArray, weights: FloatArray, observed_is_certain: bool
) -> FloatArray:
    """Share by true level (rows) and observed level (columns)."""
    n_levels = probability.shape[1]
    by_level = np.zeros((n_levels, n_levels))
    np.add.at(by_level, level, weights[:, None] * probability)
    return by_level.T if observed_is_certain else by_level


def _consistency(probability: FloatArray, weights: FloatArray) -> tuple[float, float | None]:
    agreement = float(weights @ (probability**2).sum(axis=1))
    by_chance = float(((weights @ probability) ** 2).sum())
    kappa = (agreement - by_chance) / (1.0 - by_chance) if by_chance < 1.0 - 1e-12 else None
    return agreement, kappa


def _at_cut(
    k: int, cut: float, joint: FloatArray, probability: FloatArray, weights: FloatArray
) -> CutClassification:
    passing = probability[:, k + 1 :].sum(axis=1)
    consistency, kappa = _consistency(np.stack([1.0 - passing, passing], axis=1), weights)
    false_positive = float(joint[: k + 1, k + 1 :].sum())
    false_negative = float(joint[k + 1 :, : k + 1].sum())
    accuracy = 1.0 - false_positive - false_negative
    return CutClassification(cut, accuracy, consistency, kappa, false_positive, false_negative)
