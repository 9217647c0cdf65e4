"""Tables as Parquet, labels in the columns' metadata. Needs pyarrow; nothing imports it at start-up."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from psychometrics.exports.columns import Column, check_columns


def write_parquet(path: str | Path, columns: Sequence[Column]) -> None:
    """Write a table as Parquet; a float that is not a number is null.

    The metadata of each column hold its ``label``, and as JSON its ``value_labels`` and
    ``missing_labels``.

    Raises
    ------
    DataError
        No column, a name twice, or columns of different lengths.
    """
    check_columns(tuple(columns))
    arrays = [
        pa.array(column.values.tolist(), _type(column), from_pandas=True) for column in columns
    ]
    fields = [
        pa.field(column.name, array.type, metadata=_metadata(column))
        for column, array in zip(columns, arrays, strict=True)
    ]
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), path)


def _type(column: Column) -> pa.DataType:
    if column.is_text:
        return pa.string()
    return pa.int32() if column.is_whole else pa.float64()


def _metadata(column: Column) -> dict[str, str]:
    return {
        "label": column.label,
        "value_labels": json.dumps(dict(column.value_labels), ensure_ascii=False),
        "missing_labels": json.dumps(dict(column.missing_labels), ensure_ascii=False),
    }
