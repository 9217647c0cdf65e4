r"""The information lost because abilities are not observed.

It is the posterior covariance of the complete-data scores, summed over persons:

.. math:: M = \sum_n w_n \Big( \sum_q p_{nq} s_{nq} s_{nq}^T - m_n m_n^T \Big),
          \qquad m_n = \sum_q p_{nq} s_{nq}

A score is linear in a person's design, :math:`s_{nq} = \sum_e x_{n,r(e)} f_e(\theta_q) + c_q`, where
entry e is one parameter of one category. The products of the functions :math:`f_e` span few dimensions
(three for the 2PL and the GPCM, whose :math:`f_e` are multiples of 1 and :math:`\theta`), so instead of
one product of matrices a node there is one for each member of a basis of that span.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.estimation.chunks import Chunk, map_parts
from psychometrics.estimation.expected_counts import (
    ChunkDesign,
    LogTable,
    chunk_posterior,
    layout_of,
    log_table,
)
from psychometrics.estimation.objective import Objective

NEGLIGIBLE = 1e-12  # singular value relative to the largest


@dataclass(frozen=True)
class Basis:
    """Functions on the nodes: f_e as combinations, and a basis of all their products."""

    functions: FloatArray  # (rank, n_nodes)
    of_entry: FloatArray  # (n_entries, rank)
    products: FloatArray  # (n_products, n_nodes)
    combine: FloatArray  # (n_products, rank, rank)


@dataclass(frozen=True)
class Scores:
    """Complete-data scores as entries: row of the design, parameter, function on the nodes."""

    row: IntArray  # (n_entries,)
    parameter: IntArray  # (n_entries,)
    function: FloatArray  # (n_entries, n_nodes)
    population: FloatArray  # (n_groups, n_full, n_nodes); scores of the populations' parameters
    n_columns: int  # design rows below this number are categories above the lowest
    of_categories: Basis  # of the entries of categories above the lowest
    of_all: Basis | None  # of all entries; only where responses are missing

    @property
    def n_full(self) -> int:
        """Length of the full parameter vector."""
        return int(self.population.shape[1])


def missing_information(objective: Objective, full: FloatArray) -> FloatArray:
    """Posterior covariance of the complete-data scores over the full vector, (n_full, n_full).

    Notes
    -----
    One pass; O(n_persons * n_full * (n_full + n_nodes)).
    """
    coded = objective.coded
    table = log_table(coded, full, objective.nodes)
    log_weights, scores, layout = (
        objective.log_weights(full),
        entry_scores(objective, full),
        layout_of(coded),
    )

    def of_part(chunks: Iterator[Chunk]) -> FloatArray:
        total = np.zeros((len(full), len(full)))
        for chunk in chunks:
            _add_chunk(total, chunk, layout.design(chunk), table, log_weights, scores)
        return total

    total = np.zeros((len(full), len(full)))
    for part in map_parts(coded, of_part):
        total += part
    return 0.5 * (total + total.T)


def entry_scores(objective: Objective, full: FloatArray) -> Scores:
    """The scores of every parameter, taken apart into entries."""
    item_set, nodes = objective.item_set, objective.nodes
    rows, parameters, functions = [], [], []
    for block in item_set.blocks:
        gradient = block.model.gradient(block.of(full), nodes)
        own = block.of(np.arange(len(full), dtype=np.float64)).astype(np.intp)
        relative = gradient[:, :, 1:] - gradient[:, :, :1]  # (items, parameters, steps, nodes)
        steps = np.arange(block.columns.start, block.columns.stop).reshape(block.n_items, 1, -1)
        lowest = item_set.n_columns + np.arange(block.rows.start, block.rows.stop)
        rows += [np.broadcast_to(steps, relative.shape[:3]).ravel()]
        rows += [np.repeat(lowest, block.n_parameters)]
        parameters += [np.broadcast_to(own[:, :, None], relative.shape[:3]).ravel(), own.ravel()]
        functions += [relative.reshape(-1, len(nodes)), gradient[:, :, 0].reshape(-1, len(nodes))]
    row, parameter = np.concatenate(rows), np.concatenate(parameters)
    function = np.concatenate(functions)
    order = np.argsort(parameter, kind="stable")  # entries of one parameter stand together
    row, parameter, function = row[order], parameter[order], function[order]
    return Scores(
        row,
        parameter,
        function,
        _population_scores(objective, full),
        item_set.n_columns,
        _basis(function, row < item_set.n_columns),
        None
        if objective.coded.is_complete
        else _basis(function, np.ones_like(row, dtype=np.bool_)),
    )


def _population_scores(objective: Objective, full: FloatArray) -> FloatArray:
    scores = np.zeros((objective.coded.n_groups, len(full), len(objective.nodes)))
    for group in range(objective.coded.n_groups):
        own = objective.population_slice(group)
        scores[group, own] = objective.log_weight_gradient(full, group)
    return scores


def _basis(function: FloatArray, chosen: BoolArray) -> Basis:
    coefficients, functions = _span(function[chosen])
    of_entry = np.zeros((len(function), len(functions)))
    of_entry[chosen] = coefficients
    rank, n_nodes = functions.shape
    if rank * (rank + 1) // 2 >= n_nodes:  # then the values at the nodes are the smallest basis
        combine = np.einsum("rq,sq->qrs", functions, functions)
        return Basis(functions, of_entry, np.eye(n_nodes), combine)
    pairs = (functions[:, None] * functions[None]).reshape(-1, n_nodes)
    weights, products = _span(pairs)
    return Basis(functions, of_entry, products, weights.T.reshape(-1, rank, rank))


def _span(vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients and an orthonormal basis with vectors = coefficients @ basis."""
    left, size, basis = np.linalg.svd(vectors, full_matrices=False)
    kept = size > NEGLIGIBLE * size[0]
    return left[:, kept] * size[kept], basis[kept]


