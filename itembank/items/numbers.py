"""Numbers as Vietnamese candidates type them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"[-−–]?(\d+([.,]\d*)?|[.,]\d+)")
_LONGEST = 40


def parse_vn_number(text: str) -> Decimal | None:
    """The number in `3,5`, `3.5`, `-0,25`, `,5`; None when it is not one.

    Comma and point both mark decimals: an answer of a few characters has no thousands to group.
    A true minus (U+2212) and a dash count as the hyphen the keyboard gives.
    """
    compact = text.strip().replace(" ", "").replace("\u00a0", "")
    if len(compact) > _LONGEST or not _NUMBER.fullmatch(compact):
        return None
    try:
        return Decimal(compact.replace("−", "-").replace("–", "-").replace(",", "."))
    except InvalidOperation:
        return None
