"""Tables and their codebooks as CSV for spreadsheets and statistics programs."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from psychometrics.exports.columns import Column, check_columns

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CODEBOOK_HEADER = ("column", "label", "measure", "value", "value_label", "is_missing")
ROWS_AT_ONCE = 10_000


def neutral(text: str) -> str:
    """Text that a spreadsheet shows and does not run: an apostrophe before what starts a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_csv(path: str | Path, columns: Sequence[Column]) -> None:
    """Write a table as CSV in UTF-8 with a byte order mark, which spreadsheets need.

    Text that would start a formula in a spreadsheet gets an apostrophe before it; numbers stay
    numbers. A float that is not a number is a blank cell.

    Raises
    ------
    DataError
        No column, a name twice, or columns of different lengths.
    """
    check_columns(tuple(columns))
    header = [neutral(column.name) for column in columns]
    write_rows(path, header, _rows(columns))


def write_codebook(path: str | Path, columns: Sequence[Column]) -> None:
    """Write what the columns and their values mean: one row a value, one a column without any."""
    write_rows(path, CODEBOOK_HEADER, _codebook_rows(columns))


def write_rows(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV in UTF-8 with a byte order mark."""
    with Path(path).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _rows(columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(columns[0].values), ROWS_AT_ONCE):
        part = [_texts(column, slice(start, start + ROWS_AT_ONCE)) for column in columns]
        yield from zip(*part, strict=True)


def _texts(column: Column, rows: slice) -> list[str]:
    values = column.values[rows]
    if column.is_text:
        return [neutral(str(value)) for value in values.tolist()]
    if column.is_whole:
        return [str(value) for value in values.tolist()]
    blank = np.isnan(values)
    pairs = zip(values.tolist(), blank.tolist(), strict=True)
    return ["" if is_blank else repr(value) for value, is_blank in pairs]


def _codebook_rows(columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    for column in columns:
        first = (neutral(column.name), neutral(column.label), column.measure)
        known = [(value, words, "0") for value, words in column.value_labels.items()]
        known += [(value, words, "1") for value, words in column.missing_labels.items()]
        if not known:
            yield (*first, "", "", "")
        for value, words, is_missing in known:
            yield (*first, str(value), neutral(words), is_missing)
