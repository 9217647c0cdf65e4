"""Response files: one row a person, first column the person's id, then one column an item.

Cells are integer categories; a blank cell means that the item was not administered.
"""

import csv
import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from psychometrics.array_checks import MAX_CATEGORY, MAX_ITEMS, raise_cell_error
from psychometrics.arrays import BoolArray, FloatArray, ScoreArray
from psychometrics.data import ResponseMatrix
from psychometrics.errors import DataError, NotBuilt

BATCH_ROWS = 20_000


@dataclass(frozen=True)
class Columns:
    """Which column of a response file is what."""

    items: tuple[int, ...]
    item_labels: tuple[str, ...]
    groups: int | None
    weights: int | None


def read_responses(
    path: str | Path,
    *,
    groups: str | None = None,
    weights: str | None = None,
    ignore: Sequence[str] = (),
    reference_group: str | None = None,
) -> ResponseMatrix:
    """Read a CSV or, by the suffix ``.parquet``, a Parquet file.

    Parameters
    ----------
    groups, weights : str, optional
        Columns that hold each person's group and frequency weight; they are no items.
    ignore : sequence of str
        Columns that are no items and not needed.
    reference_group : str, optional
        See :meth:`ResponseMatrix.from_arrays`.

    Raises
    ------
    DataError
        Naming row (1 = first row under the header), column and remedy.
    NotBuilt
        A Parquet file, but pyarrow is not installed.
    """
    source = Path(path)
    if not source.is_file():
        raise DataError("file_not_found", f"There is no file {source}.", path=str(source))
    if source.suffix.lower() in (".parquet", ".pq"):
        try:
            parquet = importlib.import_module("psychometrics.parquet")
        except ImportError as error:
            raise NotBuilt(
                "parquet_needs_pyarrow", "Reading Parquet needs the package pyarrow; install it."
            ) from error
        matrix: ResponseMatrix = parquet.from_parquet(
            source, groups=groups, weights=weights, ignore=ignore, reference_group=reference_group
        )
        return matrix
    return from_csv(
        source, groups=groups, weights=weights, ignore=ignore, reference_group=reference_group
    )


def from_csv(
    path: str | Path,
    *,
    groups: str | None = None,
    weights: str | None = None,
    ignore: Sequence[str] = (),
    reference_group: str | None = None,
) -> ResponseMatrix:
    """Read a CSV file; see :func:`read_responses`."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            columns = find_columns(next(rows, []), groups, weights, ignore)
            parts = list(_batches(rows, columns))
    except UnicodeDecodeError as error:
        raise DataError(
            "not_utf8", f"{path} is not UTF-8 text; save it as CSV UTF-8.", path=str(path)
        ) from error
    except csv.Error as error:
        raise DataError(
            "bad_csv", f"{path} is not a CSV file ({error}).", path=str(path), reason=str(error)
        ) from error
    if not parts:
        raise DataError("empty_data", "The file has no row of responses under its header.")
    return _matrix(parts, columns, reference_group)


def find_columns(
    header: Sequence[str], groups: str | None, weights: str | None, ignore: Sequence[str]
) -> Columns:
    """Tell items from the person's id and the named columns."""
    labels = [label.strip() for label in header]
    if len(labels) < 2:
        raise DataError(
            "no_item_columns",
            "The header needs the person's id and at least one item; separate columns with commas.",
        )
    if len(labels) > MAX_ITEMS:
        raise DataError(
            "too_many_items",
            f"{len(labels)} columns are more than {MAX_ITEMS}; rows must be persons and "
            "columns items.",
            n_items=len(labels) - 1,
            maximum=MAX_ITEMS,
        )
    _refuse_bad_labels(labels)
    named = [name for name in (groups, weights, *ignore) if name is not None]
    for name in named:
        if name not in labels[1:]:
            raise DataError(
                "column_not_found",
                f"There is no column {name!r}; the columns are {', '.join(labels[:20])}.",
                column=name,
                columns=labels[:20],
            )
    items = tuple(i for i in range(1, len(labels)) if labels[i] not in named)
    if not items:
        raise DataError("no_item_columns", "No column is left that could be an item.")
    return Columns(
        items,
        tuple(labels[i] for i in items),
        None if groups is None else labels.index(groups),
        None if weights is None else labels.index(weights),
    )


