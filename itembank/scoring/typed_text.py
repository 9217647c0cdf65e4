"""Whether a gap is filled as its key says. Pure."""

from __future__ import annotations

import unicodedata
from typing import Any

from ..items.composite import Entry
from ..items.interactions import Gap


def fills(gap: Gap | Entry, typed: Any) -> bool:
    if not isinstance(typed, str) or not typed.strip():
        return False
    return _form(gap, typed) in {_form(gap, key) for key in gap.keys}


def _form(gap: Gap | Entry, text: str) -> str:
    """As compared: NFC, spaces collapsed, case folded unless the gap asks for it."""
    normal = " ".join(unicodedata.normalize("NFC", text).split())
    return normal if gap.case_sensitive or gap.options else normal.casefold()
