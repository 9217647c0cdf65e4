"""Response files: one row a person, first column the person's id, then one column an item.

Cells are integer categories, or codes for the kinds of missing responses as the caller names them; a
blank cell means that the item was not administered.
"""

import csv
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import FloatArray, IntArray, ScoreArray
from psychometrics.errors import DataError, NotBuilt
from psychometrics.responses.array_checks import MAX_CATEGORY, MAX_ITEMS, raise_cell_error
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import MISSING_KINDS, KindArray, ResponseKind
from psychometrics.responses.source import ResponseSource

BATCH_ROWS = 20_000
PARQUET_SUFFIXES = (".parquet", ".pq")
MissingCodes = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class FileFormat:
    """What the columns and cells of a response file mean."""

    groups: str | None = None
    weights: str | None = None
    ignore: tuple[str, ...] = ()
    reference_group: str | None = None
    kinds: Mapping[str, ResponseKind] = field(default_factory=dict)  # by the cell's text


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
    missing_codes: MissingCodes | None = None,
) -> ResponseMatrix:
    """Read a CSV or, by the suffix ``.parquet``, a Parquet file.

    One row a person: the first column holds the persons' ids, each once; every further column that no
    option names is an item, its cells whole numbers from 0 or missing codes.

    Parameters
    ----------
    path : str or Path
    groups, weights : str, optional
        Columns that hold each person's group and frequency weight; they are no items.
    ignore : sequence of str
        Columns that are no items and not needed.
    reference_group : str, optional
        See :meth:`ResponseMatrix.from_arrays`.
    missing_codes : mapping, optional
        Cells that stand for missing responses, by kind: omitted, not_reached, invalid or
        not_administered, such as ``{"omitted": ["9"], "not_reached": ["8"]}``. A blank cell is not
        administered unless it is named here. See :meth:`ResponseMatrix.treat`.

    Raises
    ------
    DataError
        Naming row (1 = first row under the header), column and remedy.
    NotBuilt
        A Parquet file, but pyarrow is not installed.
    """
    source = existing_file(path)
    wanted = FileFormat(
        groups, weights, tuple(ignore), reference_group, kinds_by_code(missing_codes or {})
    )
    if source.suffix.lower() in PARQUET_SUFFIXES:
        matrix: ResponseMatrix = parquet_module().from_parquet(source, wanted)
        return matrix
    return from_csv(source, wanted)


def open_responses(
    path: str | Path,
    *,
    groups: str | None = None,
    weights: str | None = None,
    ignore: Sequence[str] = (),
    reference_group: str | None = None,
    missing_codes: MissingCodes | None = None,
) -> ResponseSource:
    """A response file as a source: Parquet is read in batches when needed, CSV at once.

    Options as for :func:`read_responses`. Give the result to :func:`psychometrics.calibrate` or
    :func:`psychometrics.ability.score_batches` where the responses do not fit in memory.
    """
    source = existing_file(path)
    wanted = FileFormat(
        groups, weights, tuple(ignore), reference_group, kinds_by_code(missing_codes or {})
    )
    if source.suffix.lower() in PARQUET_SUFFIXES:
        opened: ResponseSource = parquet_module().ParquetSource(source, wanted)
        return opened
    return from_csv(source, wanted)


def as_source(responses: ResponseSource | str | Path) -> ResponseSource:
    """Responses as they are, or the file they are in."""
    if isinstance(responses, str | Path):
        return open_responses(responses)
    return responses


def existing_file(path: str | Path) -> Path:
    """The path of a file that is there."""
    source = Path(path)
    if not source.is_file():
        raise DataError("file_not_found", f"There is no file {source}.", path=str(source))
    return source


def parquet_module() -> ModuleType:
    """The reader of Parquet, which needs pyarrow."""
    try:
        return importlib.import_module("psychometrics.responses.parquet")
    except ImportError as error:
        raise NotBuilt(
            "parquet_needs_pyarrow", "Reading Parquet needs the package pyarrow; install it."
        ) from error


