"""Candidate numbers: council code and six running digits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

DIGITS = 6


def fill_numbers(given: Sequence[str], taken: Iterable[str], council: str) -> list[str]:
    """The given numbers, the empty ones replaced by the next free of this council."""
    used = {*taken, *given}
    last = max((_running(number, council) for number in used), default=0)
    filled = []
    for number in given:
        if not number:
            last += 1
            number = f"{council}{last:0{DIGITS}d}"
        filled.append(number)
    return filled


def _running(number: str, council: str) -> int:
    rest = number.removeprefix(council)
    fits = number.startswith(council) and len(rest) == DIGITS and rest.isdigit()
    return int(rest) if fits else 0
