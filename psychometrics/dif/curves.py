"""What a picture of an item's DIF shows: mean score against matching score, group by group."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.dif.cumulative_logit import fit_cumulative_logit
from psychometrics.dif.logistic import cells_of
from psychometrics.dif.tables import ItemTable


@dataclass(frozen=True)
class DifCurve:
    """One group's curve on one item; the entries go with each other.

    Attributes
    ----------
    score : tuple of float
        Matching scores at which the group has persons, rising.
    n : tuple of float
        Weighted number of persons there.
    observed : tuple of float
        Mean score as a share of the item's highest category.
    expected : tuple of float
        The same by logistic regression with group and product; empty where it cannot be fitted.
    """

    group: str
    score: tuple[float, ...]
    n: tuple[float, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]


def dif_curves(table: ItemTable) -> tuple[DifCurve, ...]:
    """Observed and expected curve of every group with persons in the table."""
    present = np.flatnonzero(table.counts.sum(axis=(0, 2)) > 0)
    if table.n_categories < 2:
        return ()
    predictors, cells = cells_of(table.score, table.counts, present)
    expected = _expected(predictors, cells)
    highest = table.n_categories - 1
    size = cells.sum(axis=1)
    observed = cells @ np.arange(table.n_categories) / np.maximum(size, 1e-300) / highest
    found = []
    for k, group in enumerate(present.tolist()):
        rows = np.arange(k, len(cells), len(present))
        rows = rows[size[rows] > 0]
        found.append(
            DifCurve(
                table.groups[group],
                tuple(predictors[rows, 0].tolist()),
                tuple(size[rows].tolist()),
                tuple(observed[rows].tolist()),
                () if expected is None else tuple((expected[rows] / highest).tolist()),
            )
        )
    return tuple(found)


def _expected(predictors: FloatArray, cells: FloatArray) -> FloatArray | None:
    """Mean category by the regression with all predictors, (n_cells,)."""
    occurs = cells.sum(axis=0) > 0
    if occurs.sum() < 2:
        return None
    fit = fit_cumulative_logit(predictors, cells[:, occurs])
    return np.asarray(fit.probabilities(predictors) @ np.flatnonzero(occurs))
