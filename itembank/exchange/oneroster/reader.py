"""A OneRoster 1.2 package read and checked; all faults at once, by file, line and column."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from ...errors import Invalid, Message, Problem, TooLarge, msg
from ..guards import USUAL, Limits, SafeZip, open_zip
from .tables import TABLES, Field, Record, Roster

MOST_ROWS = 300_000
MOST_PROBLEMS = 200
LONGEST_CELL = 2_000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_MODES = {"absent", "bulk", "delta"}
_TEXT = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f]*")


def read_roster(source: Path | str | bytes, *, limits: Limits = USUAL) -> Roster:
    """The tables of a package (zip) that the bank knows.

    Raises Invalid with every fault (at most 200), TooLarge where the package is beyond `limits`.
    """
    with open_zip(source if isinstance(source, bytes) else Path(source), limits) as archive:
        modes = _manifest(archive)
        faults: list[Problem] = []
        tables = {
            name: tuple(_table(archive, name, faults))
            for name in TABLES
            if modes.get(f"file.{name}", "absent") != "absent"
        }
    delta = frozenset(name for name in tables if modes[f"file.{name}"] == "delta")
    roster = Roster(tables, delta)
    faults += _ids(roster)
    faults += _links(roster)
    if faults:
        raise Invalid(
            msg("Gói danh sách có {n} chỗ cần sửa; chưa ghi gì.", n=len(faults)),
            code="roster_invalid",
            problems=faults[:MOST_PROBLEMS],
        )
    return roster


def _manifest(archive: SafeZip) -> dict[str, str]:
    if "manifest.csv" not in archive:
        raise Invalid(
            "Gói không có tệp manifest.csv ở ngoài cùng; xuất lại theo OneRoster 1.2 (CSV).",
            code="no_manifest",
        )
    rows = list(csv.reader(io.StringIO(_decoded(archive, "manifest.csv"))))
    told = {row[0].strip(): row[1].strip() for row in rows[1:] if len(row) >= 2}
    if told.get("oneroster.version") != "1.2":
        raise Invalid(
            msg("Gói ghi phiên bản «{version}»; chỉ nhận OneRoster 1.2.",
                version=told.get("oneroster.version", "")[:20]),
            code="wrong_version",
        )  # fmt: skip
    for name in TABLES:
        mode = told.get(f"file.{name}", "absent")
        if mode not in _MODES or (mode != "absent" and f"{name}.csv" not in archive):
            raise Invalid(
                msg("manifest.csv nói tệp {file} là «{mode}» nhưng gói không như vậy.",
                    file=f"{name}.csv", mode=mode[:20]),
                code="manifest_mismatch",
            )  # fmt: skip
    return told


def _decoded(archive: SafeZip, name: str) -> str:
    try:
        text = archive.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            msg("Tệp {file} không ở dạng UTF-8.", file=name), code="wrong_encoding"
        ) from error
    return unicodedata.normalize("NFC", text)


def _table(archive: SafeZip, name: str, faults: list[Problem]) -> Iterator[Record]:
    file = f"{name}.csv"
    reader = csv.reader(io.StringIO(_decoded(archive, file), newline=""), strict=True)
    fields = {field.name: field for field in TABLES[name]}
    try:
        head = [title.strip() for title in next(reader, [])]
        missing = [n for n, field in fields.items() if field.is_needed and n not in head]
        faults += [Problem(msg("{file}, dòng 1", file=file), msg("Thiếu cột «{name}».", name=n))
                   for n in missing]  # fmt: skip
        for count, row in enumerate(reader):
            if count >= MOST_ROWS:
                raise TooLarge(msg("Tệp {file} có quá {n} dòng.", file=file, n=MOST_ROWS))
            if any(cell.strip() for cell in row):
                cells = dict(zip(head, (_cell(c) for c in row), strict=False))
                known = {n: value for n, value in cells.items() if n in fields and value}
                if not missing and len(faults) < MOST_PROBLEMS:
                    faults += _faults(file, reader.line_num, known, fields)
                yield Record(known, reader.line_num)
    except csv.Error as error:
        where = msg("{file}, dòng {line}", file=file, line=reader.line_num)
        faults.append(Problem(where, msg("Dòng này không đọc được như CSV.")))
        del error


def _cell(text: str) -> str:
    """A formula sign that was neutralised on writing gets its meaning back."""
    bare = text.strip()
    return bare[1:] if bare.startswith("'") and bare[1:].startswith(FORMULA_SIGNS) else bare


def _faults(
    file: str, line: int, cells: Mapping[str, str], fields: Mapping[str, Field]
) -> Iterator[Problem]:
    for name, field in fields.items():
        value = cells.get(name, "")
        what = _wrong(field, value) if value else None
        if not value and field.is_needed:
            what = msg("Ô này bắt buộc phải có.")
        if what is not None:
            where = msg("{file}, dòng {line}, cột {column}", file=file, line=line, column=name)
            yield Problem(where, what)


def _wrong(field: Field, value: str) -> Message | None:
    if len(value) > LONGEST_CELL or not _TEXT.fullmatch(value):
        return msg("Ô quá dài hoặc có kí tự điều khiển.")
    match field.check:
        case "date" if not _is_date(value):
            return msg("Ngày phải ghi dạng 2026-09-05.")
        case "year" if not re.fullmatch("[0-9]{4}", value):
            return msg("Năm học ghi bằng bốn chữ số của năm kết thúc.")
        case "true_false" if value not in ("true", "false"):
            return msg("Chỉ nhận true hoặc false.")
        case "status" if value not in ("active", "tobedeleted"):
            return msg("Chỉ nhận active hoặc tobedeleted.")
        case "choice" if value not in field.choices and not value.startswith("ext:"):
            return msg("Chỉ nhận: {names}.", names=", ".join(field.choices))
    return None


def _is_date(value: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _ids(roster: Roster) -> Iterator[Problem]:
    for name in roster.tables:
        seen: dict[str, int] = {}
        for row in roster.rows(name):
            first = seen.setdefault(row["sourcedId"], row.line)
            if first != row.line and row["sourcedId"]:
                where = msg("{file}, dòng {line}, cột {column}", file=f"{name}.csv", line=row.line,
                            column="sourcedId")  # fmt: skip
                yield Problem(where, msg("Mã «{id}» đã có ở dòng {line}.", id=row["sourcedId"][:80],
                                         line=first))  # fmt: skip


def _links(roster: Roster) -> Iterator[Problem]:
    """References to lines that are not there; a table of changes may point to what is known."""
    known = {name: frozenset(roster.by_id(name)) for name in roster.tables}
    for name in roster.tables:
        linked = [field for field in TABLES[name] if field.table]
        for row in roster.rows(name):
            for field in linked:
                if field.table in roster.delta or name in roster.delta or field.table not in known:
                    continue
                yield from _dead_links(name, row, field, known[field.table])


def _dead_links(name: str, row: Record, field: Field, known: frozenset[str]) -> Iterator[Problem]:
    value = row[field.name]
    ids = [one.strip() for one in value.split(",")] if field.is_list else [value]
    for one in ids:
        if one and one not in known:
            where = msg("{file}, dòng {line}, cột {column}", file=f"{name}.csv", line=row.line,
                        column=field.name)  # fmt: skip
            yield Problem(where, msg("Không có «{id}» trong {table}.csv.", id=one[:80],
                                     table=field.table))  # fmt: skip
