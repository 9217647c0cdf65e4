"""Everything an item says that a search may find: lead, options, statements, parts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..items.content import ItemContent
from ..items.html import plain_text

_SHOWN = ("body", "criterion", "label", "text", "picture")


def said(content: ItemContent) -> str:
    """Plain text with formulas between dollars. Solutions and rationales are not searched."""
    return joined([plain_text(content.stem), *parts_of(content)])


def joined(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)


def parts_of(content: ItemContent) -> list[str]:
    """What is chosen from, each by itself: options, statements, rows and columns."""
    found = _shown(content.interaction.model_dump(exclude={"rubric"}))
    return [plain for part in found if (plain := plain_text(part))]


def _shown(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in _SHOWN and isinstance(inner, str):
                yield inner
            elif name not in ("rationale", "model_answer"):
                yield from _shown(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _shown(inner)
