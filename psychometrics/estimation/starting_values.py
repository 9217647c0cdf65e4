"""Where the search begins: rough parameters from the observed proportions."""

from collections.abc import Iterator

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.estimation.chunks import Chunk, CodedSource, map_parts
from psychometrics.estimation.expected_counts import layout_of
from psychometrics.estimation.item_set import Block


def category_weights(coded: CodedSource) -> tuple[FloatArray, ...]:
    """Weighted number of responses in each category, (n_items, n_categories) for each block."""
    item_set, layout = coded.item_set, layout_of(coded)

    def of_part(chunks: Iterator[Chunk]) -> tuple[FloatArray, FloatArray]:
        above, seen = np.zeros(item_set.n_columns), np.zeros(item_set.n_items)
        for chunk in chunks:
            given = chunk.scores[layout.items] == layout.categories[:, None]
            above += given @ chunk.weights
            observed = chunk.observed
            seen += chunk.weights.sum() if observed is None else observed @ chunk.weights
        return above, seen

    parts = list(map_parts(coded, of_part))
    above, seen = np.sum([p[0] for p in parts], axis=0), np.sum([p[1] for p in parts], axis=0)
    return tuple(_of_block(block, above, seen) for block in item_set.blocks)


def _of_block(block: Block, above: FloatArray, seen: FloatArray) -> FloatArray:
    upper = above[block.columns].reshape(block.n_items, -1)
    lowest = seen[block.rows] - upper.sum(axis=1)
    return np.concatenate([lowest[:, None], upper], axis=1)


def starting_values(coded: CodedSource) -> FloatArray:
    """The full vector the search starts from; every group standard normal."""
    item_set = coded.item_set
    full = np.zeros(item_set.n_parameters + 2 * coded.n_groups)
    for block, counts in zip(item_set.blocks, category_weights(coded), strict=True):
        proportions = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
        full[block.parameters] = block.model.starting_values(proportions).ravel()
    return full
