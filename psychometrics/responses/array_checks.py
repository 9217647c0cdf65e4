"""What plain arrays must be before they become responses; each refusal names row, column and remedy."""

from collections.abc import Sequence
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.errors import DataError
from psychometrics.responses.missing import KindArray, ResponseKind

MAX_CATEGORY = 99
MAX_ITEMS = 100_000


def two_dimensional(scores: ArrayLike) -> NDArray[np.generic]:
    raw = np.array(scores)
    if raw.ndim != 2 or raw.shape[0] == 0 or raw.shape[1] == 0:
        raise DataError(
            "empty_data",
            "There are no responses: give at least one person and one item.",
        )
    if raw.shape[1] > MAX_ITEMS:
        raise DataError(
            "too_many_items",
            f"{raw.shape[1]} columns are more than {MAX_ITEMS} items; "
            "check the separator, or that rows are persons and columns are items.",
            n_items=int(raw.shape[1]),
            maximum=MAX_ITEMS,
        )
    if raw.dtype.kind not in "biuf":
        raise DataError("not_numeric", "Scores must be numbers.", dtype=str(raw.dtype))
    return raw


def checked_items(items: Sequence[str] | None, n_items: int) -> tuple[str, ...]:
    if items is None:
        return tuple(f"I{number}" for number in range(1, n_items + 1))
    labels = tuple(str(label) for label in items)
    if len(labels) != n_items:
        raise DataError(
            "wrong_number_of_item_labels",
            f"{len(labels)} item labels for {n_items} columns.",
            n_labels=len(labels),
            n_items=n_items,
        )
    seen: set[str] = set()
    for column, label in enumerate(labels, start=1):
        if not label.strip() or label in seen:
            code = "duplicate_item" if label in seen else "item_without_name"
            raise DataError(
                code,
                f"Item column {column} ({label!r}) has no name of its own; rename it.",
                column=label,
                column_number=column,
            )
        seen.add(label)
    return labels


def checked_persons(
    persons: Sequence[str] | NDArray[np.str_] | None, n_persons: int
) -> NDArray[np.str_]:
    if persons is None:
        return np.arange(1, n_persons + 1).astype(np.str_)
    labels = np.array(persons, dtype=np.str_)
    if labels.shape != (n_persons,):
        raise DataError(
            "wrong_number_of_person_labels",
            f"{labels.size} person labels for {n_persons} rows.",
            n_labels=int(labels.size),
            n_persons=n_persons,
        )
    _refuse_duplicate_persons(labels)
    return labels


def _refuse_duplicate_persons(labels: NDArray[np.str_]) -> None:
    if len(set(labels.tolist())) == len(labels):
        return
    order = np.argsort(labels, kind="stable")
    repeated = np.flatnonzero(labels[order][1:] == labels[order][:-1])
    if repeated.size:
        first, second = order[repeated[0]], order[repeated[0] + 1]
        label = str(labels[first])
        raise DataError(
            "duplicate_person",
            f"Person {label!r} stands in rows {first + 1} and {second + 1}; "
            "keep one row, or give each sitting its own id.",
            person=label,
            row=int(second) + 1,
            first_row=int(first) + 1,
        )


def checked_kinds(kinds: ArrayLike | None, shape: tuple[int, ...]) -> KindArray | None:
    if kinds is None:
        return None
    given = np.asarray(kinds)
    if given.shape != shape:
        raise DataError(
            "mask_has_other_shape",
            f"The kinds of responses have shape {given.shape}, the scores {shape}.",
        )
    wrong = ~np.isin(given, list(ResponseKind))
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        raise DataError(
            "unknown_response_kind",
            f"Row {row + 1}, column {column + 1}: {given[row, column]!s} is no kind of response; "
            "use the values of ResponseKind.",
            row=row + 1,
            column_number=column + 1,
            value=str(given[row, column]),
        )
    return given.astype(np.int8)


def observed_mask(
    raw: NDArray[np.generic], observed: ArrayLike | None, kinds: KindArray | None
) -> BoolArray:
    parts: list[BoolArray] = []
    if observed is not None:
        given = np.array(observed, dtype=np.bool_)
        if given.shape != raw.shape:
            raise DataError(
                "mask_has_other_shape",
                f"The observed mask has shape {given.shape}, the scores {raw.shape}.",
            )
        parts.append(given)
    if raw.dtype.kind == "f":
        parts.append(~np.isnan(raw.astype(np.float64, copy=False)))
    if kinds is not None:
        parts.append(kinds == ResponseKind.GIVEN)
    mask = np.logical_and.reduce(parts) if parts else np.True_
    if np.all(mask):
        return np.broadcast_to(np.True_, raw.shape)  # one byte instead of one a response
    return np.asarray(mask, dtype=np.bool_)


