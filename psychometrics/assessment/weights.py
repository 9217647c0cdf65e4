"""Survey weights: adjustment for non-response, trimming, senate and normalised weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.assessment.variance_design import checked_weights
from psychometrics.errors import DataError, ModelError


@dataclass(frozen=True, eq=False)
class Adjusted:
    """Weights after a step, with what the step did.

    Attributes
    ----------
    weights : (n,)
    factors : mapping from cell to the factor applied there
    n_changed : int
        Units whose weight changed.
    """

    weights: FloatArray
    factors: dict[str, float]
    n_changed: int


def adjusted_for_nonresponse(
    weights: ArrayLike, responded: ArrayLike, cells: Sequence[object] | None = None
) -> Adjusted:
    r"""Let those who took part stand for those who did not, within cells.

    .. math:: f_c = \sum_{i \in c} w_i \Big/ \sum_{i \in c,\ responded} w_i

    Parameters
    ----------
    weights : (n,)
        Of all eligible units (schools, or students of participating schools).
    responded : (n,) bool
        Non-respondents get weight zero.
    cells : (n,), optional
        Adjustment cell of each unit: stratum, or stratum by size. One cell unless given.

    Raises
    ------
    DataError
        A cell in which nobody took part, named.
    """
    base = checked_weights(weights)
    took_part: BoolArray = np.asarray(responded, dtype=np.bool_)
    names, codes = _cells(cells, len(base))
    all_weight = np.bincount(codes, weights=base)
    responding = np.bincount(codes, weights=np.where(took_part, base, 0.0))
    empty = np.flatnonzero((responding == 0) & (all_weight > 0))
    if empty.size:
        raise DataError(
            "nobody_responded",
            f"Nobody took part in cell {names[empty[0]]!r}; join it with a neighbour.",
            cell=names[empty[0]],
        )
    factor = np.divide(all_weight, responding, out=np.ones_like(responding), where=responding > 0)
    adjusted = np.where(took_part, base * factor[codes], 0.0)
    changed = int((adjusted != base).sum())
    return Adjusted(adjusted, dict(zip(names, factor.tolist(), strict=True)), changed)


def trimmed(
    weights: ArrayLike,
    strata: Sequence[object] | None = None,
    *,
    limit: float = 3.25,
    keep_total: bool = False,
) -> Adjusted:
    """Cut weights above a multiple of their stratum's median down to that multiple.

    Parameters
    ----------
    limit : float
        Multiple of the median of the positive weights of the stratum.
    keep_total : bool
        Whether the stratum's weights are then scaled up so that their sum stays as it was.

    Returns
    -------
    Adjusted
        ``factors`` holds the share of each stratum's total that is left after the cut.
    """
    if not limit > 1.0:
        raise ModelError("limit_too_small", f"The limit must be above 1, not {limit}.", limit=limit)
    base = checked_weights(weights)
    names, codes = _cells(strata, len(base))
    result, shares = base.copy(), {}
    for code, name in enumerate(names):
        own = codes == code
        positive = base[own & (base > 0)]
        if not positive.size:
            shares[name] = 1.0
            continue
        result[own] = np.minimum(base[own], limit * float(np.median(positive)))
        shares[name] = float(result[own].sum() / base[own].sum())
        if keep_total:
            result[own] /= shares[name]
    return Adjusted(result, shares, int((result != base).sum()))


def senate(weights: ArrayLike, groups: Sequence[object], *, total: float = 1000.0) -> FloatArray:
    """Weights that give every group (country, province) the same sum.

    Raises
    ------
    DataError
        A group without weight, named.
    """
    base = checked_weights(weights)
    names, codes = _cells(groups, len(base))
    sums = np.bincount(codes, weights=base)
    empty = np.flatnonzero(sums == 0)
    if empty.size:
        raise DataError(
            "group_without_weight",
            f"Group {names[empty[0]]!r} has no weight; leave it out.",
            group=names[empty[0]],
        )
    return np.asarray(base * (total / sums)[codes])


def normalised(weights: ArrayLike, *, total: float | None = None) -> FloatArray:
    """Weights with the same ratios that add up to the number of units with weight (or ``total``).

    For programs, this one among them, that take weights for frequencies.
    """
    base = checked_weights(weights)
    wanted = float((base > 0).sum()) if total is None else total
    return np.asarray(base * (wanted / base.sum()))


def kish_design_effect(weights: ArrayLike) -> float:
    r"""Loss of precision through unequal weights, :math:`n \sum w^2 / (\sum w)^2`.

    Kish (1965), *Survey Sampling*, sec. 11.7.
    """
    base = checked_weights(weights)
    used = base[base > 0]
    return float(len(used) * (used**2).sum() / used.sum() ** 2)


def _cells(labels: Sequence[object] | None, n: int) -> tuple[list[str], np.ndarray]:
    if labels is None:
        return ["all"], np.zeros(n, dtype=np.intp)
    if len(labels) != n:
        raise DataError(
            "wrong_number_of_cells",
            f"{len(labels)} cell labels for {n} weights; give one each.",
            labels=len(labels),
            weights=n,
        )
    names, codes = np.unique([str(label) for label in labels], return_inverse=True)
    return [str(name) for name in names], codes
