"""Codes of a paper («Mã đề 102») and answer keys that carry a column or a row for each. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .tables import Answer, is_key_value, number_of

_CODE = r"[A-Z]?\d{2,4}"
_NAMED = re.compile(
    rf"mã\s*(?:đề(?:\s*thi)?|đ)?\s*(?:số\s*)?[:.]?\s*({_CODE})(?!\w)", re.IGNORECASE
)
_BARE = re.compile(r"[A-Z]?\d{3,4}")
_CODE_HEAD = re.compile(r"mã(?:\s*đề)?(?:\s*thi)?", re.IGNORECASE)
_ABOUT_CODES = re.compile(r"mã\s*đề|mã\b", re.IGNORECASE)
_FEWEST = 2  # answers of a code

Rows = Sequence[Sequence[str]]


def code_in(text: str) -> str:
    """The code that a line names; '' where it names none."""
    found = _NAMED.search(text)
    return found[1].upper() if found else ""


def answers_by_code(rows: Rows) -> dict[str, list[Answer]]:
    """Code -> its answers; empty where the table is no key of several codes."""
    told = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    return _by_column(told) or _by_row(told)


def _code_of(cell: str) -> str:
    if named := _NAMED.fullmatch(cell):
        return named[1].upper()
    return cell.upper() if _BARE.fullmatch(cell) else ""


def _by_column(rows: Rows) -> dict[str, list[Answer]]:
    """«Câu | 101 | 102» above a row a question; a row «Mã đề» may stand over the codes."""
    for at, head in enumerate(rows[:2]):
        codes = {c: code for c, cell in enumerate(head[1:], start=1) if (code := _code_of(cell))}
        body = rows[at + 1 :]
        if len(codes) < len(head) - 1 or not codes or len(body) < _FEWEST:
            continue
        if len(codes) == 1 and not _ABOUT_CODES.search(" ".join(rows[0])):
            continue
        if all(_fits(row, codes) for row in body):
            return {code: _column(body, c) for c, code in codes.items()}
    return {}


def _fits(row: Sequence[str], codes: dict[int, str]) -> bool:
    known = [row[c] for c in codes if c < len(row) and row[c]]
    return number_of(row[0]) is not None and bool(known) and all(map(is_key_value, known))


def _column(body: Rows, column: int) -> list[Answer]:
    found = []
    for row in body:
        number = number_of(row[0])
        if number is not None and column < len(row) and row[column]:
            found.append(Answer(number, row[column]))
    return found


def _by_row(rows: Rows) -> dict[str, list[Answer]]:
    """«Mã đề | 1 | 2 | 3» above a row a code."""
    head = rows[0] if rows else []
    numbers = {c: n for c, cell in enumerate(head[1:], start=1) if (n := _place_of(cell))}
    if len(numbers) < _FEWEST or len(numbers) < len(head) - 1 or not _CODE_HEAD.search(head[0]):
        return {}
    found: dict[str, list[Answer]] = {}
    for row in rows[1:]:
        values = {c: row[c] for c in numbers if c < len(row) and row[c]}
        if not _code_of(row[0]) and not re.fullmatch(_CODE, row[0]):
            return {}
        if not all(map(is_key_value, values.values())):
            return {}
        found[row[0].upper()] = [Answer(numbers[c], value) for c, value in values.items()]
    return found


def _place_of(cell: str) -> int | None:
    """The number of «7», «Câu 7», «II.7»: numbers that start again head the next part."""
    return number_of(re.sub(r"^[IVX]{1,3}\s*[.\-]\s*", "", cell))
