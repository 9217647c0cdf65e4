"""The key under which a candidate's machine keeps its journal, and seals a rescue file. Pure.

It is drawn from the first lease's secret, which no page can read and which never changes: every
machine the candidate signs in on gets the same key, and nobody without a session gets any.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid

PURPOSE = b"khaothi journal 1|"


def journal_key(first_lease_token_hash: str, attempt_id: uuid.UUID) -> bytes:
    """32 bytes for this attempt alone."""
    secret = first_lease_token_hash.encode()
    return hmac.new(secret, PURPOSE + attempt_id.bytes, hashlib.sha256).digest()
