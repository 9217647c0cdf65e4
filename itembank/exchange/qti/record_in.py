"""Reading back what this program exported: the record, held against the rest of its file."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from ...errors import KhaothiError
from ...items.content import ItemContent
from ...scoring.qti.tree import Node
from .items_out import item_node
from .own_record import is_record
from .writing import UNWRITABLE

_LOOSE = frozenset(
    {"src", "data", "schemaLocation", "toolName", "toolVersion", "xml:lang", "title"}
)


def content_of_record(root: Node) -> ItemContent | None:
    """The content of the record, where there is one and the file still agrees with it."""
    record = next((node for node in root.find("rubricBlock") if is_record(node)), None)
    if record is None:
        return None
    try:
        content = ItemContent.model_validate_json(record.text)
        made = item_node(content, root.get("identifier"), stimulus_href=stimulus_href(root))
    except (ValidationError, ValueError, KhaothiError):
        return None
    return content if list(_facts(made)) == list(_facts(root)) else None


def _plain(text: str) -> str:
    return " ".join(UNWRITABLE.sub("", text).split())


def stimulus_href(root: Node) -> str:
    found = root.child("assessmentStimulusRef")
    return "" if found is None else found.get("href")


def _facts(node: Node) -> Iterator[tuple[object, ...]]:
    """What a tree says, without the layout of white space and the addresses of pictures."""
    if is_record(node):
        return
    told = ((k, _plain(v)) for k, v in node.attributes.items() if k not in _LOOSE)
    named = tuple(sorted(told))
    yield (node.name, named)
    words: list[str] = []
    for part in node.content:
        if isinstance(part, str):
            words.append(part)
            continue
        yield ("text", _plain("".join(words)))
        words = []
        yield from _facts(part)
    yield ("end", _plain("".join(words)))
