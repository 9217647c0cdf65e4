"""The response matrix: checked once, immutable afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.errors import DataError

MAX_CATEGORY = 99
MAX_ITEMS = 100_000


@dataclass(frozen=True, eq=False)
class ResponseMatrix:
    """Scored responses of persons to items.

    Build one with :meth:`from_arrays` or :func:`psychometrics.read_responses`; the constructor
    itself does not check.

    Attributes
    ----------
    scores : (n_persons, n_items) int8
        Category of each response; meaningless where ``observed`` is false.
    observed : (n_persons, n_items) bool
        False where the item was not administered.
    weights : (n_persons,) float
        Frequency weight of each person.
    group_codes : (n_persons,) int
        Index into ``groups``.
    groups : tuple of str
        Group labels; the first is the reference group, the others are sorted.
    persons, items : labels
    """

    scores: ScoreArray
    observed: BoolArray
    weights: FloatArray
    group_codes: IntArray
    groups: tuple[str, ...]
    persons: NDArray[np.str_]
    items: tuple[str, ...]

    @property
    def n_persons(self) -> int:
        """Number of rows."""
        return int(self.scores.shape[0])

    @property
    def n_items(self) -> int:
        """Number of columns."""
        return int(self.scores.shape[1])

    @property
    def first_category(self) -> IntArray:
        """Lowest observed category of each item, (n_items,)."""
        lowest = np.where(self.observed, self.scores, MAX_CATEGORY).min(
            axis=0, initial=MAX_CATEGORY
        )
        return np.asarray(lowest, dtype=np.intp)

    @property
    def n_categories(self) -> IntArray:
        """Number of categories from the lowest to the highest observed one, (n_items,)."""
        highest = np.where(self.observed, self.scores, 0).max(axis=0, initial=0)
        return np.asarray(highest, dtype=np.intp) - self.first_category + 1

    @cached_property
    def is_complete(self) -> bool:
        """Whether every response was observed."""
        return bool(self.observed.all())

    @property
    def answered(self) -> BoolArray:
        """Whether a person has any observed response, (n_persons,)."""
        return np.asarray(self.observed.any(axis=1), dtype=np.bool_)

    @classmethod
    def from_arrays(
        cls,
        scores: ArrayLike,
        *,
        observed: ArrayLike | None = None,
        items: Sequence[str] | None = None,
        persons: Sequence[str] | NDArray[np.str_] | None = None,
        weights: ArrayLike | None = None,
        groups: Sequence[object] | None = None,
        reference_group: str | None = None,
    ) -> "ResponseMatrix":
        """Check plain arrays and freeze them.

        Parameters
        ----------
        scores : (n_persons, n_items)
            Integer categories. In a floating array NaN means not administered.
        observed : (n_persons, n_items) bool, optional
            Where given, only these cells count.
        items, persons : labels, optional
            ``I1``, ``I2``, ... and ``1``, ``2``, ... unless given.
        weights : (n_persons,), optional
            Frequency weights; one each unless given.
        groups : (n_persons,), optional
            Group of each person.
        reference_group : str, optional
            The group that fixes the scale; the first label in alphabetical order unless given, so
            that the order of the rows does not matter.

        Raises
        ------
        DataError
            With row, column and remedy in ``params``.
        """
        raw = _two_dimensional(scores)
        item_labels = _item_labels(items, raw.shape[1])
        person_labels = _person_labels(persons, raw.shape[0])
        mask = _observed_mask(raw, observed)
        categories = _checked_categories(raw, mask, person_labels, item_labels)
        names, codes = _group_codes(groups, raw.shape[0], reference_group)
        matrix = cls(
            scores=categories,
            observed=mask,
            weights=_checked_weights(weights, person_labels),
            group_codes=codes,
            groups=names,
            persons=person_labels,
            items=item_labels,
        )
        _freeze(matrix)
        return matrix

    def select(self, rows: ArrayLike) -> "ResponseMatrix":
        """The same matrix with only these rows, in this order."""
        chosen = np.asarray(rows)
        part = ResponseMatrix(
            scores=self.scores[chosen],
            observed=self.observed[chosen],
            weights=self.weights[chosen],
            group_codes=self.group_codes[chosen],
            groups=self.groups,
            persons=self.persons[chosen],
            items=self.items,
        )
        _freeze(part)
        return part


def _freeze(matrix: ResponseMatrix) -> None:
    for array in (matrix.scores, matrix.observed, matrix.weights, matrix.group_codes):
        array.flags.writeable = False
    matrix.persons.flags.writeable = False


def _two_dimensional(scores: ArrayLike) -> NDArray[np.generic]:
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


def _item_labels(items: Sequence[str] | None, n_items: int) -> tuple[str, ...]:
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


def _person_labels(
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


def _observed_mask(raw: NDArray[np.generic], observed: ArrayLike | None) -> BoolArray:
    mask = np.ones(raw.shape, dtype=np.bool_)
    if observed is not None:
        mask = np.array(observed, dtype=np.bool_)
        if mask.shape != raw.shape:
            raise DataError(
                "mask_has_other_shape",
                f"The observed mask has shape {mask.shape}, the scores {raw.shape}.",
            )
    if raw.dtype.kind == "f":
        mask = mask & ~np.isnan(raw.astype(np.float64))
    return mask


def _checked_categories(
    raw: NDArray[np.generic],
    mask: BoolArray,
    persons: NDArray[np.str_],
    items: tuple[str, ...],
) -> ScoreArray:
    if raw.dtype.kind in "biu" and mask.all():
        values = raw
        wrong = (raw.astype(np.int64) < 0) | (raw.astype(np.int64) > MAX_CATEGORY)
    else:
        values = np.where(mask, raw, 0)
        numbers = values.astype(np.float64)
        with np.errstate(invalid="ignore"):
            wrong = ~((numbers == np.floor(numbers)) & (numbers >= 0) & (numbers <= MAX_CATEGORY))
    if wrong.any():
        row, column = (int(index) for index in np.argwhere(wrong)[0])
        raise_cell_error(str(raw[row, column]), row + 1, items[column], str(persons[row]))
    return values.astype(np.int8)


def raise_cell_error(value: str, row: int, column: str, person: str) -> None:
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


def _checked_weights(weights: ArrayLike | None, persons: NDArray[np.str_]) -> FloatArray:
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


def _group_codes(
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
