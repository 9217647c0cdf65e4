"""Pairs as other programs write them: a line a pair, each right side once however often it is named."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import Message, msg
from ..items.interactions import Link, Match, Part


def match_of(pairs: Iterable[tuple[str, str]], *, shuffle: bool, problems: list[Message]) -> Match:
    """A pair without a left side is a wrong answer to choose from."""
    rows: list[Part] = []
    columns: dict[str, Part] = {}
    keys: list[Link] = []
    for left, right in pairs:
        column = columns.setdefault(right, Part(id=f"C{len(columns) + 1}", body=right, most=0))
        if left:
            rows.append(Part(id=f"R{len(rows) + 1}", body=left))
            keys.append(Link(left=rows[-1].id, right=column.id))
    if len(rows) < 2:
        problems.append(msg("Câu ghép cặp cần ít nhất hai vế trái."))
    return Match(
        rows=tuple(rows),
        columns=tuple(columns.values()),
        keys=tuple(keys),
        shuffle=shuffle,
        partial=True,
    )
