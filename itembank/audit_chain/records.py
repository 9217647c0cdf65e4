"""An audit event as bytes, its leaf, and the link that ties it to all before it. Pure."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any, NamedTuple

from itembank.merkle import leaf_hash

# Apart from leaves (0x00) and nodes (0x01) of the tree and from the links of sealed attempts.
LINK = b"\x04"
NOTHING_BEFORE = bytes(32)


class Recorded(NamedTuple):
    """Every column of an audit event, under the same names."""

    seq: int
    at: datetime
    actor_id: uuid.UUID | None
    actor_name: str
    action: str
    object_type: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None


_written = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
).encode


def leaf_of(event: Recorded) -> bytes:
    """The same event gives the same leaf on either database."""
    cells = [event.seq, event.at.astimezone(UTC).isoformat(timespec="microseconds"), *event[2:]]
    return leaf_hash(_written(cells).encode())


def linked(before: bytes, leaf: bytes) -> bytes:
    return hashlib.sha256(LINK + before + leaf).digest()
