"""What readers of interactions share: declarations, keys, bodies of choices, places in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ...errors import Message, msg
from ...items.interactions import Area, Link, Part
from ...scoring.qti.declarations import Variable, read_coords
from ...scoring.qti.tree import Node
from ...scoring.qti.values import as_number, atom_text, atoms_of
from .markup import html_of

INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
_SPACE = re.compile(r"\s")


class NotModelled(Exception):
    """The item stays word for word; `reason` says what it holds that the bank's model does not."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(str(reason))


def interactions_in(body: Node) -> list[Node]:
    return [node for node in body.below() if node.name.endswith("Interaction")]


def prompt_of(node: Node) -> Sequence[Node | str]:
    prompt = node.child("prompt")
    return () if prompt is None else (Node("p", {}, prompt.content),)


def declared_of(node: Node, variables: Mapping[str, Variable]) -> Variable:
    found = variables.get(node.get("responseIdentifier"))
    if found is None:
        raise NotModelled(msg("Phần trả lời không có khai báo."))
    return found


def inside_of(node: Node) -> str:
    """Content of a choice; a lone paragraph around all of it says nothing."""
    html = html_of(node.content)
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        return html.removeprefix("<p>").removesuffix("</p>").strip()
    return html


def whole(node: Node, name: str, default: int) -> int:
    """A whole number of an attribute; what is none is the default."""
    found = as_number(node.get(name))
    return found if isinstance(found, int) else default


def key_texts(declared: Variable) -> list[str]:
    """The key as texts: the correct response, else the entries of the mapping that earn most."""
    if declared.correct is not None:
        return [atom_text(atom) for atom in atoms_of(declared.correct)]
    entries = declared.mapping.entries if declared.mapping else ()
    earning = [entry for entry in entries if entry.value > 0]
    if declared.cardinality == "single" and earning:
        most = max(entry.value for entry in earning)
        earning = [entry for entry in earning if entry.value == most]
    return [atom_text(entry.key) for entry in earning]


def links_of(declared: Variable) -> tuple[Link, ...]:
    pairs = (text.split() for text in key_texts(declared))
    return tuple(Link(left=pair[0], right=pair[1]) for pair in pairs if len(pair) == 2)


def part_of(node: Node) -> Part:
    identifier = node.get("identifier")
    return Part(id=identifier, body=inside_of(node), most=whole(node, "matchMax", 1))


def area_of(node: Node) -> Area:
    return Area.model_validate(
        {
            "id": node.get("identifier"),
            "shape": node.get("shape", "default"),
            "coords": read_coords(node.get("coords")),
            "label": node.get("hotspotLabel") or node.get("label"),
        }
    )


def place_node(identifier: str, words: Sequence[Node | str] = ()) -> Node:
    """An inline place of a text."""
    return Node("span", {"data-gap": identifier}, tuple(words))


def replaced(tree: Node, into: Callable[[Node], Node | None]) -> Node:
    made = into(tree)
    if made is not None:
        return made
    content = tuple(p if isinstance(p, str) else replaced(p, into) for p in tree.content)
    return Node(tree.name, tree.attributes, content)


def plain_identifiers(names: Sequence[str]) -> None:
    if any(not name or _SPACE.search(name) for name in names):
        raise NotModelled(msg("Câu có định danh viết sai."))
