"""Reading a file of responses: bytes in, a checked table out. Pure; knows no form and no key."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from itembank.errors import Invalid, Message, Problem, msg, problem

MOST_ROWS = 200_000
MOST_COLUMNS = 2_000
MOST_PROBLEMS = 50
LONGEST_PERSON = 80


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns are not items. `person` is None when the file has no such column."""

    person: str | None
    group: str | None = None
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One person. `line` counts the header as line 1; a blank cell was not administered."""

    line: int
    person: str
    group: str | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponseTable:
    items: tuple[str, ...]
    rows: tuple[ResponseRow, ...]


def place(line: int, column: str) -> Message:
    return msg("dòng {line}, cột «{column}»", line=line, column=column)


def at_line(line: int) -> Message:
    return msg("dòng {line}", line=line)


def at_column(column: str) -> Message:
    return msg("cột «{column}»", column=column)


def unfit(problems: Sequence[Problem]) -> Invalid:
    """The refusal of a whole file, with at most fifty places to mend."""
    shown = list(problems[:MOST_PROBLEMS])
    if len(problems) > MOST_PROBLEMS:
        rest = msg("Còn {n} chỗ nữa; sửa các chỗ trên rồi nhập lại.", n=len(problems) - len(shown))
        shown.append(problem("các dòng sau", rest))
    return Invalid(
        "Tệp bài làm có chỗ chưa đúng nên chưa nhập dòng nào. Sửa các chỗ dưới đây rồi nhập lại.",
        code="responses_invalid",
        problems=shown,
    )


def read_table(data: bytes, columns: Columns) -> ResponseTable:
    """The table in a CSV file (comma, semicolon or tab). Raises Invalid, naming every place."""
    lines = _lines(_decoded(data))
    header = [name.strip() for name in lines[0][1]] if lines else []
    _check_header(header, columns, len(lines))
    taken = _taken(columns)
    item_columns = [i for i, name in enumerate(header) if name not in taken]
    problems = _uneven_lines(lines[1:], len(header))
    if problems:
        raise unfit(problems)
    rows = tuple(
        _row(number, line, values, header, columns, item_columns)
        for number, (line, values) in enumerate(lines[1:], start=1)
    )
    _check_persons(rows, columns)
    return ResponseTable(tuple(header[i] for i in item_columns), rows)


def header_of(data: bytes) -> tuple[str, ...]:
    """Column names alone, to choose the person's column by."""
    lines = _lines(_decoded(data))
    return tuple(name.strip() for name in lines[0][1]) if lines else ()


def _taken(columns: Columns) -> set[str]:
    return {c for c in (columns.person, columns.group, *columns.other) if c is not None}


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        bad = "Tệp không ở bảng mã UTF-8. Trong Excel chọn Lưu thành «CSV UTF-8»."
        raise unfit([problem(at_line(line), bad)]) from error


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Lines that hold something, with their numbers."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[tuple[int, list[str]]] = []
    try:
        for values in reader:
            if any(value.strip() for value in values):
                found.append((reader.line_num, values))
            if len(found) > MOST_ROWS + 1:
                what = msg("Tệp có quá {most} dòng; chia thành nhiều tệp.", most=MOST_ROWS)
                raise unfit([problem(at_line(reader.line_num), what)])
    except csv.Error as error:
        bad = "Dòng này không đọc được theo dạng CSV; kiểm tra dấu nháy kép."
        raise unfit([problem(at_line(reader.line_num), bad)]) from error
    return found


def _check_header(header: list[str], columns: Columns, n_lines: int) -> None:
    problems: list[Problem] = []
    if n_lines < 2:
        problems.append(
            problem(at_line(1), "Tệp cần một dòng tên cột và ít nhất một dòng bài làm.")
        )
    if len(header) > MOST_COLUMNS:
        problems.append(
            problem(
                at_line(1), msg("Tệp có quá {most} cột; kiểm tra dấu phân cách.", most=MOST_COLUMNS)
            )
        )
    problems += [
        problem(at_column(name), "Tệp không có cột này; kiểm tra tên cột ở dòng 1.")
        for name in sorted(_taken(columns) - set(header))
    ]
    problems += [
        problem(at_column(name), "Tên cột này có hai lần; mỗi câu chỉ có một cột.")
        for name, times in Counter(header).items()
        if times > 1 and name
    ]
    problems += [
        problem(msg("cột thứ {n}", n=n), "Cột này chưa có tên; đặt tên ở dòng 1 hoặc xoá cột.")
        for n, name in enumerate(header, start=1)
        if not name
    ]
    if not problems and not set(header) - _taken(columns):
        problems.append(problem(at_line(1), "Tệp không có cột nào là câu hỏi."))
    if problems:
        raise unfit(problems)


def _uneven_lines(lines: Sequence[tuple[int, list[str]]], width: int) -> list[Problem]:
    return [
        problem(
            at_line(line),
            msg("Dòng có {n} ô, dòng tên cột có {width} ô.", n=len(values), width=width),
        )
        for line, values in lines
        if len(values) != width
    ]


def _row(
    number: int,
    line: int,
    values: Sequence[str],
    header: Sequence[str],
    columns: Columns,
    item_columns: Sequence[int],
) -> ResponseRow:
    def named(column: str | None) -> str | None:
        return None if column is None else values[header.index(column)].strip()

    person = named(columns.person)
    return ResponseRow(
        line=line,
        person=str(number) if person is None else person,
        group=named(columns.group) or None,
        cells=tuple(values[i].strip() for i in item_columns),
    )


def _check_persons(rows: Sequence[ResponseRow], columns: Columns) -> None:
    if columns.person is None:
        return
    problems: list[Problem] = []
    first_line: dict[str, int] = {}
    for row in rows:
        where = place(row.line, columns.person)
        if not row.person:
            problems.append(problem(where, "Thiếu mã thí sinh."))
        elif len(row.person) > LONGEST_PERSON:
            problems.append(
                problem(where, msg("Mã thí sinh dài quá {most} kí tự.", most=LONGEST_PERSON))
            )
        elif row.person in first_line:
            what = msg(
                "Thí sinh «{person}» đã có ở dòng {line}; mỗi thí sinh chỉ có một dòng.",
                person=row.person,
                line=first_line[row.person],
            )
            problems.append(problem(where, what))
        first_line.setdefault(row.person, row.line)
    if problems:
        raise unfit(problems)
