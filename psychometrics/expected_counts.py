"""The E-step: posterior node weights and the expected counts they add up to.

One chunk of persons costs two matrix products and one exponential: the design (which category was
given) times the items' log probabilities, and its transpose times the posteriors. Everything that
leaves a chunk is a sum over persons, so chunks may come from memory, from disk or from another
machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.data import ResponseMatrix
from psychometrics.item_set import Block, ItemSet

CHUNK_ROWS = 2048


@dataclass(frozen=True)
class Chunk:
    """Persons of one group, ready for the matrix products."""

    rows: IntArray  # positions in the response matrix
    design: FloatArray  # (n, n_columns [+ n_items where responses are missing])
    weights: FloatArray  # (n,)
    group: int


@dataclass(frozen=True)
class CodedResponses:
    """A response matrix in block order, categories counted from zero."""

    scores: ScoreArray
    observed: BoolArray
    weights: FloatArray
    group_codes: IntArray
    n_groups: int
    item_set: ItemSet
    is_complete: bool
    chunk_rows: int

    @property
    def total_weight(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())

    @cached_property
    def _by_design(self) -> IntArray:
        """Rows so ordered that persons who saw the same items stand together."""
        if self.is_complete:
            return np.arange(len(self.weights))
        patterns = np.ascontiguousarray(np.packbits(self.observed, axis=1))
        keys = patterns.view(f"V{patterns.shape[1]}").ravel()
        return np.asarray(np.argsort(keys, kind="stable"), dtype=np.intp)

    def chunks(self) -> Iterator[Chunk]:
        """Persons with a weight, group by group."""
        ordered = self._by_design
        for group in range(self.n_groups):
            here = (self.group_codes[ordered] == group) & (self.weights[ordered] > 0)
            members = ordered[here]
            for start in range(0, len(members), self.chunk_rows):
                rows = members[start : start + self.chunk_rows]
                yield Chunk(rows, self.design(rows), self.weights[rows], group)

    def design(self, rows: IntArray) -> FloatArray:
        """Which category above the lowest each person gave, and which items they saw."""
        n_columns = self.item_set.n_columns
        width = n_columns if self.is_complete else n_columns + self.item_set.n_items
        design = np.empty((len(rows), width))
        design[:, :n_columns] = (
            self.scores[rows][:, self.item_set.column_items()] == self.item_set.column_categories()
        )
        if not self.is_complete:
            design[:, n_columns:] = self.observed[rows]
        return design


def code_responses(
    responses: ResponseMatrix,
    item_set: ItemSet,
    first_category: IntArray,
    chunk_rows: int = CHUNK_ROWS,
) -> CodedResponses:
    """Bring a response matrix into block order with categories counted from zero."""
    order = item_set.order
    observed = responses.observed[:, order]
    shifted = responses.scores[:, order] - first_category[order].astype(np.int8)
    return CodedResponses(
        scores=np.where(observed, shifted, np.int8(0)),
        observed=observed,
        weights=responses.weights,
        group_codes=responses.group_codes,
        n_groups=len(responses.groups),
        item_set=item_set,
        is_complete=bool(observed.all()),
        chunk_rows=chunk_rows,
    )


@dataclass(frozen=True)
class LogTable:
    """Items' log probabilities at the nodes, arranged for the product with the design."""

    columns: FloatArray  # (design width, n_nodes)
    constant: FloatArray  # (n_nodes,)


def log_table(coded: CodedResponses, full: FloatArray, nodes: FloatArray) -> LogTable:
    """Log probabilities relative to the lowest category, and that category's own."""
    item_set = coded.item_set
    relative = np.empty((item_set.n_columns, len(nodes)))
    lowest = np.empty((item_set.n_items, len(nodes)))
    for block in item_set.blocks:
        log_p = block.model.log_probability(block.of(full), nodes)
        relative[block.columns] = (log_p[:, 1:] - log_p[:, :1]).reshape(-1, len(nodes))
        lowest[block.rows] = log_p[:, 0]
    if coded.is_complete:
        return LogTable(relative, lowest.sum(axis=0))
    return LogTable(np.concatenate([relative, lowest]), np.zeros(len(nodes)))


def posterior(
    design: FloatArray, table: LogTable, log_weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Posterior over the nodes, (n, n_nodes), and log marginal likelihood, (n,), of each person."""
    joint = design @ table.columns
    joint += table.constant + log_weights
    peak = joint.max(axis=1)
    joint -= peak[:, None]
    np.exp(joint, out=joint)
    total = joint.sum(axis=1)
    joint /= total[:, None]
    return joint, peak + np.log(total)


@dataclass(frozen=True)
class ExpectedCounts:
    """What a set of persons contributes; contributions add."""

    log_likelihood: float
    columns: FloatArray  # (design width, n_nodes)
    nodes: FloatArray  # (n_groups, n_nodes)

    def of_block(self, item_set: ItemSet, block: Block) -> FloatArray:
        """Expected number in each category at each node, (n_items, n_categories, n_nodes)."""
        n_nodes = self.columns.shape[1]
        counts = np.empty((block.n_items, block.n_categories, n_nodes))
        counts[:, 1:] = self.columns[block.columns].reshape(block.n_items, -1, n_nodes)
        counts[:, 0] = self._administered(item_set, block) - counts[:, 1:].sum(axis=1)
        return counts

    def _administered(self, item_set: ItemSet, block: Block) -> FloatArray:
        if len(self.columns) == item_set.n_columns:
            return np.asarray(self.nodes.sum(axis=0))
        rows = slice(item_set.n_columns + block.rows.start, item_set.n_columns + block.rows.stop)
        return self.columns[rows]


def expected_counts(
    coded: CodedResponses, table: LogTable, log_weights: FloatArray
) -> ExpectedCounts:
    """Sum the posteriors of all persons into expected counts.

    Parameters
    ----------
    log_weights : (n_groups, n_nodes)
    """
    log_likelihood = 0.0
    columns = np.zeros_like(table.columns)
    nodes = np.zeros_like(log_weights)
    for chunk in coded.chunks():
        weighted, log_marginal = posterior(chunk.design, table, log_weights[chunk.group])
        log_likelihood += float(chunk.weights @ log_marginal)
        weighted *= chunk.weights[:, None]
        columns += chunk.design.T @ weighted
        nodes[chunk.group] += weighted.sum(axis=0)
    return ExpectedCounts(log_likelihood, columns, nodes)
