"""Text that is safe to open in a spreadsheet. Pure."""

from __future__ import annotations

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Text that will not be run: a leading formula sign gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text
