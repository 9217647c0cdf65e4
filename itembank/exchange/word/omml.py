"""Office Math (OMML) into TeX. Pure.

Covers every object of ECMA-376 part 1, 22.1: accents, bars, boxes, delimiters, equation arrays,
fractions, functions, group characters, limits, matrices, n-ary operators, phantoms, radicals,
scripts. Math text keeps its style only where TeX needs it (upright words, functions).
"""

from __future__ import annotations

from collections.abc import Callable

from lxml.etree import _Element

from .names import MC, M, W, local
from .tex_symbols import (
    FUNCTIONS,
    function_name,
    has_vietnamese_letter,
    join,
    tex_of_char,
    tex_of_text,
    words_in_math,
)

_ACCENTS = {
    "\u0302": "hat", "\u005e": "hat", "\u0303": "tilde", "\u007e": "tilde", "\u0304": "bar",
    "\u0305": "overline", "\u00af": "overline", "\u203e": "overline", "\u0307": "dot",
    "\u0308": "ddot", "\u20d7": "vec", "\u2192": "vec", "\u20d6": "overleftarrow",
    "\u0301": "acute", "\u0300": "grave", "\u0306": "breve", "\u030c": "check",
    "\u23dc": "overparen", "\u0311": "overparen", "\u2322": "overparen",
}  # fmt: skip
_WIDE = {"hat": "widehat", "tilde": "widetilde", "vec": "overrightarrow", "bar": "overline"}
_GROUPS = {"⏞": "overbrace", "⏟": "underbrace", "→": "overrightarrow", "←": "overleftarrow"}
_FENCES = {"{": r"\{", "}": r"\}", "|": "|", "‖": r"\|", "": "."}
_LEFT_OUT = {"rPr", "ctrlPr", "fPr", "radPr", "dPr", "naryPr", "accPr", "barPr", "sSupPr",
             "sSubPr", "sSubSupPr", "sPrePr", "funcPr", "limLowPr", "limUppPr", "mPr", "mcs",
             "eqArrPr", "groupChrPr", "borderBoxPr", "boxPr", "phantPr", "argPr", "oMathParaPr",
             "del", "moveFrom"}  # fmt: skip


def tex_of(element: _Element) -> str:
    """TeX of an `m:oMath` (or any part of one)."""
    return " ".join(_children(element).split(" ")).strip()


def _children(element: _Element | None) -> str:
    return "" if element is None else join([_one(child) for child in element])


def _one(element: _Element) -> str:
    name = local(element)
    if name in _LEFT_OUT:
        return ""
    rule = _RULES.get(name)
    return rule(element) if rule else _children(element)


def _part(element: _Element, name: str) -> str:
    return _children(element.find(M + name))


def _property(element: _Element, group: str, name: str) -> str | None:
    """`m:GROUP/m:NAME/@m:val`; None where the property is not given, '' where it has no value."""
    found = element.find(f"{M}{group}/{M}{name}")
    return None if found is None else found.get(M + "val", "")


def _is_on(given: str | None) -> bool:
    return given is not None and given.lower() not in {"0", "off", "false"}


def _run(element: _Element) -> str:
    text = "".join(t.text or "" for t in element.iter(M + "t", W + "t"))
    style = _property(element, "rPr", "sty")
    if _is_on(_property(element, "rPr", "nor")):
        return words_in_math(text) if any(c.isalpha() for c in text) else tex_of_text(text)
    if has_vietnamese_letter(text):
        return words_in_math(text)
    if style == "p":
        return _upright(text)
    script = _property(element, "rPr", "scr")
    if script == "double-struck":
        return rf"\mathbb{{{text}}}"
    return tex_of_text(text)


def _upright(text: str) -> str:
    if text.strip() in FUNCTIONS:
        return function_name(text.strip())
    if text.isascii() and text.isalpha():
        return rf"\mathrm{{{text}}}"
    return tex_of_text(text)


def _fraction(element: _Element) -> str:
    above, below = _part(element, "num"), _part(element, "den")
    kind = _property(element, "fPr", "type")
    if kind in {"lin", "skw"}:
        return f"{{{above}}}/{{{below}}}"
    if kind == "noBar":
        return rf"\binom{{{above}}}{{{below}}}"
    return rf"\frac{{{above}}}{{{below}}}"


def _radical(element: _Element) -> str:
    degree = _part(element, "deg")
    hidden = _is_on(_property(element, "radPr", "degHide"))
    inner = _part(element, "e")
    return rf"\sqrt{{{inner}}}" if hidden or not degree else rf"\sqrt[{degree}]{{{inner}}}"


def _base(element: _Element) -> str:
    inner = _part(element, "e")
    is_simple = len(inner) <= 1 or (inner[0] == "\\" and inner[1:].isalpha())
    is_group = inner.startswith((r"\left", r"\mathrm{", r"\overline{")) or inner.isalnum()
    return inner if is_simple or is_group else f"{{{inner}}}"


def _superscript(element: _Element) -> str:
    power = _part(element, "sup")
    marks = {"'", "''", "'''"}
    return _base(element) + (power if power in marks else f"^{{{power}}}")


def _subscript(element: _Element) -> str:
    return f"{_base(element)}_{{{_part(element, 'sub')}}}"


