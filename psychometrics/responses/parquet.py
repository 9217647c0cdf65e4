"""Response files in Parquet. The only module that needs pyarrow; nothing imports it at start-up."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.errors import DataError
from psychometrics.responses.array_checks import MAX_CATEGORY, raise_cell_error
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import KindArray, ResponseKind
from psychometrics.responses.person_ids import PersonIds
from psychometrics.responses.readers import (
    CellTexts,
    Columns,
    FileFormat,
    existing_file,
    find_columns,
)

BATCH_ROWS = 65_536
ASCII_END = 127


class ParquetSource:
    """A Parquet file read in batches; see :class:`psychometrics.responses.source.ResponseSource`.

    Parameters
    ----------
    path : str or Path
    wanted : FileFormat
    """

    def __init__(self, path: str | Path, wanted: FileFormat) -> None:
        self.path = existing_file(path)
        self.wanted = wanted
        with self._open() as file:
            self.n_rows = file.metadata.num_rows
            self.columns = find_columns(file.schema_arrow.names, wanted)
        if not self.n_rows:
            raise DataError("empty_data", "The file has no row of responses.")

    @property
    def items(self) -> tuple[str, ...]:
        """Labels of the columns."""
        return self.columns.item_labels

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Labels of the groups, the reference group first; needs one look at their column."""
        if self.wanted.groups is None:
            return ("all",)
        labels: set[str] = set()
        rows_before = 0
        for table in self._tables([self.wanted.groups]):
            labels |= set(_group_labels(table.column(0), rows_before))
            rows_before += table.num_rows
        return _reference_first(sorted(labels), self.wanted.reference_group)

    def batches(self) -> Iterator[ResponseMatrix]:
        """All persons once, checked; refuses an id that stood in an earlier batch."""
        ids, rows_before = PersonIds(), 0
        for table in self._tables(None):
            batch = self._matrix(table, rows_before)
            ids.add(batch.persons)
            rows_before += batch.n_persons
            yield batch
        repeated = ids.repeated()
        if repeated is not None:
            self._refuse_repeated(*repeated)

    def _refuse_repeated(self, first: int, second: int) -> None:
        name, rows_before = "", 0
        for table in self._tables([0]):
            if rows_before <= second < rows_before + table.num_rows:
                name = str(table.column(0)[second - rows_before])
            rows_before += table.num_rows
        raise DataError(
            "duplicate_person",
            f"Person {name!r} stands in rows {first + 1} and {second + 1}; "
            "keep one row, or give each sitting its own id.",
            person=name,
            row=second + 1,
            first_row=first + 1,
        )

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.path, memory_map=False, pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> DataError:
        return DataError(
            "bad_parquet",
            f"{self.path} is not a complete Parquet file ({error}); write it again.",
            path=str(self.path),
            reason=str(error),
        )

    def _tables(self, columns: list[str] | list[int] | None) -> Iterator[pa.RecordBatch]:
        with self._open() as file:
            names = file.schema_arrow.names
            wanted = (
                None
                if columns is None
                else [n if isinstance(n, str) else names[n] for n in columns]
            )
            try:
                yield from file.iter_batches(BATCH_ROWS, columns=wanted)
            except (pa.ArrowException, OSError) as error:
                raise self._broken(error) from error

    def _matrix(self, batch: pa.RecordBatch, rows_before: int) -> ResponseMatrix:
        persons = _person_ids(batch.column(0), rows_before)
        scores, kinds = _cells(batch, self.columns, self.wanted, persons, rows_before)
        given = kinds == ResponseKind.GIVEN
        told = given | (kinds == ResponseKind.NOT_ADMINISTERED)
        return ResponseMatrix(
            scores=scores,
            observed=np.broadcast_to(np.True_, scores.shape) if given.all() else given,
            weights=_weights(batch, self.columns, persons, rows_before),
            group_codes=self._group_codes(batch, rows_before),
            groups=self.groups,
            persons=persons,
            items=self.items,
            kinds=None if told.all() else kinds,
        )

    def _group_codes(self, batch: pa.RecordBatch, rows_before: int) -> IntArray:
        if self.columns.groups is None:
            return np.zeros(batch.num_rows, dtype=np.intp)
        index = {label: code for code, label in enumerate(self.groups)}
        labels = _group_labels(batch.column(self.columns.groups), rows_before)
        return np.array([index[label] for label in labels], dtype=np.intp)


def from_parquet(path: str | Path, wanted: FileFormat) -> ResponseMatrix:
    """Read a Parquet file; null means not administered. See :func:`psychometrics.read_responses`."""
    source = ParquetSource(path, wanted)
    parts = list(source.batches())
    if len(parts) == 1:
        return parts[0]
    kinds = None
    if any(part.kinds is not None for part in parts):
        kinds = np.concatenate([_kinds_of(part) for part in parts])
    observed = np.concatenate([part.observed for part in parts])
    return ResponseMatrix(
        scores=np.concatenate([part.scores for part in parts]),
        observed=np.broadcast_to(np.True_, observed.shape) if observed.all() else observed,
        weights=np.concatenate([part.weights for part in parts]),
        group_codes=np.concatenate([part.group_codes for part in parts]),
        groups=source.groups,
        persons=np.concatenate([part.persons for part in parts]),
        items=source.items,
        kinds=kinds,
    )


def _kinds_of(part: ResponseMatrix) -> KindArray:
    if part.kinds is not None:
        return part.kinds
    absent = np.int8(ResponseKind.NOT_ADMINISTERED)
    return np.where(part.observed, np.int8(ResponseKind.GIVEN), absent)


def _reference_first(names: list[str], reference: str | None) -> tuple[str, ...]:
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


