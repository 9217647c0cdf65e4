"""A workbook from outside, opened within limits: values only, formulas never worked out."""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from ...errors import Invalid, Message, TooLarge, msg
from ..guards import USUAL, Limits, SafeZip, open_zip, parse_xml
from .columns import MOST_CELL, MOST_COLUMNS, MOST_ROWS, letters_of

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
Place = tuple[int, int]  # row and column, counted from 0


@dataclass(slots=True)
class Sheet:
    """Texts of the cells of one sheet, and what is wrong with single cells."""

    rows: list[list[str]]
    faults: dict[Place, Message] = field(default_factory=dict)


def read_sheet(
    source: Path | str | bytes,
    name: str,
    limits: Limits = USUAL,
    *,
    most_rows: int = MOST_ROWS,
    takes_dates: bool = False,
) -> Sheet:
    """One sheet of an XLSX file; the first where none has that name.

    A cell that Excel holds as a date is a fault, unless the reader `takes_dates` (31/12/2026).

    Raises Invalid (not an XLSX, locked, damaged) or TooLarge (too many rows, columns, letters).
    """
    raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    with open_zip(raw, limits) as archive:
        if "xl/workbook.xml" not in archive:
            raise _not_a_workbook()
        chosen, part = _sheet_part(archive, name, limits)
        formulas = _looked_through(parse_xml(archive.read(part), limits), most_rows)
    sheet = _with_texts(_values(raw, chosen), takes_dates)
    for place in formulas:
        sheet.faults[place] = msg("Ô chứa công thức; công thức không được tính, hãy dán giá trị.")
    return sheet


def _not_a_workbook() -> Invalid:
    return Invalid(
        "Tệp không phải bảng tính XLSX đọc được; mở bằng Excel và lưu lại dạng .xlsx.",
        code="not_xlsx",
    )


def _sheet_part(archive: SafeZip, name: str, limits: Limits) -> tuple[str, str]:
    """Name and part of the sheet that is meant."""
    book = parse_xml(archive.read("xl/workbook.xml"), limits)
    links = parse_xml(archive.read("xl/_rels/workbook.xml.rels"), limits)
    targets = {str(link.get("Id")): str(link.get("Target")) for link in links}
    found: list[tuple[str, str]] = []
    for sheet in book.iter("{*}sheet"):
        link = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        target = targets.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        if posixpath.normpath(path) in archive:
            found.append((str(sheet.get("name")), posixpath.normpath(path)))
    if not found:
        raise _not_a_workbook()
    return next((pair for pair in found if _folded(pair[0]) == _folded(name)), found[0])


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _looked_through(root: etree._Element, most_rows: int) -> list[Place]:
    """Places of formulas. A filled cell far away would make the reader allocate all between."""
    formulas: list[Place] = []
    row = column = -1
    for element in root.iter("{*}row", "{*}c"):
        if etree.QName(element).localname == "row":
            row, column = _whole(element.get("r"), row + 2) - 1, -1
            continue
        place = _REFERENCE.fullmatch(element.get("r") or "")
        row, column = (int(place[2]) - 1, _column(place[1])) if place else (row, column + 1)
        if len(element) == 0:
            continue
        if row >= most_rows + 10 or column >= MOST_COLUMNS:
            raise _too_large(most_rows)
        if element.find("{*}f") is not None:
            formulas.append((row, column))
    return formulas


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,7}", text) else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _too_large(most_rows: int) -> TooLarge:
    return TooLarge(
        msg("Trang tính có quá {rows} dòng hoặc {columns} cột; chia thành nhiều tệp.",
            rows=most_rows, columns=MOST_COLUMNS),
        code="sheet_too_large",
    )  # fmt: skip


Value = int | float | str | bool | time | date | datetime | timedelta


def _values(raw: bytes, name: str) -> list[list[Value]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except PasswordError as error:
        raise Invalid("Tệp có mật khẩu; bỏ mật khẩu rồi nộp lại.", code="package_locked") from error
    except (CalamineError, OSError, ValueError) as error:
        raise _not_a_workbook() from error


def _with_texts(values: list[list[Value]], takes_dates: bool) -> Sheet:
    sheet = Sheet([[""] * len(row) for row in values])
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            text = _day(value) if takes_dates and isinstance(value, date) else _text(value)
            if text is None:
                sheet.faults[r, c] = msg(
                    "Excel đã đổi ô này thành ngày giờ; đặt kiểu ô là Văn bản rồi ghi lại."
                )
            elif len(text) > MOST_CELL:
                sheet.faults[r, c] = msg("Ô dài quá {n} chữ; chia nội dung ra.", n=MOST_CELL)
            sheet.rows[r][c] = (text or "")[:MOST_CELL]
    return sheet


def _day(value: date) -> str:
    return value.strftime("%d/%m/%Y")


def _text(value: Value) -> str | None:
    """The text of a value as a person typed it; None for a date or a time."""
    if isinstance(value, bool):
        return "Đúng" if value else "Sai"
    if isinstance(value, float):
        return (f"{value:.12g}").replace(".", ",")
    if isinstance(value, int | str):
        text = unicodedata.normalize("NFC", str(value))
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def faults_in_row(sheet: Sheet, row: int) -> Iterator[tuple[str, Message]]:
    """Faults of the cells of one row, each with the name of its cell."""
    for (r, c), what in sorted(sheet.faults.items()):
        if r == row:
            yield f"{letters_of(c)}{r + 1}", what
