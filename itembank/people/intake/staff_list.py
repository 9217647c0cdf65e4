"""A list of staff: its columns, and each line as a wanted account. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...curriculum import SUBJECTS
from ...errors import Problem, msg
from ...permissions import ROLE_NAMES, Role
from .rows import Wanted
from .table import Column, Line

COLUMNS = (
    Column("ten_dang_nhap", "Tên đăng nhập",
           "Chữ thường không dấu, số, dấu chấm, gạch; từ 3 kí tự; không đổi được về sau",
           True, "lan.tt"),
    Column("ho_ten", "Họ và tên", "Họ trước, tên sau", True, "Trần Thị Lan"),
    Column("ma_don_vi", "Mã đơn vị", "Mã của trường hay đơn vị công tác", True, "THPT-BM"),
    Column("vai_tro", "Vai trò", "Nhiều vai trò thì ngăn bằng |; vai trò chỉ thêm, không bớt",
           True, "Giáo viên | Thẩm định viên"),
    Column("mon", "Môn", "Mã hoặc tên môn; nhiều môn ngăn bằng |; để trống: giữ nguyên", False,
           "toan"),
    Column("cap_day", "Cấp dạy", "TH, THCS, THPT; nhiều cấp ngăn bằng |; để trống: giữ nguyên",
           False, "THPT"),
)  # fmt: skip
LEVELS: dict[str, str] = {"th": "Tiểu học", "thcs": "THCS", "thpt": "THPT"}
NO_SUBJECT: list[str | None] = [None]
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}")
_ROLES = {name.casefold(): role for role, name in ROLE_NAMES.items()} | {r.value: r for r in Role}
_SUBJECTS = {name.casefold(): code for code, name in SUBJECTS.items()} | {c: c for c in SUBJECTS}
_LEVELS = {name.casefold(): code for code, name in LEVELS.items()} | {c: c for c in LEVELS}


def staff_wanted(lines: Iterable[Line]) -> list[Wanted]:
    return [_wanted(line) for line in lines]


def role_words(role: Role, unit_code: str, subject: str | None) -> str:
    """A role as one word: `teacher@THPT-BM` or `teacher@THPT-BM@toan`."""
    return "@".join(filter(None, (role.value, unit_code, subject)))


def _wanted(line: Line) -> Wanted:
    username, unit = line["ten_dang_nhap"].lower(), line["ma_don_vi"]
    subjects = [_SUBJECTS.get(p.casefold()) for p in _parts(line["mon"])]
    levels = [_LEVELS.get(p.casefold()) for p in _parts(line["cap_day"])]
    roles = [_ROLES.get(p.casefold()) for p in _parts(line["vai_tro"])]
    told: list[str | None] = [s for s in subjects if s]
    fields = {
        "username": username,
        "full_name": line["ho_ten"],
        "unit": unit,
        "subjects": sorted(s for s in told if s) or None,
        "levels": sorted(level for level in levels if level) or None,
        "is_active": None,
        "roles": sorted(role_words(r, unit, s) for r in roles if r for s in (told or NO_SUBJECT)),
    }
    faults = (*line.faults, *_problems(line, username, roles, subjects, levels))
    return Wanted(line.number, "person", username, f"{line['ho_ten']} ({username})", fields, faults)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[|/+]", cell) if part.strip()]


def _problems(
    line: Line,
    username: str,
    roles: list[Role | None],
    subjects: list[str | None],
    levels: list[str | None],
) -> Iterator[Problem]:
    if not _USERNAME.fullmatch(username):
        yield Problem(line.at("ten_dang_nhap"), msg("Tên đăng nhập cần ít nhất 3 kí tự: chữ không dấu, số, dấu chấm, gạch."))  # fmt: skip
    if not line["ho_ten"] or len(line["ho_ten"]) > 200:
        yield Problem(line.at("ho_ten"), msg("Ghi họ tên."))
    if not line["ma_don_vi"] or len(line["ma_don_vi"]) > 40:
        yield Problem(line.at("ma_don_vi"), msg("Ghi mã đơn vị."))
    if not roles or None in roles:
        names = ", ".join(ROLE_NAMES.values())
        yield Problem(line.at("vai_tro"), msg("Vai trò phải là một trong: {names}.", names=names))
    if None in subjects:
        names = ", ".join(SUBJECTS)
        yield Problem(line.at("mon"), msg("Môn phải là một trong: {names}.", names=names))
    if None in levels:
        names = ", ".join(LEVELS.values())
        yield Problem(line.at("cap_day"), msg("Cấp dạy phải là một trong: {names}.", names=names))
