"""The category curves of calibrated items, one array an item, in the order of the items."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import CalibratedItems


@dataclass(frozen=True)
class ItemCurve:
    """One item at given abilities; each array is (n_categories, n_points)."""

    probability: FloatArray
    first: FloatArray  # derivative by ability
    second: FloatArray

    @property
    def n_categories(self) -> int:
        """Number of categories."""
        return len(self.probability)

    @property
    def mean(self) -> FloatArray:
        """Expected category, (n_points,)."""
        return np.asarray(np.arange(self.n_categories) @ self.probability)

    def central_moment(self, power: int) -> FloatArray:
        """Central moment of the category, (n_points,)."""
        deviation = np.arange(self.n_categories)[:, None] - self.mean
        return np.asarray((self.probability * deviation**power).sum(axis=0))


def item_curves(items: CalibratedItems, theta: FloatArray) -> tuple[ItemCurve, ...]:
    """Every item's category probabilities and their derivatives at ``theta``, (n_points,)."""
    found: dict[int, ItemCurve] = {}
    for block in items.item_set.blocks:
        at = items.theta_derivatives(block, theta)
        for i, position in enumerate(block.items):
            found[int(position)] = ItemCurve(at.probability[i], at.first[i], at.second[i])
    return tuple(found[position] for position in range(len(found)))
