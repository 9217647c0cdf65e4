"""The E-step: posterior node weights and the expected counts they add up to.

One chunk of persons costs two matrix products and one exponential: the items' log probabilities times
the design (which category was given), and the posteriors times its transpose. Nodes are rows and
persons columns, so that sums over the nodes run along memory. An item that everybody in the chunk saw
adds its lowest category to a common constant, one that nobody saw is left out; only items that some
saw cost a row of the design more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.estimation.chunks import CHUNK_ROWS as CHUNK_ROWS
from psychometrics.estimation.chunks import CHUNKS_A_PART, Chunk, CodedSource, LocalParts, map_parts
from psychometrics.estimation.item_set import Block, ItemSet
from psychometrics.responses.matrix import ResponseMatrix


@dataclass(frozen=True)
class CodedResponses(LocalParts):
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

    @property
    def answered(self) -> BoolArray:
        """Whether a person has any observed response, (n_persons,)."""
        if self.is_complete:
            return np.ones(len(self.weights), dtype=np.bool_)
        return np.asarray(self.observed.any(axis=1), dtype=np.bool_)

    @property
    def n_persons(self) -> int:
        """Number of persons with a weight."""
        return int(np.count_nonzero(self.weights > 0))

    @cached_property
    def _starts(self) -> tuple[tuple[IntArray | slice, int], ...]:
        """Rows and group of every chunk; persons who saw the same items stand together."""
        found: list[tuple[IntArray | slice, int]] = []
        size = self.chunk_rows
        if self.is_complete and self.n_groups == 1 and bool((self.weights > 0).all()):
            return tuple((slice(at, at + size), 0) for at in range(0, len(self.weights), size))
        ordered = self._by_design
        for group in range(self.n_groups):
            here = (self.group_codes[ordered] == group) & (self.weights[ordered] > 0)
            members = ordered[here]
            found += [(members[at : at + size], group) for at in range(0, len(members), size)]
        return tuple(found)

    @cached_property
    def _by_design(self) -> IntArray:
        if self.is_complete:
            return np.arange(len(self.weights))
        patterns = np.ascontiguousarray(np.packbits(self.observed, axis=1))
        keys = patterns.view(f"V{patterns.shape[1]}").ravel()
        return np.asarray(np.argsort(keys, kind="stable"), dtype=np.intp)

    @property
    def n_parts(self) -> int:
        """Number of parts; see :mod:`psychometrics.estimation.chunks`."""
        return -(-len(self._starts) // CHUNKS_A_PART)

    def chunks_of(self, part: int) -> Iterator[Chunk]:
        """The chunks of one part: persons with a weight, group by group."""
        for rows, group in self._starts[part * CHUNKS_A_PART : (part + 1) * CHUNKS_A_PART]:
            observed = None if self.is_complete else self.observed.T[:, rows]
            yield Chunk(self.scores.T[:, rows], observed, self.weights[rows], group)

    def row_blocks(self, size: int) -> tuple[IntArray, ...]:
        """All rows, persons who saw the same items together, ``size`` at a time."""
        ordered = self._by_design
        return tuple(ordered[at : at + size] for at in range(0, len(ordered), size))

    def chunk(self, rows: IntArray, group: int = 0) -> Chunk:
        """These rows as a chunk."""
        observed = None if self.is_complete else self.observed.T[:, rows]
        return Chunk(self.scores.T[:, rows], observed, self.weights[rows], group)

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
    is_complete = responses.is_complete
    scores = np.empty((responses.n_items, responses.n_persons), dtype=np.int8)
    observed = np.broadcast_to(np.True_, scores.shape)
    if not is_complete:
        observed = np.empty(scores.shape, dtype=np.bool_)
    for row, (item, first) in enumerate(zip(order, first_category[order], strict=True)):
        np.subtract(responses.scores[:, item], np.int8(first), out=scores[row])
        if not is_complete:
            observed[row] = responses.observed[:, item]
            scores[row] *= observed[row]
    return CodedResponses(
        scores=scores.T,
        observed=observed.T,
        weights=responses.weights,
        group_codes=responses.group_codes,
        n_groups=len(responses.groups),
        item_set=item_set,
        is_complete=is_complete,
        chunk_rows=chunk_rows,
    )


@dataclass(frozen=True)
class LogTable:
    """Items' log probabilities at the nodes, arranged for the product with the design."""

    columns: FloatArray  # (design width, n_nodes)
    constant: FloatArray  # (n_nodes,)


