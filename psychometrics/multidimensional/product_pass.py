r"""The E-step of several abilities, each item measuring one of them.

The likelihood of a person is a product of functions of one ability each, so no array of persons by all
nodes is ever made. The dimensions are split in two halves; with :math:`A_{np}` and :math:`B_{nr}` the
products of the likelihoods in each half and :math:`W_{pr}` the weights of the nodes,

.. math:: L_n = \sum_r (AW)_{nr} B_{nr}

and the posteriors of both halves and the expected persons at every node, :math:`W \circ (A^\top
\mathrm{diag}(w/L) B)`, are matrix products too.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.estimation.chunks import map_in_order
from psychometrics.estimation.expected_counts import (
    CodedResponses,
    ExpectedCounts,
    LogTable,
    log_table,
)

CHUNK_CELLS = 1 << 20  # doubles of the larger half that stay in the cache together
LARGEST_CHUNK = 2048
SMALLEST_CHUNK = 64


@dataclass(frozen=True)
class CodedDimensions:
    """The same persons' responses, dimension by dimension."""

    dimensions: tuple[CodedResponses, ...]

    @property
    def total_weight(self) -> float:
        """Sum of the weights."""
        return self.dimensions[0].total_weight

    @property
    def weights(self) -> FloatArray:
        """(n_persons,)."""
        return self.dimensions[0].weights

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return self.dimensions[0].n_groups

    def chunks(self, n_nodes: int) -> list[tuple[IntArray, int]]:
        """Rows and group of every chunk, for grids of this many nodes a dimension."""
        n = len(self.dimensions)
        size = CHUNK_CELLS // n_nodes ** (n - n // 2)
        size = min(max(size, SMALLEST_CHUNK), LARGEST_CHUNK)
        found = []
        for group in range(self.n_groups):
            members = np.flatnonzero(self.dimensions[0].group_codes == group)
            found += [(members[at : at + size], group) for at in range(0, len(members), size)]
        return found


@dataclass(frozen=True)
class Tables:
    """Everything of an E-step that does not depend on the persons."""

    coded: CodedDimensions
    nodes: tuple[FloatArray, ...]
    items: tuple[LogTable, ...]  # by dimension
    scale: (
        FloatArray  # (n_groups, n_dimensions, n_nodes), log; for taking likelihoods off the ground
    )
    weights: FloatArray  # (n_groups, n_nodes of the first half, of the second)

    @property
    def n_first(self) -> int:
        """Dimensions in the first half."""
        return len(self.nodes) // 2

    def likelihoods(self, rows: IntArray, group: int) -> tuple[list[FloatArray], FloatArray]:
        """By dimension (n, n_nodes), each scaled; and the sum of the logs of the scales, (n,)."""
        found, total = [], np.zeros(len(rows))
        for k, (one, table) in enumerate(zip(self.coded.dimensions, self.items, strict=True)):
            log_likelihood = one.design(rows) @ table.columns
            log_likelihood += table.constant
            peak = (log_likelihood + self.scale[group, k]).max(axis=1)
            log_likelihood -= peak[:, None]
            found.append(np.exp(log_likelihood, out=log_likelihood))
            total += peak
        return found, total


def tables(
    coded: CodedDimensions,
    fulls: list[FloatArray],
    nodes: tuple[FloatArray, ...],
    weights: FloatArray,
) -> Tables:
    """Tabulate the items.

    Parameters
    ----------
    fulls : of (n_full,)
        Parameter vector of each dimension's items.
    weights : (n_groups, n_nodes, ..., n_nodes)
        Of every group at the product of the nodes.
    """
    n = len(nodes)
    items = tuple(
        log_table(one, full, own)
        for one, full, own in zip(coded.dimensions, fulls, nodes, strict=True)
    )
    margins = [
        [w.sum(axis=tuple(j for j in range(n) if j != k)) for k in range(n)] for w in weights
    ]
    first = int(np.prod([len(own) for own in nodes[: n // 2]]))
    scale = np.log(np.maximum(np.array(margins), 1e-300))
    return Tables(coded, nodes, items, scale, weights.reshape(len(weights), first, -1))


@dataclass(frozen=True)
class Halves:
    """One chunk of persons between the two halves of the dimensions."""

    first: FloatArray  # (n, nodes of the first half), likelihood
    second: FloatArray
    weighted_first: FloatArray  # (n, nodes of the second half), first half summed out
    marginal: FloatArray  # (n,), scaled marginal likelihood
    log_marginal: FloatArray  # (n,), of the true one


def halves(given: Tables, rows: IntArray, group: int) -> Halves:
    """Likelihoods of both halves and the marginal likelihood."""
    likelihoods, log_scale = given.likelihoods(rows, group)
    first = outer_product(likelihoods[: given.n_first])
    second = outer_product(likelihoods[given.n_first :])
    weighted = first @ given.weights[group]
    marginal = np.einsum("nr,nr->n", weighted, second)
    return Halves(first, second, weighted, marginal, np.log(marginal) + log_scale)


def outer_product(factors: list[FloatArray]) -> FloatArray:
    """Products of functions of one ability each, (n, product of the numbers of nodes)."""
    return reduce(lambda a, b: (a[:, :, None] * b[:, None, :]).reshape(len(a), -1), factors)


def expected_counts(given: Tables, threads: int | None = None) -> ExpectedCounts:
    """One pass over the persons.

    Returns
    -------
    ExpectedCounts
        ``columns`` of all dimensions one below the other; ``nodes`` (n_groups, all nodes).
    """
    chunks = given.coded.chunks(len(given.nodes[0]))
    total = 0.0
    columns = np.zeros((sum(len(t.columns) for t in given.items), len(given.nodes[0])))
    at_nodes = np.zeros_like(given.weights)
    for index, part in enumerate(
        map_in_order(lambda i: _of_chunk(given, *chunks[i]), len(chunks), threads)
    ):
        total += part[0]
        columns += part[1]
        at_nodes[chunks[index][1]] += part[2]
    return ExpectedCounts(total, columns, at_nodes.reshape(len(at_nodes), -1))


def _of_chunk(given: Tables, rows: IntArray, group: int) -> tuple[float, FloatArray, FloatArray]:
    weights, here = given.weights[group], halves(given, rows, group)
    persons = given.coded.weights[rows]
    second = here.second * (persons / here.marginal)[:, None]
    at_nodes = weights * (here.first.T @ second)
    margins = _margins(here.first * (second @ weights.T), given.nodes[: given.n_first])
    margins += _margins(here.weighted_first * second, given.nodes[given.n_first :])
    columns = [
        one.design(rows).T @ margin
        for one, margin in zip(given.coded.dimensions, margins, strict=True)
    ]
    return float(persons @ here.log_marginal), np.concatenate(columns), at_nodes


def _margins(posterior: FloatArray, nodes: tuple[FloatArray, ...]) -> list[FloatArray]:
    """Posterior of each dimension from that of several together, (n, n_nodes) each."""
    shaped = posterior.reshape(-1, *(len(own) for own in nodes))
    axes = range(1, shaped.ndim)
    return [shaped.sum(axis=tuple(k for k in axes if k != keep)) for keep in axes]
