"""Password and code hashing: argon2id, with parameters for each purpose."""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_STAFF = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)  # RFC 9106, low memory
_CODES = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B: read aloud and typed by people under stress.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 10  # 25**10 > 2**46 guesses


def hash_password(password: str) -> str:
    return _STAFF.hash(password)


def hash_code(code: str) -> str:
    return _CODES.hash(plain_code(code))


def verify(stored: str, given: str) -> bool:
    try:
        return _STAFF.verify(stored, given)
    except (VerifyMismatchError, InvalidHashError):
        return False


def verify_code(stored: str, given: str) -> bool:
    return verify(stored, plain_code(given))


def new_code() -> str:
    """An access code as printed: groups of five, upper case."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def plain_code(code: str) -> str:
    return "".join(ch for ch in code.upper() if ch.isalnum())


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
