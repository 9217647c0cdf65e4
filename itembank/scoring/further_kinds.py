"""Score rules of the interactions beyond the official papers' four. Pure.

Responses: a list of identifiers (multiple, order, hotspot, hottext), a list of `"left right"` pairs
(match, gap_match), a mapping of gap to text (cloze), and for an item kept as QTI a mapping of
response identifier to value; so for a composite item, by place.
"""

from __future__ import annotations

from typing import Any

from ..items.composite import Composite
from ..items.further_checks import sides
from ..items.interactions import (
    Cloze,
    GapMatch,
    Hotspot,
    Hottext,
    Match,
    MultipleChoice,
    Order,
    QtiOpaque,
)
from . import places
from .typed_text import fills

Further = (
    MultipleChoice | Cloze | Match | Order | Hotspot | GapMatch | Hottext | Composite | QtiOpaque
)
FURTHER = (MultipleChoice, Cloze, Match, Order, Hotspot, GapMatch, Hottext, Composite, QtiOpaque)
LONGEST_TYPED = 60_000
MOST_PICKED = 1_000


def categories(part: Further) -> int:
    """Number of score categories, counting 0."""
    match part:
        case Cloze():
            return len(part.gaps) + 1
        case Match() | GapMatch() if part.partial:
            return len(part.keys) + 1
        case Composite():
            return max(1, len(part.scored_places)) + 1
        case _:
            return 2


def category(part: Further, response: Any) -> int:
    """The category of a response by the key of the item itself."""
    match part:
        case Cloze():
            given = response if isinstance(response, dict) else {}
            return sum(fills(gap, given.get(gap.id)) for gap in part.gaps)
        case Order():
            return int(bool(part.keys) and _picked(response) == list(part.keys))
        case Match() | GapMatch():
            return _pairs(part, response)
        case Composite():
            return places.right_places(part, response)
        case QtiOpaque():
            return 0
        case _:
            picked = _picked(response)
            return int(bool(part.keys) and sorted(picked) == sorted(part.keys))


def _picked(response: Any) -> list[str]:
    return [str(one) for one in response] if isinstance(response, list) else []


def _pairs(part: Match | GapMatch, response: Any) -> int:
    key = {f"{link.left} {link.right}" for link in part.keys}
    given = set(_picked(response))
    return len(given & key) if part.partial else int(bool(key) and given == key)


def answered(response: dict[str, Any]) -> bool:
    return any(value not in (None, "", []) for value in response.values())


def fits(part: Further, value: Any) -> bool:
    """Whether a control of this interaction could have produced the value."""
    match part:
        case Cloze():
            return isinstance(value, dict) and all(
                _gap_takes(part, key, given) for key, given in value.items()
            )
        case Composite():
            return places.fits(part, value)
        case QtiOpaque():
            return isinstance(value, dict) and len(str(value)) <= LONGEST_TYPED
        case Match() | GapMatch():
            return _strings(value) and all(_pair_known(part, pair) for pair in value)
        case _:
            return _strings(value) and set(value) <= _identifiers(part)


def _strings(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_PICKED
        and len(set(map(str, value))) == len(value)
        and all(isinstance(one, str) for one in value)
    )


def _gap_takes(part: Cloze, identifier: Any, given: Any) -> bool:
    gap = next((gap for gap in part.gaps if gap.id == identifier), None)
    if gap is None or not isinstance(given, str):
        return False
    if gap.options:
        return given == "" or given in {option.id for option in gap.options}
    return len(given) <= 2_000


def _pair_known(part: Match | GapMatch, pair: str) -> bool:
    left, _, right = pair.partition(" ")
    lefts, rights = sides(part)
    return left in lefts and right in rights


def _identifiers(part: MultipleChoice | Order | Hotspot | Hottext) -> set[str]:
    match part:
        case MultipleChoice() | Order():
            return {option.id for option in part.options}
        case Hotspot():
            return {area.id for area in part.areas}
        case Hottext():
            return set(part.words)
