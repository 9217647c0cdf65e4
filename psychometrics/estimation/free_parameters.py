"""From the full parameter vector to the one the optimiser sees, and back.

Entries of the full vector that share an owner are one free parameter (an equality constraint);
fixed entries keep the value they have. Both are all that common slopes, fixed slopes, rating scales,
reference groups, anchored items and the constraints of a user need.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.estimation.equalities import Equalities
from psychometrics.estimation.item_set import ItemSet


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
        """Free entries of a full vector; where several share one, their mean."""
        moving = self.index[self.is_free]
        shared = np.bincount(moving, minlength=self.n_free)
        total = np.bincount(moving, weights=full[self.is_free], minlength=self.n_free)
        return np.asarray(total / shared, dtype=np.float64)

    def contract(self, gradient: FloatArray) -> FloatArray:
        """Chain rule: sum the derivatives of entries that move together."""
        summed = np.bincount(
            self.index[self.is_free], weights=gradient[self.is_free], minlength=self.n_free
        )
        return np.asarray(summed, dtype=np.float64)

    def fixing(self, also_fixed: BoolArray) -> "FreeParameters":
        """The same with more entries of the full vector fixed."""
        owner = np.where(self.is_free, self.index, 0)
        return _number(owner, self.is_free & ~also_fixed)


def usual_equalities(
    item_set: ItemSet,
    n_full: int,
    n_population: int,
    is_free_population: bool,
    describe: Callable[[int], str],
) -> Equalities:
    """What the models and the scale demand, before anything a user adds.

    Parameters
    ----------
    n_population : int
        Parameters of a group's ability distribution, mean and log SD first.
    is_free_population : bool
        Whether anchored items carry the scale; otherwise the reference group has mean 0, and SD 1
        unless slopes are fixed.
    """
    equalities = Equalities(n_full, describe)
    positions = np.arange(n_full, dtype=np.float64)
    first_common: int | None = None
    for block in item_set.blocks:
        own = block.of(positions).astype(np.intp)
        for slope in own[:, 0].tolist() if block.model.slope != "free" else ():
            if block.model.slope == "fixed":
                equalities.fix(slope, 1.0)
            else:
                first_common = slope if first_common is None else first_common
                equalities.join(first_common, slope)
        for j in block.model.common_parameters(block.n_categories):
            for entry in own[1:, j].tolist():
                equalities.join(int(own[0, j]), entry)
    if not is_free_population:
        equalities.fix(item_set.n_parameters, 0.0)
        if all(block.model.slope != "fixed" for block in item_set.blocks):
            equalities.fix(item_set.n_parameters + 1, 0.0)
    return equalities


def free_parameters(equalities: Equalities) -> FreeParameters:
    """Number the classes of entries that no value is fixed for."""
    return _number(equalities.owners(), np.isnan(equalities.values()))


def describe_entry(
    item_set: ItemSet, items: Sequence[str], groups: Sequence[str], entry: int, n_population: int
) -> str:
    """The name of an entry of the full vector, for a message."""
    if entry >= item_set.n_parameters:
        group, kind = divmod(entry - item_set.n_parameters, n_population)
        return f"{('mean', 'sd', 'shape')[min(kind, 2)]}[{groups[group]}]"
    block = next(b for b in item_set.blocks if entry < b.parameters.stop)
    item, parameter = divmod(entry - block.parameters.start, block.n_parameters)
    name = block.model.reported_names(block.n_categories)[parameter]
    return f"{name}[{items[block.items[item]]}]"


def _number(owner: IntArray, is_free: BoolArray) -> FreeParameters:
    owners, numbered = np.unique(owner[is_free], return_inverse=True)
    index = np.zeros(len(owner), dtype=np.intp)
    index[is_free] = numbered
    return FreeParameters(is_free, index, len(owners))
