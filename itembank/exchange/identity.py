"""Which item of the bank a found item is: a short name that travels in an exported file.

A file that left the bank names each of its items and the version it showed. Read again, such an
item becomes a new draft of the same item, and what a file cannot hold (rationales, topic,
outcome, marking rubric) stays as it was.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from ..items.content import ItemContent

_NAME = re.compile(r"kt:([0-9a-f]{32}):([0-9a-f]{16})")
_HASH_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """`version` is the beginning of the SHA-256 of the content that was exported."""

    item_id: uuid.UUID
    version: str

    def __str__(self) -> str:
        return f"kt:{self.item_id.hex}:{self.version}"


def identity_of(item_id: uuid.UUID, version_hash: str) -> Identity:
    return Identity(item_id, version_hash[:_HASH_LETTERS])


def read_identity(name: str) -> Identity | None:
    """None for what is not such a name: a file from elsewhere may say anything."""
    found = _NAME.fullmatch(name)
    return Identity(uuid.UUID(found[1]), found[2]) if found else None


def merged(old: ItemContent, new: ItemContent) -> ItemContent:
    """What the file says now, with what the file could not hold kept from the bank."""
    kept = {name: getattr(old, name) for name in ("outcome", "real_life", "minutes")}
    kept["stimulus"] = new.stimulus or old.stimulus
    kept["topic"], kept["level"] = new.topic or old.topic, new.level or old.level
    kept["solution"] = new.solution or old.solution
    interaction = _merged_interaction(old.interaction.model_dump(), new.interaction.model_dump())
    told = {**new.model_dump(by_alias=True), **kept, "interaction": interaction}
    return ItemContent.model_validate({**told, "grade": old.grade})


def _merged_interaction(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Rationales by letter; a rubric, a hint and the widths as they were."""
    if old["type"] != new["type"]:
        return new
    for parts in ("options", "statements"):
        reasons = {part["id"]: part.get("rationale", "") for part in old.get(parts, ())}
        for part in new.get(parts, ()):
            part["rationale"] = part.get("rationale") or reasons.get(part["id"], "")
    for name in ("hint", "max_chars", "min_words", "max_words", "shuffle"):
        if name in old:
            new[name] = old[name]
    if not new.get("rubric") and old.get("rubric"):
        new["rubric"] = old["rubric"]
    return new
