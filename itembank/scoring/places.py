"""Score rules of the places of a composite item: a place is right in full or not at all. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..items.composite import (
    MARKED_BY_PEOPLE,
    Asked,
    Associate,
    Composite,
    Drawing,
    Entry,
    PictureGaps,
    PictureLinks,
    PictureOrder,
    PicturePoints,
    Place,
    Slider,
    Upload,
    WrittenText,
)
from ..items.interactions import (
    Area,
    GapMatch,
    Hotspot,
    Hottext,
    Link,
    Match,
    MultipleChoice,
    Order,
)
from .qti.operators.geometry import is_inside
from .qti.values import Point, as_number, parse_point
from .typed_text import fills

LONGEST_TYPED = 60_000
MOST_PICKED = 1_000


def right_places(part: Composite, response: Any) -> int:
    given = response if isinstance(response, dict) else {}
    return sum(is_right(place.asks, given.get(place.id)) for place in part.scored_places)


def is_right(asks: Asked, given: Any) -> bool:
    """Whether what stands at one place is its key, in full."""
    match asks:
        case Entry():
            return fills(asks, given)
        case Slider():
            return asks.key is not None and _number(given) == asks.key
        case PicturePoints():
            return _hits(asks.targets, _points(given))
        case Order() | PictureOrder():
            return bool(asks.keys) and _listed(given) == list(asks.keys)
        case Associate() | PictureLinks():
            return _same_pairs(asks.keys, given)
        case Match() | GapMatch() | PictureGaps():
            wanted = {f"{link.left} {link.right}" for link in asks.keys}
            return bool(wanted) and set(_listed(given)) == wanted
        case MultipleChoice() | Hotspot() | Hottext():
            return bool(asks.keys) and sorted(_listed(given)) == sorted(asks.keys)
        case WrittenText() | Upload() | Drawing():
            return False


def _listed(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else []


def _number(given: Any) -> float | None:
    found = as_number(str(given)) if isinstance(given, str | int | float) else None
    return None if found is None else float(found)


def _same_pairs(keys: Sequence[Link], given: Any) -> bool:
    wanted = {frozenset((link.left, link.right)) for link in keys}
    return bool(wanted) and {frozenset(pair.split()) for pair in _listed(given)} == wanted


def _points(given: Any) -> list[Point]:
    found = [parse_point(one) for one in _listed(given)]
    return [point for point in found if point is not None]


def _hits(targets: Sequence[Area], points: Sequence[Point]) -> bool:
    """Every target has a point of its own and no point is beside them."""
    if not targets or len(points) != len(targets):
        return False
    left = list(points)
    for target in targets:
        hit = next((p for p in left if is_inside(p, target.shape, target.coords)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def fits(part: Composite, value: Any) -> bool:
    """Whether the controls of this item could have produced the value."""
    if not isinstance(value, dict):
        return False
    places = {place.id: place for place in part.places}
    return all(key in places and _takes(places[key], given) for key, given in value.items())


def _takes(place: Place, given: Any) -> bool:
    asks = place.asks
    if given is None:
        return True
    match asks:
        case Entry():
            return isinstance(given, str) and _entry_takes(asks, given)
        case Slider():
            found = _number(given)
            return found is not None and asks.lower <= found <= asks.upper
        case _ if isinstance(asks, MARKED_BY_PEOPLE):
            return isinstance(given, str) and len(given) <= LONGEST_TYPED
        case _:
            return (
                _is_list(given)
                and _is_few_enough(asks, given)
                and set(given) <= _possible(asks, given)
            )


def _is_few_enough(asks: Asked, given: Sequence[str]) -> bool:
    match asks:
        case MultipleChoice() | Hotspot() | Hottext() | Match() | Associate():
            most = asks.most
        case PicturePoints() | PictureLinks():
            most = asks.most
        case _:
            most = 0
    return not most or len(given) <= most


def _entry_takes(asks: Entry, given: str) -> bool:
    if asks.options:
        return given == "" or given in {option.id for option in asks.options}
    return len(given) <= 2_000


def _is_list(given: Any) -> bool:
    return (
        isinstance(given, list)
        and len(given) <= MOST_PICKED
        and all(isinstance(one, str) for one in given)
        and len(set(given)) == len(given)
    )


def _possible(asks: Asked, given: Sequence[str]) -> set[str]:
    """Everything that may stand in the list a place gives."""
    match asks:
        case MultipleChoice() | Order():
            return {option.id for option in asks.options}
        case Hotspot() | PictureOrder():
            return {area.id for area in asks.areas}
        case Hottext():
            return set(asks.words)
        case PicturePoints():
            return {one for one in given if parse_point(one) is not None}
        case _:
            lefts, rights = ends(asks)
            return {f"{left} {right}" for left in lefts for right in rights}


def ends(asks: Asked) -> tuple[list[str], list[str]]:
    """Identifiers that may stand first and second in a pair."""
    match asks:
        case Match():
            return [row.id for row in asks.rows], [column.id for column in asks.columns]
        case GapMatch():
            return [piece.id for piece in asks.pieces], list(asks.gaps)
        case PictureGaps():
            return [piece.id for piece in asks.pieces], [area.id for area in asks.areas]
        case Associate():
            names = [choice.id for choice in asks.choices]
            return names, names
        case PictureLinks():
            names = [area.id for area in asks.areas]
            return names, names
        case _:
            return [], []
