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
from ..items.composite import Composite
from ..items.content import STATEMENT_IDS, Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from ..items.interactions import Cloze, MultipleChoice, Order, QtiOpaque, QtiSource
from .qti.body import resolved
from .qti.errors import not_a_score
from .qti.item_session import QtiItem, SessionState, begin, read_item, submit
from .qti.tree import Node

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


@lru_cache(maxsize=2_000)
def _begun(xml: str, seed: int | None) -> SessionState:
    """Where every candidate starts; a template is drawn from the seed of the item."""
    return begin(source_item(xml), seed=seed or 0)


@lru_cache(maxsize=2_000)
def _shown(xml: str, seed: int | None) -> Node:
    """The body as candidates have it."""
    item = source_item(xml)
    body = item.body if seed is None else resolved(item, _begun(xml, seed))
    return body or Node("itemBody")


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
    state = submit(item, _begun(source.xml, source.seed), responses)
    if not isfinite(state.score):
        raise not_a_score()
    return Decimal(repr(round(state.score, 9)))


def qti_responses(content: ItemContent, source: QtiSource, response: Any) -> dict[str, Any]:
    """Our response in the variables of the source."""
    part = content.interaction
    if isinstance(part, Cloze | Composite | QtiOpaque):
        given = response if isinstance(response, dict) else {}
        return {name: _with_point(source, name, value) for name, value in given.items()}
    body = _shown(source.xml, source.seed)
    name = _response_name(body)
    match part:
        case Choice():
            return {name: _named(body, response)}
        case MultipleChoice() | Order():
            return {name: [_named(body, letter) for letter in _list(response)]}
        case TrueFalseCluster():
            return {name: _judged(body, response)}
        case Essay():
            return {name: response.get("text") if isinstance(response, dict) else None}
        case ShortAnswer():
            return {name: _with_point(source, name, response)}
        case _:
            return {name: _list(response)}


def _with_point(source: QtiSource, name: str, typed: Any) -> Any:
    """A number typed with a decimal comma, as QTI reads numbers."""
    declared = source_item(source.xml).variables.get(name)
    is_number = declared is not None and declared.type in {"float", "integer"}
    return typed.replace(",", ".") if is_number and isinstance(typed, str) else typed


def _judged(body: Node, response: Any) -> list[str]:
    """`{"a": true}` as the pair of the first row and the column that says true."""
    sides = list(body.find("simpleMatchSet"))
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


def _response_name(body: Node) -> str:
    found = next(body.find(*RESPONSE_PLACES), None)
    return "RESPONSE" if found is None else found.get("responseIdentifier")


def _named(body: Node, letter: Any) -> str | None:
    """The identifier that the option at this letter has in the source."""
    if letter not in LETTERS:
        return None
    choices = [node.get("identifier") for node in body.find("simpleChoice")]
    place = LETTERS.index(letter)
    return choices[place] if place < len(choices) else None
