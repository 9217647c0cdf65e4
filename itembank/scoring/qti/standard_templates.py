"""The response processing templates of the standard, written as trees; no address is opened.

A template is known by the last part of its address, so that every version's address leads here.
match_correct, map_response, map_response_point: QTI 2.x §2.5 "standard response processing
templates"; CC2_*: Common Cartridge 2 feedback templates, as the
1EdTech packages carry them; match_nothing: met in the field.
"""

from __future__ import annotations

from .errors import unknown_template
from .tree import Node

RESPONSE = "RESPONSE"
SCORE = "SCORE"
FEEDBACK = "FEEDBACK"


def _variable(name: str) -> Node:
    return Node("variable", {"identifier": name})


def _constant(base: str, written: str) -> Node:
    return Node("baseValue", {"baseType": base}, (written,))


def _set(name: str, value: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": name}, (value,))


def _when(test: Node, then: tuple[Node, ...], otherwise: tuple[Node, ...] = ()) -> Node:
    branches = [Node("responseIf", {}, (test, *then))]
    if otherwise:
        branches.append(Node("responseElse", {}, otherwise))
    return Node("responseCondition", {}, tuple(branches))


def _program(*rules: Node) -> Node:
    return Node("responseProcessing", {}, rules)


def _is(left: Node, right: Node) -> Node:
    return Node("match", {}, (left, right))


IS_CORRECT = _is(_variable(RESPONSE), Node("correct", {"identifier": RESPONSE}))
IS_EMPTY = Node("isNull", {}, (_variable(RESPONSE),))
ONE, ZERO = _constant("float", "1"), _constant("float", "0")
MAPPED = Node("mapResponse", {"identifier": RESPONSE})
MAPPED_POINT = Node("mapResponsePoint", {"identifier": RESPONSE})


MAXIMUM = _variable("MAXSCORE")


def _word(word: str) -> Node:
    return _constant("identifier", word)


def _basic(word: str) -> Node:
    return _set("FEEDBACKBASIC", _word(word))


TEMPLATES: dict[str, Node] = {
    "match_correct": _program(_when(IS_CORRECT, (_set(SCORE, ONE),), (_set(SCORE, ZERO),))),
    "map_response": _program(_when(IS_EMPTY, (_set(SCORE, ZERO),), (_set(SCORE, MAPPED),))),
    "map_response_point": _program(
        _when(IS_EMPTY, (_set(SCORE, ZERO),), (_set(SCORE, MAPPED_POINT),))
    ),
    "match_nothing": _program(_when(IS_EMPTY, (_set(SCORE, ONE),), (_set(SCORE, ZERO),))),
    "CC2_match": _program(
        _set(FEEDBACK, _variable(RESPONSE)),
        _when(IS_CORRECT, (_set(SCORE, MAXIMUM),)),
    ),
    "CC2_match_basic": _program(
        _when(IS_CORRECT, (_set(SCORE, MAXIMUM), _basic("correct")), (_basic("incorrect"),))
    ),
    "CC2_map_response": _program(
        _when(IS_EMPTY, (_set(SCORE, ZERO),), (_set(SCORE, MAPPED),)),
        _when(
            Node("equal", {"toleranceMode": "exact"}, (MAXIMUM, _variable(SCORE))),
            (_set(FEEDBACK, _word("correct")),),
            (_set(FEEDBACK, _word("incorrect")),),
        ),
    ),
}


def template_name(address: str) -> str:
    """`match_correct` of `…/rptemplates/match_correct.xml`."""
    return address.rstrip("/").rpartition("/")[2].removesuffix(".xml")


def template(address: str) -> Node:
    """The program of a standard template. Raises ProcessingError for any other."""
    found = TEMPLATES.get(template_name(address))
    if found is None:
        raise unknown_template(address)
    return found
