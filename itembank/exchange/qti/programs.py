"""Declarations and response processing of exported items, in standard elements only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...scoring.qti.standard_templates import TEMPLATES
from ...scoring.qti.tree import Node

RESPONSE = "RESPONSE"


def constant(base: str, written: str) -> Node:
    return Node("baseValue", {"baseType": base}, (written,))


def variable(name: str) -> Node:
    return Node("variable", {"identifier": name})


def assign(name: str, value: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": name}, (value,))


def _values(name: str, values: Sequence[str]) -> tuple[Node, ...]:
    if not values:
        return ()
    return (Node(name, {}, tuple(Node("value", {}, (value,)) for value in values)),)


def declaration(
    cardinality: str,
    base: str,
    keys: Sequence[str],
    worth: Node | None = None,
    *,
    identifier: str = RESPONSE,
) -> Node:
    content = (*_values("correctResponse", keys), *((worth,) if worth is not None else ()))
    attributes = {"identifier": identifier, "cardinality": cardinality, "baseType": base}
    return Node("responseDeclaration", attributes, content)


def mapping(
    worth: Mapping[str, str], *, upper: str | None = None, strict: bool | None = None
) -> Node:
    attributes = {"defaultValue": "0", "lowerBound": "0"}
    if upper is not None:
        attributes["upperBound"] = upper
    told = {} if strict is None else {"caseSensitive": "true" if strict else "false"}
    entries = (
        Node("mapEntry", {"mapKey": key, "mappedValue": value, **told})
        for key, value in worth.items()
    )
    return Node("mapping", attributes, tuple(entries))


def score_declaration(most: str, name: str = "SCORE", *, external: bool = False) -> Node:
    attributes = {"identifier": name, "cardinality": "single", "baseType": "float"}
    if most != "0":
        attributes["normalMaximum"] = most
    if external:
        attributes["externalScored"] = "human"
    return Node("outcomeDeclaration", attributes, _values("defaultValue", ["0"]))


def table(most: str, targets: Mapping[str, str]) -> Node:
    """SCORE with the points of each count, highest first."""
    declared = score_declaration(most)
    entries = (
        Node("interpolationTableEntry", {"sourceValue": source, "targetValue": target})
        for source, target in targets.items()
    )
    lookup = Node("interpolationTable", {"defaultValue": "0"}, tuple(entries))
    return Node(declared.name, declared.attributes, (*declared.content, lookup))


def matched() -> Node:
    """1 for the key, 0 for anything else."""
    return TEMPLATES["match_correct"]


def mapped() -> Node:
    """The sum of the mapping."""
    return TEMPLATES["map_response"]


def via_table() -> Node:
    """NCORRECT by the mapping, SCORE by the table."""
    answered = Node("not", {}, (Node("isNull", {}, (variable(RESPONSE),)),))
    counted = assign("NCORRECT", Node("mapResponse", {"identifier": RESPONSE}))
    scored = Node("lookupOutcomeValue", {"identifier": "SCORE"}, (variable("NCORRECT"),))
    branch = Node("responseIf", {}, (answered, counted, scored))
    return Node("responseProcessing", {}, (Node("responseCondition", {}, (branch,)),))


def counted_gaps(names: Sequence[str]) -> Node:
    """SCORE: the sum of what each gap earns."""
    rules = (earned_points(name) for name in names)
    return Node("responseProcessing", {}, tuple(rules))


def earned_points(name: str) -> Node:
    """What the mapping of one response gives, added to SCORE."""
    answered = Node("not", {}, (Node("isNull", {}, (variable(name),)),))
    return _added_if(answered, Node("mapResponse", {"identifier": name}))


def earned_if(right: Node) -> Node:
    """1 added to SCORE where an expression holds."""
    return _added_if(right, constant("float", "1"))


def _added_if(condition: Node, value: Node) -> Node:
    more = Node("sum", {}, (variable("SCORE"), value))
    branch = Node("responseIf", {}, (condition, assign("SCORE", more)))
    return Node("responseCondition", {}, (branch,))


def areas_declaration(areas: Sequence[tuple[str, str]]) -> Node:
    """Points that belong into areas, each worth 1."""
    entries = (
        Node("areaMapEntry", {"shape": shape, "coords": coords, "mappedValue": "1"})
        for shape, coords in areas
    )
    worth = Node("areaMapping", {"defaultValue": "0"}, tuple(entries))
    return declaration("multiple", "point", (), worth)


def mapped_points(name: str, count: int) -> Node:
    """Whether there is a point in each area and no other point."""
    wanted = constant("float", str(count))
    inside = Node("mapResponsePoint", {"identifier": name})
    many = Node("containerSize", {}, (variable(name),))
    exactly = {"toleranceMode": "exact"}
    return Node(
        "and",
        {},
        (Node("equal", exactly, (inside, wanted)), Node("equal", exactly, (many, wanted))),
    )
