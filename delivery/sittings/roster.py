"""A roster file as schools send it: every line read, every problem told at once. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from itembank.errors import Invalid, Message, Problem, TooLarge, msg, problem

MOST_BYTES = 900_000
MOST_ROWS = 3_000
MOST_PROBLEMS = 200
LONGEST_CELL = 200
LONGEST_SHORT_CELL = 20
EARLIEST_BIRTH = date(1930, 1, 1)

COLUMN_NAMES = {
    "so_bao_danh": "số báo danh",
    "ho_ten": "họ tên",
    "ngay_sinh": "ngày sinh",
    "truong": "trường",
    "phong": "phòng",
    "may": "máy",
}
OTHER_SPELLINGS = {
    "sbd": "so_bao_danh",
    "ho_va_ten": "ho_ten",
    "phong_thi": "phong",
    "so_may": "may",
}
REQUIRED = ("ho_ten", "ngay_sinh")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One candidate as the file has them; an empty number is given later."""

    line: int
    number: str
    full_name: str
    date_of_birth: date
    school: str = ""
    room: str = ""
    seat: str = ""


def read_roster(data: bytes, *, today: date, taken: Iterable[str] = ()) -> list[RosterRow]:
    """The rows of a CSV file; raises Invalid with every problem by line and column.

    `taken` are the numbers that are already in the sitting.
    """
    text = _decode(data)
    delimiter = _delimiter(text)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        columns = _columns(next(lines, []))
        cells = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise _refuse([problem("tệp", "Tệp không đọc được như một bảng CSV.")]) from error
    if len(cells) > MOST_ROWS:
        raise TooLarge(
            msg("Danh sách dài quá {n} thí sinh; chia thành nhiều tệp.", n=MOST_ROWS),
            code="roster_too_large",
        )
    return _read_rows(cells, columns, today, set(taken))


def _decode(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise TooLarge(
            msg("Tệp lớn quá {n} kB; chia danh sách thành nhiều tệp.", n=MOST_BYTES // 1000),
            code="roster_too_large",
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refuse(
            [
                problem(
                    "tệp", "Đây là tệp Excel; trong Excel chọn Lưu thành «CSV UTF-8» rồi nạp lại."
                )
            ]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refuse(
            [problem("tệp", "Tệp không ở bảng mã UTF-8; trong Excel chọn Lưu thành «CSV UTF-8».")]
        ) from error
    if "\x00" in text:
        raise _refuse([problem("tệp", "Tệp không phải là văn bản CSV.")])
    return unicodedata.normalize("NFC", text)


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Column name -> place; titles may be written with or without diacritics."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        plain = fold(title)
        name = OTHER_SPELLINGS.get(plain, plain)
        if name in COLUMN_NAMES:
            found.setdefault(name, place)
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise _refuse(
            [
                problem(
                    msg("dòng 1, cột {column}", column=Message(COLUMN_NAMES[name])),
                    msg("Thiếu cột «{name}»; thêm cột này vào dòng tiêu đề.", name=name),
                )
                for name in missing
            ]
        )
    return found


def fold(title: str) -> str:
    """`Họ và tên` -> `ho_va_ten`."""
    plain = unicodedata.normalize("NFD", title.strip().lower().replace("đ", "d"))
    letters = "".join(ch for ch in plain if not unicodedata.combining(ch))
    return "_".join(letters.replace("_", " ").split())


def _read_rows(
    cells: Sequence[tuple[int, Sequence[str]]],
    columns: dict[str, int],
    today: date,
    taken: set[str],
) -> list[RosterRow]:
    rows: list[RosterRow] = []
    found: list[Problem] = []
    for line, row in cells:
        values = {
            name: " ".join(row[place].split()) if place < len(row) else ""
            for name, place in columns.items()
        }
        wrong = _row_problems(line, values, today)
        found += wrong
        if not wrong:
            rows.append(_row(line, values))
    found += _repeated(rows, taken)
    if not cells:
        found.append(problem("tệp", "Tệp chưa có thí sinh nào dưới dòng tiêu đề."))
    if found:
        raise _refuse(found)
    return rows


def _row(line: int, values: dict[str, str]) -> RosterRow:
    born = read_date(values["ngay_sinh"])
    assert born is not None  # _row_problems has looked at it
    return RosterRow(
        line=line,
        number=values.get("so_bao_danh", ""),
        full_name=values["ho_ten"],
        date_of_birth=born,
        school=values.get("truong", ""),
        room=values.get("phong", ""),
        seat=values.get("may", ""),
    )


def _where(line: int, column: str) -> Message:
    return msg("dòng {line}, cột {column}", line=line, column=Message(COLUMN_NAMES[column]))


def _row_problems(line: int, values: dict[str, str], today: date) -> list[Problem]:
    found: list[Problem] = []
    if not values["ho_ten"]:
        found.append(problem(_where(line, "ho_ten"), "Ô trống; ghi họ tên thí sinh."))
    born = read_date(values["ngay_sinh"])
    if born is None or not EARLIEST_BIRTH <= born < today:
        found.append(
            problem(
                _where(line, "ngay_sinh"),
                msg(
                    "«{value}» không phải ngày sinh hợp lệ; ghi dạng 05/03/2008.",
                    value=values["ngay_sinh"],
                ),
            )
        )
    number = values.get("so_bao_danh", "")
    if number and not (number.isascii() and number.isalnum()):
        found.append(
            problem(_where(line, "so_bao_danh"), "Số báo danh chỉ gồm chữ số và chữ cái không dấu.")
        )
    found += _too_long(line, values)
    return found


def _too_long(line: int, values: dict[str, str]) -> list[Problem]:
    short = {"so_bao_danh", "phong", "may", "ngay_sinh"}
    return [
        problem(_where(line, name), msg("Dài quá {n} kí tự; ghi ngắn lại.", n=most))
        for name, value in values.items()
        if len(value) > (most := LONGEST_SHORT_CELL if name in short else LONGEST_CELL)
    ]


def read_date(text: str) -> date | None:
    """`05/03/2008`, `5-3-2008` or `2008-03-05`."""
    for pattern in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def _repeated(rows: Sequence[RosterRow], taken: set[str]) -> list[Problem]:
    found: list[Problem] = []
    numbers: dict[str, int] = {}
    seats: dict[tuple[str, str], int] = {}
    for row in rows:
        place = (row.room, row.seat)
        if row.number in taken:
            what = msg("Số báo danh {number} đã có trong ca thi này.", number=row.number)
            found.append(problem(_where(row.line, "so_bao_danh"), what))
        elif row.number and row.number in numbers:
            what = msg(
                "Số báo danh {number} trùng với dòng {line}.",
                number=row.number,
                line=numbers[row.number],
            )
            found.append(problem(_where(row.line, "so_bao_danh"), what))
        if row.seat and place in seats:
            what = msg(
                "Máy {seat} phòng {room} đã xếp cho dòng {line}.",
                seat=row.seat,
                room=row.room or "–",
                line=seats[place],
            )
            found.append(problem(_where(row.line, "may"), what))
        numbers.setdefault(row.number, row.line)
        seats.setdefault(place, row.line)
    return found


def _refuse(found: Sequence[Problem]) -> Invalid:
    shown = sorted(found, key=lambda p: int(p.where.params.get("line", 1)))[:MOST_PROBLEMS]
    return Invalid(
        msg("Danh sách có {n} chỗ cần sửa; chưa thí sinh nào được thêm.", n=len(found)),
        code="roster_invalid",
        problems=shown,
    )
