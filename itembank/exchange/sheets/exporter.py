"""Items of the bank as an item sheet (XLSX). What a sheet cannot hold is named beside the file."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter  # type: ignore[import-untyped]

from ...errors import KhaothiError, msg
from ..exported import ExportedFile, ExportedItem, left_out, lost
from ..found import RefusedPart
from .columns import SHEET
from .drawing import Looks, write_heads, write_row
from .rows_out import Cells, cells_of


def export_xlsx(items: Sequence[ExportedItem]) -> ExportedFile:
    """A workbook with one row for each item, in the columns of the template.

    Texts are typed as texts, never as formulas; those that begin with a formula's sign are marked
    so that a spreadsheet keeps them texts when they are edited.
    """
    rows: list[Cells] = []
    untold: list[RefusedPart] = []
    for item in items:
        try:
            rows.append(cells_of(item))
        except KhaothiError as error:
            untold.append(left_out(item, error.message))
            continue
        if item.content.qti is not None:
            untold.append(lost(item, msg("nguồn QTI nguyên văn")))
    return ExportedFile(_book(rows), len(rows), tuple(untold))


def _book(rows: Sequence[Cells]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    looks = Looks(book)
    sheet = book.add_worksheet(SHEET)
    write_heads(sheet, looks)
    for number, cells in enumerate(rows, start=1):
        write_row(sheet, looks, number, cells)
    book.close()
    return out.getvalue()
