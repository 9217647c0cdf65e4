"""The unit of the targets: one plain numpy E-step in float64 over the same data, all cores busy.

Written without the library, so that the unit does not move when the library does. It counts only if it
is at most 1.6 times its own two matrix products and exponential timed alone.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psychometrics.estimation.blas_threads import one_blas_thread, worker_threads

CHUNK = 2048
REPEATS = 5
Floats = NDArray[np.float64]
Scores = NDArray[np.int8]


@dataclass(frozen=True)
class StepTime:
    """Seconds of one E-step, and of its matrix products and exponential alone."""

    step: float
    alone: float

    @property
    def ratio(self) -> float:
        """How much the rest of the step costs; at most 1.6 for the unit to count."""
        return self.step / self.alone


def step_time(scores: Scores, n_categories: int, n_nodes: int = 41) -> StepTime:
    """Time an E-step over complete responses, (n_persons, n_items), all items of one size."""
    by_item = np.ascontiguousarray(scores.T)
    rng = np.random.default_rng(0)
    n_columns = len(by_item) * (n_categories - 1)
    table = -rng.random((n_nodes, n_columns))
    constant = -3.0 * rng.random((n_nodes, 1))
    starts = range(0, by_item.shape[1], CHUNK)

    def whole(start: int) -> float:
        return _whole_step(by_item[:, start : start + CHUNK], n_categories, table, constant)

    design = _design(by_item[:, :CHUNK], n_categories)

    def products(start: int) -> float:
        width = min(CHUNK, by_item.shape[1] - start)
        part = design[:, :width]
        joint = table @ part
        np.exp(joint, out=joint)
        return float((joint @ part.T)[0, 0])

    return StepTime(_best(whole, starts), _best(products, starts))


def _design(given: Scores, n_categories: int) -> Floats:
    if n_categories == 2:
        return given.astype(np.float64)
    above = np.arange(1, n_categories, dtype=np.int8)[:, None]
    design: Floats = (given[:, None, :] == above).reshape(-1, given.shape[1]).astype(np.float64)
    return design


def _whole_step(given: Scores, n_categories: int, table: Floats, constant: Floats) -> float:
    design = _design(given, n_categories)
    joint = table @ design
    joint += constant
    peak = joint.max(axis=0)
    joint -= peak
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    joint /= total
    counts = joint @ design.T
    return float((peak + np.log(total)).sum() + counts[0, 0] + joint.sum(axis=1)[0])


def _best(work: Callable[[int], float], starts: range) -> float:
    """Shortest of several runs over all chunks."""
    seconds = []
    with one_blas_thread(), ThreadPoolExecutor(worker_threads()) as pool:
        for _ in range(REPEATS):
            begin = time.perf_counter()
            list(pool.map(work, starts, chunksize=8))
            seconds.append(time.perf_counter() - begin)
    return min(seconds)
