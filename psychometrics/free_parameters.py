"""From the full parameter vector to the one the optimiser sees, and back.

Entries of the full vector that share an owner are one free parameter (an equality constraint);
fixed entries keep the value they have. Both are all that common slopes, fixed slopes, reference
groups and, later, anchored items need.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.item_set import ItemSet


@dataclass(frozen=True)
class FreeParameters:
    """Which entries of the full vector move, and together with which."""

    is_free: BoolArray  # (n_full,)
    index: IntArray  # (n_full,) position among the free ones, meaningful where free
    n_free: int

    def expand(self, free: FloatArray, full: FloatArray) -> FloatArray:
        """The full vector with its free entries replaced."""
        result = full.copy()
        result[self.is_free] = free[self.index[self.is_free]]
        return result

    def collect(self, full: FloatArray) -> FloatArray:
        """Free entries of a full vector; where several share one, the last counts."""
        free = np.zeros(self.n_free)
        free[self.index[self.is_free]] = full[self.is_free]
        return free

    def contract(self, gradient: FloatArray) -> FloatArray:
        """Chain rule: sum the derivatives of entries that move together."""
        summed = np.bincount(
            self.index[self.is_free], weights=gradient[self.is_free], minlength=self.n_free
        )
        return np.asarray(summed, dtype=np.float64)

    def is_first(self) -> BoolArray:
        """Of entries that move together only the first, so that a shared prior counts once."""
        first = np.zeros(len(self.index), dtype=np.bool_)
        positions = np.flatnonzero(self.is_free)
        _, where = np.unique(self.index[positions], return_index=True)
        first[positions[where]] = True
        return first

    def fixing(self, also_fixed: BoolArray) -> "FreeParameters":
        """The same with more entries of the full vector fixed."""
        owner = np.where(self.is_free, self.index, 0)
        return _number(owner, self.is_free & ~also_fixed)


def free_parameters(item_set: ItemSet, n_groups: int) -> FreeParameters:
    """Free everything but what identifies the scale.

    The reference group has mean 0, and SD 1 unless the slopes are fixed; other groups are free.
    """
    n_full = item_set.n_parameters + 2 * n_groups
    owner, is_free = np.arange(n_full), np.ones(n_full, dtype=np.bool_)
    positions = np.arange(n_full, dtype=np.float64)
    first_slope: int | None = None
    for block in item_set.blocks:
        slopes = block.of(positions)[:, 0].astype(np.intp)
        is_free[slopes] = block.model.slope != "fixed"
        if block.model.slope == "common":
            first_slope = int(slopes[0]) if first_slope is None else first_slope
            owner[slopes] = first_slope
    is_free[item_set.n_parameters] = False
    is_free[item_set.n_parameters + 1] = any(b.model.slope == "fixed" for b in item_set.blocks)
    return _number(owner, is_free)


def _number(owner: IntArray, is_free: BoolArray) -> FreeParameters:
    owners, numbered = np.unique(owner[is_free], return_inverse=True)
    index = np.zeros(len(owner), dtype=np.intp)
    index[is_free] = numbered
    return FreeParameters(is_free, index, len(owners))