def _both_scripts(element: _Element) -> str:
    return f"{_base(element)}_{{{_part(element, 'sub')}}}^{{{_part(element, 'sup')}}}"


def _before(element: _Element) -> str:
    sub, sup = _part(element, "sub"), _part(element, "sup")
    return f"{{}}_{{{sub}}}^{{{sup}}}{_part(element, 'e')}"


def _delimiters(element: _Element) -> str:
    left = _property(element, "dPr", "begChr")
    right = _property(element, "dPr", "endChr")
    between = _property(element, "dPr", "sepChr")
    inner = f" {tex_of_char(between or '|')} ".join(
        _children(e) for e in element.iterchildren(M + "e")
    )
    opening = _fence("(" if left is None else left)
    closing = _fence(")" if right is None else right)
    return rf"\left{opening} {inner} \right{closing}"


def _fence(char: str) -> str:
    return _FENCES.get(char, tex_of_char(char) if char else ".")


def _nary(element: _Element) -> str:
    char = _property(element, "naryPr", "chr")
    operator = tex_of_char(char) if char else r"\int"
    sub, sup = _part(element, "sub"), _part(element, "sup")
    limits = (f"_{{{sub}}}" if sub else "") + (f"^{{{sup}}}" if sup else "")
    return (
        join([operator + limits, _part(element, "e")])
        if limits
        else join([operator, _part(element, "e")])
    )


def _accent(element: _Element) -> str:
    char = _property(element, "accPr", "chr")
    command = _ACCENTS.get("\u0302" if char is None else char)
    inner = _part(element, "e")
    if command is None:
        return rf"\overset{{{tex_of_text(char or '')}}}{{{inner}}}"
    if len(inner) > 1:
        command = _WIDE.get(command, command)
    return rf"\{command}{{{inner}}}"


def _bar(element: _Element) -> str:
    under = _property(element, "barPr", "pos") != "top"
    return rf"\{'underline' if under else 'overline'}{{{_part(element, 'e')}}}"


def _group(element: _Element) -> str:
    char = _property(element, "groupChrPr", "chr") or "⏟"
    under = _property(element, "groupChrPr", "pos") != "top"
    inner = _part(element, "e")
    if char in _GROUPS:
        return rf"\{_GROUPS[char]}{{{inner}}}"
    return rf"\{'underset' if under else 'overset'}{{{tex_of_text(char)}}}{{{inner}}}"


def _function(element: _Element) -> str:
    name = _part(element, "fName")
    if name.isalpha():
        name = function_name(name)
    inner = _part(element, "e")
    return name + ("" if inner.startswith(("\\left", "{")) or not inner else " ") + inner


def _limit_below(element: _Element) -> str:
    inner, limit = _part(element, "e"), _part(element, "lim")
    if inner.lstrip("\\") in FUNCTIONS:
        return f"\\{inner.lstrip(chr(92))}_{{{limit}}}"
    if inner.startswith(r"\underbrace"):
        return f"{inner}_{{{limit}}}"
    return rf"\underset{{{limit}}}{{{inner}}}"


def _limit_above(element: _Element) -> str:
    inner, limit = _part(element, "e"), _part(element, "lim")
    if inner.startswith(r"\overbrace"):
        return f"{inner}^{{{limit}}}"
    if inner in {r"\rightarrow", r"\leftarrow", r"\longrightarrow"}:
        return rf"\xrightarrow{{{limit}}}" if "right" in inner else rf"\xleftarrow{{{limit}}}"
    return rf"\overset{{{limit}}}{{{inner}}}"


def _matrix(element: _Element) -> str:
    rows = [
        " & ".join(_children(cell) for cell in row.iterchildren(M + "e"))
        for row in element.iterchildren(M + "mr")
    ]
    return r"\begin{matrix} " + r" \\ ".join(rows) + r" \end{matrix}"


def _equations(element: _Element) -> str:
    """Rows of a system: aligned at `&` where Word has an alignment mark."""
    rows = [_children(e).replace(r"\&", "&") for e in element.iterchildren(M + "e")]
    if any("&" in row for row in rows):
        return r"\begin{aligned} " + r" \\ ".join(rows) + r" \end{aligned}"
    return r"\begin{array}{l} " + r" \\ ".join(rows) + r" \end{array}"


def _phantom(element: _Element) -> str:
    inner = _part(element, "e")
    shown = _property(element, "phantPr", "show")
    return inner if shown is None or _is_on(shown) else rf"\phantom{{{inner}}}"


def _boxed(element: _Element) -> str:
    return rf"\boxed{{{_part(element, 'e')}}}"


def _alternative(element: _Element) -> str:
    chosen = element.find(MC + "Choice")
    return _children(chosen if chosen is not None else element.find(MC + "Fallback"))


_RULES: dict[str, Callable[[_Element], str]] = {
    "r": _run,
    "f": _fraction,
    "rad": _radical,
    "sSup": _superscript,
    "sSub": _subscript,
    "sSubSup": _both_scripts,
    "sPre": _before,
    "d": _delimiters,
    "nary": _nary,
    "acc": _accent,
    "bar": _bar,
    "groupChr": _group,
    "func": _function,
    "limLow": _limit_below,
    "limUpp": _limit_above,
    "m": _matrix,
    "eqArr": _equations,
    "phant": _phantom,
    "borderBox": _boxed,
    "AlternateContent": _alternative,
}