def kinds_by_code(missing_codes: MissingCodes) -> dict[str, ResponseKind]:
    """The kind of missing response each code stands for.

    Raises
    ------
    DataError
        A kind that does not exist, or a code for two kinds.
    """
    found: dict[str, ResponseKind] = {}
    for name, codes in missing_codes.items():
        if name not in MISSING_KINDS:
            raise DataError(
                "unknown_missing_kind",
                f"There is no kind of missing response {name!r}; choose one of "
                f"{', '.join(MISSING_KINDS)}.",
                kind=name,
            )
        for code in [codes] if isinstance(codes, str) else codes:
            text = str(code).strip()
            if found.setdefault(text, MISSING_KINDS[name]) != MISSING_KINDS[name]:
                raise DataError(
                    "missing_code_given_twice",
                    f"Code {text!r} stands for two kinds of missing responses; keep one.",
                    text=text,
                )
    return found


def from_csv(path: str | Path, wanted: FileFormat) -> ResponseMatrix:
    """Read a CSV file; see :func:`read_responses`."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.reader(stream)
            columns = find_columns(next(rows, []), wanted)
            parts = list(_batches(rows, columns, wanted))
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
    return _matrix(parts, columns, wanted.reference_group)


def find_columns(header: Sequence[str], wanted: FileFormat) -> Columns:
    """Tell items from the person's id and the named columns."""
    groups, weights = wanted.groups, wanted.weights
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
    named = [name for name in (groups, weights, *wanted.ignore) if name is not None]
    for name in named:
        if name not in labels[1:]:
            raise DataError(
                "column_not_found",
                f"There is no column {name!r} after the first one, {labels[0]!r}, which holds the "
                f"persons; the columns are {', '.join(labels[1:20])}.",
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


class CellTexts(dict[str, int]):
    """The distinct texts of cells, each parsed once; a cell is the number of its text."""

    def __init__(self, kinds: Mapping[str, ResponseKind]) -> None:
        super().__init__()
        self.kinds = kinds
        self.category: list[int] = []
        self.kind: list[int] = []

    def __missing__(self, text: str) -> int:
        category, kind = self._parsed(text.strip())
        self.category.append(category)
        self.kind.append(kind)
        self[text] = len(self.kind) - 1
        return len(self.kind) - 1

    def arrays(self, numbers: IntArray) -> tuple[ScoreArray, KindArray]:
        """Categories and kinds of cells given by the numbers of their texts."""
        return (
            np.array(self.category, dtype=np.int8)[numbers],
            np.array(self.kind, dtype=np.int8)[numbers],
        )

    def _parsed(self, text: str) -> tuple[int, ResponseKind]:
        if text in self.kinds:
            return 0, self.kinds[text]
        if not text:
            return 0, ResponseKind.NOT_ADMINISTERED
        number = float(text) if "_" not in text else float("nan")
        if not number.is_integer() or not 0 <= number <= MAX_CATEGORY:
            raise ValueError(text)
        return int(number), ResponseKind.GIVEN


@dataclass(frozen=True)
class _Batch:
    persons: NDArray[np.str_]
    scores: ScoreArray
    kinds: KindArray
    groups: list[str]
    weights: FloatArray


def _batches(rows: Iterator[list[str]], columns: Columns, wanted: FileFormat) -> Iterator[_Batch]:
    n_columns = 1 + max(*columns.items, columns.groups or 0, columns.weights or 0)
    cells, first_row, held = CellTexts(wanted.kinds), 1, list[list[str]]()
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


def _parse(rows: list[list[str]], first_row: int, columns: Columns, cells: CellTexts) -> _Batch:
    numbers = np.zeros((len(rows), len(columns.items)), dtype=np.intp)
    for i, row in enumerate(rows):
        try:
            numbers[i] = [cells[row[position]] for position in columns.items]
        except (ValueError, OverflowError):
            _refuse_first_bad_cell(row, first_row + i, columns, cells)
    return _Batch(
        np.array([row[0].strip() for row in rows], dtype=np.str_),
        *cells.arrays(numbers),
        [] if columns.groups is None else [row[columns.groups].strip() for row in rows],
        _weights(rows, first_row, columns),
    )


def _refuse_first_bad_cell(
    row: Sequence[str], number: int, columns: Columns, cells: CellTexts
) -> None:
    for position, label in zip(columns.items, columns.item_labels, strict=True):
        text = row[position]
        try:
            _ = cells[text]
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
        kinds=np.concatenate([part.kinds for part in parts]),
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
