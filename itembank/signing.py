"""Signatures on files that leave: Ed25519. Pure; where a key is kept is not said here."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def new_seed() -> str:
    return Ed25519PrivateKey.generate().private_bytes_raw().hex()


def signing_key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))


def verify_key_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def verifier(verify_key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(verify_key))


def is_signed(verify_key: str, signature: bytes, message: bytes) -> bool:
    """Whether the holder of the key that belongs to `verify_key` signed exactly these bytes."""
    try:
        verifier(verify_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
