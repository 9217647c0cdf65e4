"""Where a TeX formula stops making sense. Pure."""

from __future__ import annotations


def unbalanced_at(tex: str) -> int | None:
    """Index of the first brace that has no partner; None when braces are in order."""
    open_at: list[int] = []
    escaped = False
    for index, character in enumerate(tex):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "{":
            open_at.append(index)
        elif character == "}":
            if not open_at:
                return index
            open_at.pop()
    return open_at[0] if open_at else None
