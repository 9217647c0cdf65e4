"""DIF by logistic regression: uniform, non-uniform, or either; ordered categories; several groups."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.dif.classes import DELTA, JODOIN_GIERL, LEVEL, ZUMBO_THOMAS, DifSize
from psychometrics.dif.cumulative_logit import CumulativeLogit, fit_cumulative_logit
from psychometrics.dif.significance import ChiSquare, chi_square, quadratic_form
from psychometrics.dif.tables import ItemTable


@dataclass(frozen=True)
class LogisticTest:
    """One comparison of two nested regressions.

    Attributes
    ----------
    likelihood_ratio : ChiSquare
    wald : ChiSquare or None
        None where estimates are infinite.
    r2_change : float
        Rise of Nagelkerke's R².
    zumbo_thomas, jodoin_gierl : {"negligible", "moderate", "large"}
        Size of that rise by the limits 0.13 and 0.26, and 0.035 and 0.070, of an item with a
        significant likelihood-ratio test; negligible otherwise.
    """

    likelihood_ratio: ChiSquare
    wald: ChiSquare | None
    r2_change: float
    zumbo_thomas: DifSize
    jodoin_gierl: DifSize


@dataclass(frozen=True)
class LogisticDif:
    """DIF of one item by logistic regression on score, group and their product.

    Attributes
    ----------
    groups : tuple of str
        The reference group first.
    uniform, nonuniform, both : LogisticTest
        Group given score; product given group and score; the two together given score.
    shift, se_shift : tuple of float, or None
        Log odds of each focal group relative to the reference group at equal score (logits, without
        the product): negative where the item is harder for the focal group.
    delta : tuple of float, or None
        2.35 times the shift, on the ETS delta scale.
    crossing, se_crossing : tuple of float, or None
        Change of the shift per score point (with the product).
    converged : bool
        False where the answers of a group are all alike at some side and estimates are infinite; the
        likelihood-ratio tests are the limits then.
    """

    item: str
    groups: tuple[str, ...]
    uniform: LogisticTest
    nonuniform: LogisticTest
    both: LogisticTest
    shift: tuple[float, ...] | None
    se_shift: tuple[float, ...] | None
    delta: tuple[float, ...] | None
    crossing: tuple[float, ...] | None
    se_crossing: tuple[float, ...] | None
    converged: bool


def logistic_of_table(table: ItemTable, *, level: float = LEVEL) -> LogisticDif | None:
    r"""Logistic-regression DIF of one table, any number of groups and ordered categories.

    .. math:: \operatorname{logit} P(Y \ge k) = \alpha_k + \beta s + \gamma_g + \delta_g s

    Parameters
    ----------
    table : ItemTable
        Levels not merged; the score is the predictor.
    level : float
        Of the likelihood-ratio tests behind the size classes.

    Returns
    -------
    LogisticDif or None
        None where fewer than two categories or groups are observed.

    Notes
    -----
    Persons with the same score, group and category are one cell, so the cost does not depend on
    their number.

    References
    ----------
    Swaminathan & Rogers (1990), J. Educ. Meas. 27, 361-370. Zumbo (1999), *A Handbook on the Theory
    and Methods of DIF*. Zumbo & Thomas (1997), University of Northern British Columbia. Jodoin &
    Gierl (2001), Appl. Meas. Educ. 14, 329-349. Magis et al. (2011), Int. J. Test. 11, 365-386.
    """
    counts = table.counts[:, :, table.counts.sum(axis=(0, 1)) > 0]
    present = np.flatnonzero(counts.sum(axis=(0, 2)) > 0)
    if counts.shape[2] < 2 or len(present) < 2:
        return None
    predictors, cells = cells_of(table.score, counts, present)
    n_focal = len(present) - 1
    nested = [fit_cumulative_logit(predictors[:, : 1 + k * n_focal], cells) for k in range(3)]
    null = float(_null_log_likelihood(cells))
    by_group = _of_predictors(nested[1], 1, n_focal)
    by_product = _of_predictors(nested[2], 1 + n_focal, n_focal)
    return LogisticDif(
        item=table.item,
        groups=tuple(table.groups[g] for g in present),
        uniform=_test(nested[1], nested[0], null, n_focal, level),
        nonuniform=_test(nested[2], nested[1], null, n_focal, level),
        both=_test(nested[2], nested[0], null, 2 * n_focal, level),
        shift=by_group[0],
        se_shift=by_group[1],
        delta=None if by_group[0] is None else tuple(abs(DELTA) * value for value in by_group[0]),
        crossing=by_product[0],
        se_crossing=by_product[1],
        converged=all(fit.converged for fit in nested),
    )


def cells_of(
    score: FloatArray, counts: FloatArray, present: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Predictors (score, focal groups, products) and counts, one row a level and group."""
    levels, code = np.unique(score, return_inverse=True)
    merged = np.zeros((len(levels), *counts.shape[1:]))
    np.add.at(merged, code, counts)
    merged = merged[:, present]
    at = np.repeat(levels, len(present))[:, None]
    group = np.tile(np.eye(len(present))[:, 1:], (len(levels), 1))
    return np.concatenate([at, group, at * group], axis=1), merged.reshape(len(at), -1)


def _null_log_likelihood(cells: FloatArray) -> float:
    margin = cells.sum(axis=0)
    return float(margin @ np.log(margin / margin.sum()))


def _of_predictors(
    fit: CumulativeLogit, first: int, n: int
) -> tuple[tuple[float, ...] | None, tuple[float, ...] | None]:
    """Slopes and their standard errors; None where they are infinite or not determined."""
    if fit.covariance is None:
        return None, None
    start = len(fit.thresholds) + first
    errors = np.sqrt(np.diag(fit.covariance)[start : start + n])
    return tuple(fit.slopes[first : first + n].tolist()), tuple(errors.tolist())


def _test(
    wide: CumulativeLogit, narrow: CumulativeLogit, null: float, df: int, level: float
) -> LogisticTest:
    ratio = chi_square(2.0 * (wide.log_likelihood - narrow.log_likelihood), df)
    change = _nagelkerke(wide, null) - _nagelkerke(narrow, null)
    return LogisticTest(
        likelihood_ratio=ratio,
        wald=_wald(wide, df),
        r2_change=change,
        zumbo_thomas=_size(change, ratio, ZUMBO_THOMAS, level),
        jodoin_gierl=_size(change, ratio, JODOIN_GIERL, level),
    )


def _wald(fit: CumulativeLogit, df: int) -> ChiSquare | None:
    if fit.covariance is None:
        return None
    return quadratic_form(fit.slopes[-df:], fit.covariance[-df:, -df:])


def _nagelkerke(fit: CumulativeLogit, null: float) -> float:
    """Nagelkerke (1991), Biometrika 78, 691-692: Cox and Snell's R² over its largest value."""
    explained = -np.expm1(2.0 * (null - fit.log_likelihood) / fit.n_persons)
    return float(explained / -np.expm1(2.0 * null / fit.n_persons))


def _size(change: float, ratio: ChiSquare, limits: tuple[float, float], level: float) -> DifSize:
    if change < limits[0] or not ratio.p < level:
        return "negligible"
    return "moderate" if change < limits[1] else "large"
