"""Who a key change affects, as a workbook for the file of the decision. Pure: an effect -> bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal

import xlsxwriter  # type: ignore[import-untyped]

from .effect import Affected, Effect

Words = Callable[[str], str]
HEAD = (
    "Số báo danh", "Họ tên", "Điểm câu trước", "Điểm câu sau", "Tổng trước", "Tổng sau", "Chênh lệch",
)  # fmt: skip


def xlsx_report(effect: Effect, about: Sequence[tuple[str, str]], words: Words) -> bytes:
    """Two sheets: what was decided, and a line for everybody; text is never taken for a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    bold, points = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    told = book.add_worksheet(words("Quyết định"))
    counts = (
        (words("Thí sinh có điểm"), str(len(effect.everybody))),
        (words("Bị ảnh hưởng"), str(len(effect.affected))),
        (words("Tăng điểm"), str(effect.n_up)),
        (words("Giảm điểm"), str(effect.n_down)),
    )
    for r, (name, value) in enumerate([*about, *counts]):
        told.write_string(r, 0, name, bold)
        told.write_string(r, 1, value)
    told.set_column(0, 0, 24)
    told.set_column(1, 1, 80)
    sheet = book.add_worksheet(words("Từng thí sinh"))
    for c, title in enumerate(HEAD):
        sheet.write_string(0, c, words(title), bold)
    for r, one in enumerate(effect.everybody, start=1):
        for c, cell in enumerate(_cells(one)):
            if isinstance(cell, Decimal):
                sheet.write_number(r, c, float(cell), points)
            elif cell is not None:
                sheet.write_string(r, c, cell)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 6, 16)
    book.close()
    return out.getvalue()


def _cells(one: Affected) -> tuple[str | Decimal | None, ...]:
    return (
        one.number, one.full_name, one.before, one.after, one.total_before, one.total_after,
        one.difference,
    )  # fmt: skip
