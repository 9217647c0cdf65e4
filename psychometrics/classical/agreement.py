"""Agreement of two raters."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import DataError


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance, with its large-sample standard error.

    None where chance alone would agree perfectly: both raters used one and the same category.
    """

    value: float | None
    se: float | None


@dataclass(frozen=True, eq=False)
class Agreement:
    """Two raters on the same performances.

    Attributes
    ----------
    table : (n_categories, n_categories)
        Numbers; rows the first rater, columns the second.
    exact, adjacent : float
        Share given the same category; the same or a neighbouring one.
    expected : float
        Share that chance would give the same.
    kappa, linear, quadratic : Kappa
        Cohen's; weighted with the distance of the categories, and with its square (QWK).
    mean_difference : float
        First rater minus second, in categories.
    """

    categories: tuple[str, ...]
    table: FloatArray
    n: float
    exact: float
    adjacent: float
    expected: float
    kappa: Kappa
    linear: Kappa
    quadratic: Kappa
    mean_difference: float


def rater_agreement(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    categories: Sequence[Hashable] | None = None,
) -> Agreement:
    """Agreement of two raters from their ratings of the same performances.

    Parameters
    ----------
    first, second : (n,)
    categories : sequence, optional
        All categories in their order; those that occur, sorted, unless given. Categories that
        nobody used but that lie between others must be named, or neighbours are wrongly called so.

    Returns
    -------
    Agreement

    Raises
    ------
    DataError
        Different numbers of ratings, none at all, or one outside the categories.
    """
    if len(first) != len(second):
        raise DataError(
            "raters_differ_in_number",
            f"{len(first)} ratings by the first rater and {len(second)} by the second; give both "
            "ratings of each performance.",
            n_first=len(first),
            n_second=len(second),
        )
    if not len(first):
        raise DataError("empty_data", "There are no ratings: give at least one pair.")
    used, place = np.unique(np.array([*first, *second]), return_inverse=True)
    order = used.tolist() if categories is None else list(categories)
    _refuse_other_ratings(used.tolist(), order, place, len(first))
    position = np.array([order.index(rating) for rating in used.tolist()], dtype=np.intp)[place]
    a, b = position[: len(first)], position[len(first) :]
    counts = np.bincount(a * len(order) + b, minlength=len(order) ** 2)
    table = counts.reshape(len(order), len(order))
    return agreement_of_table(table, categories=[str(category) for category in order])


def _refuse_other_ratings(
    used: list[Hashable], order: list[Hashable], place: IntArray, n: int
) -> None:
    """Ratings that are not among the categories, by row and rater."""
    strange = [i for i, rating in enumerate(used) if rating not in order]
    if not strange:
        return
    where = int(np.flatnonzero(np.isin(place, strange))[0])
    row, rater = where % n + 1, "first" if where < n else "second"
    value = str(used[place[where]])
    raise DataError(
        "rating_not_a_category",
        f"Row {row}, {rater} rater: {value!r} is not among the categories "
        f"{', '.join(map(str, order))}; correct it.",
        row=row,
        rater=rater,
        value=value,
    )


def agreement_of_table(table: ArrayLike, *, categories: Sequence[str] | None = None) -> Agreement:
    r"""Agreement of two raters from the table of their categories.

    With agreement weights :math:`v_{ij}` (1 on the diagonal; 1 minus the distance, or the squared
    distance, over its largest value),

    .. math:: \kappa_v = \frac{\sum v_{ij} p_{ij} - \sum v_{ij} p_{i\cdot} p_{\cdot j}}
              {1 - \sum v_{ij} p_{i\cdot} p_{\cdot j}}

    Parameters
    ----------
    table : (n_categories, n_categories)
        Numbers or weights; rows the first rater.
    categories : sequence of str, optional
        Names in their order; ``0``, ``1``, ... unless given.

    Returns
    -------
    Agreement

    Raises
    ------
    DataError
        The table is not square, has a negative number, or is empty.

    References
    ----------
    Cohen (1960), Educ. Psychol. Meas. 20, 37-46; (1968), Psychol. Bull. 70, 213-220. Fleiss, Cohen &
    Everitt (1969), Psychol. Bull. 72, 323-327 (standard errors).
    """
    counts = np.array(table, dtype=np.float64)
    _check_table(counts)
    n, k = float(counts.sum()), len(counts)
    p = counts / n
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(np.float64)
    largest = max(k - 1.0, 1.0)
    names = tuple(categories) if categories is not None else tuple(str(i) for i in range(k))
    return Agreement(
        categories=names,
        table=counts,
        n=n,
        exact=float(np.trace(p)),
        adjacent=float(p[distance <= 1].sum()),
        expected=float(p.sum(axis=1) @ p.sum(axis=0)),
        kappa=_kappa(p, np.eye(k), n),
        linear=_kappa(p, 1.0 - distance / largest, n),
        quadratic=_kappa(p, 1.0 - (distance / largest) ** 2, n),
        mean_difference=float((p.sum(axis=1) - p.sum(axis=0)) @ np.arange(k)),
    )


def _check_table(counts: FloatArray) -> None:
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise DataError(
            "table_not_square",
            f"A table of agreement has one row and one column a category, not {counts.shape}.",
        )
    if not np.isfinite(counts).all() or (counts < 0).any() or not counts.sum() > 0:
        raise DataError(
            "table_of_agreement_empty",
            "A table of agreement holds numbers of performances, none negative and not all zero.",
        )


def _kappa(p: FloatArray, agree: FloatArray, n: float) -> Kappa:
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((agree * p).sum()), float(rows @ agree @ columns)
    if not expected < 1.0 - 1e-12:
        return Kappa(None, None)
    kappa = (observed - expected) / (1.0 - expected)
    mean = np.add.outer(agree @ columns, rows @ agree)
    spread = float((p * (agree - mean * (1.0 - kappa)) ** 2).sum())
    variance = (spread - (kappa - expected * (1.0 - kappa)) ** 2) / (n * (1.0 - expected) ** 2)
    return Kappa(kappa, float(np.sqrt(max(variance, 0.0))))
