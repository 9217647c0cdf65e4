r"""Angoff standard setting: judges rate what a borderline candidate would score on each item.

.. math:: c_j = \sum_i r_{ji}, \qquad \hat c = \frac1J \sum_j c_j, \qquad
          \mathrm{SE} = s(c_j)/\sqrt{J}

Ratings are expected scores: a probability on an item of two categories, a number of points on a longer
one, 0 or 1 in the yes/no variant. Angoff (1971), in Thorndike (ed.), *Educational Measurement*; Brennan &
Lockwood (1980), Appl. Psych. Meas. 4, 219-240 (variance components).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.errors import DataError
from psychometrics.standards.cut_scores import JudgedCut, judged_cut


@dataclass(frozen=True)
class RatedItem:
    """What the judges said of one item.

    ``difference`` is the mean rating minus the observed mean score of all candidates, where that was
    given: most are positive when the borderline candidate is weaker than the average one is.
    """

    item: str
    mean: float
    sd: float
    lowest: float
    highest: float
    observed: float | None = None
    difference: float | None = None


@dataclass(frozen=True)
class AngoffRound:
    """One round of ratings.

    Attributes
    ----------
    cut : JudgedCut
        On the raw-score scale.
    items : tuple of RatedItem
    agreement_with_data : float or None
        Correlation of the items' mean ratings with their observed mean scores.
    judge_agreement : tuple of float or None
        Correlation of each judge's ratings with the mean of the others'; None without variation.
    error_over_judges_and_items : float
        Standard error of the cut if the items, too, were a sample: from the variance components of
        judges, items and the remainder.
    """

    cut: JudgedCut
    items: tuple[RatedItem, ...]
    agreement_with_data: float | None
    judge_agreement: tuple[float | None, ...]
    error_over_judges_and_items: float


@dataclass(frozen=True)
class Angoff:
    """All rounds; the last one is the result.

    ``change_of_sd`` is the last round's spread between judges over the first's: below 1 where they came
    closer.
    """

    rounds: tuple[AngoffRound, ...]
    judges: tuple[str, ...]

    @property
    def cut(self) -> JudgedCut:
        """The last round's cut."""
        return self.rounds[-1].cut

    @property
    def change_of_sd(self) -> float | None:
        """Spread between judges in the last round over that in the first."""
        first = self.rounds[0].cut.sd
        return self.cut.sd / first if first > 0 else None


def angoff(
    rounds: Sequence[ArrayLike],
    *,
    items: Sequence[str] | None = None,
    judges: Sequence[str] | None = None,
    highest: ArrayLike | None = None,
    observed: ArrayLike | None = None,
    tables: Sequence[str] | None = None,
) -> Angoff:
    """Cut score from the ratings of a panel, round by round.

    Parameters
    ----------
    rounds : sequence of (n_judges, n_items)
        Expected score of a borderline candidate; the same judges and items in every round.
    items, judges : labels, optional
    highest : (n_items,), optional
        Highest score of each item; 1 unless given.
    observed : (n_items,), optional
        Mean score of the candidates on each item, shown to judges between rounds.
    tables : (n_judges,) labels, optional
        Judges who discussed together.

    Returns
    -------
    Angoff

    Raises
    ------
    DataError
        A rating is missing or outside 0 to the item's highest score (names round, judge and item),
        or shapes differ between rounds.
    """
    matrices = [np.asarray(each, dtype=np.float64) for each in rounds]
    _check_shapes(matrices)
    n_judges, n_items = matrices[0].shape
    item_labels = tuple(items or (f"I{k}" for k in range(1, n_items + 1)))
    judge_labels = tuple(judges or (f"J{k}" for k in range(1, n_judges + 1)))
    top = np.ones(n_items) if highest is None else np.asarray(highest, dtype=np.float64)
    means = None if observed is None else np.asarray(observed, dtype=np.float64)
    _check_lengths(n_judges, n_items, item_labels, judge_labels, top, means)
    for number, ratings in enumerate(matrices, start=1):
        _check_ratings(ratings, top, number, item_labels, judge_labels)
    found = tuple(_round(ratings, item_labels, means, tables) for ratings in matrices)
    return Angoff(found, judge_labels)


