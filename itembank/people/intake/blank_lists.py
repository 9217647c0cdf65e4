"""The lists to download and fill in: CSV and XLSX with heads, an example and instructions."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from . import staff_list, unit_list
from .table import Column

LISTS: dict[str, tuple[Column, ...]] = {
    "people": staff_list.COLUMNS,
    "units": unit_list.COLUMNS,
}


def blank_csv(kind: str) -> bytes:
    columns = LISTS[kind]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in columns])
    writer.writerow([column.example for column in columns])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def blank_xlsx(kind: str) -> bytes:
    """One sheet to fill in, every cell as text, and one that says what each column is for."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1, "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    _filled_in(book.add_worksheet("Danh sách"), LISTS[kind], head, text)
    _explained(book.add_worksheet("Hướng dẫn"), LISTS[kind], head, text)
    book.close()
    return out.getvalue()


def _filled_in(sheet: Any, columns: Sequence[Column], head: Any, text: Any) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(14, len(column.name) + 4), text)
        sheet.write_string(0, place, column.name, head)
        sheet.write_string(1, place, column.example, text)
    sheet.freeze_panes(1, 0)


def _explained(sheet: Any, columns: Sequence[Column], head: Any, text: Any) -> None:
    rows = [("Cột", "Tên", "Cách ghi", "Bắt buộc")]
    rows += [(c.name, c.title, c.about, "x" if c.is_needed else "") for c in columns]
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, text if number else head)
    for place, width in enumerate((18, 26, 80, 10)):
        sheet.set_column(place, place, width)
