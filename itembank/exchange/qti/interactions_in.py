"""Interactions of a QTI item body as interactions of the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import msg
from ...items.composite import Composite
from ...items.content import ShortAnswer
from ...items.interactions import Cloze
from ...items.numbers import parse_vn_number
from ...scoring.qti.declarations import Variable
from ...scoring.qti.tree import Node
from .composite_in import read_composite
from .markup import html_of
from .reading import (
    INLINE,
    NotModelled,
    declared_of,
    interactions_in,
    place_node,
    plain_identifiers,
    prompt_of,
    replaced,
)
from .single_in import BLOCKS, Block, gap_of, typed_keys

Variables = Mapping[str, Variable]
Modelled = Block | ShortAnswer | Cloze | Composite


def read_interaction(body: Node, variables: Variables) -> tuple[str, Modelled]:
    """The stem and the interaction of a body. Raises NotModelled."""
    found = interactions_in(body)
    if not found:
        raise NotModelled(msg("Câu không có phần trả lời nào."))
    if all(node.name in INLINE for node in found):
        return _inline(body, found, variables)
    if len(found) == 1 and found[0].name in BLOCKS:
        return _block(body, found[0], variables)
    return read_composite(body, found, variables)


def _block(body: Node, node: Node, variables: Variables) -> tuple[str, Modelled]:
    stem = html_of([*_without(body, node).content, *prompt_of(node)])
    return stem, BLOCKS[node.name](node, declared_of(node, variables))


def _without(tree: Node, gone: Node) -> Node:
    content = tuple(
        part if isinstance(part, str) else _without(part, gone)
        for part in tree.content
        if part is not gone
    )
    return Node(tree.name, tree.attributes, content)


def _inline(body: Node, found: Sequence[Node], variables: Variables) -> tuple[str, Modelled]:
    if len(found) == 1 and found[0].name == "textEntryInteraction":
        short = _short(declared_of(found[0], variables))
        stem = _without(body, found[0])
        if short is not None and _stands_alone(body, found[0]):
            return html_of(stem.content), short
    gaps = tuple(gap_of(node, declared_of(node, variables)) for node in found)
    plain_identifiers([gap.id for gap in gaps])
    text = replaced(
        body, lambda one: place_node(one.get("responseIdentifier")) if one.name in INLINE else None
    )
    shown = html_of(text.content)
    if any(f'data-gap="{gap.id}"' not in shown for gap in gaps):
        raise NotModelled(msg("Câu có phần trả lời nằm trong phần chỉ hiện có điều kiện."))
    return shown, Cloze(gaps=gaps)


def _short(declared: Variable) -> ShortAnswer | None:
    """A number of a few characters, as on the official answer sheet."""
    by_value = {parse_vn_number(key): key for key in reversed(typed_keys(declared))}
    keys = tuple(reversed(by_value.values()))
    if not keys or None in by_value:
        return None
    longest = max(len(key) for key in keys)
    return ShortAnswer(keys=keys, max_chars=max(4, longest)) if longest <= 40 else None


def _stands_alone(body: Node, entry: Node) -> bool:
    """Whether the field has a line of its own, not a place within a sentence."""
    for node in body.below():
        if any(part is entry for part in node.content):
            rest = [part for part in node.content if part is not entry]
            return not any(p.strip() if isinstance(p, str) else p.text.strip() for p in rest)
    return False
