"""A TeX formula as a small tree that Word and print are written from. Pure.

TeX becomes MathML as it does for the screen; this module reads the MathML into the constructions
that both Office Math and Typst have, so that a formula looks the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, fromstring

from ..errors import Invalid, msg
from ..items.rendering import mathml

NARY = set("∑∏∐∫∬∭∮⋃⋂")
FUNCTIONS = {
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
    "log", "ln", "lg", "exp", "det", "dim", "ker", "gcd", "deg", "arg",
}  # fmt: skip
LIMIT_NAMES = {"lim", "max", "min", "sup", "inf"}
OPENING, CLOSING = set("([{|‖⌊⌈⟨"), set(")]}|‖⌋⌉⟩")
_NAMESPACE = re.compile(r"^\{[^}]*\}")
_ACCENTS = {
    "→": "arrow", "⃗": "arrow", "⟶": "arrow", "←": "arrow.l", "^": "hat", "ˆ": "hat", "~": "tilde",
    "˜": "tilde", "˙": "dot", ".": "dot", "¨": "dot.double", "―": "line", "¯": "line", "‾": "line",
    "_": "line", "⏞": "brace", "⏟": "brace", "⌢": "arc", "⏜": "arc",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    kind: Literal["letter", "word", "text", "number", "sign", "space"]


@dataclass(frozen=True, slots=True)
class Row:
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    above: Formula
    below: Formula
    has_line: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    inside: Formula
    degree: Formula | None = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """`limits`: set above and below rather than at the side."""

    base: Formula
    sub: Formula | None = None
    sup: Formula | None = None
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Accent:
    """Over (or `under`) the base, stretched to its width."""

    name: str
    base: Formula
    under: bool = False


@dataclass(frozen=True, slots=True)
class Fence:
    left: str
    right: str
    inside: Formula


@dataclass(frozen=True, slots=True)
class Grid:
    """`lines`: rows of a system, aligned where cells meet; else a matrix."""

    rows: tuple[tuple[Formula, ...], ...]
    lines: bool


@dataclass(frozen=True, slots=True)
class Boxed:
    inside: Formula


@dataclass(frozen=True, slots=True)
class Unseen:
    inside: Formula


Formula = Run | Row | Fraction | Root | Scripts | Accent | Fence | Grid | Boxed | Unseen


def formula_tree(tex: str) -> Formula:
    """The tree of a formula. Raises Invalid where the TeX cannot be read."""
    math = fromstring(mathml(tex))
    for element in math.iter():
        element.tag = _NAMESPACE.sub("", element.tag)
    semantics = math[0]
    try:
        return _row([child for child in semantics if child.tag != "annotation"])
    except IndexError as error:  # a fraction or a root that lacks a part
        raise Invalid(
            msg("Không đọc được công thức «{tex}»; kiểm tra ngoặc và tên lệnh.", tex=tex),
            code="tex_invalid",
        ) from error


def _row(elements: Sequence[Element]) -> Formula:
    """A row, its brackets with what they hold made one part."""
    flat = _without_rows(elements)
    parts: list[Formula] = []
    at = 0
    while at < len(flat):
        end = _closing_of(flat, at)
        if end is None:
            parts.append(_one(flat[at]))
            at += 1
        else:
            inside = _row(flat[at + 1 : end])
            right = flat[end].text or "" if end < len(flat) else ""
            parts.append(Fence(_bracket(flat[at]), right if right != "." else "", inside))
            at = end + 1
    kept = _without_blanks_at_functions(parts)
    return kept[0] if len(kept) == 1 else Row(tuple(kept))


def is_function(formula: Formula) -> bool:
    """`sin`, `log_2`, `lim` with what stands below it."""
    base = formula.base if isinstance(formula, Scripts) else formula
    return isinstance(base, Run) and base.text in FUNCTIONS | LIMIT_NAMES


def _without_blanks_at_functions(parts: Sequence[Formula]) -> list[Formula]:
    """Blanks that the screen needs beside `sin`; Word and Typst set their own there."""
    kept: list[Formula] = []
    for index, part in enumerate(parts):
        beside = [*kept[-1:], *parts[index + 1 : index + 2]]
        is_blank = isinstance(part, Run) and part.kind == "space"
        if not (is_blank and any(is_function(other) for other in beside)):
            kept.append(part)
    return kept


def _bracket(element: Element) -> str:
    text = element.text or ""
    return "" if text == "." else text


def _without_rows(elements: Sequence[Element]) -> list[Element]:
    """Rows inside a row say nothing, except where a stretched bracket opens in one."""
    flat: list[Element] = []
    for element in elements:
        if element.tag in {"mrow", "mstyle", "mpadded", "semantics"}:
            flat += _without_rows(list(element))
        else:
            flat.append(element)
    return flat


def _closing_of(row: Sequence[Element], at: int) -> int | None:
    """Where the stretched bracket that opens here closes; past the end where it never does."""
    if not _opens(row, at):
        return None
    depth = 0
    for index in range(at, len(row)):
        if _opens(row, index):
            depth += 1
        elif _closes(row, index):
            depth -= 1
            if depth == 0:
                return index
    return len(row)


def _stretches(element: Element, form: str) -> bool:
    return element.tag == "mo" and element.get("fence") == "true" and element.get("form") == form


def _opens(row: Sequence[Element], at: int) -> bool:
    element = row[at]
    if _stretches(element, "prefix"):
        return True
    beside = row[at + 1].tag if at + 1 < len(row) else ""
    is_bare = element.tag == "mo" and not element.get("fence")
    return is_bare and (element.text or "") in OPENING and _is_tall(row, at + 1, beside)


def _closes(row: Sequence[Element], at: int) -> bool:
    element = row[at]
    if _stretches(element, "postfix"):
        return True
    beside = row[at - 1].tag if at else ""
    is_bare = element.tag == "mo" and not element.get("fence")
    return is_bare and (element.text or "") in CLOSING and _is_tall(row, at - 1, beside)


def _is_tall(row: Sequence[Element], at: int, tag: str) -> bool:
    """Brackets around a matrix or a binomial are not marked as such, but they are those."""
    return tag == "mtable" or (tag == "mfrac" and row[at].get("linethickness") == "0")


def _one(element: Element) -> Formula:
    match element.tag:
        case "mi" | "mn" | "mo" | "mtext" | "ms":
            return _run(element)
        case "mspace":
            return Run(" ", "space")
        case "mfrac":
            return Fraction(
                _row([element[0]]), _row([element[1]]), element.get("linethickness") != "0"
            )
        case "msqrt":
            return Root(_row(list(element)))
        case "mroot":
            return Root(_row([element[0]]), _row([element[1]]))
        case "msub" | "msup" | "msubsup":
            return _scripts(element)
        case "munder" | "mover" | "munderover":
            return _over_and_under(element)
        case "mtable":
            return _grid(element)
        case "menclose":
            return Boxed(_row(list(element)))
        case "mphantom":
            return Unseen(_row(list(element)))
    return _row(list(element))


def _run(element: Element) -> Run:
    text = element.text or ""
    if element.tag in {"mtext", "ms"}:
        return Run(text, "text")
    if element.tag == "mn":
        return Run(text, "number")
    if len(text) > 1 and text.isalpha():
        return Run(text, "word")
    return Run(text, "letter" if element.tag == "mi" and text.isalpha() else "sign")


def _scripts(element: Element) -> Scripts:
    base, rest = _row([element[0]]), [_row([child]) for child in element[1:]]
    limits = isinstance(base, Run) and base.text in LIMIT_NAMES
    match element.tag:
        case "msub":
            return Scripts(base, rest[0], None, limits)
        case "msup":
            return Scripts(base, None, rest[0])
    return Scripts(base, rest[0], rest[1], limits)


def _over_and_under(element: Element) -> Formula:
    base = _row([element[0]])
    name = _ACCENTS.get((element[1].text or "").strip()) if element[1].tag == "mo" else None
    if element.tag != "munderover" and name is not None and not _is_arrow(base):
        return Accent(name, base, under=element.tag == "munder")
    rest = [_row([child]) for child in element[1:]]
    match element.tag:
        case "munder":
            return Scripts(base, rest[0], None, limits=True)
        case "mover":
            return Scripts(base, None, rest[0], limits=True)
    return Scripts(base, rest[0], rest[1], limits=True)


def _is_arrow(base: Formula) -> bool:
    return isinstance(base, Run) and base.text in "→←⇌⟶"


def _grid(element: Element) -> Grid:
    rows = tuple(tuple(_row(list(cell)) for cell in row) for row in element)
    cells = [cell for row in element for cell in row]
    aligned = any(cell.get("columnalign") for cell in cells)
    return Grid(rows, lines=aligned or all(len(row) == 1 for row in rows))
