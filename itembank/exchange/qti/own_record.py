"""The item as the bank holds it, carried within an exported QTI item.

QTI has no place for a rationale, a curriculum outcome or the boxes of an answer sheet, so the
export carries the item's canonical JSON in a rubric block that only its author sees. The record
counts only while the rest of the file still says the same: the importer writes the item anew from
the record and compares; a file that was changed elsewhere is read as any other QTI.
"""

from __future__ import annotations

import re

from ...items.content import ItemContent, canonical_bytes
from ...scoring.qti.tree import Node
from .writing import UNWRITABLE

USE = "ext:khaothi-record"


def record_node(content: ItemContent) -> Node:
    written = UNWRITABLE.sub(_escaped, canonical_bytes(content).decode())
    inside = Node("contentBody", {}, (Node("pre", {}, (written,)),))
    return Node("rubricBlock", {"view": "author", "use": USE}, (inside,))


def _escaped(found: re.Match[str]) -> str:
    """JSON's own way to write what XML cannot hold."""
    return f"\\u{ord(found[0]):04x}"


def is_record(node: Node) -> bool:
    return node.name == "rubricBlock" and node.get("use") == USE


def without_record(node: Node) -> Node:
    """The tree as another system would read it."""
    content = tuple(
        part if isinstance(part, str) else without_record(part)
        for part in node.content
        if isinstance(part, str) or not is_record(part)
    )
    return Node(node.name, node.attributes, content, node.line)
