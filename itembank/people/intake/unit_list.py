"""A list of units: its columns, and each line as a wanted unit, parents before children. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from ...errors import Problem, msg
from ..units.states import UNIT_KINDS
from .rows import Wanted
from .table import Column, Line

COLUMNS = (
    Column("ma_don_vi", "Mã đơn vị", "Mã riêng của đơn vị; không đổi được về sau", True, "THPT-BM"),
    Column("ten", "Tên đơn vị", "Tên hiện nay", True, "THPT Bình Minh"),
    Column("loai", "Loại", "so, phong_gddt, xa, cum hoặc truong", True, "truong"),
    Column("ma_cap_tren", "Mã cấp trên", "Đơn vị quản lí hành chính", True, "SO-HP"),
    Column("ma_chuyen_mon", "Mã cấp trên chuyên môn", "Ví dụ cụm chuyên môn; có thể để trống", False, ""),
    Column("tu_ngay", "Từ ngày", "Ngày thành lập, dạng 01/07/2025; có thể để trống", False, ""),
    Column("den_ngay", "Đến ngày",
           "Ngày cuối cùng, chỉ cho đơn vị cũ được thêm để làm báo cáo về trước", False, ""),
)  # fmt: skip
_KINDS = {name.casefold(): code for code, name in UNIT_KINDS.items()} | {c: c for c in UNIT_KINDS}


def units_wanted(lines: Iterable[Line]) -> list[Wanted]:
    return parents_first([_wanted(line) for line in lines])


def parents_first(rows: list[Wanted]) -> list[Wanted]:
    """Each after the parents that stand in the same list; a ring is refused."""
    waiting = {row.key: row for row in rows}
    ordered: list[Wanted] = []
    while waiting:
        ready = [row for row in waiting.values() if not _above(row) & waiting.keys()]
        if not ready:
            ordered += [_in_ring(row) for row in waiting.values()]
            break
        ordered += ready
        for row in ready:
            del waiting[row.key]
    return ordered + _repeated(rows, ordered)


def _repeated(rows: list[Wanted], ordered: list[Wanted]) -> list[Wanted]:
    placed = {(row.key, row.line) for row in ordered}
    return [row for row in rows if (row.key, row.line) not in placed]


def _above(row: Wanted) -> set[str]:
    return {row.fields[n] for n in ("parent", "professional_parent") if row.fields[n]}


def _in_ring(row: Wanted) -> Wanted:
    return row.refused(
        msg("dòng {line}", line=row.line),
        msg("Các đơn vị cấp trên tạo thành vòng; sửa mã cấp trên."),
    )


def _wanted(line: Line) -> Wanted:
    code = line["ma_don_vi"]
    fields = {
        "code": code,
        "name": line["ten"],
        "kind": _KINDS.get(line["loai"].casefold()),
        "parent": line["ma_cap_tren"] or None,
        "professional_parent": line["ma_chuyen_mon"] or None,
        "valid_from": _iso(line["tu_ngay"]),
        "valid_to": _iso(line["den_ngay"]),
    }
    faults = (*line.faults, *_problems(line))
    return Wanted(line.number, "unit", code, f"{line['ten']} ({code})", fields, faults)


def _problems(line: Line) -> Iterator[Problem]:
    if not line["ma_don_vi"] or len(line["ma_don_vi"]) > 40:
        yield Problem(line.at("ma_don_vi"), msg("Ghi mã đơn vị, không quá 40 chữ."))
    if not line["ten"] or len(line["ten"]) > 200:
        yield Problem(line.at("ten"), msg("Ghi tên đơn vị, không quá 200 chữ."))
    if line["loai"].casefold() not in _KINDS:
        names = ", ".join(UNIT_KINDS)
        yield Problem(line.at("loai"), msg("Loại đơn vị phải là một trong: {names}.", names=names))
    for column in ("tu_ngay", "den_ngay"):
        if line[column] and _iso(line[column]) is None:
            yield Problem(line.at(column), msg("Ngày phải ghi dạng 31/12/2026."))
    start, end = _iso(line["tu_ngay"]), _iso(line["den_ngay"])
    if start and end and end < start:
        what = msg("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
        yield Problem(line.at("den_ngay"), what)


def _iso(text: str) -> str | None:
    day = read_day(text)
    return day.isoformat() if day else None


def read_day(text: str) -> date | None:
    """A day as people here write it, or as machines do."""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None
