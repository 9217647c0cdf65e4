"""The neutral tree of a QTI document: names as in QTI 2 whichever version the file was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_HYPHEN = re.compile(r"-([a-z0-9])")
_ODD = {"durationLt": "durationLT", "durationGte": "durationGTE"}


def plain_name(name: str) -> str:
    """`qti-response-condition` and `responseCondition` are one name: the latter."""
    bare = name.removeprefix("qti-")
    camel = _HYPHEN.sub(lambda found: found[1].upper(), bare)
    return _ODD.get(camel, camel)


@dataclass(frozen=True, slots=True)
class Node:
    """One element: name and attributes as in QTI 2, children and text in reading order."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    content: tuple[Node | str, ...] = ()
    line: int | None = None

    @property
    def children(self) -> tuple[Node, ...]:
        return tuple(part for part in self.content if isinstance(part, Node))

    @property
    def text(self) -> str:
        """All text below, in reading order."""
        return "".join(p if isinstance(p, str) else p.text for p in self.content)

    def get(self, attribute: str, default: str = "") -> str:
        return self.attributes.get(attribute, default)

    def flag(self, attribute: str, default: bool = False) -> bool:
        value = self.attributes.get(attribute)
        return default if value is None else value.strip().lower() in {"true", "1"}

    def child(self, *names: str) -> Node | None:
        return next((node for node in self.children if node.name in names), None)

    def all(self, *names: str) -> Iterator[Node]:
        return (node for node in self.children if node.name in names)

    def below(self) -> Iterator[Node]:
        """This node and every node under it, in document order."""
        todo: list[Node] = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children))

    def find(self, *names: str) -> Iterator[Node]:
        return (node for node in self.below() if node.name in names)
