"""Who saw what: columns as they were calibrated, and persons who saw the same items."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, IntArray
from psychometrics.estimation.invariance import own_groups_of_labels, split_by_group
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import Calibration


def as_calibrated(responses: ResponseMatrix, calibration: Calibration) -> ResponseMatrix:
    """The responses with one column for each version of an item that groups have for themselves."""
    labels = [estimate.item for estimate in calibration.items]
    return split_by_group(responses, own_groups_of_labels(labels, responses))


@dataclass(frozen=True)
class ItemSubset:
    """Items seen together, and the rows of the persons who saw exactly these."""

    items: IntArray
    rows: IntArray


def persons_by_item_subset(observed: BoolArray) -> tuple[ItemSubset, ...]:
    """Split persons by the set of items observed, the largest group first.

    Persons with nothing observed are in none.

    Parameters
    ----------
    observed : (n_persons, n_items) bool
    """
    packed = np.ascontiguousarray(np.packbits(observed, axis=1))
    keys = packed.view(f"V{packed.shape[1]}").ravel()
    _, first, group, sizes = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.cumsum(sizes)[:-1])
    largest = sorted(range(len(sizes)), key=lambda g: (-sizes[g], first[g]))
    subsets = (ItemSubset(np.flatnonzero(observed[first[g]]), parts[g]) for g in largest)
    return tuple(subset for subset in subsets if subset.items.size)
