"""The Config Key of a configuration, and the hash of it that a browser sends with each address.

Config Key = SHA-256 of the configuration written as «SEB-JSON»; the browser sends, for every
address, SHA-256 of the address without its fragment followed by the key. Both in lower-case hex.
Source: https://safeexambrowser.org/developer/seb-config-key.html. Pure: no tables, no files.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from itembank.errors import msg, problem

from .errors import UnsafeSetting

Configuration = Mapping[str, Any]
NEVER_COUNTED = "originatorversion"


def config_key(configuration: Configuration) -> str:
    """SHA-256 of the SEB-JSON: 64 lower-case hex digits."""
    return hashlib.sha256(seb_json(configuration).encode()).hexdigest()


def address_hash(address: str, key: str) -> str:
    """What a browser with this Config Key sends for this address."""
    return hashlib.sha256((address.partition("#")[0] + key).encode()).hexdigest()


def is_hash_of(given: str, expected: str) -> bool:
    """Compare in constant time; anything that is no hash at all is just unequal."""
    return hmac.compare_digest(given.encode(), expected.encode())


def seb_json(value: Any) -> str:
    """The text the key is computed from: no white space, no escaping, keys in order.

    Empty dictionaries and `originatorVersion` are left out; empty arrays stay. Dates and reals are
    refused: the clients disagree on how to write them.
    """
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return "[" + ",".join(seb_json(element) for element in value) + "]"
    return _scalar(value)


def _object(value: Configuration) -> str:
    members = (f'"{key}":{seb_json(value[key])}' for key in counted_keys(value))
    return "{" + ",".join(members) + "}"


def counted_keys(value: Configuration) -> list[str]:
    """Keys that count, without regard to case; of two that differ only in case, lower first."""
    kept = (key for key, member in value.items() if not _is_left_out(key, member))
    return sorted(kept, key=lambda key: (key.lower(), key.swapcase()))


def _is_left_out(key: str, member: Any) -> bool:
    return key.lower() == NEVER_COUNTED or (isinstance(member, Mapping) and not member)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return f'"{base64.b64encode(value).decode()}"'
    if isinstance(value, str):
        return f'"{value}"'
    if value is None:
        return '""'
    kind = type(value).__name__
    what = msg("Kiểu «{kind}» được các bản SEB viết khác nhau; bỏ thiết đặt này.", kind=kind)
    raise UnsafeSetting(
        "Không tính được Config Key.", problems=[problem(msg("{value}", value=str(value)), what)]
    )
