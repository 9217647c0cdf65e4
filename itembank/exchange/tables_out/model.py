"""A report: tables under headings, ready to be written in any format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is in characters; numbers stand at the right; `is_share` is written as per cent."""

    title: str
    width: int = 12
    is_number: bool = False
    is_share: bool = False
    has_bar: bool = False  # a bar as long as the number, against the longest of the column


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`lines` stand under the title; `signers` are the places for signatures at the end."""

    title: str
    issuer: str
    lines: Sequence[str]
    tables: Sequence[Table]
    signers: Sequence[str] = ()
    is_wide: bool = False


def shown(value: Value, column: Column) -> str:
    """A value as Vietnamese readers write it."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if column.is_share:
        return f"{100 * value:.0f} %"
    return f"{value:.1f}".replace(".", ",") if isinstance(value, float) else str(value)