def _group_labels(column: pa.Array, rows_before: int) -> list[str]:
    labels = ["" if label is None else str(label).strip() for label in column.to_pylist()]
    for row, label in enumerate(labels, start=rows_before + 1):
        if not label:
            raise DataError("group_missing", f"Row {row} has no group; fill it in.", row=row)
    return labels


def _person_ids(column: pa.Array, rows_before: int) -> NDArray[np.str_]:
    texts = column.cast(pa.string())
    blank = ~_valid(texts) | (_values(pc.binary_length(pc.utf8_trim_whitespace(texts))) == 0)
    if blank.any():
        row = rows_before + int(np.argmax(blank)) + 1
        raise DataError(
            "person_without_id", f"Row {row}: the first column, the person's id, is blank.", row=row
        )
    return _as_numpy(texts)


def _as_numpy(texts: pa.StringArray) -> NDArray[np.str_]:
    """Texts of fixed width; plain ASCII without a Python object for each."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    used = letters[ends[0] : ends[-1]]
    if not used.size or used.max() > ASCII_END:
        return np.array(texts.to_pylist(), dtype=np.str_)
    starts, lengths = ends[:-1] - ends[0], np.diff(ends)
    fixed = np.zeros((len(texts), int(lengths.max())), dtype=np.uint32)
    for place in range(fixed.shape[1]):
        has = lengths > place
        fixed[has, place] = used[starts[has] + place]
    ids: NDArray[np.str_] = fixed.view(f"<U{fixed.shape[1]}").ravel()
    return ids


def _weights(
    batch: pa.RecordBatch, columns: Columns, persons: NDArray[np.str_], rows_before: int
) -> FloatArray:
    if columns.weights is None:
        return np.ones(batch.num_rows)
    given = pc.cast(batch.column(columns.weights), pa.float64())
    values: FloatArray = np.where(_valid(given), _values(given), np.nan)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        at = int(wrong[0])
        raise DataError(
            "weight_not_positive",
            f"Row {rows_before + at + 1} (person {persons[at]!s}): weight {values[at]} is not a "
            "non-negative number.",
            row=rows_before + at + 1,
            person=str(persons[at]),
            value=float(values[at]),
        )
    return values


# Arrow's own conversion to numpy imports pandas wherever it is installed; the buffers need nothing.
def _values(column: pa.Array) -> NDArray[Any]:
    """Numbers of a column; arbitrary where null."""
    dtype = np.dtype(column.type.to_pandas_dtype())
    buffer = column.buffers()[1]
    if buffer is None:
        return np.zeros(len(column), dtype=dtype)
    return np.frombuffer(buffer, dtype)[column.offset : column.offset + len(column)]


def _valid(column: pa.Array) -> BoolArray:
    """Which cells of a column are not null."""
    bits = column.buffers()[0]
    if bits is None or not column.null_count:
        return np.ones(len(column), dtype=np.bool_)
    flags = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    return flags[column.offset : column.offset + len(column)].view(np.bool_)


def _cells(
    batch: pa.RecordBatch,
    columns: Columns,
    wanted: FileFormat,
    persons: NDArray[np.str_],
    rows_before: int,
) -> tuple[ScoreArray, KindArray]:
    """Categories and kinds, items contiguous in memory, (n_rows, n_items)."""
    shape = (len(columns.items), batch.num_rows)
    scores, kinds = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int8)
    numeric = {int(code): kind for code, kind in wanted.kinds.items() if _is_whole(code)}
    for i, (position, label) in enumerate(zip(columns.items, columns.item_labels, strict=True)):
        column = batch.column(position)
        try:
            if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
                bad = _numbers(column, numeric, scores[i], kinds[i])
            else:
                bad = _texts(column, wanted, scores[i], kinds[i])
        except pa.ArrowException:
            raise_cell_error(f"a {column.type}", rows_before + 1, label, str(persons[0]))
        if bad.any():
            at = int(np.argmax(bad))
            raise_cell_error(str(column[at]), rows_before + at + 1, label, str(persons[at]))
    return scores.T, kinds.T


def _is_whole(code: str) -> bool:
    return code.lstrip("-").isdigit()


def _numbers(
    column: pa.Array, kinds_by_number: dict[int, ResponseKind], scores: ScoreArray, kinds: KindArray
) -> BoolArray:
    """Fill one item's row from numbers; returns which cells are wrong."""
    kinds[~_valid(column)] = ResponseKind.NOT_ADMINISTERED
    values = _values(column)
    for number, kind in kinds_by_number.items():
        kinds[(values == number) & (kinds == ResponseKind.GIVEN)] = kind
    if pa.types.is_floating(column.type):
        kinds[np.isnan(values)] = ResponseKind.NOT_ADMINISTERED
        whole = np.floor(values) == values
    else:
        whole = np.True_
    fits = whole & (values >= 0) & (values <= MAX_CATEGORY)
    given = kinds == ResponseKind.GIVEN
    scores[...] = np.where(fits & given, values, 0)
    return np.asarray(given & ~fits, dtype=np.bool_)


def _texts(column: pa.Array, wanted: FileFormat, scores: ScoreArray, kinds: KindArray) -> BoolArray:
    """Fill one item's row from texts; returns which cells are wrong."""
    coded = column.cast(pa.string()).dictionary_encode(null_encoding="encode")
    cells = CellTexts(wanted.kinds)
    numbers, bad = [], []
    for text in coded.dictionary.to_pylist():
        try:
            numbers.append(cells[text or ""])
            bad.append(False)
        except (ValueError, OverflowError):
            numbers.append(0)
            bad.append(True)
    where = _values(coded.indices)
    refused = np.array(bad, dtype=np.bool_)[where]
    if not refused.any():
        scores[...], kinds[...] = cells.arrays(np.array(numbers, dtype=np.intp)[where])
    return np.asarray(refused, dtype=np.bool_)
