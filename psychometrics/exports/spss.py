"""Tables as SPSS files. Needs pyreadstat (which brings pandas); nothing imports it at start-up."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pyreadstat
from numpy.typing import NDArray
from pyreadstat.pyclasses import MissingRange

from psychometrics.errors import DataError
from psychometrics.exports.columns import Column, check_columns

LONGEST_NAME = 64  # bytes
LONGEST_LABEL = 255  # bytes
MOST_SINGLE_CODES = 3
RESERVED = frozenset(
    ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]
)


def write_sav(path: str | Path, columns: Sequence[Column], *, title: str = "") -> tuple[str, ...]:
    """Write a table as an SPSS ``.sav`` file.

    Parameters
    ----------
    path : str or Path
    columns : sequence of Column
        Their labels become variable and value labels, ``missing_labels`` user-missing values (a
        range where there are more than three), a float that is not a number system-missing.
    title : str
        Label of the file, cut at 64 bytes.

    Returns
    -------
    tuple of str
        The variable names in the file, made from the columns' by :func:`spss_names`.

    Raises
    ------
    DataError
        No column, a name twice, columns of different lengths, or more than three missing codes with
        a value between them.
    """
    check_columns(tuple(columns))
    names = spss_names([column.name for column in columns])
    named = dict(zip(names, columns, strict=True))
    frame = pd.DataFrame({name: _values(column) for name, column in named.items()})
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=_clipped(title, 64),
        column_labels={name: _label(column) for name, column in named.items()},
        variable_value_labels={
            name: {float(value): words for value, words in _value_labels(column).items()}
            for name, column in named.items()
            if _value_labels(column)
        },
        missing_ranges={
            name: _missing_ranges(column) for name, column in named.items() if column.missing_labels
        },
        variable_measure={name: column.measure for name, column in named.items()},
        variable_format={
            name: _format(column) for name, column in named.items() if not column.is_text
        },
    )
    return names


def spss_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names SPSS accepts: letters, digits, ``_`` and ``.``, a letter first, at most 64 bytes, no two
    alike in any case of letters, none of the reserved words."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        plain = _plain_name(name)
        unique, number = plain, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{_clipped(plain, LONGEST_NAME - 6)}_{number}"
        taken.add(unique.casefold())
        found.append(unique)
    return tuple(found)


def _plain_name(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(c if c.isalnum() or c in "_." else "_" for c in composed.strip()) or "V"
    if not plain[0].isalpha():
        plain = f"V{plain}"
    plain = _clipped(plain, LONGEST_NAME - 1).rstrip(".")
    return f"{plain}_" if plain.upper() in RESERVED else plain


def _clipped(text: str, n_bytes: int) -> str:
    """The longest beginning that fits into so many bytes without cutting a letter."""
    return text.encode()[:n_bytes].decode(errors="ignore")


def _values(column: Column) -> NDArray[Any]:
    return column.values.astype(object if column.is_text else np.float64)


def _label(column: Column) -> str:
    return _clipped(column.label or column.name, LONGEST_LABEL)


def _value_labels(column: Column) -> dict[int, str]:
    every = {**column.value_labels, **column.missing_labels}
    return {value: _clipped(words, 120) for value, words in every.items()}


def _missing_ranges(column: Column) -> list[int | float | str | MissingRange]:
    codes = sorted(column.missing_labels)
    if len(codes) <= MOST_SINGLE_CODES:
        return [{"lo": float(code), "hi": float(code)} for code in codes]
    for value in column.value_labels:
        if codes[0] < value < codes[-1]:
            raise DataError(
                "missing_codes_apart",
                f"Column {column.name!r}: SPSS takes more than three missing codes as a range, and "
                f"the value {value} lies between {codes[0]} and {codes[-1]}; choose codes that stand "
                "together.",
                column=column.name,
                value=value,
                lowest=codes[0],
                highest=codes[-1],
            )
    return [{"lo": float(codes[0]), "hi": float(codes[-1])}]


def _format(column: Column) -> str:
    return "F8.0" if column.is_whole else f"F{column.decimals + 8}.{column.decimals}"
