r"""Standard errors from the joint observed information of all free parameters.

By Louis' identity the observed information is the expected complete-data information minus the
posterior covariance of the complete-data scores, summed over persons:

.. math:: I = -\sum_n E[\partial^2 \ell_n] - \sum_n \mathrm{Cov}[\partial \ell_n]

The first term is the derivative of the M-step gradient with the counts held fixed (central
differences of an analytic gradient, no pass over the persons); the second is one pass. The delta
method carries the covariance to the parameters people read. Louis (1982), JRSS B 44, 226-233.
"""

import numpy as np
import scipy

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.estimation.blas_threads import one_blas_thread
from psychometrics.estimation.expected_counts import ExpectedCounts
from psychometrics.estimation.free_parameters import FreeParameters
from psychometrics.estimation.missing_information import missing_information
from psychometrics.estimation.objective import Objective

DIFFERENCE = 1e-5


@one_blas_thread()
def observed_information(
    objective: Objective, full: FloatArray, counts: ExpectedCounts
) -> FloatArray:
    """Joint observed information of the free parameters (log prior included).

    Parameters
    ----------
    full : (n_full,)
        Parameter vector, at the maximum.
    counts : ExpectedCounts
        Of the E-step at ``full``.

    Returns
    -------
    (n_free, n_free)

    Notes
    -----
    O(n_persons * n_free * (n_free + n_nodes)); see :mod:`psychometrics.estimation.missing_information`.
    """
    complete = _complete_information(objective, full, counts)
    missing = _contract(missing_information(objective, full), objective.free)
    return _contract(complete, objective.free) - missing


def _contract(matrix: FloatArray, free: FreeParameters) -> FloatArray:
    moving = np.flatnonzero(free.is_free)
    index = free.index[moving]
    result = np.zeros((free.n_free, free.n_free))
    np.add.at(result, np.ix_(index, index), matrix[np.ix_(moving, moving)])
    return result


def _complete_information(
    objective: Objective, full: FloatArray, counts: ExpectedCounts
) -> FloatArray:
    """Minus the Hessian of the expected complete-data log posterior.

    It is block-diagonal over items and groups, so the j-th parameter of all of them can be moved at
    once: a handful of differences, however many items there are.
    """
    owner = _owner(objective, len(full))
    rank = np.arange(len(full)) - np.searchsorted(owner, owner)
    information = np.zeros((len(full), len(full)))
    for j in range(int(rank.max()) + 1):
        moved = np.flatnonzero(rank == j)
        slope = _slope_along(objective, full, counts, moved)
        own = np.isin(owner, owner[moved])  # parameters of the items and groups that moved
        position = np.zeros(int(owner.max()) + 1, dtype=np.intp)
        position[owner[moved]] = moved
        information[own, position[owner[own]]] = -slope[own]
    return 0.5 * (information + information.T)


def _slope_along(
    objective: Objective, full: FloatArray, counts: ExpectedCounts, moved: IntArray
) -> FloatArray:
    up, down = full.copy(), full.copy()
    up[moved] += DIFFERENCE
    down[moved] -= DIFFERENCE
    rise = objective.full_gradient(up, counts) - objective.full_gradient(down, counts)
    return rise / (2.0 * DIFFERENCE)


def _owner(objective: Objective, n_full: int) -> IntArray:
    """Number of the item or group each entry of the full vector belongs to."""
    owner = np.empty(n_full, dtype=np.intp)
    for block in objective.item_set.blocks:
        numbers = np.arange(block.rows.start, block.rows.stop)
        owner[block.parameters] = np.repeat(numbers, block.n_parameters)
    for group in range(len(objective.densities)):
        owner[objective.population_slice(group)] = objective.item_set.n_items + group
    return owner


@one_blas_thread()
def covariance(information: FloatArray) -> FloatArray | None:
    """Inverse of the information; None where it is not positive definite."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    try:
        factor = scipy.linalg.cho_factor(information / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None
    inverse = scipy.linalg.cho_solve(factor, np.eye(len(scale)))
    result: FloatArray = inverse / np.outer(scale, scale)
    return result


def full_covariance(free: FreeParameters, free_covariance: FloatArray) -> FloatArray:
    """Covariance of the full vector; fixed entries have none."""
    full = np.zeros((len(free.index), len(free.index)))
    moving = np.flatnonzero(free.is_free)
    index = free.index[moving]
    full[np.ix_(moving, moving)] = free_covariance[np.ix_(index, index)]
    return full
