"""Distractors: who chooses which option."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.classical.moments import correlation
from psychometrics.errors import DataError, ModelError

FEWEST_SHARE = 0.05


@dataclass(frozen=True)
class OptionStatistics:
    """One option of one item.

    Attributes
    ----------
    option : str or None
        None stands for no answer.
    share : float
        Of the persons who were given the item.
    r : float or None
        Correlation of choosing it with the score on the other items; None where nobody or everybody
        chose it.
    mean_rest : float or None
        Mean share of the other items right among those who chose it.
    by_group : tuple of float
        Share among persons in groups of rising score on the other items.
    """

    option: str | None
    is_key: bool
    n: int
    share: float
    r: float | None
    mean_rest: float | None
    by_group: tuple[float, ...]


@dataclass(frozen=True)
class DistractorAnalysis:
    """One item: its options, no answer last.

    Attributes
    ----------
    group_sizes : tuple of int
        Persons in each score group.
    rare : tuple of str
        Distractors chosen by fewer than 5 %: they do not distract.
    attractive_to_able : tuple of str
        Distractors whose choice goes with a higher score on the other items: ambiguous.
    may_be_miskeyed : bool
        A distractor goes with a higher score than the key does.
    """

    item: str
    key: str
    n: int
    options: tuple[OptionStatistics, ...]
    group_sizes: tuple[int, ...]
    rare: tuple[str, ...]
    attractive_to_able: tuple[str, ...]
    may_be_miskeyed: bool


def distractor_analysis(
    choices: Sequence[Sequence[str | None]] | NDArray[np.object_],
    key: Sequence[str],
    *,
    items: Sequence[str] | None = None,
    options: Sequence[Sequence[str]] | None = None,
    administered: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    n_groups: int = 5,
) -> tuple[DistractorAnalysis, ...]:
    """Share and discrimination of every option, from raw choices.

    Parameters
    ----------
    choices : (n_persons, n_items)
        The option chosen; None or blank where none was.
    key : (n_items,)
        The right option of each item.
    items : sequence of str, optional
        Labels; ``I1``, ``I2``, ... unless given.
    options : (n_items,) sequences of str, optional
        All options of each item, so that one nobody chose is reported; those that occur, and the
        key, unless given.
    administered : (n_persons, n_items) bool, optional
        False where the item was not given to the person.
    weights : (n_persons,), optional
        Frequencies.
    n_groups : int
        Number of score groups of about equal size; persons with the same score stay together.

    Returns
    -------
    tuple of DistractorAnalysis
        In the order of the columns. The criterion is the share right of the other items that the
        person was given.

    Raises
    ------
    DataError
        Choices, key, labels or options of different sizes, or a choice that is not among an item's
        options.
    ModelError
        ``n_groups`` is below 1.
    """
    if n_groups < 1:
        raise ModelError("too_few_score_groups", "At least one score group is needed.")
    chosen = _as_table(choices)
    n_persons, n_items = chosen.shape
    labels = tuple(items) if items is not None else tuple(f"I{i + 1}" for i in range(n_items))
    _check_sizes(chosen, key, labels, options)
    given = (
        np.ones(chosen.shape, dtype=np.bool_)
        if administered is None
        else np.asarray(administered, dtype=np.bool_)
    )
    w = np.ones(n_persons) if weights is None else np.asarray(weights, dtype=np.float64)
    right = (chosen == np.array(key, dtype=chosen.dtype)) & given
    n_right, n_given = right.sum(axis=1), given.sum(axis=1)
    found = []
    for i in range(n_items):
        known = options[i] if options is not None else _occurring(chosen[given[:, i], i], key[i])
        _check_options(chosen[:, i], given[:, i], known, labels[i], key[i])
        has_rest = given[:, i] & (n_given > 1) & (w > 0)
        rest = (n_right - right[:, i])[has_rest] / (n_given[has_rest] - 1)
        found.append(
            _item(labels[i], key[i], known, chosen[has_rest, i], rest, w[has_rest], n_groups)
        )
    return tuple(found)


def _as_table(choices: Sequence[Sequence[str | None]] | NDArray[np.object_]) -> NDArray[np.str_]:
    raw = np.array(choices, dtype=object)
    if raw.ndim != 2 or 0 in raw.shape:
        raise DataError(
            "empty_data", "There are no choices: give at least one person and one item."
        )
    none = np.array(None, dtype=object)
    blank = np.equal(raw, none) | np.not_equal(raw, raw)  # NaN differs from itself
    table = np.where(blank, "", raw).astype(np.str_)
    return np.asarray(np.char.strip(table))


def _check_sizes(
    chosen: NDArray[np.str_],
    key: Sequence[str],
    labels: tuple[str, ...],
    options: Sequence[Sequence[str]] | None,
) -> None:
    sizes = [len(key), len(labels)] + ([len(options)] if options is not None else [])
    if any(size != chosen.shape[1] for size in sizes):
        raise DataError(
            "wrong_number_of_keys",
            f"{chosen.shape[1]} columns of choices, but {len(key)} keys and {len(labels)} labels"
            f"{'' if options is None else f' and options for {len(options)} items'}; give one each.",
            n_items=int(chosen.shape[1]),
            n_keys=len(key),
            n_labels=len(labels),
        )


def _occurring(chosen: NDArray[np.str_], key: str) -> tuple[str, ...]:
    return tuple(sorted({*chosen.tolist(), key} - {""}))


def _check_options(
    chosen: NDArray[np.str_], given: BoolArray, known: Sequence[str], label: str, key: str
) -> None:
    wrong = np.flatnonzero(given & ~np.isin(chosen, [*known, ""]))
    if key not in known or wrong.size:
        row = int(wrong[0]) + 1 if wrong.size else None
        place = f"Row {row}, column {label!r}" if row else f"Column {label!r}, key"
        value = str(chosen[wrong[0]]) if wrong.size else key
        raise DataError(
            "choice_not_an_option",
            f"{place}: {value!r} is not among the options {', '.join(known)}; correct it.",
            row=row,
            column=label,
            value=value,
            options=list(known),
        )


def _item(
    label: str,
    key: str,
    known: Sequence[str],
    chosen: NDArray[np.str_],
    rest: FloatArray,
    weights: FloatArray,
    n_groups: int,
) -> DistractorAnalysis:
    group = _score_groups(rest, weights, n_groups)
    rows = tuple(
        _option(option, option == key, chosen == (option or ""), rest, weights, group)
        for option in (*known, None)
    )
    of_key = next(row for row in rows if row.is_key)
    wrong = [row for row in rows if row.option is not None and not row.is_key]
    return DistractorAnalysis(
        item=label,
        key=key,
        n=len(chosen),
        options=rows,
        group_sizes=tuple(np.bincount(group).tolist()) if len(group) else (),
        rare=tuple(str(row.option) for row in wrong if row.share < FEWEST_SHARE),
        attractive_to_able=tuple(str(row.option) for row in wrong if (row.r or 0.0) > 0),
        may_be_miskeyed=any((row.r or 0.0) > max(of_key.r or 0.0, 0.0) for row in wrong),
    )


def _option(
    option: str | None,
    is_key: bool,
    took: BoolArray,
    rest: FloatArray,
    weights: FloatArray,
    group: IntArray,
) -> OptionStatistics:
    own = weights * took
    total = float(weights.sum())
    in_group = np.bincount(group, weights=weights) if len(group) else np.zeros(0)
    took_it = np.bincount(group, weights=own) if len(group) else np.zeros(0)
    return OptionStatistics(
        option=option,
        is_key=is_key,
        n=int(took.sum()),
        share=float(own.sum()) / total if total > 0 else 0.0,
        r=correlation(took.astype(np.float64), rest, weights),
        mean_rest=float(own @ rest / own.sum()) if own.sum() > 0 else None,
        by_group=tuple((took_it / np.maximum(in_group, 1e-300)).tolist()),
    )


def _score_groups(rest: FloatArray, weights: FloatArray, n_groups: int) -> IntArray:
    """Groups of rising score, numbered without gaps; equal scores are never parted."""
    scores, place = np.unique(rest, return_inverse=True)
    size = np.bincount(place, weights=weights, minlength=len(scores))
    middle = (np.cumsum(size) - size / 2.0) / max(float(size.sum()), 1e-300)
    wanted = np.minimum((middle * n_groups).astype(np.intp), n_groups - 1)
    _, numbered = np.unique(wanted, return_inverse=True)
    return np.asarray(numbered[place], dtype=np.intp)
