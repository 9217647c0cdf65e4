r"""Standard errors from the joint observed information of all free parameters.

By Louis' identity the observed information is the expected complete-data information minus the
posterior covariance of the complete-data scores, summed over persons:

.. math:: I = -\sum_n E[\partial^2 \ell_n] - \sum_n \mathrm{Cov}[\partial \ell_n]

The first term is the derivative of the M-step gradient with the counts held fixed (central
differences of an analytic gradient, no pass over the persons); the second is one pass. The delta
method carries the covariance to the parameters people read. Louis (1982), JRSS B 44, 226-233.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.expected_counts import Chunk, ExpectedCounts, log_table, posterior
from psychometrics.free_parameters import FreeParameters
from psychometrics.objective import Objective
from psychometrics.quadrature import log_weight_gradient

DIFFERENCE = 1e-5
NEGLIGIBLE_POSTERIOR = 1e-10


@dataclass(frozen=True)
class ScoreTable:
    """Complete-data scores at each node, linear in a person's design row."""

    by_column: FloatArray  # (n_nodes, design width, n_full)
    constant: FloatArray  # (n_groups, n_nodes, n_full)


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
    O(n_persons * n_free**2) per node that carries posterior weight.
    """
    complete = _complete_information(objective, full, counts)
    missing = _contract(_missing_information(objective, full), objective.free)
    return _contract(complete, objective.free) - missing


def _contract(matrix: FloatArray, free: FreeParameters) -> FloatArray:
    once = np.apply_along_axis(free.contract, 0, matrix)
    return np.apply_along_axis(free.contract, 1, once)


def _complete_information(
    objective: Objective, full: FloatArray, counts: ExpectedCounts
) -> FloatArray:
    """Minus the Hessian of the expected complete-data log posterior, items apart from each other."""
    information = np.zeros((len(full), len(full)))
    for positions in _independent_positions(objective, len(full)):
        up, down = full.copy(), full.copy()
        up[positions] += DIFFERENCE
        down[positions] -= DIFFERENCE
        difference = objective.full_gradient(up, counts) - objective.full_gradient(down, counts)
        owners = _owner(objective, len(full))
        moved = np.zeros(owners.max() + 1, dtype=np.intp)
        moved[owners[positions]] = positions
        touched = np.isin(owners, owners[positions])
        rows = np.flatnonzero(touched)
        information[rows, moved[owners[rows]]] = -difference[rows] / (2.0 * DIFFERENCE)
    return 0.5 * (information + information.T)


def _owner(objective: Objective, n_full: int) -> IntArray:
    """Number of the item or group each entry of the full vector belongs to."""
    owner = np.empty(n_full, dtype=np.intp)
    for block in objective.item_set.blocks:
        numbers = np.arange(block.rows.start, block.rows.stop)
        owner[block.parameters] = np.repeat(numbers, block.n_parameters)
    n_items_part = objective.item_set.n_parameters
    n_groups = objective.coded.n_groups
    owner[n_items_part:] = objective.item_set.n_items + np.repeat(np.arange(n_groups), 2)
    return owner


def _independent_positions(objective: Objective, n_full: int) -> list[IntArray]:
    """Entries that can be moved together: one of each item and group at a time."""
    owner = _owner(objective, n_full)
    rank = np.arange(n_full) - np.searchsorted(owner, owner)
    return [np.flatnonzero(rank == r) for r in range(int(rank.max()) + 1)]


def _score_table(objective: Objective, full: FloatArray) -> ScoreTable:
    item_set, nodes = objective.item_set, objective.nodes
    complete, n_columns = objective.coded.is_complete, item_set.n_columns
    width = n_columns if complete else n_columns + item_set.n_items
    by_column = np.zeros((len(nodes), width, len(full)))
    constant = np.zeros((objective.coded.n_groups, len(nodes), len(full)))
    for block in item_set.blocks:
        gradient = block.model.gradient(block.of(full), nodes)
        n_parameters, n_steps = block.n_parameters, block.n_categories - 1
        for i in range(block.n_items):
            first = block.first_parameter + i * n_parameters
            own = slice(first, first + n_parameters)
            column = block.first_column + i * n_steps
            relative = gradient[i, :, 1:] - gradient[i, :, :1]
            by_column[:, column : column + n_steps, own] = relative.transpose(2, 1, 0)
            lowest = gradient[i, :, 0].T
            if complete:
                constant[:, :, own] += lowest
            else:
                by_column[:, n_columns + block.first_item + i, own] = lowest
    for group, pair in enumerate(objective.population(full)):
        start = item_set.n_parameters + 2 * group
        constant[group, :, start : start + 2] = log_weight_gradient(nodes, *pair).T
    return ScoreTable(by_column, constant)


def _missing_information(objective: Objective, full: FloatArray) -> FloatArray:
    """Posterior covariance of the complete-data scores, summed over persons."""
    table = log_table(objective.coded, full, objective.nodes)
    log_weights, scores = objective.log_weights(full), _score_table(objective, full)
    total = np.zeros((len(full), len(full)))
    for chunk in objective.coded.chunks():
        node_weights, _ = posterior(chunk.design, table, log_weights[chunk.group])
        total += _chunk_covariance(chunk, node_weights, scores)
    return total


def _chunk_covariance(chunk: Chunk, node_weights: FloatArray, scores: ScoreTable) -> FloatArray:
    n_full = scores.constant.shape[2]
    second, mean = np.zeros((n_full, n_full)), np.zeros((len(chunk.rows), n_full))
    for node, by_column in enumerate(scores.by_column):
        weight = node_weights[:, node]
        near = np.flatnonzero(weight > NEGLIGIBLE_POSTERIOR)
        if not near.size:
            continue
        score = chunk.design[near] @ by_column + scores.constant[chunk.group, node]
        weighted = score * weight[near, None]
        mean[near] += weighted
        second += (weighted * chunk.weights[near, None]).T @ score
    return second - (mean * chunk.weights[:, None]).T @ mean


def covariance(information: FloatArray) -> FloatArray | None:
    """Inverse of the information; None where it is not positive definite."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    try:
        factor = cho_factor(information / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        return None
    inverse = cho_solve(factor, np.eye(len(scale)))
    result: FloatArray = inverse / np.outer(scale, scale)
    return result


def full_covariance(free: FreeParameters, free_covariance: FloatArray) -> FloatArray:
    """Covariance of the full vector; fixed entries have none."""
    full = np.zeros((len(free.index), len(free.index)))
    moving = np.flatnonzero(free.is_free)
    index = free.index[moving]
    full[np.ix_(moving, moving)] = free_covariance[np.ix_(index, index)]
    return full
