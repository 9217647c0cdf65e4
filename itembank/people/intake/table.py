"""A list from a CSV or XLSX file as lines of named cells. Bounded; faults by cell."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from ...errors import Invalid, Message, Problem, TooLarge, msg, problem
from ...exchange.sheets.book import read_sheet
from ...exchange.sheets.columns import letters_of

MOST_ROWS = 30_000
LONGEST_CELL = 500
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the head in a file; the Vietnamese `title` is taken as well."""

    name: str
    title: str
    about: str
    is_needed: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its cells by column name, and what is wrong with single cells."""

    number: int
    cells: dict[str, str]
    places: dict[str, str] = field(default_factory=dict)  # column name -> cell, as a person sees it
    faults: tuple[Problem, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def at(self, name: str) -> Message:
        cell = self.places.get(name)
        if cell:
            return msg("ô {cell}, cột {column}", cell=cell, column=name)
        return msg("dòng {line}, cột {column}", line=self.number, column=name)


def read_table(raw: bytes, file_name: str, columns: Sequence[Column]) -> list[Line]:
    """The lines of the file; Invalid or TooLarge where it cannot be read as a whole."""
    if PurePath(file_name).suffix.lower() == ".xlsx":
        return list(_xlsx(raw, columns))
    return list(_csv(raw, columns))


def _csv(raw: bytes, columns: Sequence[Column]) -> Iterator[Line]:
    text = _decoded(raw)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        heads = _heads(next(reader, []), columns)
        for count, row in enumerate(reader, start=1):
            if count > MOST_ROWS:
                raise too_many_rows()
            if any(cell.strip() for cell in row):
                yield _line(reader.line_num, row, heads, {})
    except csv.Error as error:
        raise Invalid(
            msg(
                "Dòng {line} không đọc được như CSV; kiểm tra dấu ngoặc kép.", line=reader.line_num
            ),
            code="csv_broken",
        ) from error


def too_many_rows() -> TooLarge:
    return TooLarge(
        msg("Tệp có hơn {n} dòng; chia thành nhiều tệp.", n=MOST_ROWS), code="too_many_rows"
    )


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "Tệp không ở dạng UTF-8. Trong Excel chọn «Lưu thành» rồi «CSV UTF-8».",
            code="wrong_encoding",
        ) from error


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max((",", ";", "\t"), key=head.count)


def _xlsx(raw: bytes, columns: Sequence[Column]) -> Iterator[Line]:
    sheet = read_sheet(raw, "Danh sách", most_rows=MOST_ROWS, takes_dates=True)
    if len(sheet.rows) > MOST_ROWS + 10:
        raise too_many_rows()
    heads = _heads(sheet.rows[0] if sheet.rows else [], columns)
    for number, row in enumerate(sheet.rows[1:], start=2):
        faults = {c: what for (r, c), what in sheet.faults.items() if r == number - 1} if sheet.faults else {}  # fmt: skip
        if any(cell.strip() for cell in row) or faults:
            yield _line(number, row, heads, faults, is_sheet=True)


def _heads(row: Sequence[str], columns: Sequence[Column]) -> dict[int, str]:
    """Place of each known column. Raises Invalid where a needed one is missing or stands twice."""
    known = {_folded(c.name): c.name for c in columns} | {_folded(c.title): c.name for c in columns}
    heads = {
        place: known[_folded(head)] for place, head in enumerate(row) if _folded(head) in known
    }
    missing = [c for c in columns if c.is_needed and c.name not in heads.values()]
    if missing:
        raise Invalid(
            msg("Thiếu cột: {names}.", names=", ".join(c.name for c in missing)),
            code="missing_column",
            problems=[problem("dòng 1", msg("Thêm cột «{name}».", name=c.name)) for c in missing],
        )
    if len(set(heads.values())) < len(heads):
        raise Invalid("Có hai cột cùng tên; bỏ một cột.", code="column_twice")
    return heads


def _folded(head: str) -> str:
    return unicodedata.normalize("NFC", head).strip().casefold()


def _line(
    number: int,
    row: Sequence[str],
    heads: dict[int, str],
    faults: dict[int, Message],
    *,
    is_sheet: bool = False,
) -> Line:
    places = {name: f"{letters_of(c)}{number}" for c, name in heads.items()} if is_sheet else {}
    line = Line(number, {}, places)
    found: list[Problem] = []
    for place, name in heads.items():
        text = _cell(row[place]) if place < len(row) else ""
        what = faults.get(place) or _wrong(text)
        if what is not None:
            found.append(Problem(line.at(name), what))
        line.cells[name] = "" if what is not None else text
    return Line(number, line.cells, places, tuple(found))


def _cell(text: str) -> str:
    """A formula sign that was neutralised on writing gets its meaning back."""
    bare = " ".join(unicodedata.normalize("NFC", text).split())
    return bare[1:] if bare.startswith("'") and bare[1:].startswith(_FORMULA_SIGNS) else bare


def _wrong(text: str) -> Message | None:
    if len(text) > LONGEST_CELL or _CONTROL.search(text):
        return msg("Ô quá dài hoặc có kí tự điều khiển.")
    return None
