"""Items scored by the QTI they came from, as their author meant. Pure.

The identifiers of our content are those of the source, but options of a plain choice are named
A, B, C… by their place, so a response goes back through the same order.
"""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

from ..exchange.qti_xml import read_root
from ..items.content import STATEMENT_IDS, Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ..items.interactions import Cloze, MultipleChoice, Order, QtiOpaque, QtiSource
from .qti.errors import not_a_score
from .qti.item_session import QtiItem, begin, read_item, submit

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
TRUE_WORDS = frozenset({"đúng", "true", "đ"})
RESPONSE_PLACES = (
    "choiceInteraction", "matchInteraction", "orderInteraction", "hotspotInteraction",
    "gapMatchInteraction", "hottextInteraction", "textEntryInteraction", "inlineChoiceInteraction",
    "extendedTextInteraction",
)  # fmt: skip


@lru_cache(maxsize=2_000)
def source_item(xml: str) -> QtiItem:
    return read_item(read_root(xml.encode(), "assessmentItem"))


def category(content: ItemContent, source: QtiSource, response: Any) -> int:
    """The place of the source's score among the levels it can give."""
    if response is None:
        response = {}
    score = qti_score(source, qti_responses(content, source, response))
    place = bisect_right(list(source.levels), score) - 1
    return max(0, min(place, max(1, len(source.levels) - 1)))


def qti_score(source: QtiSource, responses: dict[str, Any]) -> Decimal:
    """SCORE after one try. Raises ProcessingError where it is no finite number."""
    item = source_item(source.xml)
    state = submit(item, begin(item), responses)
    if not isfinite(state.score):
        raise not_a_score()
    return Decimal(repr(round(state.score, 9)))


def qti_responses(content: ItemContent, source: QtiSource, response: Any) -> dict[str, Any]:
    """Our response in the variables of the source."""
    part = content.interaction
    if isinstance(part, Cloze | QtiOpaque):
        return dict(response) if isinstance(response, dict) else {}
    item = source_item(source.xml)
    name = _response_name(item)
    match part:
        case Choice():
            return {name: _named(item, response)}
        case MultipleChoice() | Order():
            return {name: [_named(item, letter) for letter in _list(response)]}
        case TrueFalseCluster():
            return {name: _judged(item, response)}
        case Essay():
            return {name: response.get("text") if isinstance(response, dict) else None}
        case ShortAnswer():
            return {name: response}
        case _:
            return {name: _list(response)}


def _judged(item: QtiItem, response: Any) -> list[str]:
    """`{"a": true}` as the pair of the first row and the column that says true."""
    sides = [] if item.body is None else list(item.body.find("simpleMatchSet"))
    if len(sides) != 2 or not isinstance(response, dict):
        return []
    rows, columns = (list(side.find("simpleAssociableChoice")) for side in sides)
    said = {node.text.strip(" .\n\t").lower() in TRUE_WORDS: node for node in columns}
    named = dict(zip(STATEMENT_IDS, rows, strict=False))
    return [
        f"{named[key].get('identifier')} {said[bool(value)].get('identifier')}"
        for key, value in response.items()
        if key in named and bool(value) in said
    ]


def _list(response: Any) -> list[str]:
    return list(response) if isinstance(response, list) else []


def _response_name(item: QtiItem) -> str:
    if item.body is None:
        return "RESPONSE"
    found = next(item.body.find(*RESPONSE_PLACES), None)
    return "RESPONSE" if found is None else found.get("responseIdentifier")


def _named(item: QtiItem, letter: Any) -> str | None:
    """The identifier that the option at this letter has in the source."""
    if item.body is None or letter not in LETTERS:
        return None
    choices = [node.get("identifier") for node in item.body.find("simpleChoice")]
    place = LETTERS.index(letter)
    return choices[place] if place < len(choices) else None
