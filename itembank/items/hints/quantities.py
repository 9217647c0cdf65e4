"""Numbers, units and intervals as they stand in options: `37,5 lít`, `[2; 5)`, `từ 3 đến 7`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ..numbers import parse_vn_value

_TEX_SPACE = re.compile(r"\\[,;! ]|~|\\mathrm|\\text|[{}$]|\\left|\\right|\\circ\b")
_TEX_FRACTION = re.compile(r"\\[dt]?frac\{(-?\d+)\}\{(-?\d+)\}")
_GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(\D|$))")
_QUANTITY = re.compile(r"([-−–]?\d+(?:[.,]\d+)?(?:/\d+)?)\s*(.*)", re.S)
_INTERVAL = re.compile(r"([\[(])\s*([^;\[\]()]+?)\s*;\s*([^;\[\]()]+?)\s*([\])])")
_FROM_TO = re.compile(r"từ\s+(\S+)\s+đến\s+(\S+)", re.I)


@dataclass(frozen=True, slots=True)
class Quantity:
    value: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class Interval:
    """None at an end is without bound."""

    low: Fraction | None
    high: Fraction | None
    takes_low: bool
    takes_high: bool

    def meets(self, other: Interval) -> bool:
        return not (self._ends_before(other) or other._ends_before(self))

    def _ends_before(self, other: Interval) -> bool:
        if self.high is None or other.low is None:
            return False
        if self.high == other.low:
            return not (self.takes_high and other.takes_low)
        return self.high < other.low


def plain(text: str) -> str:
    """Text of an option with the TeX of numbers and units taken off."""
    bare = _TEX_FRACTION.sub(r"\1/\2", text)
    return " ".join(_GROUPED.sub("", _TEX_SPACE.sub(" ", bare)).split()).rstrip(".")


def quantity(text: str) -> Quantity | None:
    """A number with its unit, or None where the option says more than that."""
    found = _QUANTITY.fullmatch(plain(text))
    if found is None:
        return None
    value, unit = parse_vn_value(found[1]), found[2].strip()
    if value is None or len(unit.split()) > 3 or any(sign in unit for sign in "=+<>\\^_"):
        return None
    if unit == "%":
        return Quantity(value / 100, "")
    return Quantity(value, unit)


def interval(text: str) -> Interval | None:
    compact = plain(text)
    found = _INTERVAL.fullmatch(compact)
    if found:
        low, high = _end(found[2]), _end(found[3])
        if low is _NOT_A_NUMBER or high is _NOT_A_NUMBER:
            return None
        return Interval(_finite(low), _finite(high), found[1] == "[", found[4] == "]")
    told = _FROM_TO.search(compact)
    if told is None:
        return None
    first, last = parse_vn_value(told[1]), parse_vn_value(told[2])
    return None if first is None or last is None else Interval(first, last, True, True)


_NOT_A_NUMBER = object()


def _end(text: str) -> object:
    if "infty" in text or "∞" in text:
        return None
    value = parse_vn_value(text)
    return _NOT_A_NUMBER if value is None else value


def _finite(end: object) -> Fraction | None:
    return end if isinstance(end, Fraction) else None


def shown(value: Fraction | Decimal) -> str:
    return str(value).replace(".", ",")
