"""A table behind a picture, as CSV for programs and XLSX for people. Pure: rows -> bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter  # type: ignore[import-untyped]
from fastapi.responses import Response

from delivery.spreadsheets import safe

Cell = str | int | float | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is the file's, without its ending; heads are column names for programs."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def table_file(table: Table, ending: str) -> Response:
    """The table as a download; `ending` is csv or xlsx."""
    is_sheet = ending == "xlsx"
    data = as_xlsx(table) if is_sheet else as_csv(table)
    plain = table.name.encode("ascii", "replace").decode().replace('"', "")
    headers = {"Content-Disposition": f'attachment; filename="{plain}.{ending}"'}
    return Response(
        data, media_type=XLSX if is_sheet else "text/csv; charset=utf-8", headers=headers
    )


def as_csv(table: Table) -> bytes:
    """Commas, decimal points, UTF-8 with a mark so that Excel reads the diacritics."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.head)
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    return safe(cell) if isinstance(cell, str) else cell


def as_xlsx(table: Table) -> bytes:
    """A sheet with real numbers, its head frozen; text is never taken for a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for r, row in enumerate([table.head, *table.rows]):
        for c, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(r, c, cell)
            elif cell is not None:
                sheet.write_string(r, c, cell, bold if r == 0 else None)
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()
