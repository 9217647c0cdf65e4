"""Which item of the bank a found item is: a short name that travels in an exported file.

A file that left the bank names each of its items and the version it showed. Read again, such an
item becomes a new draft of the same item, and what a file cannot hold (rationales, topic,
outcome, marking rubric) stays as it was.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

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
