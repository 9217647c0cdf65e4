"""Preconditioned L-BFGS: few passes over the data, and the objective never falls.

The two-loop recursion starts from the inverse of a given curvature (complete-data information,
or observed information of a sample) instead of a multiple of the identity. With the first, the first
step is an EM step and the next ones learn what EM neglects, the information missing because abilities
are not observed. Nocedal & Wright (2006),
*Numerical Optimization*, ch. 7.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
import scipy

from psychometrics.arrays import FloatArray
from psychometrics.estimation.expected_counts import ExpectedCounts
from psychometrics.estimation.objective import Evaluation, Objective

MEMORY = 12
LONGEST_STEP = 2.0
SUFFICIENT_RISE = 1e-4
MAX_HALVINGS = 30
DAMPING = 1e-3
ROUNDING = 1e-13  # of the objective's value


Solve = Callable[[FloatArray], FloatArray]
Curvature = Callable[[Objective, FloatArray, Evaluation], Solve]


class Weighted(Protocol):
    """Persons with weights."""

    @property
    def total_weight(self) -> float:
        """Sum of the weights."""


class Surface(Protocol):
    """What can be climbed: an objective of one ability or of several."""

    @property
    def coded(self) -> Weighted:
        """The responses."""

    def evaluate(self, free: FloatArray) -> Evaluation:
        """Value and gradient."""

    def expand(self, free: FloatArray) -> FloatArray:
        """The full vector at a free one."""

    def complete_information(
        self, full: FloatArray, counts: ExpectedCounts
    ) -> "scipy.sparse.csc_matrix":
        """Expected complete-data information of the free parameters."""


Climbed = TypeVar("Climbed", bound=Surface)


@dataclass(frozen=True)
class Progress:
    """Where the estimation stands after a cycle."""

    cycle: int
    log_likelihood: float
    objective: float
    gradient_norm: float  # per person


@dataclass(frozen=True)
class Optimum:
    """Where the search ended."""

    free: FloatArray
    evaluation: Evaluation
    cycles: int
    evaluations: int
    gradient_norm: float
    converged: bool
    trace: tuple[float, ...]


@dataclass(frozen=True)
class _Pair:
    step: FloatArray
    change: FloatArray  # of the negative gradient
    rho: float


def maximise(
    objective: Climbed,
    start: FloatArray,
    *,
    tolerance: float,
    max_cycles: int,
    progress: Callable[[Progress], None] | None,
    curvature: Callable[[Climbed, FloatArray, Evaluation], Solve] | None = None,
) -> Optimum:
    """Climb to where the gradient norm per person is below the tolerance.

    Parameters
    ----------
    curvature : callable, optional
        A solver with the curvature the search should expect at a point; that of the complete
        data unless given.
    """
    expect = curvature or complete_curvature
    total = objective.coded.total_weight
    point, here = start, objective.evaluate(start)
    trace, pairs, evaluations = [here.value], deque[_Pair](maxlen=MEMORY), 1
    norm, cycle = _norm(here, total), 0
    while norm >= tolerance and cycle < max_cycles:
        cycle += 1
        direction = _direction(expect(objective, point, here), here, pairs)
        found = _line_search(objective, point, here, direction)
        if found is None:
            break
        step, there, tried = found
        evaluations += tried
        _remember(pairs, step, here.gradient - there.gradient)
        point, here = point + step, there
        norm = _norm(here, total)
        trace.append(here.value)
        if progress is not None:
            progress(Progress(cycle, here.counts.log_likelihood, here.value, norm))
    return Optimum(point, here, cycle, evaluations, norm, norm < tolerance, tuple(trace))


def stepped(objective: Surface, optimum: Optimum, step: FloatArray) -> Optimum:
    """The optimum moved by a step, if the gradient there is smaller; the search is not repeated."""
    there = objective.evaluate(optimum.free + step)
    norm = _norm(there, objective.coded.total_weight)
    if not norm < optimum.gradient_norm:
        return optimum
    return replace(
        optimum,
        free=optimum.free + step,
        evaluation=there,
        evaluations=optimum.evaluations + 1,
        gradient_norm=norm,
    )


def _norm(evaluation: Evaluation, total: float) -> float:
    return float(np.linalg.norm(evaluation.gradient)) / total


def _remember(pairs: deque[_Pair], step: FloatArray, change: FloatArray) -> None:
    """Keep a pair only if it shows positive curvature."""
    product = float(step @ change)
    if product > 1e-12 * float(np.linalg.norm(step)) * float(np.linalg.norm(change)):
        pairs.append(_Pair(step, change, 1.0 / product))


def complete_curvature(objective: Surface, point: FloatArray, here: Evaluation) -> Solve:
    """What the EM algorithm would divide by: the complete-data information."""
    return _preconditioner(objective.complete_information(objective.expand(point), here.counts))


def _direction(solve: Solve, here: Evaluation, pairs: deque[_Pair]) -> FloatArray:
    vector, alphas = here.gradient.copy(), []
    for pair in reversed(pairs):
        alpha = pair.rho * float(pair.step @ vector)
        vector -= alpha * pair.change
        alphas.append(alpha)
    vector = solve(vector) * _scale(pairs, solve)
    for pair, alpha in zip(pairs, reversed(alphas), strict=True):
        vector += (alpha - pair.rho * float(pair.change @ vector)) * pair.step
    return _shortened(vector)


def _preconditioner(information: "scipy.sparse.csc_matrix") -> Solve:
    # A direction the data say nothing about (an asymptote where the curve is flat) must not make
    # the system singular: its huge step would shrink all others. A slightly raised diagonal bounds it.
    diagonal = information.diagonal()
    raised = DAMPING * diagonal + 1e-9 * max(float(diagonal.mean()), 1e-12)
    factor = scipy.sparse.linalg.splu(information + scipy.sparse.diags(raised, format="csc"))

    def solve(vector: FloatArray) -> FloatArray:
        return np.asarray(factor.solve(vector), dtype=np.float64)

    return solve


def _scale(pairs: deque[_Pair], solve: Solve) -> float:
    """Curvature along the last step relative to what the preconditioner expected."""
    if not pairs:
        return 1.0
    last = pairs[-1]
    return 1.0 / (last.rho * float(last.change @ solve(last.change)))


def _shortened(vector: FloatArray) -> FloatArray:
    longest = float(np.abs(vector).max())
    return vector if longest <= LONGEST_STEP else vector * (LONGEST_STEP / longest)


def _line_search(
    objective: Surface, point: FloatArray, here: Evaluation, direction: FloatArray
) -> tuple[FloatArray, Evaluation, int] | None:
    """Shorten the step until the objective rises enough; None where it cannot rise any more."""
    slope = float(here.gradient @ direction)
    if slope <= 0:
        direction = here.gradient / objective.coded.total_weight
        slope = float(here.gradient @ direction)
    length = 1.0
    for tried in range(1, MAX_HALVINGS + 1):
        there = objective.evaluate(point + length * direction)
        if _is_better(here, there, direction, length * slope):
            return length * direction, there, tried
        length *= _shrinkage(there.value - here.value, length * slope)
    return None


def _is_better(here: Evaluation, there: Evaluation, direction: FloatArray, expected: float) -> bool:
    """Armijo's rule; where the rise is lost in rounding, the gradient decides instead.

    Hager & Zhang (2005), SIAM J. Optim. 16, 170-192: near a maximum the slope along the direction
    is accurate to the root of the precision of the value.
    """
    rise = there.value - here.value
    if np.isfinite(there.value) and rise >= SUFFICIENT_RISE * expected:
        return True
    lost = ROUNDING * abs(here.value)
    before, after = float(here.gradient @ direction), float(there.gradient @ direction)
    return rise >= -lost and expected <= 1e3 * lost and abs(after) <= 0.9 * before


def _shrinkage(rise: float, expected: float) -> float:
    """Where a parabola through both values peaks, kept within (0.1, 0.5)."""
    if not np.isfinite(rise) or expected <= rise:
        return 0.5
    return float(np.clip(0.5 * expected / (expected - rise), 0.1, 0.5))
