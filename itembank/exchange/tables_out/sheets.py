"""A report as a workbook: a sheet a table, numbers as numbers, nothing computed."""

from __future__ import annotations

import io
import re
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from .model import Report, Table, Value

_NOTHING_COMPUTED = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
LONGEST_CELL = 32_000


def report_xlsx(report: Report) -> bytes:
    """Formulas in texts stay texts; names of sheets are cut to what Excel takes, none twice."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _NOTHING_COMPUTED) as book:
        looks = _Looks(book)
        names: set[str] = set()
        for table in report.tables:
            name = _sheet_name(table.title, names)
            names.add(name.lower())
            _write(book.add_worksheet(name), report, table, looks)
    return out.getvalue()


class _Looks:
    def __init__(self, book: Any) -> None:
        edge = {"border": 1, "border_color": "#BBBBBB", "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {**edge, "bold": True, "bg_color": "#E6EEF8", "text_wrap": True}
        )
        self.text = book.add_format({**edge, "text_wrap": True})
        self.share = book.add_format({**edge, "num_format": "0%"})
        self.decimal = book.add_format({**edge, "num_format": "0.0"})


def _sheet_name(title: str, taken: set[str]) -> str:
    plain = _NOT_IN_A_NAME.sub(" ", title).strip()[:LONGEST_NAME] or "Bảng"
    name, number = plain, 2
    while name.lower() in taken:
        name = f"{plain[: LONGEST_NAME - 4]} {number}"
        number += 1
    return name


def _write(sheet: Any, report: Report, table: Table, looks: _Looks) -> None:
    sheet.write_string(0, 0, report.title, looks.title)
    lines = [*report.lines, *([table.note] if table.note else [])]
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line)
    top = len(lines) + 2
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(top, at, column.title, looks.head)
    for row, values in enumerate(table.rows, start=top + 1):
        for at, value in enumerate(values):
            _cell(sheet, row, at, value, looks, is_share=table.columns[at].is_share)
    _finish(sheet, table, top)


def _cell(sheet: Any, row: int, at: int, value: Value, looks: _Looks, *, is_share: bool) -> None:
    if value is None:
        sheet.write_blank(row, at, None, looks.text)
    elif isinstance(value, str):
        sheet.write_string(row, at, value[:LONGEST_CELL], looks.text)
    else:
        plain = looks.decimal if isinstance(value, float) else looks.text
        sheet.write_number(row, at, value, looks.share if is_share else plain)


def _finish(sheet: Any, table: Table, top: int) -> None:
    """Heads that stay in sight, bars in the cells of columns that have them, printing on A4."""
    last = top + len(table.rows)
    sheet.freeze_panes(top + 1, 1)
    for at, column in enumerate(table.columns):
        if column.has_bar and table.rows:
            sheet.conditional_format(
                top + 1, at, last, at,
                {"type": "data_bar", "bar_color": "#9DB9DA", "bar_solid": True, "min_type": "num",
                 "min_value": 0},
            )  # fmt: skip
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