def kinds_beyond_mask(kinds: KindArray | None, mask: BoolArray) -> KindArray | None:
    """Kinds where they say more than the mask; a cell masked otherwise was not administered."""
    if kinds is None:
        return None
    told = np.where((kinds == ResponseKind.GIVEN) & ~mask, ResponseKind.NOT_ADMINISTERED, kinds)
    known = (told == ResponseKind.GIVEN) | (told == ResponseKind.NOT_ADMINISTERED)
    return None if known.all() else told.astype(np.int8)


def checked_categories(
    raw: NDArray[np.generic],
    mask: BoolArray,
    persons: NDArray[np.str_],
    items: tuple[str, ...],
) -> ScoreArray:
    if raw.dtype.kind in "biu" and not any(mask.strides):
        fits = bool(raw.min() >= 0 and raw.max() <= MAX_CATEGORY)
        return raw.astype(np.int8) if fits else _refuse_category(raw, mask, persons, items)
    values = np.where(mask, raw, 0)
    numbers = values.astype(np.float64, copy=False)
    with np.errstate(invalid="ignore"):
        right = (numbers == np.floor(numbers)) & (numbers >= 0) & (numbers <= MAX_CATEGORY)
    return values.astype(np.int8) if right.all() else _refuse_category(raw, mask, persons, items)


def _refuse_category(
    raw: NDArray[np.generic],
    mask: BoolArray,
    persons: NDArray[np.str_],
    items: tuple[str, ...],
) -> NoReturn:
    numbers = np.where(mask, raw, 0).astype(np.float64)
    wrong = ~((numbers == np.floor(numbers)) & (numbers >= 0) & (numbers <= MAX_CATEGORY))
    row, column = (int(index) for index in np.argwhere(wrong)[0])
    raise_cell_error(str(raw[row, column]), row + 1, items[column], str(persons[row]))


def raise_cell_error(value: str, row: int, column: str, person: str) -> NoReturn:
    """Refuse one cell, naming its place."""
    raise DataError(
        "cell_not_a_category",
        f"Row {row} (person {person!r}), column {column!r}: {value!r} is not a category; "
        f"write a whole number from 0 to {MAX_CATEGORY}, or leave the cell blank "
        "if the item was not administered.",
        row=row,
        column=column,
        person=person,
        value=value,
        maximum=MAX_CATEGORY,
    )


def checked_weights(weights: ArrayLike | None, persons: NDArray[np.str_]) -> FloatArray:
    if weights is None:
        return np.ones(persons.shape[0])
    values = np.array(weights, dtype=np.float64)
    if values.shape != persons.shape:
        raise DataError(
            "wrong_number_of_weights",
            f"{values.size} weights for {persons.size} persons.",
            n_weights=int(values.size),
            n_persons=int(persons.size),
        )
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        row = int(wrong[0])
        raise DataError(
            "weight_not_positive",
            f"Row {row + 1} (person {persons[row]!s}): weight {values[row]} is not a "
            "non-negative number.",
            row=row + 1,
            person=str(persons[row]),
            value=float(values[row]),
        )
    if not values.sum() > 0:
        raise DataError("no_weight", "All weights are zero; nobody is left to calibrate on.")
    return values


def group_codes(
    groups: Sequence[object] | None, n_persons: int, reference: str | None
) -> tuple[tuple[str, ...], IntArray]:
    if groups is None:
        return ("all",), np.zeros(n_persons, dtype=np.intp)
    labels = [str(label) for label in groups]
    if len(labels) != n_persons:
        raise DataError(
            "wrong_number_of_groups",
            f"{len(labels)} group labels for {n_persons} persons.",
            n_labels=len(labels),
            n_persons=n_persons,
        )
    for row, label in enumerate(labels, start=1):
        if not label.strip():
            raise DataError("group_missing", f"Row {row} has no group; fill it in.", row=row)
    names = _reference_first(labels, reference)
    index = {name: code for code, name in enumerate(names)}
    return names, np.array([index[label] for label in labels], dtype=np.intp)


def _reference_first(labels: list[str], reference: str | None) -> tuple[str, ...]:
    names = sorted(set(labels))
    if reference is None:
        return tuple(names)
    if reference not in names:
        raise DataError(
            "unknown_reference_group",
            f"There is no group {reference!r}; the groups are {', '.join(names)}.",
            group=reference,
            groups=names,
        )
    return (reference, *(name for name in names if name != reference))
