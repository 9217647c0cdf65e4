"""The Mantel–Haenszel odds ratio of matched groups, and the ETS classes."""

from dataclasses import dataclass, replace

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.dif.breslow_day import breslow_day_of_counts
from psychometrics.dif.classes import DELTA, LEVEL, EtsClass, ets_class
from psychometrics.dif.significance import ChiSquare, chi_square
from psychometrics.dif.tables import ItemTable
from psychometrics.errors import ModelError


@dataclass(frozen=True)
class MantelHaenszel:
    """Uniform DIF of one dichotomous item; None where the data do not determine it.

    Attributes
    ----------
    odds_ratio : float or None
        Odds of success in the reference group over those in the focal group, matched on score.
    delta, se_delta : float or None
        -2.35 times its logarithm: negative where the item is harder for the focal group.
    chi_square, chi_square_corrected : ChiSquare or None
        Without and with the continuity correction.
    ets_class : {"A", "B", "C"} or None
    breslow_day : ChiSquare or None
        Whether the odds ratio is the same at all scores; small p speaks for non-uniform DIF.
    n_used, n_unmatched : float
        Weighted number of persons at levels with both groups, and at levels with only one.
    """

    item: str
    odds_ratio: float | None
    delta: float | None
    se_delta: float | None
    chi_square: ChiSquare | None
    chi_square_corrected: ChiSquare | None
    ets_class: EtsClass | None
    breslow_day: ChiSquare | None
    n_used: float
    n_unmatched: float

    @property
    def p(self) -> float | None:
        """Of the corrected test, and of the other where the correction made the statistic larger.

        The published correction does so where the two groups differ by less than a quarter of a person.
        """
        if self.chi_square is None or self.chi_square_corrected is None:
            return None
        return max(self.chi_square.p, self.chi_square_corrected.p)


def mantel_haenszel_of_table(table: ItemTable, *, level: float = LEVEL) -> MantelHaenszel:
    r"""Mantel–Haenszel statistics of one table of two groups and two categories.

    With :math:`A_k, B_k` right and wrong answers of the reference group at level k, :math:`C_k, D_k`
    those of the focal group, :math:`T_k` all persons there,

    .. math:: \hat\alpha = \frac{\sum_k A_k D_k / T_k}{\sum_k B_k C_k / T_k}, \qquad
              \Delta = -2.35 \ln\hat\alpha, \qquad
              \chi^2 = \frac{(|\sum_k A_k - E A_k| - c)^2}{\sum_k \operatorname{var} A_k}

    with c = 1/2 or 0.

    Parameters
    ----------
    table : ItemTable
        Two groups, the reference group first; two categories.
    level : float
        Of the tests behind the ETS class.

    Returns
    -------
    MantelHaenszel

    Raises
    ------
    ModelError
        Another number of groups or categories.

    Notes
    -----
    The variance of ln alpha is that of Robins, Breslow & Greenland (1986), which is the one of Phillips
    & Holland (1987) written in another way; it holds with few large levels and with many small ones.

    References
    ----------
    Mantel & Haenszel (1959), J. Natl. Cancer Inst. 22, 719-748. Holland & Thayer (1988), in Wainer &
    Braun (eds), *Test Validity*, 129-145. Robins, Breslow & Greenland (1986), Biometrics 42, 311-323.
    """
    _check_two_by_two(table)
    shared = table.counts[table.is_shared]
    n_used = float(shared.sum())
    n_unmatched = float(table.counts.sum()) - n_used
    corrected, plain = _tests(shared)
    log_ratio, variance = log_odds_ratio(shared)
    found = MantelHaenszel(
        item=table.item,
        odds_ratio=None if log_ratio is None else float(np.exp(log_ratio)),
        delta=None if log_ratio is None else DELTA * log_ratio,
        se_delta=None if variance is None else abs(DELTA) * float(np.sqrt(variance)),
        chi_square=plain,
        chi_square_corrected=corrected,
        ets_class=None,
        breslow_day=None if log_ratio is None else breslow_day_of_counts(shared, np.exp(log_ratio)),
        n_used=n_used,
        n_unmatched=n_unmatched,
    )
    return replace(found, ets_class=_class_of(found, level))


def _class_of(found: MantelHaenszel, level: float) -> EtsClass | None:
    if found.delta is None or found.se_delta is None:
        return None
    return ets_class(found.delta, found.se_delta, p=found.p, level=level)


def log_odds_ratio(counts: FloatArray) -> tuple[float | None, float | None]:
    """Log of the common odds ratio and its variance; None where a side has no pair.

    Parameters
    ----------
    counts : (n_strata, 2, 2)
        Reference first, wrong first.
    """
    b, a, d, c = counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
    total = a + b + c + d
    concordant, discordant = a * d / total, b * c / total
    r, s = float(concordant.sum()), float(discordant.sum())
    if not (r > 0 and s > 0):
        return None, None
    p, q = (a + d) / total, (b + c) / total
    variance = (
        float(p @ concordant) / (2.0 * r**2)
        + float(p @ discordant + q @ concordant) / (2.0 * r * s)
        + float(q @ discordant) / (2.0 * s**2)
    )
    return float(np.log(r / s)), variance


def _tests(counts: FloatArray) -> tuple[ChiSquare | None, ChiSquare | None]:
    """The chi-square with and without the continuity correction."""
    groups, answers = counts.sum(axis=2), counts.sum(axis=1)
    total = groups.sum(axis=1)
    expected = groups[:, 0] * answers[:, 1] / total
    variance = (
        groups.prod(axis=1) * answers.prod(axis=1) / (total**2 * np.maximum(total - 1, 1e-300))
    )
    spread = float(variance[total > 1].sum())
    if not spread > 0:
        return None, None
    off = abs(float(counts[:, 0, 1].sum() - expected.sum()))
    return chi_square((off - 0.5) ** 2 / spread, 1), chi_square(off**2 / spread, 1)


def _check_two_by_two(table: ItemTable) -> None:
    if table.counts.shape[1:] != (2, 2):
        raise ModelError(
            "not_two_by_two",
            f"Item {table.item!r} has {table.n_categories} categories in {len(table.groups)} groups; "
            "Mantel-Haenszel compares two groups on a dichotomous item. Use the polytomous statistics.",
            item=table.item,
            n_categories=table.n_categories,
            n_groups=len(table.groups),
        )
