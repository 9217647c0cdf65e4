"""The standardised difference of matched groups in proportion or mean score."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.dif.classes import P_DIF_LIMITS, DifSize, size_of
from psychometrics.dif.tables import ItemTable
from psychometrics.errors import ModelError

Weights = Literal["focal", "reference", "total"]


@dataclass(frozen=True)
class Standardization:
    """Standardised difference of one item; None where no level has both groups.

    Attributes
    ----------
    p_dif : float or None
        Focal minus reference, as a share of the item's highest category: negative where the item is
        harder for the focal group.
    se : float or None
        Without DIF, given the margins of every level.
    smd : float or None
        The same difference in score points.
    size : {"negligible", "moderate", "large"} or None
        |p_dif| up to 0.05, up to 0.10, above.
    """

    item: str
    p_dif: float | None
    se: float | None
    smd: float | None
    size: DifSize | None


def standardization_of_table(table: ItemTable, *, weights: Weights = "focal") -> Standardization:
    r"""Standardised p-difference (or mean difference) of one table of two groups.

    .. math:: \text{SMD} = \sum_k w_k (\bar Y_{Fk} - \bar Y_{Rk}) / \sum_k w_k, \qquad
              \text{P-DIF} = \text{SMD} / \text{highest category}

    Parameters
    ----------
    table : ItemTable
        The reference group first.
    weights : {"focal", "reference", "total"}
        Whose numbers at the levels are the weights; levels with one group alone have none.

    Raises
    ------
    ModelError
        Unknown weights, or another number of groups.

    Notes
    -----
    The standard error is the hypergeometric one of Zwick & Thayer (1996): with the margins of a level
    fixed, the mean difference there is a linear function of the focal group's sum.

    References
    ----------
    Dorans & Kulick (1986), J. Educ. Meas. 23, 355-368. Dorans & Schmitt (1991), ETS RR-91-47.
    Zwick & Thayer (1996), J. Educ. Behav. Stat. 21, 187-201.
    """
    check_two_groups(table)
    shared = table.is_shared
    if not shared.any() or table.n_categories < 2:
        return Standardization(table.item, None, None, None, None)
    sizes, means = table.sizes[shared], table.mean_scores()[shared]
    w = _level_weights(sizes, weights)
    smd = float(w @ (means[:, 1] - means[:, 0]))
    variance = float(w**2 @ _variance_of_difference(table.counts[shared]))
    highest = table.n_categories - 1
    p_dif, se = smd / highest, float(np.sqrt(variance)) / highest
    return Standardization(table.item, p_dif, se, smd, size_of(abs(p_dif), P_DIF_LIMITS))


def _level_weights(sizes: FloatArray, weights: Weights) -> FloatArray:
    if weights not in ("focal", "reference", "total"):
        raise ModelError(
            "unknown_weights",
            f"There are no standardisation weights {weights!r}; choose focal, reference or total.",
            weights=str(weights),
        )
    chosen = {"focal": sizes[:, 1], "reference": sizes[:, 0], "total": sizes.sum(axis=1)}[weights]
    return np.asarray(chosen / chosen.sum())


def _variance_of_difference(counts: FloatArray) -> FloatArray:
    """Hypergeometric variance of the difference of means at each level, (n_strata,)."""
    reference, focal = counts[:, 0].sum(axis=1), counts[:, 1].sum(axis=1)
    return np.asarray(focal_sum_variance(counts) * (1.0 / focal + 1.0 / reference) ** 2)


def focal_sum_variance(counts: FloatArray) -> FloatArray:
    """Variance of the focal group's sum of scores at each level with all margins fixed."""
    score = np.arange(counts.shape[2], dtype=np.float64)
    sizes, margin = counts.sum(axis=2), counts.sum(axis=1)
    total = sizes.sum(axis=1)
    spread = total * (margin @ score**2) - (margin @ score) ** 2
    factor = sizes.prod(axis=1) / (total**2 * np.maximum(total - 1.0, 1e-300))
    return np.asarray(np.where(total > 1, factor * spread, 0.0))


def check_two_groups(table: ItemTable) -> None:
    """Refuse a table of more than two groups, or of one."""
    if len(table.groups) != 2:
        raise ModelError(
            "not_two_groups",
            f"The table of item {table.item!r} has {len(table.groups)} groups where two are compared; "
            "name the focal group.",
            item=table.item,
            n_groups=len(table.groups),
        )
