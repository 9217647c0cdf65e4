"""Plain-text files from outside: decoded, bounded, and told where their encoding is not Unicode."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ..errors import Invalid, Message, msg
from .guards import USUAL, Limits, too_heavy
from .word.legacy_fonts import looks_unconverted

_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_text(source: Path | str | bytes, limits: Limits = USUAL) -> str:
    """The text of a file, NFC, lines ended by a line feed.

    UTF-8, or UTF-16 with its mark. Raises Invalid where it is neither (the message names the way
    out) or not text at all, TooLarge where it is beyond `limits`.
    """
    raw = source if isinstance(source, bytes) else _bytes(Path(source), limits)
    if len(raw) > limits.most_xml_bytes:
        raise too_heavy(limits.most_xml_bytes)
    if raw[:4] in (b"%PDF", b"PK\x03\x04") or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise Invalid(
            "Tệp này không phải tệp văn bản (có vẻ là PDF, Word hoặc tệp nén đổi đuôi); chọn đúng tệp.",
            code="not_text",
        )
    return unicodedata.normalize("NFC", _decoded(raw)).replace("\r\n", "\n").replace("\r", "\n")


def _bytes(path: Path, limits: Limits) -> bytes:
    if path.stat().st_size > limits.most_xml_bytes:
        raise too_heavy(limits.most_xml_bytes)
    return path.read_bytes()


def _decoded(raw: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(raw) from error
    if "\0" in text:
        raise _wrong_encoding(raw)
    return text


def _wrong_encoding(raw: bytes) -> Invalid:
    if looks_unconverted(raw.decode("latin-1")):
        return Invalid(
            "Tệp gõ bằng bảng mã cũ (TCVN3 hoặc VNI), không phải Unicode. Dùng bộ gõ chuyển mã sang "
            "Unicode (UTF-8) rồi nhập lại.",
            code="wrong_encoding",
        )
    return Invalid(
        "Tệp không ở dạng UTF-8. Mở bằng trình soạn thảo, chọn «Lưu thành» rồi mã UTF-8.",
        code="wrong_encoding",
    )


def legacy_letters(text: str) -> Message | None:
    """What is wrong where Unicode text still holds letters of TCVN3 or VNI."""
    if not looks_unconverted(text):
        return None
    return msg("Chữ có vẻ còn ở bảng mã cũ (TCVN3 hoặc VNI); chuyển sang Unicode rồi nhập lại.")
