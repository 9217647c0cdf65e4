"""Statistics for items with more than two categories, and for more than two groups."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.dif.classes import DELTA, LEVEL, PolytomousClass, smd_class
from psychometrics.dif.significance import ChiSquare, chi_square, quadratic_form
from psychometrics.dif.standardized import (
    check_two_groups,
    focal_sum_variance,
    standardization_of_table,
)
from psychometrics.dif.tables import ItemTable


@dataclass(frozen=True)
class PolytomousDif:
    """DIF of one item with ordered categories; None where the data do not determine it.

    Attributes
    ----------
    mantel : ChiSquare or None
        Mantel's test of the mean score, 1 degree of freedom.
    generalized : ChiSquare or None
        Generalised Mantel–Haenszel test of the categories as names; sees crossing DIF too.
    smd, se_smd : float or None
        Standardised mean difference, focal minus reference, in score points.
    smd_ratio : float or None
        SMD divided by the item's standard deviation over both groups.
    smd_class : {"AA", "BB", "CC"} or None
        BB above 0.17, CC above 0.25 of |SMD / SD|, where Mantel's test is significant.
    odds_ratio, delta, se_delta : float or None
        Liu–Agresti common cumulative odds ratio, reference over focal, and -2.35 times its logarithm.
    """

    item: str
    mantel: ChiSquare | None
    generalized: ChiSquare | None
    smd: float | None
    se_smd: float | None
    smd_ratio: float | None
    smd_class: PolytomousClass | None
    odds_ratio: float | None
    delta: float | None
    se_delta: float | None
    n_used: float
    n_unmatched: float

    @property
    def p(self) -> float | None:
        """Of Mantel's test."""
        return None if self.mantel is None else self.mantel.p


def polytomous_of_table(table: ItemTable, *, level: float = LEVEL) -> PolytomousDif:
    r"""All statistics for ordered categories of one table of two groups.

    .. math:: \chi^2_{\text{Mantel}} = \frac{(\sum_k F_k - E F_k)^2}{\sum_k \operatorname{var} F_k},
              \qquad F_k = \sum_y y\, n_{Fyk}

    Parameters
    ----------
    table : ItemTable
        The reference group first.
    level : float
        Of Mantel's test behind the class.

    Raises
    ------
    ModelError
        Another number of groups.

    References
    ----------
    Mantel (1963), J. Am. Stat. Assoc. 58, 690-700. Zwick, Donoghue & Grima (1993), J. Educ. Meas.
    30, 233-251. Dorans & Schmitt (1991), ETS RR-91-47.
    """
    standard = standardization_of_table(table)
    shared = table.counts[table.is_shared]
    n_used = float(shared.sum())
    mantel = _mantel(shared)
    ratio = None if standard.smd is None else _over_sd(standard.smd, shared)
    own = None
    if ratio is not None and mantel is not None:
        own = smd_class(ratio, mantel.p, level=level)
    log_ratio, variance = liu_agresti(table)
    return PolytomousDif(
        item=table.item,
        mantel=mantel,
        generalized=generalized_mantel_haenszel(table),
        smd=standard.smd,
        se_smd=None if standard.se is None else standard.se * (table.n_categories - 1),
        smd_ratio=ratio,
        smd_class=own,
        odds_ratio=None if log_ratio is None else float(np.exp(log_ratio)),
        delta=None if log_ratio is None else DELTA * log_ratio,
        se_delta=None if variance is None else abs(DELTA) * float(np.sqrt(variance)),
        n_used=n_used,
        n_unmatched=float(table.counts.sum()) - n_used,
    )


def _mantel(counts: FloatArray) -> ChiSquare | None:
    score = np.arange(counts.shape[2], dtype=np.float64)
    sizes, margin = counts.sum(axis=2), counts.sum(axis=1)
    variance = float(focal_sum_variance(counts).sum())
    if not variance > 0:
        return None
    expected = sizes[:, 1] * (margin @ score) / sizes.sum(axis=1)
    off = float((counts[:, 1] @ score - expected).sum())
    return chi_square(off**2 / variance, 1)


def _over_sd(smd: float, counts: FloatArray) -> float | None:
    """SMD in standard deviations of the item over both groups, n - 1 in the variance."""
    score = np.arange(counts.shape[2], dtype=np.float64)
    margin = counts.sum(axis=(0, 1))
    total = float(margin.sum())
    spread = float(margin @ score**2) - float(margin @ score) ** 2 / total
    return smd / float(np.sqrt(spread / (total - 1.0))) if spread > 0 and total > 1 else None


