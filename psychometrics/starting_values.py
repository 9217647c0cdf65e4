"""Where the search begins: rough parameters from the observed proportions."""

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.expected_counts import CodedResponses


def category_weights(coded: CodedResponses, first_item: int, n_items: int, n: int) -> FloatArray:
    """Weighted number of responses in each category, (n_items, n)."""
    columns = slice(first_item, first_item + n_items)
    observed, scores = coded.observed[:, columns], coded.scores[:, columns]
    counts = [coded.weights @ (observed & (scores == category)) for category in range(n)]
    return np.stack(counts, axis=1)


def starting_values(coded: CodedResponses) -> FloatArray:
    """The full vector the search starts from; every group standard normal."""
    item_set = coded.item_set
    full = np.zeros(item_set.n_parameters + 2 * coded.n_groups)
    for block in item_set.blocks:
        counts = category_weights(coded, block.first_item, block.n_items, block.n_categories)
        proportions = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
        full[block.parameters] = block.model.starting_values(proportions).ravel()
    return full
