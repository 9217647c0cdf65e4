"""Text folded for searching: no diacritics, đ -> d, lower case. The same on every database."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """`Đạo hàm` -> `dao ham`. Marks fall off after NFD; đ has no decomposition of its own."""
    marked = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(ch for ch in marked if not unicodedata.combining(ch))
    return " ".join(plain.split())
