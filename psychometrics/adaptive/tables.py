"""What selection looks up instead of computing: probabilities and information on an ability grid."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from psychometrics.adaptive.pool import ItemPool
from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import calibrated_items
from psychometrics.errors import DataError
from psychometrics.quadrature import Quadrature

# Spacing 0.05: between two nodes the information of an item with a = 2.5 is at most 0.0015 from
# the straight line (tests/psychometrics/adaptive/test_tables.py).
GRID = Quadrature(241, 6.0)


@dataclass(frozen=True, eq=False)
class AbilityTables:
    """Curves of a pool's items at the nodes of a grid.

    Attributes
    ----------
    nodes : (n_nodes,) logits, equally spaced
    log_probability : (n_rows, n_nodes)
        One row for each category of each item; category k of item i stands at ``first_row[i] + k``.
    first_row : (n_items,)
    n_categories : (n_items,)
    information : (n_nodes, n_items)
        Fisher information.
    """

    nodes: FloatArray
    log_probability: FloatArray
    first_row: IntArray
    n_categories: IntArray
    information: FloatArray

    @property
    def spacing(self) -> float:
        """Distance between neighbouring nodes."""
        return float(self.nodes[1] - self.nodes[0])

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.first_row)

    @cached_property
    def probability(self) -> FloatArray:
        """Probability of each category of each item, (n_rows, n_nodes)."""
        return np.exp(self.log_probability)

    @cached_property
    def peaks(self) -> FloatArray:
        """Where each item informs most, (n_items,) logits."""
        peaks: FloatArray = self.nodes[self.information.argmax(axis=0)]
        return peaks

    def rows(self, items: IntArray, categories: IntArray) -> FloatArray:
        """Log probability of these categories of these items, (n_responses, n_nodes)."""
        table: FloatArray = self.log_probability[self.first_row[items] + categories]
        return table

    def place(self, theta: float) -> tuple[int, float]:
        """Node at or below an ability and the share of the way to the next; clipped to the grid."""
        steps = (theta - float(self.nodes[0])) / self.spacing
        steps = min(max(steps, 0.0), len(self.nodes) - 1.0)
        below = min(int(steps), len(self.nodes) - 2)
        return below, steps - below

    def information_at(self, theta: float) -> FloatArray:
        """Information of every item, linear between nodes, (n_items,)."""
        below, share = self.place(theta)
        result: FloatArray = self.information[below] * (1.0 - share)
        result += share * self.information[below + 1]
        return result


def ability_tables(pool: ItemPool, grid: Quadrature = GRID) -> AbilityTables:
    """Tabulate a pool once, before any test; (n_categories + 1) * n_nodes numbers for each item."""
    items = calibrated_items(pool.items)
    first_row = np.concatenate([[0], np.cumsum(pool.n_categories)[:-1]]).astype(np.intp)
    log_probability = np.empty((int(pool.n_categories.sum()), grid.n_nodes))
    information = np.empty((grid.n_nodes, pool.n_items))
    for block in items.item_set.blocks:
        table = block.model.log_probability(block.of(items.full), grid.nodes)
        rows = first_row[block.items][:, None] + np.arange(block.n_categories)
        log_probability[rows] = table
        at = items.theta_derivatives(block, grid.nodes)
        fisher = (at.first**2 / np.maximum(at.probability, 1e-300)).sum(axis=1)
        information[:, block.items] = fisher.T
    return AbilityTables(grid.nodes, log_probability, first_row, pool.n_categories, information)


def coded(pool: ItemPool, items: IntArray, scores: tuple[int, ...]) -> IntArray:
    """Scores as categories counted from zero, (n_responses,).

    Raises
    ------
    DataError
        A score is outside its item's categories.
    """
    categories = np.array(scores, dtype=np.intp) - pool.first_category[items]
    wrong = (categories < 0) | (categories >= pool.n_categories[items])
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise _not_calibrated(pool, int(items[place]), scores[place])
    return categories


def _not_calibrated(pool: ItemPool, item: int, score: int) -> DataError:
    known = pool.items[item]
    lowest, highest = known.first_category, known.first_category + known.n_categories - 1
    return DataError(
        "category_not_calibrated",
        f"Item {known.item!r}: score {score} is outside the calibrated {lowest} to {highest}; "
        "correct the score.",
        item=known.item,
        value=score,
        lowest=lowest,
        highest=highest,
    )
