"""Rounding as QTI has it: a half goes up (6.5 -> 7, -6.5 -> -6), on the number as it is written.

The number is taken at its shortest decimal writing, so 3.175 rounds to 3.18 although the nearest
binary number lies a little below.
"""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, Decimal, localcontext

MOST_FIGURES = 300


def rounded(value: int | float, mode: str, figures: int | float | None) -> float | None:
    """`value` to decimal places or significant figures; None where the figures make no sense."""
    if math.isnan(value) or math.isinf(value):
        return value
    places = _places(value, mode, figures)
    return None if places is None else float(half_up(value, places))


def _places(value: int | float, mode: str, figures: int | float | None) -> int | None:
    count = 0 if figures is None and mode == "decimalPlaces" else figures
    if count is None or not 0 <= count <= MOST_FIGURES:
        return None
    if mode == "decimalPlaces":
        return int(count)
    if count < 1:
        return None
    exact = Decimal(repr(value))
    return int(count) - 1 - (exact.adjusted() if exact else 0)


def half_up(value: int | float, places: int = 0) -> Decimal:
    with localcontext() as context:
        context.prec = 700
        scaled = Decimal(repr(value)).scaleb(places) + Decimal("0.5")
        return scaled.to_integral_value(rounding=ROUND_FLOOR).scaleb(-places)
