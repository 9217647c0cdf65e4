"""The password layer of a .seb file: RNCryptor's layout, version 2, with a password.

02 01 | salt of the cipher key 8 | salt of the HMAC key 8 | IV 16 | AES-256-CBC, PKCS 7 | HMAC 32
Both keys: PBKDF2 with HMAC-SHA1, 10,000 rounds, 32 bytes. The HMAC-SHA256 covers all before it.
The rounds are few, and not ours to raise: the passwords have to be long.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from .errors import UnreadableFile, WrongPassword

VERSION = b"\x02\x01"  # format 2, keys from a password
SALT, IV, TAG = 8, 16, 32
ROUNDS = 10_000
BLOCK = algorithms.AES256.block_size
_HEAD = len(VERSION) + 2 * SALT + IV
RandomBytes = Callable[[int], bytes]


def encrypt(plain: bytes, password: str, random_bytes: RandomBytes) -> bytes:
    cipher_salt, hmac_salt, iv = random_bytes(SALT), random_bytes(SALT), random_bytes(IV)
    padder = PKCS7(BLOCK).padder()
    encryptor = Cipher(algorithms.AES256(_key(password, cipher_salt)), modes.CBC(iv)).encryptor()
    padded = padder.update(plain) + padder.finalize()
    sealed = encryptor.update(padded) + encryptor.finalize()
    body = VERSION + cipher_salt + hmac_salt + iv + sealed
    return body + _tag(body, password, hmac_salt)


def decrypt(data: bytes, password: str) -> bytes:
    """The plain bytes; the HMAC is checked before anything is deciphered."""
    body, tag = data[:-TAG], data[-TAG:]
    sealed = body[_HEAD:]
    if body[:2] != VERSION or not sealed or len(sealed) % IV:
        raise UnreadableFile("Tệp .seb không đúng dạng; tải lại tệp từ trang của ca thi.")
    cipher_salt, hmac_salt, iv = body[2:10], body[10:18], body[18:_HEAD]
    if not hmac.compare_digest(tag, _tag(body, password, hmac_salt)):
        raise WrongPassword("Mật khẩu không mở được tệp .seb này, hoặc tệp đã bị sửa.")
    decryptor = Cipher(algorithms.AES256(_key(password, cipher_salt)), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(BLOCK).unpadder()
    padded = decryptor.update(sealed) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def _key(password: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha1", password.encode(), salt, ROUNDS, 32)


def _tag(body: bytes, password: str, salt: bytes) -> bytes:
    return hmac.digest(_key(password, salt), body, "sha256")
