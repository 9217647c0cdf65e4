r"""Log-linear presmoothing of score frequencies.

.. math:: \log m(x) = \beta_0 + \sum_{k=1}^{C} \beta_k x^k, \qquad
          \log m(x, v) = \beta_0 + \sum_k \beta_k x^k + \sum_l \gamma_l v^l
          + \sum_{(k, l)} \delta_{kl} x^k v^l

At the maximum of the likelihood the fitted distribution has the observed moments: the first C of the
score, and every cross-moment that has a term. Holland & Thayer (1987, 2000), J. Educ. Behav. Stat. 25,
133-183; von Davier, Holland & Thayer (2004), *The Kernel Method of Test Equating*, ch. 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.equating.frequencies import JointFrequencies, ScoreFrequencies
from psychometrics.errors import ModelError

Criterion = Literal["aic", "bic"]
CYCLES = 200
TOLERANCE = 1e-11  # largest difference of a standardised moment, per person
HALVINGS = 30


@dataclass(frozen=True)
class LoglinearFit:
    """How well a log-linear model describes the frequencies.

    Attributes
    ----------
    n_parameters : int
        Without the constant, which the total fixes.
    deviance : float
        Likelihood-ratio chi-square against the observed frequencies.
    df : int
    aic, bic : float
        ``deviance`` + 2 (or log n) times (n_parameters + 1).
    """

    n_parameters: int
    deviance: float
    df: int
    aic: float
    bic: float
    cycles: int


@dataclass(frozen=True, eq=False)
class SmoothedFrequencies:
    """Smoothed frequencies of one score and the fit of their model."""

    frequencies: ScoreFrequencies
    degree: int
    fit: LoglinearFit


@dataclass(frozen=True, eq=False)
class SmoothedJoint:
    """Smoothed joint frequencies and the fit of their model."""

    frequencies: JointFrequencies
    degrees: tuple[int, int]
    cross: tuple[tuple[int, int], ...]
    fit: LoglinearFit


@dataclass(frozen=True, eq=False)
class DegreeChoice:
    """Every degree tried, and the one with the lowest criterion."""

    criterion: str
    chosen: SmoothedFrequencies
    tried: tuple[SmoothedFrequencies, ...]


def smooth(frequencies: ScoreFrequencies, degree: int) -> SmoothedFrequencies:
    """Smooth one score's frequencies, keeping its first ``degree`` moments.

    Parameters
    ----------
    frequencies : ScoreFrequencies
    degree : int
        Moments kept: at least 1, fewer than the number of scores that somebody has.

    Returns
    -------
    SmoothedFrequencies
        With the observed total.

    Raises
    ------
    ModelError
        A degree that is too high or too low, or no convergence.

    Notes
    -----
    Newton's method on orthogonal polynomials of the score; observed moments are met to 1e-9
    (tests/psychometrics/equating/test_smoothing.py).
    """
    n_seen = int((frequencies.counts > 0).sum())
    if not 1 <= degree < n_seen:
        raise ModelError(
            "bad_degree",
            f"Degree {degree} is not possible: {n_seen} scores are observed, so choose 1 to "
            f"{n_seen - 1}.",
            degree=degree,
            highest=n_seen - 1,
        )
    design = _powers(len(frequencies.counts), degree)
    fitted, fit = _fit(frequencies.counts, _orthonormal(design))
    return SmoothedFrequencies(frequencies.with_counts(fitted), degree, fit)


def choose_degree(
    frequencies: ScoreFrequencies, *, highest: int = 10, criterion: Criterion = "aic"
) -> DegreeChoice:
    """Smooth with degrees 1 to ``highest`` and choose by AIC or BIC.

    The search ends early at a degree with no finite maximum, as sparse frequencies may have.

    Raises
    ------
    ModelError
        Unknown criterion, or not even degree 1 can be fitted.
    """
    if criterion not in ("aic", "bic"):
        raise ModelError("unknown_criterion", f"Choose aic or bic, not {criterion!r}.")
    last = min(highest, int((frequencies.counts > 0).sum()) - 1)
    tried = _smoothed_while_possible(frequencies, last)
    chosen = min(tried, key=lambda each: float(getattr(each.fit, criterion)))
    return DegreeChoice(criterion, chosen, tried)


def _smoothed_while_possible(
    frequencies: ScoreFrequencies, last: int
) -> tuple[SmoothedFrequencies, ...]:
    tried = [smooth(frequencies, 1)]
    for degree in range(2, last + 1):
        try:
            tried.append(smooth(frequencies, degree))
        except ModelError:
            break
    return tuple(tried)


def smooth_joint(
    joint: JointFrequencies,
    degrees: tuple[int, int],
    *,
    cross: Sequence[tuple[int, int]] = ((1, 1),),
    possible: ArrayLike | None = None,
) -> SmoothedJoint:
    """Smooth a form's scores together with the anchor's.

    Parameters
    ----------
    joint : JointFrequencies
    degrees : pair of int
        Moments kept of the form's score and of the anchor's.
    cross : sequence of pairs
        Cross-moments kept: (1, 1) is the covariance.
    possible : (n_scores, n_anchor_scores) bool, optional
        Combinations that can occur; with an internal anchor see :func:`internal_anchor_pairs`.

    Returns
    -------
    SmoothedJoint

    Raises
    ------
    ModelError
        Too many moments, somebody in an impossible combination, or no convergence.
    """
    size = joint.counts.shape
    cells = np.ones(size, dtype=np.bool_) if possible is None else np.asarray(possible, dtype=bool)
    if cells.shape != size or joint.counts[~cells].any():
        raise ModelError(
            "impossible_pair", "Somebody has a pair of scores that was said to be impossible."
        )
    x, v = _powers(size[0], degrees[0]), _powers(size[1], degrees[1])
    columns = [np.repeat(c[:, None], size[1], axis=1) for c in x.T]
    columns += [np.repeat(c[None, :], size[0], axis=0) for c in v.T]
    columns += [np.outer(_power(size[0], k), _power(size[1], m)) for k, m in cross]
    design = np.stack([column[cells] for column in columns], axis=1)
    if design.shape[1] >= int((joint.counts > 0).sum()):
        raise ModelError("bad_degree", "More moments than observed pairs of scores; keep fewer.")
    fitted, fit = _fit(joint.counts[cells], _orthonormal(design))
    counts = np.zeros(size)
    counts[cells] = fitted
    return SmoothedJoint(joint.with_counts(counts), degrees, tuple(cross), fit)


def internal_anchor_pairs(n_scores: int, n_anchor_scores: int) -> BoolArray:
    """Which pairs can occur when the anchor is part of the form and both count from zero."""
    x, v = np.arange(n_scores)[:, None], np.arange(n_anchor_scores)[None, :]
    return np.asarray((v <= x) & (x - v <= n_scores - n_anchor_scores))


def _power(n_scores: int, power: int) -> FloatArray:
    """Power of the score brought to [-1, 1]."""
    return np.asarray(np.linspace(-1.0, 1.0, n_scores) ** power)


def _powers(n_scores: int, degree: int) -> FloatArray:
    return np.stack([_power(n_scores, k) for k in range(1, degree + 1)], axis=1)


def _orthonormal(design: FloatArray) -> FloatArray:
    """Columns that span the same models, orthogonal to each other and to the constant."""
    centred = design - design.mean(axis=0)
    basis, triangle = np.linalg.qr(centred)
    diagonal = np.abs(np.diag(triangle))
    if (diagonal <= 1e-12 * diagonal.max()).any():
        raise ModelError("bad_degree", "The moments to keep depend on each other; keep fewer.")
    return np.asarray(basis * np.sqrt(len(design)))


def _fit(counts: FloatArray, design: FloatArray) -> tuple[FloatArray, LoglinearFit]:
    """Maximum likelihood of a multinomial log-linear model, by damped Newton steps."""
    total, share = counts.sum(), counts / counts.sum()
    target = share @ design
    beta = np.zeros(design.shape[1])
    for cycle in range(1, CYCLES + 1):
        p = _distribution(design, beta)
        gradient = target - p @ design
        if np.abs(gradient).max() < TOLERANCE:
            return p * total, _described(counts, p * total, len(beta), cycle)
        beta = _stepped(design, target, beta, p, gradient)
    raise ModelError(
        "loglinear_not_converged",
        f"The log-linear model did not converge in {CYCLES} cycles; keep fewer moments.",
        cycles=CYCLES,
    )


def _stepped(
    design: FloatArray, target: FloatArray, beta: FloatArray, p: FloatArray, gradient: FloatArray
) -> FloatArray:
    centred = design - p @ design
    information = (centred * p[:, None]).T @ centred
    step = np.linalg.lstsq(information, gradient, rcond=None)[0]
    start, size = _objective(design, target, beta), 1.0
    for _ in range(HALVINGS):
        if _objective(design, target, beta + size * step) >= start - 1e-15 * abs(start):
            break
        size /= 2.0
    return np.asarray(beta + size * step)


def _objective(design: FloatArray, target: FloatArray, beta: FloatArray) -> float:
    z = design @ beta
    peak = float(z.max())
    return float(target @ beta) - peak - float(np.log(np.exp(z - peak).sum()))


def _distribution(design: FloatArray, beta: FloatArray) -> FloatArray:
    z = design @ beta
    p = np.exp(z - z.max())
    return np.asarray(p / p.sum())


def _described(
    counts: FloatArray, fitted: FloatArray, n_parameters: int, cycles: int
) -> LoglinearFit:
    seen = counts > 0
    deviance = float(2.0 * (counts[seen] * np.log(counts[seen] / fitted[seen])).sum())
    n_terms = n_parameters + 1
    return LoglinearFit(
        n_parameters=n_parameters,
        deviance=deviance,
        df=counts.size - n_terms,
        aic=deviance + 2.0 * n_terms,
        bic=deviance + float(np.log(counts.sum())) * n_terms,
        cycles=cycles,
    )
