"""The code a candidate copies onto the paper: computed from the whole of what was answered. Pure."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from .replay import value_bytes

# Letters and digits that are not taken for one another when read aloud or copied by hand.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 8


def receipt_code(attempt_id: uuid.UUID, responses: Mapping[uuid.UUID, Any]) -> str:
    """`7F3K-92QA`: another response anywhere gives another code (25**8 of them)."""
    ordered = {str(item): responses[item] for item in sorted(responses)}
    digest = hashlib.sha256(attempt_id.bytes + value_bytes(ordered)).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