def _round(
    ratings: FloatArray,
    labels: tuple[str, ...],
    observed: FloatArray | None,
    tables: Sequence[str] | None,
) -> AngoffRound:
    mean = ratings.mean(axis=0)
    return AngoffRound(
        cut=judged_cut(ratings.sum(axis=1), tables=tables),
        items=tuple(_rated(label, ratings[:, k], k, observed) for k, label in enumerate(labels)),
        agreement_with_data=None if observed is None else _correlation(mean, observed),
        judge_agreement=tuple(
            _correlation(own, np.delete(ratings, j, axis=0).mean(axis=0))
            for j, own in enumerate(ratings)
        ),
        error_over_judges_and_items=_error_over_judges_and_items(ratings),
    )


def _rated(label: str, ratings: FloatArray, k: int, observed: FloatArray | None) -> RatedItem:
    mean = float(ratings.mean())
    seen = None if observed is None else float(observed[k])
    return RatedItem(
        item=label,
        mean=mean,
        sd=float(ratings.std(ddof=1)),
        lowest=float(ratings.min()),
        highest=float(ratings.max()),
        observed=seen,
        difference=None if seen is None else mean - seen,
    )


def _correlation(one: FloatArray, other: FloatArray) -> float | None:
    if len(one) < 3 or not (one.std() > 0 and other.std() > 0):
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _error_over_judges_and_items(ratings: FloatArray) -> float:
    """Root of the error variance of the sum in the crossed random design judges x items.

    The variance of a mean rating is judges/J + items/I + remainder/(J I); the cut is I times the mean.
    """
    n_judges, n_items = ratings.shape
    if n_items < 2:
        return float(ratings.std(ddof=1) / np.sqrt(n_judges))
    rows, columns = ratings.mean(axis=1), ratings.mean(axis=0)
    rest = ratings - rows[:, None] - columns + ratings.mean()
    remainder = (rest**2).sum() / ((n_judges - 1) * (n_items - 1))
    judges = max(rows.var(ddof=1) - remainder / n_items, 0.0)
    items = max(columns.var(ddof=1) - remainder / n_judges, 0.0)
    variance = judges / n_judges + items / n_items + remainder / (n_judges * n_items)
    return float(n_items * np.sqrt(variance))


def _check_shapes(matrices: Sequence[FloatArray]) -> None:
    if not matrices or matrices[0].ndim != 2 or matrices[0].shape[1] == 0:
        raise DataError("no_ratings", "Give at least one round: judges in rows, items in columns.")
    if matrices[0].shape[0] < 2:
        raise DataError("too_few_judges", "Angoff needs at least two judges.")
    for number, each in enumerate(matrices, start=1):
        if each.shape != matrices[0].shape:
            raise DataError(
                "rounds_differ",
                f"Round {number} has ratings of shape {each.shape}, the first {matrices[0].shape}; "
                "the same judges must rate the same items.",
                round=number,
            )


def _check_lengths(
    n_judges: int,
    n_items: int,
    items: tuple[str, ...],
    judges: tuple[str, ...],
    top: FloatArray,
    observed: FloatArray | None,
) -> None:
    lengths = (len(items), len(top), n_items if observed is None else len(observed))
    if set(lengths) != {n_items} or len(judges) != n_judges:
        raise DataError(
            "lengths_differ",
            f"There are {n_judges} judges and {n_items} items; give a label, a highest score and an "
            "observed mean for each, or none at all.",
            n_judges=n_judges,
            n_items=n_items,
        )


def _check_ratings(
    ratings: FloatArray,
    top: FloatArray,
    number: int,
    items: tuple[str, ...],
    judges: tuple[str, ...],
) -> None:
    wrong = ~((ratings >= 0) & (ratings <= top))
    if not wrong.any():
        return
    judge, item = (int(index) for index in np.argwhere(wrong)[0])
    raise DataError(
        "impossible_rating",
        f"Round {number}, judge {judges[judge]!r}, item {items[item]!r}: the rating "
        f"{ratings[judge, item]:g} is not between 0 and {top[item]:g}; correct it.",
        round=number,
        judge=judges[judge],
        item=items[item],
        highest=float(top[item]),
    )
