"""Finding a mark in bytes, however it was dressed: raw, reversed, hex, base64, UTF-16, packed.

Nothing here knows the application. A mark is letters and digits only, so JSON, HTML and addresses
leave it as it is.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import hashlib
import re
import zlib
from collections.abc import Iterator

DEEPEST = 4
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){10,}")
_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|BZh[1-9]|PK\x03\x04")


def mark_of(place: str) -> str:
    """A mark nobody writes by accident, different for every place."""
    return "Kx" + hashlib.sha256(f"canary:{place}".encode()).hexdigest()[:18]


def digits_of(place: str) -> str:
    """A mark of digits, for keys that are numbers."""
    return "7" + str(int(hashlib.sha256(f"canary:{place}".encode()).hexdigest(), 16))[:18]


def found_in(data: bytes, marks: dict[str, str]) -> set[str]:
    """Places whose mark the bytes hold, in any dress, also one inside another."""
    return set().union(*(_found(layer, marks) for layer in layers(data)))


def _found(data: bytes, marks: dict[str, str]) -> set[str]:
    lower = data.lower()
    return {place for place, mark in marks.items() if any(d in lower for d in _dressed(mark))}


def _dressed(mark: str) -> Iterator[bytes]:
    plain = mark.encode()
    yield plain.lower()
    yield plain[::-1].lower()
    yield plain.hex().encode()
    yield mark.encode("utf-16-le").lower()


def layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and everything that unpacks or decodes out of them."""
    yield data
    if depth < DEEPEST:
        for inside in (*_unpacked(data), *_decoded(data)):
            yield from layers(inside, depth + 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Every place that may begin a compressed stream, tried as every kind it may be."""
    for start in (match.start() for match in _PACKED.finditer(data)):
        head, rest = data[start : start + 2], data[start:]
        if head == b"BZ":
            tried = _packed_bz2(rest)
        elif head == b"PK":
            skip = (
                30 + int.from_bytes(rest[26:28], "little") + int.from_bytes(rest[28:30], "little")
            )
            tried = _packed_zlib(rest[skip:], -15)
        else:
            tried = _packed_zlib(rest, 47)
        if tried:
            yield tried


def _packed_zlib(data: bytes, bits: int) -> bytes:
    try:
        return zlib.decompressobj(bits).decompress(data, 20_000_000)
    except zlib.error:
        return b""


def _packed_bz2(data: bytes) -> bytes:
    try:
        return bz2.BZ2Decompressor().decompress(data, 20_000_000)
    except OSError:
        return b""


def _decoded(data: bytes) -> Iterator[bytes]:
    """Runs of base64 at each of the four alignments they may be cut at, and runs of hex."""
    for match in _BASE64.finditer(data):
        run = match[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = run[start:]
            part = part[: len(part) - (len(part) % 4 == 1)]
            try:
                yield base64.b64decode(part + b"=" * (-len(part) % 4))
            except binascii.Error:  # pragma: no cover - the expression lets nothing else through
                continue
    for match in _HEX.finditer(data):
        yield binascii.unhexlify(match[0])
