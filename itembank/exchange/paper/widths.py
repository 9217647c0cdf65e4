"""How wide a piece of content is, in letters: enough to lay options out in columns. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import Invalid
from ..content_blocks import Para, blocks_of
from ..formula_tree import (
    Accent,
    Boxed,
    Fence,
    Formula,
    Fraction,
    Grid,
    Root,
    Row,
    Run,
    Scripts,
    Unseen,
    formula_tree,
)

LETTERS_ON_A_LINE = 84  # of Times 12 pt over 17.5 cm
_LABEL = 5
_SMALL = 0.7


def columns_for(bodies: Sequence[str]) -> int:
    """4, 2 or 1: the most columns in which every option has a line of its own."""
    widest = max((width_of(body) for body in bodies), default=0.0)
    for columns in (4, 2):
        if widest + _LABEL <= LETTERS_ON_A_LINE / columns and len(bodies) <= 4:
            return columns
    return 1


def width_of(html: str) -> float:
    """Letters of one line; more than a line where the content is not one line of text."""
    blocks = blocks_of(html)
    first = blocks[0] if blocks else Para()
    if len(blocks) > 1 or not isinstance(first, Para) or first.is_display:
        return float(LETTERS_ON_A_LINE)
    width = 0.0
    for piece in first.pieces:
        if piece.picture or "\n" in piece.text:
            return float(LETTERS_ON_A_LINE)
        width += _tex_width(piece.tex) if piece.tex else len(piece.text)
    return width


def _tex_width(tex: str) -> float:
    try:
        return width_of_formula(formula_tree(tex))
    except Invalid:
        return float(len(tex))


def width_of_formula(formula: Formula) -> float:
    """Letters that a formula takes on a line."""
    match formula:
        case Run():
            return len(formula.text) + (1.2 if formula.text in "=<>≤≥≠+−→⇔⇒" else 0)
        case Row(parts):
            return sum(width_of_formula(part) for part in parts)
        case Fraction():
            return max(width_of_formula(formula.above), width_of_formula(formula.below)) + 1
        case Root(inside, _):
            return width_of_formula(inside) + 1.5
        case Scripts(base, sub, sup, _):
            return width_of_formula(base) + _SMALL * max(
                width_of_formula(s) if s else 0.0 for s in (sub, sup)
            )
        case Fence(_, _, inside):
            return width_of_formula(inside) + 2
        case Grid(rows, _):
            return max(sum(width_of_formula(cell) + 1 for cell in row) for row in rows) + 1
        case Accent(_, base, _):
            return width_of_formula(base)
        case Boxed(inside) | Unseen(inside):
            return width_of_formula(inside) + 1
