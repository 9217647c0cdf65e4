"""Speededness: how many persons ran out of time, and where."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.classical.moments import mean_and_variance
from psychometrics.errors import DataError
from psychometrics.responses.missing import KindArray, ResponseKind

ENOUGH_PERSONS = 0.80
ENOUGH_ITEMS = 0.75
VIRTUALLY_ALL = 0.99
LARGEST_VARIANCE_RATIO = 0.15


@dataclass(frozen=True, eq=False)
class Speededness:
    """How far persons came.

    Attributes
    ----------
    not_reached : (n_items,)
        Share of the persons given the item who did not reach it, by position.
    completed : float
        Share of persons who reached their last item.
    completed_three_quarters : float
        Share of persons who reached at least 75 % of their items.
    reached_by_80_percent : float
        The largest share of the items that 80 % of the persons reached.
    mean_not_reached : float
        Items not reached, on average.
    variance_ratio : float or None
        Variance of the number not reached over the variance of the number right; None without
        scores, or where these do not vary.
    """

    not_reached: FloatArray
    n_persons: int
    completed: float
    completed_three_quarters: float
    reached_by_80_percent: float
    mean_not_reached: float
    variance_ratio: float | None

    @property
    def meets_80_percent_rule(self) -> bool:
        """At least 80 % reach the last item, and virtually all (99 %) three quarters of the test."""
        return self.completed >= ENOUGH_PERSONS and self.completed_three_quarters >= VIRTUALLY_ALL

    @property
    def meets_variance_rule(self) -> bool | None:
        """Whether the variance ratio is below 0.15; None where it is not known."""
        return None if self.variance_ratio is None else self.variance_ratio < LARGEST_VARIANCE_RATIO


def kinds_from_blanks(answered: ArrayLike, administered: ArrayLike | None = None) -> KindArray:
    """Tell omitted from not reached: blank cells after a person's last answer were not reached.

    Parameters
    ----------
    answered : (n_persons, n_items) bool
        Items in the order in which they were presented.
    administered : (n_persons, n_items) bool, optional
        All unless given.

    Returns
    -------
    (n_persons, n_items) of ResponseKind

    Notes
    -----
    The first blank after the last answer was perhaps read; it counts as not reached too.
    """
    given = np.asarray(answered, dtype=np.bool_)
    shown = (
        np.ones_like(given) if administered is None else np.asarray(administered, dtype=np.bool_)
    )
    given = given & shown
    later = np.flip(np.logical_or.accumulate(np.flip(given, axis=1), axis=1), axis=1)
    kinds = np.where(later, ResponseKind.OMITTED, ResponseKind.NOT_REACHED)
    kinds = np.where(given, ResponseKind.GIVEN, kinds)
    return np.where(shown, kinds, ResponseKind.NOT_ADMINISTERED).astype(np.int8)


def speededness(
    kinds: ArrayLike, *, scores: ArrayLike | None = None, weights: ArrayLike | None = None
) -> Speededness:
    r"""Share not reached by position, completion rates and the variance ratio.

    Parameters
    ----------
    kinds : (n_persons, n_items)
        :class:`~psychometrics.responses.missing.ResponseKind` of each cell, items in the order in which they
        were presented; :func:`kinds_from_blanks` makes them from blanks.
    scores : (n_persons, n_items), optional
        Item scores, for the variance ratio; they count where a response was given.
    weights : (n_persons,), optional
        Frequencies.

    Returns
    -------
    Speededness
        Over persons who were given at least one item.

    Raises
    ------
    DataError
        Nobody was given an item, or shapes differ.

    References
    ----------
    Swineford (1974), *The Test Analysis Manual*, ETS SR-74-06: a test is unspeeded if virtually all
    reach 75 % of the items and at least 80 % the last; variance ratio below 0.15.
    """
    table = np.asarray(kinds)
    shown = table != ResponseKind.NOT_ADMINISTERED
    present = shown.any(axis=1) if table.ndim == 2 else np.zeros(0, dtype=np.bool_)
    if not present.any():
        raise DataError("empty_data", "Nobody was given an item: check the table of kinds.")
    w = np.ones(len(table)) if weights is None else np.asarray(weights, dtype=np.float64)
    points = None if scores is None else np.asarray(scores, dtype=np.float64)
    if w.shape != (len(table),) or (points is not None and points.shape != table.shape):
        raise DataError(
            "mask_has_other_shape",
            f"Scores and weights must fit the table of kinds, {table.shape}.",
        )
    shown, table, w = shown[present], table[present], w[present]
    missed = table == ResponseKind.NOT_REACHED
    n_shown, n_missed = shown.sum(axis=1), missed.sum(axis=1)
    reached = 1.0 - n_missed / n_shown
    total = float(w.sum())
    given = table == ResponseKind.GIVEN
    return Speededness(
        not_reached=(w @ missed) / np.maximum(w @ shown, 1e-300),
        n_persons=len(table),
        completed=float(w @ (n_missed == 0)) / total,
        completed_three_quarters=float(w @ (reached >= ENOUGH_ITEMS)) / total,
        reached_by_80_percent=_reached_by(reached, w, ENOUGH_PERSONS),
        mean_not_reached=float(w @ n_missed) / total,
        variance_ratio=None if points is None else _ratio(missed, given, points[present], w),
    )


def _reached_by(reached: FloatArray, weights: FloatArray, share: float) -> float:
    """The share of items that at least this share of persons reached."""
    order = np.argsort(-reached, kind="stable")
    enough = np.cumsum(weights[order]) >= share * weights.sum() * (1.0 - 1e-12)
    return float(reached[order][int(np.argmax(enough))])


def _ratio(
    missed: BoolArray, given: BoolArray, scores: FloatArray, weights: FloatArray
) -> float | None:
    if not weights.sum() > 1:
        return None
    _, of_missed = mean_and_variance(missed.sum(axis=1).astype(np.float64), weights)
    _, of_scores = mean_and_variance(np.where(given, scores, 0.0).sum(axis=1), weights)
    return float(of_missed / of_scores) if of_scores > 0 else None