def _refuse_bad_labels(labels: Sequence[str]) -> None:
    seen: set[str] = set()
    for number, label in enumerate(labels, start=1):
        if number > 1 and (not label or label in seen):
            code = "item_without_name" if not label else "duplicate_item"
            raise DataError(
                code,
                f"Column {number} ({label!r}) has no name of its own; rename it.",
                column=label,
                column_number=number,
            )
        seen.add(label)


class _Cells(dict[str, int]):
    """Category of a cell's text, parsed once for each distinct text; blank is absent."""

    def __missing__(self, text: str) -> int:
        number = float(text) if "_" not in text else float("nan")
        if not number.is_integer() or not 0 <= number <= MAX_CATEGORY:
            raise ValueError(text)
        self[text] = int(number)
        return int(number)


@dataclass(frozen=True)
class _Batch:
    persons: NDArray[np.str_]
    scores: ScoreArray
    observed: BoolArray
    groups: list[str]
    weights: FloatArray


def _batches(rows: Iterator[list[str]], columns: Columns) -> Iterator[_Batch]:
    n_columns = 1 + max(*columns.items, columns.groups or 0, columns.weights or 0)
    cells, first_row, held = _Cells(), 1, list[list[str]]()
    for row in rows:
        if not row:
            continue
        if len(row) < n_columns:
            number = first_row + len(held)
            raise DataError(
                "row_too_short",
                f"Row {number} has {len(row)} cells where the header has {n_columns}; "
                "write blank cells too.",
                row=number,
                n_cells=len(row),
                n_columns=n_columns,
            )
        held.append(row)
        if len(held) == BATCH_ROWS:
            yield _parse(held, first_row, columns, cells)
            first_row, held = first_row + len(held), []
    if held:
        yield _parse(held, first_row, columns, cells)


def _parse(rows: list[list[str]], first_row: int, columns: Columns, cells: _Cells) -> _Batch:
    scores = np.zeros((len(rows), len(columns.items)), dtype=np.int8)
    observed = np.zeros(scores.shape, dtype=np.bool_)
    for i, row in enumerate(rows):
        texts = [row[position] for position in columns.items]
        given = [text != "" and not text.isspace() for text in texts]
        observed[i] = given
        try:
            scores[i] = [
                cells[text] if seen else 0 for text, seen in zip(texts, given, strict=True)
            ]
        except (ValueError, OverflowError):
            _refuse_first_bad_cell(row, first_row + i, columns, cells)
    return _Batch(
        np.array([row[0].strip() for row in rows], dtype=np.str_),
        scores,
        observed,
        [] if columns.groups is None else [row[columns.groups].strip() for row in rows],
        _weights(rows, first_row, columns),
    )


def _refuse_first_bad_cell(
    row: Sequence[str], number: int, columns: Columns, cells: _Cells
) -> None:
    for position, label in zip(columns.items, columns.item_labels, strict=True):
        text = row[position]
        try:
            _ = cells[text] if text.strip() else 0
        except (ValueError, OverflowError):
            raise_cell_error(text, number, label, row[0])


def _weights(rows: Sequence[Sequence[str]], first_row: int, columns: Columns) -> FloatArray:
    if columns.weights is None:
        return np.ones(len(rows))
    weights = np.empty(len(rows))
    for i, row in enumerate(rows):
        text = row[columns.weights]
        try:
            weights[i] = float(text)
        except ValueError:
            raise DataError(
                "weight_not_positive",
                f"Row {first_row + i} (person {row[0]!r}): weight {text!r} is not a number.",
                row=first_row + i,
                person=row[0],
                value=text,
            ) from None
    return weights


def _matrix(
    parts: Sequence[_Batch], columns: Columns, reference_group: str | None
) -> ResponseMatrix:
    persons = np.concatenate([part.persons for part in parts])
    _refuse_nameless_persons(persons)
    return ResponseMatrix.from_arrays(
        np.concatenate([part.scores for part in parts]),
        observed=np.concatenate([part.observed for part in parts]),
        items=columns.item_labels,
        persons=persons,
        weights=np.concatenate([part.weights for part in parts]),
        groups=None
        if columns.groups is None
        else [label for part in parts for label in part.groups],
        reference_group=reference_group,
    )


def _refuse_nameless_persons(persons: NDArray[np.str_]) -> None:
    nameless = np.flatnonzero(persons == "")
    if nameless.size:
        row = int(nameless[0]) + 1
        raise DataError(
            "person_without_id", f"Row {row}: the first column, the person's id, is blank.", row=row
        )
