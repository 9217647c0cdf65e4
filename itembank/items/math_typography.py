"""What the TeX converter leaves to be desired in MathML, put right. Pure.

Vietnamese mathematics writes `0,5` as one number, `(−2; 1)` with a separating semicolon and a sign
that clings to its number, `S.ABCD` without spaces, `ln 3` and `3 sin x` with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, fromstring, tostring

from .chemistry import with_chemistry

MINUS = {"−", "-", "+", "±"}
OPENING = set("([{|⌊⌈‖")
CLOSING = set(")]}|⌋⌉‖")
RELATIONS = set("=<>≤≥≠≈→⇔⇒∈∉⊂∪∩,;:·×")
SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
ROWS = {"mrow", "mtd", "math", "mstyle", "semantics"}
THIN = "0.167em"
MEDIUM = "0.28em"
AS_RELATION = {"⟂", "⊥", ":"}  # the converter takes them for letters
_AS_ARRAYS = (("aligned", "rl"), ("gathered", "c"), ("split", "rl"))
_UPRIGHT = re.compile(r"\\mathrm\{([^\W\d_]+)\}")


def prepare(tex: str) -> str:
    """TeX the converter can read: chemistry written out, `\\mathrm` (which it forgets) as text."""
    for name, columns in _AS_ARRAYS:
        tex = tex.replace(rf"\begin{{{name}}}", rf"\begin{{array}}{{{columns}}}")
        tex = tex.replace(rf"\end{{{name}}}", r"\end{array}")
    return _UPRIGHT.sub(r"\\text{\1}", with_chemistry(tex))


def improve(mathml: str) -> str:
    """MathML of one formula (one root element), with numbers, signs and spaces put right."""
    root = fromstring(mathml)
    for element in root.iter():
        if element.tag in ROWS:
            _row(element)
    return tostring(root, encoding="unicode")


def _row(row: Element) -> None:
    children = _join_decimals(list(row))
    _mark_operators(children)
    row[:] = _space_functions(children)


def _join_decimals(children: Sequence[Element]) -> list[Element]:
    """`0` `{,}` `05` is one number."""
    joined: list[Element] = []
    for child in children:
        fraction = child[0] if child.tag in SCRIPTS and len(child) else child
        if fraction.tag == "mn" and _ends_in_decimal_comma(joined):
            joined.pop()
            fraction.text = f"{joined.pop().text},{fraction.text}"
        joined.append(child)
    return joined


def _ends_in_decimal_comma(row: Sequence[Element]) -> bool:
    return len(row) >= 2 and row[-2].tag == "mn" and _is_decimal_comma(row[-1])


def _is_decimal_comma(element: Element) -> bool:
    only = element[0] if element.tag == "mrow" and len(element) == 1 else None
    return only is not None and only.tag == "mo" and only.text == ","


def _mark_operators(children: Sequence[Element]) -> None:
    before: Element | None = None
    for child in children:
        if child.text == "∞":
            child.tag = "mi"
        elif child.text == ";" and child.tag in {"mi", "mo"}:
            child.tag = "mo"
            child.set("separator", "true")
            child.set("lspace", "0")
        elif child.text in AS_RELATION and child.tag in {"mi", "mo"}:
            child.tag = "mo"
            child.set("lspace", MEDIUM)
            child.set("rspace", MEDIUM)
        elif child.tag == "mo" and child.text == ".":
            child.set("lspace", "0")
            child.set("rspace", "0")
        elif child.tag == "mo" and child.text in MINUS and _opens(before):
            child.set("form", "prefix")
        before = child


def _opens(before: Element | None) -> bool:
    """True where a sign belongs to what follows: at the start, after a bracket or a relation."""
    if before is None:
        return True
    return before.tag == "mo" and (before.text or "") in OPENING | RELATIONS


def _function_name(element: Element) -> bool:
    base = element[0] if element.tag in SCRIPTS and len(element) else element
    name = base.text or ""
    return base.tag in {"mi", "mo"} and len(name) > 1 and name.isascii() and name.isalpha()


def _space_functions(children: Sequence[Element]) -> list[Element]:
    spaced: list[Element] = []
    for child in children:
        before = spaced[-1] if spaced else None
        if before is not None and _wants_space(before, child):
            spaced.append(Element("mspace", {"width": THIN}))
        spaced.append(child)
    return spaced


def _wants_space(before: Element, after: Element) -> bool:
    if _function_name(before):
        return not (after.tag == "mo" and (after.text or "") in OPENING | CLOSING | RELATIONS)
    return _function_name(after) and (before.tag != "mo" or (before.text or "") in CLOSING)
