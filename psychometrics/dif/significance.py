"""Chi-square tests, and what to do with many of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import gammaincc

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError

Adjustment = Literal["none", "holm", "benjamini_hochberg"]


@dataclass(frozen=True)
class ChiSquare:
    """A statistic that is about chi-square distributed without DIF."""

    statistic: float
    df: int
    p: float


def chi_square(statistic: float, df: int) -> ChiSquare:
    """The statistic with its degrees of freedom and p-value; rounding below zero becomes zero."""
    value = max(float(statistic), 0.0)
    return ChiSquare(value, df, float(gammaincc(df / 2.0, value / 2.0)))


def quadratic_form(difference: FloatArray, covariance: FloatArray) -> ChiSquare | None:
    """d' V^-1 d on as many degrees of freedom as V has rank; None where it has none.

    Directions in which nothing varies are left out, so that an empty category or group does not
    make the test impossible.
    """
    scale = np.sqrt(np.diag(covariance))
    keep = scale > 0
    if not keep.any():
        return None
    z = difference[keep] / scale[keep]
    values, vectors = np.linalg.eigh(
        covariance[np.ix_(keep, keep)] / np.outer(scale[keep], scale[keep])
    )
    along = values > 1e-9 * values[-1]
    projected = vectors[:, along].T @ z
    return chi_square(float((projected**2 / values[along]).sum()), int(along.sum()))


def adjusted_p(p: Sequence[float], method: Adjustment) -> tuple[float, ...]:
    r"""P-values that account for the number of tests.

    With :math:`p_{(1)} \le \dots \le p_{(m)}`:

    .. math:: \text{Holm: } \max_{j \le i} (m-j+1)\,p_{(j)}, \qquad
              \text{Benjamini–Hochberg: } \min_{j \ge i} m\,p_{(j)}/j

    Parameters
    ----------
    p : sequence of float, (n_tests,)
    method : {"none", "holm", "benjamini_hochberg"}
        Holm bounds the chance of any false flag, Benjamini–Hochberg the expected share of false
        flags among the flags.

    Returns
    -------
    tuple of float
        In the order given, at most 1.

    Raises
    ------
    ModelError
        There is no such method.

    References
    ----------
    Holm (1979), Scand. J. Statist. 6, 65-70. Benjamini & Hochberg (1995), JRSS B 57, 289-300.
    """
    values = np.asarray(p, dtype=np.float64)
    order, m = np.argsort(values, kind="stable"), len(values)
    ranks = np.arange(1, m + 1)
    if method == "none":
        return tuple(values.tolist())
    if method == "holm":
        stepped = np.maximum.accumulate((m - ranks + 1) * values[order])
    elif method == "benjamini_hochberg":
        stepped = np.minimum.accumulate((m * values[order] / ranks)[::-1])[::-1]
    else:
        raise ModelError(
            "unknown_adjustment",
            f"There is no adjustment {method!r}; choose none, holm or benjamini_hochberg.",
            method=str(method),
        )
    result = np.empty(m)
    result[order] = np.minimum(stepped, 1.0)
    return tuple(result.tolist())