def log_table(coded: CodedSource, full: FloatArray, nodes: FloatArray) -> LogTable:
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


@dataclass
class _Sums:
    """Running sums of one part."""

    log_likelihood: float
    columns: FloatArray  # (n_nodes, design width)
    nodes: FloatArray  # (n_groups, n_nodes)


@dataclass(frozen=True)
class ChunkDesign:
    """What a chunk is multiplied with."""

    matrix: FloatArray  # (width, n)
    rows: IntArray  # of the log table, (width,)
    always: IntArray  # rows of the log table that count for everybody in the chunk


@dataclass(frozen=True)
class Layout:
    """How the rows of a log table follow from the items."""

    items: IntArray  # item of each category above the lowest, in block order
    categories: ScoreArray  # and the category
    lowest: IntArray  # row of each item's lowest category; none where responses are complete

    def design(self, chunk: Chunk) -> ChunkDesign:
        """Which category above the lowest each person gave, and who saw what only some saw."""
        if chunk.observed is None:
            given = chunk.scores[self.items] == self.categories[:, None]
            return ChunkDesign(given.astype(np.float64), np.arange(len(self.items)), self.lowest)
        n_seen = np.count_nonzero(chunk.observed, axis=1)
        kept = np.flatnonzero(n_seen[self.items])
        some = np.flatnonzero((n_seen > 0) & (n_seen < chunk.n))
        matrix = np.empty((len(kept) + len(some), chunk.n))
        matrix[: len(kept)] = chunk.scores[self.items[kept]] == self.categories[kept, None]
        matrix[len(kept) :] = chunk.observed[some]
        rows = np.concatenate([kept, self.lowest[some]])
        return ChunkDesign(matrix, rows, self.lowest[n_seen == chunk.n])


def layout_of(coded: CodedSource) -> Layout:
    """The layout of these responses' log table."""
    item_set = coded.item_set
    n_lowest = 0 if coded.is_complete else item_set.n_items
    return Layout(
        item_set.column_items(),
        item_set.column_categories().astype(np.int8),
        item_set.n_columns + np.arange(n_lowest),
    )


def chunk_posterior(
    design: ChunkDesign, table: LogTable, log_weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Unnormalised posterior, (n_nodes, n), its sum, (n,), and the log marginal likelihood, (n,).

    Log weights are those of everybody, (n_nodes,), or of each person, (n_nodes, n).
    """
    joint = table.columns[design.rows].T @ design.matrix
    constant = table.constant
    if len(design.always):
        constant = constant + table.columns[design.always].sum(axis=0)
    own = log_weights[:, None] if log_weights.ndim == 1 else log_weights
    joint += own + constant[:, None]
    peak = joint.max(axis=0)
    joint -= peak
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    return joint, total, peak + np.log(total)


def expected_counts(
    coded: CodedSource, table: LogTable, log_weights: FloatArray, threads: int | None = None
) -> ExpectedCounts:
    """Sum the posteriors of all persons into expected counts.

    Parameters
    ----------
    log_weights : (n_groups, n_nodes)
    threads : int, optional
        As many as BLAS would use unless given; the result does not depend on it.
    """

    layout = layout_of(coded)

    def of_part(chunks: Iterator[Chunk]) -> _Sums:
        sums = _Sums(0.0, np.zeros(table.columns.T.shape), np.zeros_like(log_weights))
        for chunk in chunks:
            _add(sums, chunk, layout.design(chunk), table, log_weights)
        return sums

    total = _Sums(0.0, np.zeros(table.columns.T.shape), np.zeros_like(log_weights))
    for sums in map_parts(coded, of_part, threads):
        total.log_likelihood += sums.log_likelihood
        total.columns += sums.columns
        total.nodes += sums.nodes
    columns = np.ascontiguousarray(total.columns.T)
    return ExpectedCounts(total.log_likelihood, columns, total.nodes)


def _add(
    sums: _Sums, chunk: Chunk, design: ChunkDesign, table: LogTable, log_weights: FloatArray
) -> None:
    joint, total, log_marginal = chunk_posterior(design, table, log_weights[chunk.group])
    joint *= chunk.weights / total
    at_nodes = joint.sum(axis=1)
    sums.log_likelihood += float(chunk.weights @ log_marginal)
    sums.nodes[chunk.group] += at_nodes
    sums.columns[:, design.rows] += joint @ design.matrix.T
    sums.columns[:, design.always] += at_nodes[:, None]
