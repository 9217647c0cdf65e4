r"""S-X2 where the sum scores of different persons mean different things.

Score groups of different sets of items are strata. One that expects enough persons in every cell
stands alone. Thin ones are pooled, in the order of the ability their score stands for, until the
pool expects enough. Within a pool the shares differ between strata, so that

.. math:: \sum_r O_r - \sum_r E_r \quad\text{has covariance}\quad
          \sum_r N_r (\operatorname{diag} p_r - p_r p_r^\top),

smaller than that of one multinomial with the mean share. The quadratic form in its inverse is
chi-square with one degree of freedom fewer than cells; for a single stratum it is Pearson's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.fit.collapsing import category_groups

SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True)
class ScoreGroup:
    """Persons with the same items and sum score: numbers in each category, (n_categories,)."""

    ability: float
    observed: FloatArray
    expected: FloatArray

    @property
    def covariance(self) -> FloatArray:
        """Of the observed numbers under the model, (n_categories, n_categories)."""
        n = float(self.expected.sum())
        return np.diag(self.expected) - np.outer(self.expected, self.expected) / n


def pooled_statistic(groups: Sequence[ScoreGroup], least: float) -> tuple[float, int]:
    """Sum of the quadratic forms over all pools, and their degrees of freedom."""
    statistic, df = 0.0, 0
    for pool in _pools(groups, least):
        value, n_free = _quadratic_form(pool, least)
        statistic, df = statistic + value, df + n_free
    return statistic, df


def _pools(groups: Sequence[ScoreGroup], least: float) -> list[list[ScoreGroup]]:
    ordered = sorted(groups, key=lambda group: group.ability)
    alone = [[group] for group in ordered if _is_enough(group.expected, least)]
    pools: list[list[ScoreGroup]] = []
    current: list[ScoreGroup] = []
    for group in ordered:
        if not _is_enough(group.expected, least):
            current.append(group)
            if _is_enough(_expected(current), least):
                pools.append(current)
                current = []
    _join_last(pools or alone, current)
    return alone + pools


def _join_last(pools: list[list[ScoreGroup]], left_over: list[ScoreGroup]) -> None:
    """What is left at the upper end joins the last pool; alone it would expect too few."""
    if pools and left_over:
        pools[-1].extend(left_over)


def _expected(pool: Sequence[ScoreGroup]) -> FloatArray:
    return np.asarray(np.sum([group.expected for group in pool], axis=0))


def _is_enough(expected: FloatArray, least: float) -> bool:
    groups = category_groups(expected, least)
    return all(expected[group].sum() >= least for group in groups)


def _quadratic_form(pool: Sequence[ScoreGroup], least: float) -> tuple[float, int]:
    expected = _expected(pool)
    starts = [group[0] for group in category_groups(expected, least)]
    difference = np.sum([group.observed for group in pool], axis=0) - expected
    covariance = np.sum([group.covariance for group in pool], axis=0)
    d = np.add.reduceat(difference, starts)[1:]
    v = np.add.reduceat(np.add.reduceat(covariance, starts, axis=0), starts, axis=1)[1:, 1:]
    if not np.linalg.eigvalsh(v)[0] > SMALLEST_VARIANCE:
        return 0.0, 0
    return float(d @ np.linalg.solve(v, d)), len(d)