@dataclass(frozen=True)
class _Local:
    """The entries that matter in one chunk."""

    position: IntArray  # row of the chunk's design, (n_local,)
    parameter: IntArray  # (n_local,)
    function: FloatArray  # (n_local, n_nodes)
    of_entry: FloatArray  # (n_local, rank)
    basis: Basis
    constant: FloatArray  # (n_full, n_nodes), scores that do not depend on the responses


def _local(scores: Scores, chunk: Chunk, design: ChunkDesign) -> _Local:
    at = np.full(scores.n_columns + int(scores.row.max()) + 1, -1, dtype=np.intp)
    at[design.rows] = np.arange(len(design.rows))
    entries = np.flatnonzero(at[scores.row] >= 0)
    basis = scores.of_categories
    if scores.of_all is not None and (design.rows >= scores.n_columns).any():
        basis = scores.of_all
    constant = scores.population[chunk.group].copy()
    always = scores.row >= scores.n_columns
    if chunk.observed is not None:
        always = np.isin(scores.row, design.always)
    np.add.at(constant, scores.parameter[always], scores.function[always])
    return _Local(
        at[scores.row[entries]],
        scores.parameter[entries],
        scores.function[entries],
        basis.of_entry[entries],
        basis,
        constant,
    )


def _add_chunk(
    total: FloatArray,
    chunk: Chunk,
    design: ChunkDesign,
    table: LogTable,
    log_weights: FloatArray,
    scores: Scores,
) -> None:
    joint, size, _ = chunk_posterior(design, table, log_weights[chunk.group])
    joint /= size
    local = _local(scores, chunk, design)
    used, first = np.unique(local.parameter, return_index=True)
    mean = local.constant @ joint  # (n_full, n)
    if len(used):
        mean[used] += _mean_of_entries(local, joint, design.matrix, first)
    mean *= np.sqrt(chunk.weights)
    joint *= chunk.weights
    cross = (local.function * (design.matrix @ joint.T)[local.position]) @ local.constant.T
    square = (local.constant * joint.sum(axis=1)) @ local.constant.T
    total += square - mean @ mean.T
    if len(used):
        cross = np.add.reduceat(cross, first, axis=0)
        total[used] += cross
        total[:, used] += cross.T
        total[np.ix_(used, used)] += _squares(local, joint, design.matrix, first)


def _mean_of_entries(
    local: _Local, joint: FloatArray, matrix: FloatArray, first: IntArray
) -> FloatArray:
    by_entry = local.of_entry @ (local.basis.functions @ joint)  # (n_local, n)
    by_entry *= matrix[local.position]
    if len(first) == len(by_entry):
        return by_entry
    summed: FloatArray = np.add.reduceat(by_entry, first, axis=0)
    return summed


def _squares(local: _Local, joint: FloatArray, matrix: FloatArray, first: IntArray) -> FloatArray:
    """Products of two entries that both depend on the responses, summed over persons."""
    entries = np.zeros((len(local.position), len(local.position)))
    where = np.ix_(local.position, local.position)
    for product, combine in zip(local.basis.products, local.basis.combine, strict=True):
        together = (matrix * (product @ joint)) @ matrix.T
        entries += (local.of_entry @ combine @ local.of_entry.T) * together[where]
    if len(first) == len(entries):
        return entries
    by_row = np.add.reduceat(entries, first, axis=0)
    summed: FloatArray = np.add.reduceat(by_row, first, axis=1)
    return summed
