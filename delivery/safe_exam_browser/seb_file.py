"""Writing and reading .seb files: plain (`plnd`), with a password (`pswd`, `pwcc`), or bare XML.

A file is gzip(prefix + payload); the payload is gzip(property list as XML), encrypted or not.
Source: https://safeexambrowser.org/developer/seb-file-format.html
"""

from __future__ import annotations

import gzip
import plistlib
import secrets
import zlib
from typing import Any
from xml.parsers.expat import ExpatError

from .config_key import Configuration
from .errors import UnreadableFile, WrongPassword
from .password_layer import RandomBytes, decrypt, encrypt
from .safe_settings import check_settings

PLAIN = b"plnd"
PASSWORD = b"pswd"  # starts an exam
PASSWORD_CLIENT = b"pwcc"  # configures a client
MOST_BYTES = 5_000_000  # unpacked, so that a small file cannot fill the memory


def write_plain(configuration: Configuration) -> bytes:
    """A file anybody can read. Whoever reads it can compute the Config Key: for trials only."""
    return _packed(PLAIN + _packed(_property_list(configuration)))


def write_with_password(
    configuration: Configuration, password: str, *, random_bytes: RandomBytes = secrets.token_bytes
) -> bytes:
    sealed = encrypt(_packed(_property_list(configuration)), password, random_bytes)
    return _packed(PASSWORD + sealed)


def read(data: bytes, password: str | None = None) -> dict[str, Any]:
    """The configuration in a file; for one with a password, the password is needed."""
    whole = _unpacked(data) if data[:2] == b"\x1f\x8b" else data
    prefix, payload = whole[:4], whole[4:]
    if prefix in (PASSWORD, PASSWORD_CLIENT):
        if password is None:
            raise WrongPassword("Tệp .seb này có mật khẩu; ghi mật khẩu rồi mở lại.")
        return _settings(_unpacked(decrypt(payload, password)))
    return _settings(_unpacked(payload) if prefix == PLAIN else whole)


def _property_list(configuration: Configuration) -> bytes:
    check_settings(configuration)
    return plistlib.dumps(dict(configuration), fmt=plistlib.FMT_XML)


def _settings(xml: bytes) -> dict[str, Any]:
    try:
        found = plistlib.loads(xml, fmt=plistlib.FMT_XML)
    except (ValueError, ExpatError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _unreadable() from error
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _unpacked(data: bytes) -> bytes:
    """One gzip member and nothing else, read no further than a configuration can reach."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise _unreadable() from error
    if not unpacker.eof:
        raise _unreadable()
    return plain


def _unreadable() -> UnreadableFile:
    return UnreadableFile("Tệp .seb không đúng dạng; tải lại tệp từ trang của ca thi.")
