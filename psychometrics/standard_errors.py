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
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.expected_counts import Chunk, ExpectedCounts, log_table, posterior
from psychometrics.free_parameters import FreeParameters
from psychometrics.objective import Objective
from psychometrics.quadrature import log_weight_gradient

DIFFERENCE = 1e-5
NEGLIGIBLE_POSTERIOR = 1e-10


@dataclass(frozen=True)
class ScoreTable:
    """Complete-data scores at each node, linear in a person's design row."""

    by_column: tuple["sparse.csr_matrix", ...]  # n_nodes times (design width, n_full)
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
    groups = np.repeat(np.arange(objective.coded.n_groups), 2)
    owner[objective.item_set.n_parameters :] = objective.item_set.n_items + groups
    return owner


def _score_table(objective: Objective, full: FloatArray) -> ScoreTable:
    item_set, nodes = objective.item_set, objective.nodes
    constant = np.zeros((objective.coded.n_groups, len(nodes), len(full)))
    rows, columns, values = [], [], []
    for block in item_set.blocks:
        gradient = block.model.gradient(block.of(full), nodes)
        own = block.of(np.arange(len(full), dtype=np.float64)).astype(np.intp)
        relative = gradient[:, :, 1:] - gradient[:, :, :1]  # (items, parameters, steps, nodes)
        steps = np.arange(block.columns.start, block.columns.stop).reshape(block.n_items, 1, -1)
        rows.append(np.broadcast_to(steps, relative.shape[:3]).ravel())
        columns.append(np.broadcast_to(own[:, :, None], relative.shape[:3]).ravel())
        values.append(relative.reshape(-1, len(nodes)))
        lowest = gradient[:, :, 0].reshape(-1, len(nodes))
        if objective.coded.is_complete:
            constant[:, :, own.ravel()] += lowest.T
        else:
            seen = item_set.n_columns + np.arange(block.rows.start, block.rows.stop)
            rows.append(np.repeat(seen, block.n_parameters))
            columns.append(own.ravel())
            values.append(lowest)
    for group, pair in enumerate(objective.population(full)):
        start = item_set.n_parameters + 2 * group
        constant[group, :, start : start + 2] = log_weight_gradient(nodes, *pair).T
    where = (np.concatenate(rows), np.concatenate(columns))
    width = item_set.n_columns + (0 if objective.coded.is_complete else item_set.n_items)
    by_column = tuple(
        sparse.csr_matrix((at_node, where), (width, len(full)))
        for at_node in np.concatenate(values).T
    )
    return ScoreTable(by_column, constant)


def _missing_information(objective: Objective, full: FloatArray) -> FloatArray:
    """Posterior covariance of the complete-data scores, summed over persons."""
    coded = objective.coded
    table = log_table(coded, full, objective.nodes)
    log_weights, scores = objective.log_weights(full), _score_table(objective, full)
    total = np.zeros((len(full), len(full)))
    for chunk in coded.chunks():
        node_weights, _ = posterior(chunk.design, table, log_weights[chunk.group])
        active = _active_parameters(objective, chunk, len(full))
        part = scores if active.all() else _restricted(scores, active)
        place = np.flatnonzero(active)
        total[np.ix_(place, place)] += _chunk_covariance(chunk, node_weights, part)
    return total


def _active_parameters(objective: Objective, chunk: Chunk, n_full: int) -> BoolArray:
    """Parameters of items that somebody in the chunk saw, and of the populations.

    Persons with the same items stand together, so in a design of booklets these are few, and the
    cost of the cross-products falls with their square.
    """
    if objective.coded.is_complete:
        return np.ones(n_full, dtype=np.bool_)
    item_set = objective.item_set
    seen = chunk.design[:, item_set.n_columns :].any(axis=0)
    everywhere = np.ones(objective.coded.n_groups, dtype=np.bool_)
    return np.asarray(np.concatenate([seen, everywhere])[_owner(objective, n_full)])


def _restricted(scores: ScoreTable, active: BoolArray) -> ScoreTable:
    by_column = tuple(matrix.tocsc()[:, active].tocsr() for matrix in scores.by_column)
    return ScoreTable(by_column, scores.constant[:, :, active])


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
