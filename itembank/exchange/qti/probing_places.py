"""Responses to composite items that tell scoring rules apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from ...items.composite import (
    Asked,
    Associate,
    Composite,
    Entry,
    PictureGaps,
    PictureLinks,
    PictureOrder,
    PicturePoints,
    Slider,
)
from ...items.interactions import Area, GapMatch, Hotspot, Hottext, Match, MultipleChoice, Order
from ...scoring.places import ends
from .probing_texts import written_otherwise, wrong_for

MOST_TOGETHER = 700  # combinations of places tried
MOST_ALONE = 600  # responses with one place changed, over all places


def place_responses(part: Composite, *, numbers: bool = False) -> Iterator[dict[str, Any]]:
    """All right, all left out, one place changed at a time, and a few of each place together."""
    most = max(4, MOST_ALONE // max(1, len(part.places)))
    choices = {place.id: _distinct(_given(place.asks, numbers), most) for place in part.places}
    right = {name: given[0] for name, given in choices.items()}
    yield right
    for name, given in choices.items():
        yield from (right | {name: one} for one in given[1:])
        yield from ({name: one} for one in given)
    each = _each(len(choices))
    together = product(*(given[:each] for given in choices.values()))
    yield from (dict(zip(choices, some, strict=True)) for some in islice(together, MOST_TOGETHER))


def _each(places: int) -> int:
    """How many responses of each place may be combined with those of the others."""
    each = 2
    while (each + 1) ** max(places, 1) <= MOST_TOGETHER and each < MOST_TOGETHER:
        each += 1
    return each


def _distinct(given: Iterator[Any], most: int) -> list[Any]:
    found: list[Any] = []
    for one in islice(given, most):
        if one not in found:
            found.append(one)
    return found or [None]


def _given(asks: Asked, numbers: bool) -> Iterator[Any]:
    """The key first, then nothing, then what is wrong in one thing or another."""
    match asks:
        case Entry():
            yield from _entered(asks, numbers)
        case Slider():
            yield from (asks.key, None, asks.lower, asks.upper)
        case PicturePoints():
            yield from _pointed([_within(target) for target in asks.targets])
        case MultipleChoice():
            names = [option.id for option in asks.options]
            yield from _allowed(_picked(list(asks.keys), names), asks.most)
        case Hotspot() | Hottext():
            names = [a.id for a in asks.areas] if isinstance(asks, Hotspot) else list(asks.words)
            yield from _allowed(_picked(list(asks.keys), names), asks.most)
        case Order() | PictureOrder():
            yield from (list(asks.keys), None, list(reversed(asks.keys)), list(asks.keys)[1:])
        case Match() | GapMatch() | Associate() | PictureGaps() | PictureLinks():
            yield from _paired(asks)
        case _:
            yield from (None, "văn bản thử")


def _entered(asks: Entry, numbers: bool) -> Iterator[str | None]:
    yield from asks.keys[:1]
    yield None
    names = {option.id for option in asks.options}
    yield next(iter(sorted(names - set(asks.keys))), wrong_for(asks.keys))
    yield from asks.keys[1:]
    yield from sorted(names)
    if not names:
        for key in asks.keys[:2]:
            yield from written_otherwise(key, is_number=numbers)


def _allowed(given: Iterator[list[str] | None], most: int) -> Iterator[list[str] | None]:
    """Without what the controls do not let happen: more picked than may be."""
    yield from (one for one in given if not most or len(one or ()) <= most)


def _picked(keys: list[str], names: list[str]) -> Iterator[list[str] | None]:
    yield keys or None
    yield None
    yield from ([name] for name in names if [name] != keys)
    yield from ([key for key in keys if key != gone] for gone in keys)
    yield from ([*keys, name] for name in names if name not in keys)
    yield names


def _paired(
    asks: Match | GapMatch | Associate | PictureGaps | PictureLinks,
) -> Iterator[list[str] | None]:
    key = [f"{link.left} {link.right}" for link in asks.keys]
    yield key or None
    yield None
    lefts, rights = ends(asks)
    wrong = [f"{a} {b}" for a in lefts for b in rights if f"{a} {b}" not in key and a != b]
    yield wrong[:1]
    yield from (key[:place] + key[place + 1 :] for place in range(len(key)))
    yield from ([pair] for pair in key)
    yield from ([*key[1:], pair] for pair in wrong[:5])


def _pointed(right: list[str]) -> Iterator[list[str] | None]:
    yield right or None
    yield None
    yield ["-9999 -9999"]
    yield from ([point] for point in right)
    yield [*right, "-9999 -9999"]


def _within(target: Area) -> str:
    """A point of an area: its middle, or for a polygon a corner of it."""
    match target.shape, target.coords:
        case "rect", (left, top, right, bottom):
            return f"{(left + right) / 2:g} {(top + bottom) / 2:g}"
        case _, (x, y, *_):
            return f"{x:g} {y:g}"
        case _:
            return "0 0"
