"""Result lists as files for an office: CSV for programs, XLSX for people. Pure: lines -> bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from decimal import Decimal

import xlsxwriter  # type: ignore[import-untyped]

from delivery.spreadsheets import safe

from .summary import STATUS_NAMES, ResultLine

Cell = str | int | Decimal | None
Words = Callable[[str], str]
HEAD = ("Số báo danh", "Họ tên", "Ngày sinh", "Trường", "Phòng", "Tình trạng", "Số câu đã trả lời")


def as_vietnamese(text: str) -> str:
    return text


def rows(lines: Sequence[ResultLine], parts: Sequence[str], words: Words) -> list[list[Cell]]:
    """The table with its head; points are Decimals, what is unknown is None."""
    head: list[Cell] = [words(title) for title in HEAD]
    head += [f"{words('Phần')} {code}" for code in parts] + [words("Tổng điểm")]
    return [head, *(_row(line, words) for line in lines)]


def _row(line: ResultLine, words: Words) -> list[Cell]:
    who = line.candidate
    about: list[Cell] = [who.number, who.full_name, who.date_of_birth.strftime("%d/%m/%Y")]
    about += [who.school, who.room, words(STATUS_NAMES[line.status]), line.answered]
    return [*about, *(part.points for part in line.parts), line.total]


def csv_file(
    lines: Sequence[ResultLine], parts: Sequence[str], words: Words = as_vietnamese
) -> bytes:
    """Commas, decimal points, UTF-8 with a mark so that Excel reads the diacritics."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows(lines, parts, words):
        writer.writerow([_plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return safe(cell) if isinstance(cell, str) else format(cell, "f" if _is_points(cell) else "")


def _is_points(cell: Cell) -> bool:
    return isinstance(cell, Decimal)


def xlsx_file(
    lines: Sequence[ResultLine], parts: Sequence[str], words: Words = as_vietnamese
) -> bytes:
    """A sheet with real numbers, its head frozen; text is never taken for a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(words("Kết quả thi"))
    bold, points = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    for r, row in enumerate(rows(lines, parts, words)):
        for c, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(r, c, float(cell), points)
            elif isinstance(cell, int):
                sheet.write_number(r, c, cell)
            elif cell is not None:
                sheet.write_string(r, c, cell, bold if r == 0 else None)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 6, 16)
    book.close()
    return out.getvalue()