def generalized_mantel_haenszel(table: ItemTable, *, ordered: bool = False) -> ChiSquare | None:
    r"""Test of conditional independence of group and category, any number of both.

    .. math:: \chi^2 = d^\top V^{-1} d, \qquad d = \sum_k (n_k - E n_k), \quad V = \sum_k \operatorname{cov} n_k

    over all groups but one and all categories but one (names), or their sums of scores (ordered),
    with the margins of every level fixed.

    Parameters
    ----------
    table : ItemTable
    ordered : bool
        Compare mean scores, (groups - 1) degrees of freedom, instead of all categories.

    Returns
    -------
    ChiSquare or None
        None where no level has two groups and two categories.

    References
    ----------
    Landis, Heyman & Koch (1978), Int. Stat. Rev. 46, 237-254. Penfield (2001), Appl. Meas. Educ. 14,
    235-259 (several groups).
    """
    counts = table.counts[table.is_shared]
    total = counts.sum(axis=(1, 2))
    counts, total = counts[total > 1], total[total > 1]
    if not len(counts):
        return None
    own = (
        np.arange(counts.shape[2])[None, :].astype(np.float64)
        if ordered
        else np.eye(counts.shape[2])[1:]
    )
    sizes, margin = counts.sum(axis=2), counts.sum(axis=1)
    expected = sizes[:, :, None] * margin[:, None, :] / total[:, None, None]
    difference = ((counts - expected)[:, 1:] @ own.T).sum(axis=0).ravel()
    by_group = _multinomial(sizes, total)[:, 1:, 1:]
    by_category = own @ _multinomial(margin, total) @ own.T
    factor = total**2 / (total - 1.0)  # shares: n^2 * (1 / (n - 1))
    covariance = np.einsum("k,kgh,kij->gihj", factor, by_group, by_category)
    return quadratic_form(difference, covariance.reshape(len(difference), len(difference)))


def _multinomial(margin: FloatArray, total: FloatArray) -> FloatArray:
    """diag(p) - p p' of each level's shares, (n_strata, n, n)."""
    share = margin / total[:, None]
    return np.asarray(
        share[:, :, None] * np.eye(margin.shape[1]) - share[:, :, None] * share[:, None, :]
    )


def liu_agresti(table: ItemTable) -> tuple[float | None, float | None]:
    r"""Log of the common cumulative odds ratio, reference over focal, and its variance.

    .. math:: \hat\psi = \frac{\sum_k \sum_j A_{jk} D_{jk} / T_k}{\sum_k \sum_j B_{jk} C_{jk} / T_k}

    with A, B the reference group's persons above and not above category j, C, D the focal group's.

    Parameters
    ----------
    table : ItemTable
        Two groups.

    Returns
    -------
    log_ratio, variance : float or None
        None where one side has no pair of persons.

    Notes
    -----
    :math:`\sum_k \sum_j (A D - \psi B C)_{jk} / T_k` is a sum over pairs of persons of a kernel H of their two
    categories with expectation 0. Only pairs that share a person contribute to its variance, so
    :math:`\sum_p (\sum_q H_{pq})^2 + \sum_q (\sum_p H_{pq})^2 - \sum_{pq} H_{pq}^2` is an unbiased estimate of
    it in each level, whether levels are few and large or many and small.

    References
    ----------
    Liu & Agresti (1996), Biometrics 52, 1223-1234. Penfield & Algina (2003), J. Educ. Meas. 40, 353-370.
    """
    check_two_groups(table)
    counts = table.counts[table.is_shared]
    total = counts.sum(axis=(1, 2))
    above = counts[:, :, ::-1].cumsum(axis=2)[:, :, ::-1][
        :, :, 1:
    ]  # (n_strata, 2, n_categories - 1)
    below = counts.sum(axis=2)[:, :, None] - above
    r = float(((above[:, 0] * below[:, 1]).sum(axis=1) / total).sum())
    s = float(((below[:, 0] * above[:, 1]).sum(axis=1) / total).sum())
    if not (r > 0 and s > 0):
        return None, None
    kernel = _pair_kernel(counts.shape[2], r / s)
    of_reference, of_focal = counts[:, 1] @ kernel.T, counts[:, 0] @ kernel
    variance = (
        (counts[:, 0] * of_reference**2).sum(axis=1)
        + (counts[:, 1] * of_focal**2).sum(axis=1)
        - np.einsum("ki,ij,kj->k", counts[:, 0], kernel**2, counts[:, 1])
    )
    return float(np.log(r / s)), float((variance / total**2).sum()) / r**2


def _pair_kernel(n_categories: int, ratio: float) -> FloatArray:
    """How much a pair (reference, focal) of categories adds to AD - ratio * BC."""
    category = np.arange(n_categories)
    ahead = np.maximum(category[:, None] - category[None, :], 0)
    return np.asarray(ahead - ratio * ahead.T, dtype=np.float64)
