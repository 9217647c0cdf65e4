"""Gaps and words within a text, written as the QTI elements that stand in their places."""

from __future__ import annotations

from collections.abc import Sequence

from ...items.interactions import Gap, Option
from ...scoring.qti.tree import Node
from .markup import portable
from .programs import declaration, mapping


def choices(options: Sequence[Option], name: str = "simpleChoice") -> list[Node]:
    return [Node(name, {"identifier": o.id}, portable(o.body)) for o in options]


def gap_declaration(gap: Gap) -> Node:
    base = "identifier" if gap.options else "string"
    worth = mapping(dict.fromkeys(gap.keys, "1"), strict=gap.case_sensitive) if gap.keys else None
    return declaration("single", base, gap.keys[:1], worth, identifier=gap.id)


def with_gaps(node: Node | str, gaps: dict[str, Gap]) -> Node | str:
    if isinstance(node, str):
        return node
    gap = gaps.get(node.get("data-gap"))
    if gap is not None:
        return gap_node(gap)
    content = tuple(with_gaps(part, gaps) for part in node.content)
    return Node(node.name, node.attributes, content)


def gap_node(gap: Gap) -> Node:
    attributes = {"responseIdentifier": gap.id}
    if gap.options:
        attributes["shuffle"] = "false"
        return Node(
            "inlineChoiceInteraction", attributes, tuple(choices(gap.options, "inlineChoice"))
        )
    if gap.length is not None:
        attributes["expectedLength"] = str(gap.length)
    return Node("textEntryInteraction", attributes)


def with_places(node: Node | str, name: str, places: Sequence[str]) -> Node | str:
    if isinstance(node, str):
        return node
    identifier = node.get("data-gap")
    content = tuple(with_places(part, name, places) for part in node.content)
    if identifier in places:
        return Node(name, {"identifier": identifier}, content)
    return Node(node.name, node.attributes, content)
