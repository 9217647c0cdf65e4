"""How alike two items are, between 0 and 1. Pure.

Prose is compared by letters (typing slips and spacing hardly matter), options as a set, formulas
and numbers whole: the same template with other mathematics is another item. So are the same words
about other shared material; the same material alone says nothing. Constants were chosen
on one half of the measured pairs and reported on the other (docs/bank-speed.md).
"""

from __future__ import annotations

from collections import Counter

from .features import Features

SHOWN = 0.8  # from here on a pair is put before people
_PROSE, _MATHEMATICS = 0.35, 1.3  # exponents
_MISSED = 0.5  # where one item has mathematics and the other has none
_MATERIAL = 0.5  # exponent
_ONE_SIDED = 0.97  # where only one item has shared material, or it was not read


def likeness(a: Features, b: Features) -> float:
    prose = dice(a.grams, b.grams)
    raw: float = prose**_PROSE * _mathematics(a, b) ** _MATHEMATICS
    return min(1.0, raw * _material(a, b))


def _material(a: Features, b: Features) -> float:
    if a.stimulus == b.stimulus:
        return 1.0
    if not a.material or not b.material:
        return _ONE_SIDED
    near: float = dice(a.material, b.material) ** _MATERIAL
    return near


def _mathematics(a: Features, b: Features) -> float:
    if not a.mathematics and not b.mathematics:
        return 1.0
    if not a.mathematics or not b.mathematics:
        return _MISSED
    return dice(a.mathematics, b.mathematics)


def dice(a: Counter[str], b: Counter[str]) -> float:
    """Twice what two bags share over what they hold; 1 for two empty ones."""
    held = a.total() + b.total()
    return 2 * (a & b).total() / held if held else 1.0
