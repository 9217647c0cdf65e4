"""A sample shows the way: where it ends and how curved it is there, the full search begins.

With many persons most of the search can be done on few. A systematic sample, its weights scaled up to
the whole, has nearly the same objective, so its maximum is a good start and its observed information a
good curvature: every step on the full data then divides the gradient by about the root of
(sample size / number of parameters), and a handful of passes end where twenty would. The sample only
chooses the path; the maximum that is reached is that of the full objective.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import scipy

from psychometrics.arrays import FloatArray
from psychometrics.estimation.blas_threads import one_blas_thread
from psychometrics.estimation.chunks import CodedSource, HeldChunks, thinned
from psychometrics.estimation.objective import Evaluation, Objective
from psychometrics.estimation.optimise import (
    Curvature,
    Optimum,
    Progress,
    Solve,
    complete_curvature,
    maximise,
)
from psychometrics.estimation.standard_errors import observed_information
from psychometrics.estimation.starting_values import category_weights

SAMPLE_PERSONS = 10_000
SAMPLE_SHARE = 25  # of more persons, one in so many
LARGEST_SAMPLE = 100_000
WORTHWHILE = 3  # a sample must be smaller than the whole by this factor
FEWEST_IN_CATEGORY = 50
LEAST_GAIN = 2.0  # by which a step must divide the gradient for the sample to be trusted further
SAMPLE_TOLERANCE = 1e-5
SAMPLE_CYCLES = 100


@one_blas_thread()  # many small systems: a second thread costs them more than it gives
def climb(
    objective: Objective,
    start: FloatArray,
    *,
    tolerance: float,
    max_cycles: int,
    progress: Callable[[Progress], None] | None,
) -> Optimum:
    """Maximise the objective, from a sample's maximum where there are persons enough."""
    start, curvature = _scouted(objective, start)
    return maximise(
        objective,
        start,
        tolerance=tolerance,
        max_cycles=max_cycles,
        progress=progress,
        curvature=curvature,
    )


def _scouted(objective: Objective, start: FloatArray) -> tuple[FloatArray, Curvature]:
    step = _step(objective.coded)
    if step < WORTHWHILE:
        return start, complete_curvature
    coded = thinned(objective.coded, step)
    if not _is_rich(coded):
        return start, complete_curvature
    sample = replace(objective, coded=coded)
    found = climb(
        sample, start, tolerance=SAMPLE_TOLERANCE, max_cycles=SAMPLE_CYCLES, progress=None
    )
    if not found.converged:
        return start, complete_curvature
    solve = _solver(sample, found)
    if solve is None:
        return found.free, complete_curvature
    return found.free, _Guide(solve)


def _step(coded: CodedSource) -> int:
    wanted = max(SAMPLE_PERSONS, min(coded.n_persons // SAMPLE_SHARE, LARGEST_SAMPLE))
    return coded.n_persons // wanted


def _is_rich(coded: HeldChunks) -> bool:
    """Whether every category has responses enough for its parameters to be near their place."""
    plain = replace(coded, held=tuple(replace(c, weights=np.sign(c.weights)) for c in coded.held))
    return all(bool((n >= FEWEST_IN_CATEGORY).all()) for n in category_weights(plain))


class _Guide:
    """The sample's curvature as long as it serves.

    Where the sample's maximum is far from that of the whole (asymptotes, which few persons determine)
    its curvature misleads; it is given up at the first step that gains too little.
    """

    def __init__(self, solve: Solve) -> None:
        self.solve = solve
        self.norm = np.inf

    def __call__(self, objective: Objective, point: FloatArray, here: Evaluation) -> Solve:
        before, self.norm = self.norm, float(np.linalg.norm(here.gradient))
        if LEAST_GAIN * self.norm > before:
            self.norm = 0.0  # nothing gains on it: the sample is not asked again
            return complete_curvature(objective, point, here)
        return self.solve


def _solver(sample: Objective, found: Optimum) -> Solve | None:
    """The sample's observed information; None where it is not positive definite."""
    full = sample.expand(found.free)
    information = observed_information(sample, full, found.evaluation.counts)
    try:
        factor = scipy.linalg.cho_factor(information)
    except np.linalg.LinAlgError:
        return None

    def solve(vector: FloatArray) -> FloatArray:
        return np.asarray(scipy.linalg.cho_solve(factor, vector), dtype=np.float64)

    return solve
