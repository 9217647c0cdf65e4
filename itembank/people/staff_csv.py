"""Reading a list of staff accounts from CSV. Pure; every problem names its line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..errors import Invalid, Message, Problem, TooLarge, msg, problem
from ..permissions import ROLE_NAMES, Role

COLUMNS = ("ten_dang_nhap", "ho_ten", "ma_don_vi", "vai_tro", "mon")
NEEDED = COLUMNS[:4]
MOST_ROWS = 5_000
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,79}")
_ROLES = {name.casefold(): role for role, name in ROLE_NAMES.items()} | {r.value: r for r in Role}


@dataclass(frozen=True, slots=True)
class StaffRow:
    line: int
    username: str
    full_name: str
    unit_code: str
    roles: tuple[Role, ...]
    subjects: tuple[str, ...]


def decode(raw: bytes, *, most_bytes: int) -> str:
    """Text of an uploaded CSV; UTF-8 with or without its mark."""
    if len(raw) > most_bytes:
        raise TooLarge(msg("Tệp lớn hơn {n} MB; chia thành nhiều tệp.", n=most_bytes // 1_000_000))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "Tệp không ở dạng UTF-8. Trong Excel chọn «Lưu thành» rồi «CSV UTF-8».",
            code="wrong_encoding",
        ) from error


def read(text: str, *, units: Collection[str], taken: Collection[str]) -> list[StaffRow]:
    """The rows, or all problems at once. `taken` are user names that exist already."""
    reader = csv.DictReader(io.StringIO(text), dialect=_dialect(text))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(
            msg("Thiếu cột: {names}.", names=", ".join(missing)),
            code="missing_column",
            problems=[problem("dòng 1", msg("Thêm cột «{name}».", name=n)) for n in missing],
        )
    rows: list[StaffRow] = []
    found: list[Problem] = []
    names = set(taken)
    for line, cells in enumerate(reader, start=2):
        if line > MOST_ROWS + 1:
            raise TooLarge(msg("Tệp có hơn {n} dòng; chia thành nhiều tệp.", n=MOST_ROWS))
        row = _row(line, {k: (v or "").strip() for k, v in cells.items() if isinstance(k, str)})
        wrong = list(_problems(row, cells.get("vai_tro") or "", units, names))
        found += wrong
        names.add(row.username)
        rows.append(row)
    if found:
        raise Invalid(
            "Danh sách có chỗ cần sửa; chưa ghi gì.", code="staff_invalid", problems=found
        )
    return rows


def _dialect(text: str) -> type[csv.Dialect]:
    head = text.partition("\n")[0]

    class Chosen(csv.excel):
        delimiter = ";" if head.count(";") > head.count(",") else ","

    return Chosen


def _row(line: int, cells: dict[str, str]) -> StaffRow:
    roles = [_ROLES.get(part.casefold()) for part in _parts(cells["vai_tro"])]
    return StaffRow(
        line=line,
        username=cells["ten_dang_nhap"].lower(),
        full_name=cells["ho_ten"],
        unit_code=cells["ma_don_vi"],
        roles=tuple(role for role in roles if role is not None),
        subjects=tuple(_parts(cells.get("mon", ""))),
    )


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[|/+]", cell) if part.strip()]


def _problems(
    row: StaffRow, roles_cell: str, units: Collection[str], names: Collection[str]
) -> Iterator[Problem]:
    def at(column: str, what: Message) -> Problem:
        return Problem(msg("dòng {line}, cột {column}", line=row.line, column=column), what)

    if not _USERNAME.fullmatch(row.username):
        yield at(
            "ten_dang_nhap",
            msg("Tên đăng nhập cần ít nhất 3 kí tự: chữ không dấu, số, dấu chấm, gạch."),
        )
    elif row.username in names:
        yield at(
            "ten_dang_nhap",
            msg("Tên đăng nhập «{name}» bị trùng; đổi tên khác.", name=row.username),
        )
    if not row.full_name:
        yield at("ho_ten", msg("Ghi họ tên."))
    if row.unit_code not in units:
        yield at(
            "ma_don_vi",
            msg("Không có đơn vị «{code}» trong phạm vi bạn quản trị.", code=row.unit_code),
        )
    if len(row.roles) != len(_parts(roles_cell)) or not row.roles:
        yield at(
            "vai_tro",
            msg("Vai trò phải là một trong: {names}.", names=", ".join(ROLE_NAMES.values())),
        )
