"""The file that travels: a signed manifest anyone may read, and a sealed part. Pure.

    KHAOTHI package 1           what it is
    <128 hex digits>            Ed25519 signature of everything else
    {"…": …}                    manifest, one line of JSON; names the sealed part's size and SHA-256
    age-encryption.org/v1 …     sealed part, a file of the `age` tool to the end

Every byte is signed, so any change anywhere is refused. The sealed part can be taken out with
`tail -n +4` and opened with `age` itself, should this program be gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import DamagedFile

PACKAGE = "package"
RESULTS = "results"
MOST_BYTES = 256_000_000
MOST_MANIFEST_BYTES = 200_000
_SIGNATURE_DIGITS = 128


@dataclass(frozen=True, slots=True)
class Envelope:
    """A file taken apart. Nothing in it may be believed before `verify`."""

    kind: str
    signature: bytes
    told: bytes  # the manifest's line
    sealed: bytes

    @property
    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.told)
        return found


def wrap(
    kind: str, manifest: Mapping[str, Any], sealed: bytes, signing_key: Ed25519PrivateKey
) -> bytes:
    """The file: the manifest, completed by what the sealed part is, signed as a whole."""
    whole = {**manifest, "sealed": _named(sealed)}
    told = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    signature = signing_key.sign(_signed(kind, told))
    return b"\n".join((_head(kind), signature.hex().encode(), told, sealed))


def unwrap(kind: str, data: bytes) -> Envelope:
    """The parts of a file of this kind; says nothing yet of who signed it."""
    if len(data) > MOST_BYTES:
        raise DamagedFile("Tệp lớn quá mức hệ thống nhận.")
    head, _, rest = data.partition(b"\n")
    signature, _, rest = rest.partition(b"\n")
    told, _, sealed = rest.partition(b"\n")
    if head != _head(kind):
        raise DamagedFile("Tệp này không phải loại tệp cần nhận; chọn đúng tệp rồi làm lại.")
    if len(signature) != _SIGNATURE_DIGITS or len(told) > MOST_MANIFEST_BYTES:
        raise _damaged()
    return Envelope(kind, _from_hex(signature), told, sealed)


def verify(envelope: Envelope, key: Ed25519PublicKey) -> dict[str, Any]:
    """The manifest, once its signature and the sealed part have been found true."""
    try:
        key.verify(envelope.signature, _signed(envelope.kind, envelope.told))
    except InvalidSignature:
        raise DamagedFile(
            "Chữ kí số của tệp không đúng: tệp bị đổi, hoặc không do nơi được tin cậy lập ra.",
            code="signature_wrong",
        ) from None
    manifest = envelope.manifest
    if manifest["sealed"] != _named(envelope.sealed):
        raise _damaged()
    return manifest


def file_hash(data: bytes) -> str:
    """The name of a file: the SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()


def _head(kind: str) -> bytes:
    return f"KHAOTHI {kind} 1".encode()


def _signed(kind: str, told: bytes) -> bytes:
    return _head(kind) + b"\n" + told


def _named(sealed: bytes) -> dict[str, Any]:
    return {"bytes": len(sealed), "sha256": hashlib.sha256(sealed).hexdigest()}


def _from_hex(digits: bytes) -> bytes:
    """One spelling only: what decodes to the same bytes in another spelling is refused."""
    try:
        found = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        raise _damaged() from None
    if found.hex().encode() != digits:
        raise _damaged()
    return found


def _damaged() -> DamagedFile:
    return DamagedFile("Tệp bị hỏng hoặc bị cắt bớt; sao chép lại từ bản gốc.")
