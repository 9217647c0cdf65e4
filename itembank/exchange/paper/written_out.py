"""Kinds that paper has no boxes for: pairs, orders and gaps written out as text and tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import zip_longest
from typing import TypeVar

from ...items.content import ItemContent
from ...items.interactions import Cloze, Match, Option, Order, Part

WRITTEN_OUT = ("match", "order", "cloze")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DOTS = "…………"
P = TypeVar("P", Part, Option)
_GAP = re.compile(r'<span data-gap="([^"]*)"\s*>\s*</span>')


def printed_stem(content: ItemContent) -> str:
    """What stands on paper before the place for the answer."""
    part = content.interaction
    match part:
        case Match():
            columns = [column.body for column in _columns(part)]
            return content.stem + _facing([row.body for row in part.rows], columns)
        case Order():
            return content.stem + _lettered([option.body for option in _options(part)])
        case Cloze():
            return _numbered_gaps(part, content.stem) + _offered(part)
        case _:
            return content.stem


def written_key(part: Match | Order | Cloze) -> str:
    """The key by the numbers and letters of the paper: «1–B; 2–A», «C, A, B», «(1) Huế»."""
    match part:
        case Match():
            rows = {row.id: number for number, row in enumerate(part.rows, start=1)}
            columns = dict(zip((column.id for column in _columns(part)), LETTERS, strict=False))
            known = [k for k in part.keys if k.left in rows and k.right in columns]
            return "; ".join(f"{rows[k.left]}–{columns[k.right]}" for k in known)
        case Order():
            letters = dict(zip((option.id for option in _options(part)), LETTERS, strict=False))
            return ", ".join(letters.get(key, key) for key in part.keys)
        case Cloze():
            return "; ".join(_gap_key(part, number) for number in range(len(part.gaps)))


def _columns(part: Match) -> Sequence[Part]:
    """Columns in an order of their own where the author's would tell the key."""
    facing = [f"{row.id} {column.id}" for row, column in zip(part.rows, part.columns, strict=False)]
    tells = facing == [f"{link.left} {link.right}" for link in part.keys]
    return _mixed(part.columns) if part.shuffle or tells else part.columns


def _options(part: Order) -> Sequence[Option]:
    tells = [option.id for option in part.options] == list(part.keys)
    return _mixed(part.options) if part.shuffle or tells else part.options


def _mixed(pieces: Sequence[P]) -> list[P]:
    """The same order for ever, so that a key printed later still fits; never the author's."""

    def place(piece: P) -> bytes:
        return sha256(f"{piece.id}/{piece.body}".encode()).digest()

    mixed = sorted(pieces, key=place)
    if len(mixed) > 1 and mixed == list(pieces):
        mixed.append(mixed.pop(0))
    return mixed


def _gap_key(part: Cloze, place: int) -> str:
    gap = part.gaps[place]
    letters = dict(zip((option.id for option in gap.options), LETTERS, strict=False))
    return f"({place + 1}) " + " / ".join(letters.get(key, key) for key in gap.keys)


def _labelled(label: str, body: str) -> str:
    if body.startswith("<p>"):
        return f"<p>{label} {body.removeprefix('<p>')}"
    return f"{label} {body}"


def _facing(rows: Sequence[str], columns: Sequence[str]) -> str:
    lefts = [_labelled(f"{number}.", body) for number, body in enumerate(rows, start=1)]
    rights = [_labelled(f"{x}.", body) for x, body in zip(LETTERS, columns, strict=False)]
    cells = "".join(
        f"<tr><td>{left}</td><td>{right}</td></tr>"
        for left, right in zip_longest(lefts, rights, fillvalue="")
    )
    return f"<table><tbody><tr><th>Cột I</th><th>Cột II</th></tr>{cells}</tbody></table>"


def _lettered(bodies: Sequence[str]) -> str:
    lines = (_labelled(f"{x}.", body) for x, body in zip(LETTERS, bodies, strict=False))
    return "".join(line if line.startswith("<p>") else f"<p>{line}</p>" for line in lines)


def _numbered_gaps(part: Cloze, stem: str) -> str:
    numbers = {gap.id: number for number, gap in enumerate(part.gaps, start=1)}
    return _GAP.sub(lambda found: f"({numbers.get(found[1], '?')}) {DOTS}", stem)


def _offered(part: Cloze) -> str:
    """The choices of each gap that has some, a line a gap."""
    return "".join(
        f"<p>({number}) {_row([option.body for option in gap.options])}</p>"
        for number, gap in enumerate(part.gaps, start=1)
        if gap.options
    )


def _row(bodies: Sequence[str]) -> str:
    bare = (re.sub(r"</?p>", "", body) for body in bodies)
    return " &#160; ".join(f"{x}. {body}" for x, body in zip(LETTERS, bare, strict=False))
