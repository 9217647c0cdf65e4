"""Keys of the centre and of a package. Pure: bytes in, bytes out; where they are kept is not here.

Two algorithms, both replaceable in this one module: Ed25519 signs, age (X25519) seals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pyrage import DecryptError, IdentityError, RecipientError, decrypt, encrypt, passphrase, x25519

from itembank.signing import new_seed as new_seed
from itembank.signing import signing_key as signing_key
from itembank.signing import verifier as verifier
from itembank.signing import verify_key_of as verify_key_of

from .errors import DamagedFile, WrongCode


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What a site must know of the centre to believe a package."""

    verify_key: str  # Ed25519, 64 hex digits
    recipient: str  # age1…

    @property
    def text(self) -> str:
        return f"{self.verify_key} {self.recipient}"


@dataclass(frozen=True, slots=True)
class CentreKeys:
    """What only the centre has: it signs packages and opens results."""

    signing_seed: str
    identity: str

    @property
    def public(self) -> PublicKeys:
        opened = x25519.Identity.from_str(self.identity)
        verify_key = verify_key_of(signing_key(self.signing_seed))
        return PublicKeys(verify_key, str(opened.to_public()))


def new_centre_keys() -> CentreKeys:
    return CentreKeys(new_seed(), str(x25519.Identity.generate()))


def centre_keys_text(keys: CentreKeys) -> str:
    """For a file that only the centre's program may read."""
    return json.dumps({"signing_seed": keys.signing_seed, "identity": keys.identity}) + "\n"


def read_centre_keys(text: str) -> CentreKeys:
    try:
        found = json.loads(text)
        keys = CentreKeys(str(found["signing_seed"]), str(found["identity"]))
        assert keys.public
    except (ValueError, KeyError, TypeError, IdentityError):
        raise _unreadable() from None
    return keys


def read_public_keys(text: str) -> PublicKeys:
    """`<64 hex digits> <age1…>` as the centre hands it to its sites."""
    try:
        verify_key, recipient = text.split()
        verifier(verify_key)
        x25519.Recipient.from_str(recipient)
    except (ValueError, RecipientError):
        raise _unreadable() from None
    return PublicKeys(verify_key, recipient)


def _unreadable() -> DamagedFile:
    return DamagedFile("Khoá của trung tâm không đọc được; lấy lại bản gốc.", code="key_unreadable")


# --- sealing ----------------------------------------------------------------------------------


def sealed_with_code(plain: bytes, code: str) -> bytes:
    """An age file that the release code opens: scrypt makes every guess cost about a second."""
    return bytes(passphrase.encrypt(plain, code))


def opened_with_code(sealed: bytes, code: str) -> bytes:
    try:
        return bytes(passphrase.decrypt(sealed, code))
    except DecryptError:
        raise WrongCode(
            "Mã này không mở được gói đề. Kiểm tra tên gói, rồi hỏi lại mã của đúng gói này."
        ) from None


def sealed_to(recipient: str, plain: bytes) -> bytes:
    """Only whoever holds the recipient's identity can read it, not even the sender."""
    return bytes(encrypt(plain, [x25519.Recipient.from_str(recipient)]))


def opened_by(identity: str, sealed: bytes) -> bytes:
    try:
        return bytes(decrypt(sealed, [x25519.Identity.from_str(identity)]))
    except DecryptError:
        raise DamagedFile(
            "Tệp này không niêm phong cho khoá đang có ở đây.", code="not_for_us"
        ) from None
