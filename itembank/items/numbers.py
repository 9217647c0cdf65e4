"""Numbers as Vietnamese candidates type them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction

_NUMBER = re.compile(r"[-−–]?(\d+([.,]\d*)?|[.,]\d+)")
_LONGEST = 40


def parse_vn_number(text: str) -> Decimal | None:
    """The number in `3,5`, `3.5`, `-0,25`, `,5`; None when it is not one.

    Comma and point both mark decimals: an answer of a few characters has no thousands to group.
    A true minus (U+2212) and a dash count as the hyphen the keyboard gives.
    """
    compact = text.strip().replace(" ", "").replace("\u00a0", "")
    if len(compact) > _LONGEST or not _NUMBER.fullmatch(compact):
        return None
    try:
        return Decimal(compact.replace("−", "-").replace("–", "-").replace(",", "."))
    except InvalidOperation:
        return None


def parse_vn_value(text: str) -> Fraction | None:
    """As `parse_vn_number`, and fractions: `1/3`, `-3/4`. Exact."""
    over, bar, under = text.partition("/")
    numerator = parse_vn_number(over)
    denominator = parse_vn_number(under) if bar else Decimal(1)
    if numerator is None or not denominator:
        return None
    return Fraction(numerator) / Fraction(denominator)


def is_one_of(typed: str, keys: Iterable[str], *, tolerance: Decimal | None = None) -> bool:
    """Whether the typed number equals a key, or is no further from one than `tolerance`."""
    given = parse_vn_value(typed)
    if given is None:
        return False
    reach = Fraction(tolerance or 0)
    values = (parse_vn_value(key) for key in keys)
    return any(value is not None and abs(given - value) <= reach for value in values)
