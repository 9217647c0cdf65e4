"""Rendered content as a tree whose leaves are what a reader sees: words, pictures, formulas, gaps,
and the edges of paragraphs, rows and lines. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

from ..items.rendering import render

Kind = Literal["word", "picture", "formula", "gap", "edge", "sign"]

LOOKS = frozenset({"strong", "em", "u", "sub", "sup", "blockquote"})
EDGES = frozenset(
    {"p", "li", "tr", "td", "th", "table", "ul", "ol", "div", "figure", "caption", "br"}
)
VOID = frozenset({"br", "img"})
SIGNS = frozenset({"mi", "mn", "mo", "mtext", "ms"})
ROWS = frozenset({"math", "mrow", "mstyle", "semantics", "mtd", "mpadded"})
LOOK_OF = ("colspan", "rowspan", "mathvariant", "notation", "type", "start")
_WORDS = re.compile(r"\w+(?:[.,’'-]\w+)*|[^\w\s]")


@dataclass(eq=False, slots=True)
class Leaf:
    """One thing a reader sees. `key` is equal where two of them look the same."""

    kind: Kind
    key: Hashable
    text: str
    is_spaced: bool = False
    formula: Node | None = None


@dataclass(eq=False, slots=True)
class Node:
    tag: str
    attributes: dict[str, str]
    children: list[Node | Leaf] = field(default_factory=list)

    def leaves(self) -> Iterator[Leaf]:
        for child in self.children:
            if isinstance(child, Leaf):
                yield child
            else:
                yield from child.leaves()


def read(html: str) -> Node:
    """The tree of sanitised content as rendered; pictures keep their `asset:` names."""
    reader = _Reader()
    reader.feed(render(html, lambda sha: f"asset:{sha}"))
    reader.close()
    return reader.root


def look(attributes: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The attributes that change what is seen."""
    return tuple((name, attributes[name]) for name in LOOK_OF if attributes.get(name))


def words(text: str) -> Iterator[tuple[str, bool]]:
    """Words and marks, each with whether a space stands before it."""
    for found in _WORDS.finditer(text):
        at = found.start()
        yield found[0], at > 0 and text[at - 1].isspace()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open: list[Node] = [self.root]
        self.is_spaced = True  # a space, or the edge of a block, stands before the next word
        self.in_note = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "annotation":
            self.in_note = True
            return
        node = Node(tag, attributes)
        self.open[-1].children.append(node)
        if tag == "img":
            self._picture(node)
        elif tag in EDGES:
            node.children.append(Leaf("edge", ("edge", tag, look(attributes)), ""))
            self.is_spaced = True
        elif attributes.get("data-gap"):
            self._add(node, "gap", attributes["data-gap"])
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "annotation":
            self.in_note = False
            return
        if all(node.tag != tag for node in self.open[1:]):
            return
        while (closed := self.open.pop()).tag != tag:
            pass
        if tag == "math" and not self._is_in_formula():
            self._close_formula(closed)
        elif tag in EDGES:
            self.is_spaced = True

    def handle_data(self, data: str) -> None:
        if self.in_note:
            return
        data = unicodedata.normalize("NFC", data)  # a letter made of several is the same letter
        if self._is_in_formula():
            self._sign(data)
            return
        looks = tuple(sorted(node.tag for node in self.open if node.tag in LOOKS))
        for text, is_spaced in words(data):
            leaf = Leaf("word", (text, looks), text)
            leaf.is_spaced = is_spaced or self.is_spaced
            leaf.key = (leaf.key, leaf.is_spaced)
            self.open[-1].children.append(leaf)
            self.is_spaced = False
        self.is_spaced = self.is_spaced or data[-1:].isspace()

    def _is_in_formula(self) -> bool:
        return any(node.tag == "math" for node in self.open)

    def _add(self, node: Node, kind: Kind, text: str, *more: Hashable) -> None:
        leaf = Leaf(kind, (kind, text, *more), text, self.is_spaced)
        node.children.append(leaf)
        self.is_spaced = False

    def _picture(self, node: Node) -> None:
        alt = node.attributes.get("alt", "")
        shown = (node.attributes.get("src", ""), node.attributes.get("width", ""))
        self._add(node, "picture", alt, *shown)

    def _sign(self, text: str) -> None:
        if not text.strip():
            return
        steps = []
        for outer, inner in zip(self.open, self.open[1:], strict=False):
            if outer.tag not in ROWS | SIGNS and outer.tag.startswith("m"):
                steps.append((outer.tag, look(outer.attributes), outer.children.index(inner)))
        signs = self.open[-1]
        key = ("sign", text.strip(), look(signs.attributes), tuple(steps))
        signs.children.append(Leaf("sign", key, text.strip()))

    def _close_formula(self, math: Node) -> None:
        """The formula counts as one thing; its signs are compared where two formulas meet."""
        signs = tuple(leaf.key for leaf in math.leaves())
        shape = math.attributes.get("display", "")
        leaf = Leaf("formula", ("formula", shape, signs), "", self.is_spaced, math)
        siblings = self.open[-1].children
        siblings[siblings.index(math)] = leaf
        self.is_spaced = False
