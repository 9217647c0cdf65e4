"""Response files in Parquet. The only module that needs pyarrow; nothing imports it at start-up."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from psychometrics.array_checks import MAX_CATEGORY, raise_cell_error
from psychometrics.arrays import BoolArray, ScoreArray
from psychometrics.data import ResponseMatrix
from psychometrics.errors import DataError
from psychometrics.readers import Columns, find_columns


def from_parquet(
    path: str | Path,
    *,
    groups: str | None = None,
    weights: str | None = None,
    ignore: Sequence[str] = (),
    reference_group: str | None = None,
) -> ResponseMatrix:
    """Read a Parquet file; null means not administered. See :func:`psychometrics.read_responses`."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            "bad_parquet",
            f"{path} is not a complete Parquet file ({error}); write it again.",
            path=str(path),
            reason=str(error),
        ) from error
    columns = find_columns(table.column_names, groups, weights, ignore)
    if not table.num_rows:
        raise DataError("empty_data", "The file has no row of responses.")
    persons = np.array(table.column(0).cast(pa.string()).to_pylist(), dtype=np.str_)
    scores, observed = _cells(table, columns, persons)
    return ResponseMatrix.from_arrays(
        scores,
        observed=observed,
        items=columns.item_labels,
        persons=persons,
        weights=None if columns.weights is None else table.column(columns.weights).to_numpy(),
        groups=None if columns.groups is None else table.column(columns.groups).to_pylist(),
        reference_group=reference_group,
    )


def _cells(
    table: pa.Table, columns: Columns, persons: np.ndarray[tuple[int], np.dtype[np.str_]]
) -> tuple[ScoreArray, BoolArray]:
    shape = (table.num_rows, len(columns.items))
    scores, observed = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.bool_)
    for i, (position, label) in enumerate(zip(columns.items, columns.item_labels, strict=True)):
        column = table.column(position)
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            raise_cell_error(f"a {column.type}", 1, label, str(persons[0]))
        if pa.types.is_floating(column.type):
            column = pc.if_else(pc.is_nan(column), None, column)
        observed[:, i] = pc.is_valid(column).to_numpy()
        values = pc.fill_null(column, 0).to_numpy().astype(np.float64)
        wrong = np.flatnonzero(
            ~((values == np.floor(values)) & (values >= 0) & (values <= MAX_CATEGORY))
        )
        if wrong.size:
            row = int(wrong[0])
            raise_cell_error(str(column[row]), row + 1, label, str(persons[row]))
        scores[:, i] = values
    return scores, observed
