"""TeX of a MathType formula. Pure; a template that has no TeX raises UnreadableFormula."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .mtef import Char, Line, Matrix, Node, Pile, Template, UnreadableFormula, parts_of
from .tex_symbols import FUNCTIONS, function_name, join, tex_of_char, words_in_math

_TEXT, _FUNCTION, _SPACE = 1, 2, 24
_FENCES = {
    0: (r"\langle", r"\rangle"), 1: ("(", ")"), 2: (r"\{", r"\}"), 3: ("[", "]"), 4: ("|", "|"),
    5: (r"\|", r"\|"), 6: (r"\lfloor", r"\rfloor"), 7: (r"\lceil", r"\rceil"), 8: ("[", "]"),
}  # fmt: skip
_FENCE_SIGNS = {"(": "(", ")": ")", "[": "[", "]": "]", "{": r"\{", "}": r"\}"}
_INTERVAL_SIGNS = "()[]"
_OPERATORS = {16: r"\sum", 17: r"\prod", 18: r"\coprod", 19: r"\bigcup", 20: r"\bigcap"}
_EMBELLISHED = {
    2: r"\dot{{{}}}", 3: r"\ddot{{{}}}", 4: r"\dddot{{{}}}", 5: "{}'", 6: "{}''", 8: r"\tilde{{{}}}",
    9: r"\hat{{{}}}", 10: r"\not{}", 11: r"\overrightarrow{{{}}}", 12: r"\overleftarrow{{{}}}",
    14: r"\overrightarrow{{{}}}", 17: r"\overline{{{}}}", 18: "{}'''", 19: r"\overparen{{{}}}",
    29: r"\underline{{{}}}",
}  # fmt: skip
# Private code points of MathType (MTCode) that school formulas meet.
_PRIVATE = {
    0xEF00: "", 0xEF01: "", 0xEF02: r"\,", 0xEF03: r"\;", 0xEF04: " ", 0xEF05: r"\quad ",
    0xEF06: r"\quad ", 0xEF08: r"\,", 0xEF22: "", 0xE900: r"\cdots", 0xE922: "",
    0x0E: r"\cdots",
}  # fmt: skip
_WIDTHS = {2: r"\,", 3: r"\;", 4: " ", 5: r"\quad ", 6: r"\quad ", 8: r"\,"}


def tex_of(formula: Line) -> str:
    """TeX of a formula. Raises UnreadableFormula for what TeX cannot say."""
    return " ".join(_sequence(formula.parts).split())


def _sequence(parts: Sequence[Node]) -> str:
    """A row of records; characters of words and of function names are gathered first."""
    pieces: list[str] = []
    at = 0
    while at < len(parts):
        node = parts[at]
        if isinstance(node, Char) and node.typeface in (_TEXT, _FUNCTION):
            end = _end_of_word(parts, at)
            pieces.append(_word([p for p in parts[at:end] if isinstance(p, Char)]))
            at = end
        else:
            pieces.append(_node(node))
            at += 1
    return join(pieces)


def _end_of_word(parts: Sequence[Node], at: int) -> int:
    first = parts[at]
    end = at + 1
    while end < len(parts):
        node = parts[end]
        if not isinstance(node, Char) or not isinstance(first, Char):
            break
        if node.typeface != first.typeface:
            break
        end += 1
    return end


def _word(chars: list[Char]) -> str:
    word = "".join(chr(c.code) for c in chars)
    if any(c.embellishments for c in chars):
        return join([_char(c) for c in chars])
    if chars[0].typeface == _FUNCTION:
        return _functions(word)
    if not any(char.isalpha() for char in word):  # numbers typed in the style of words
        return join([_char(c) for c in chars])
    return words_in_math(word)


def _functions(word: str) -> str:
    """`sinx` is typed as one run of the function style: the longest known name goes first."""
    for length in range(len(word), 1, -1):
        if word[:length] in FUNCTIONS:
            return join([function_name(word[:length]), word[length:]])
    return rf"\mathrm{{{word}}}" if word.isalpha() and len(word) > 1 else word


def _node(node: Node) -> str:
    match node:
        case Char():
            return _char(node)
        case Line():
            return _sequence(node.parts)
        case Pile():
            rows = r" \\ ".join(_sequence(row.parts) for row in node.rows)
            return rows if len(node.rows) < 2 else rf"\begin{{array}}{{l}} {rows} \end{{array}}"
        case Matrix():
            return _matrix(node)
        case Template():
            return _template(node)


def _char(char: Char) -> str:
    if char.typeface == _SPACE:
        return _WIDTHS.get(char.code & 0xFF, "")
    tex = _PRIVATE.get(char.code)
    if tex is None:
        if 0xE000 <= char.code <= 0xF8FF:
            raise UnreadableFormula(f"character {char.code:#x}")
        tex = tex_of_char(chr(char.code)) if char.code >= 0x20 else ""
    for mark in char.embellishments:
        if mark not in _EMBELLISHED:
            raise UnreadableFormula(f"embellishment {mark}")
        tex = _EMBELLISHED[mark].format(tex)
    return tex


def _matrix(node: Matrix) -> str:
    cells = [_sequence(cell.parts) for cell in node.cells]
    rows = [cells[i : i + node.n_columns] for i in range(0, len(cells), node.n_columns)]
    return r"\begin{matrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{matrix}"


def _template(node: Template) -> str:
    if node.selector in _FENCES:
        return _fence(node, *_FENCES[node.selector])
    if 15 <= node.selector <= 22:
        return _big_operator(node)
    rule = _RULES.get(node.selector)
    if rule is None:
        raise UnreadableFormula(f"template {node.selector}")
    return rule(node)


def _slot(node: Template, index: int) -> str:
    return _sequence(parts_of(node.slots[index])) if index < len(node.slots) else ""


def _fence(node: Template, left: str, right: str) -> str:
    """The signs drawn are those given; some writers pair signs the selector does not."""
    given = [_FENCE_SIGNS.get(chr(char.code), "") for char in node.chars]
    if node.variation & 3 == 3 and len(given) == 2 and all(given):
        left, right = given
    opening = left if node.variation & 1 else "."
    closing = right if node.variation & 2 else "."
    return rf"\left{opening} {_slot(node, 0)} \right{closing}"


def _interval(node: Template) -> str:
    left = _INTERVAL_SIGNS[node.variation & 3]
    right = _INTERVAL_SIGNS[node.variation >> 4 & 3]
    return rf"\left{left} {_slot(node, 0)} \right{right}"


def _root(node: Template) -> str:
    degree = _slot(node, 1)
    return rf"\sqrt[{degree}]{{{_slot(node, 0)}}}" if degree else rf"\sqrt{{{_slot(node, 0)}}}"


def _fraction(node: Template) -> str:
    above, below = _slot(node, 0), _slot(node, 1)
    return f"{{{above}}}/{{{below}}}" if node.variation & 2 else rf"\frac{{{above}}}{{{below}}}"


def _arrow(node: Template) -> str:
    above, below = _slot(node, 0), _slot(node, 1)
    if node.variation & 1:
        return rf"\underset{{{below}}}{{\overset{{{above}}}{{\rightleftarrows}}}}"
    if node.variation & 2:
        return rf"\underset{{{below}}}{{\overset{{{above}}}{{\rightleftharpoons}}}}"
    name = "xleftarrow" if node.variation & 0x10 and not node.variation & 0x20 else "xrightarrow"
    return rf"\{name}[{below}]{{{above}}}" if below else rf"\{name}{{{above}}}"


def _big_operator(node: Template) -> str:
    if node.selector == 15:
        sign = {2: r"\iint", 3: r"\iiint"}.get(node.variation & 3, r"\int")
        sign = r"\oint" if node.variation & 0x0C else sign
    elif node.selector in _OPERATORS:
        sign = _OPERATORS[node.selector]
    else:
        sign = _slot(node, 3).strip() or join([_char(c) for c in node.chars])
    lower, upper = _slot(node, 1), _slot(node, 2)
    limits = (f"_{{{lower}}}" if lower else "") + (f"^{{{upper}}}" if upper else "")
    return join([sign + limits, _slot(node, 0)])


def _limit(node: Template) -> str:
    inner, lower, upper = _slot(node, 0), _slot(node, 1), _slot(node, 2)
    if inner.startswith("\\") and inner[1:] in FUNCTIONS:
        return inner + (f"_{{{lower}}}" if lower else "") + (f"^{{{upper}}}" if upper else "")
    made = rf"\underset{{{lower}}}{{{inner}}}" if lower else inner
    return rf"\overset{{{upper}}}{{{made}}}" if upper else made


def _brace(node: Template) -> str:
    above = node.variation & 1
    name, sign = ("overbrace", "^") if above else ("underbrace", "_")
    label = _slot(node, 1)
    return rf"\{name}{{{_slot(node, 0)}}}" + (f"{sign}{{{label}}}" if label else "")


def _scripts(node: Template) -> str:
    """The scripted character stands before the template, or after it for a left script."""
    lower, upper = _slot(node, 0), _slot(node, 1)
    if node.selector == 28 and len(node.slots) == 1:
        lower, upper = "", lower
    made = (f"_{{{lower}}}" if lower else "") + (f"^{{{upper}}}" if upper else "")
    return "{}" + made if node.variation & 1 else made


def _vector(node: Template) -> str:
    sides = node.variation & 3
    name = {1: "overleftarrow", 3: "overleftrightarrow"}.get(sides, "overrightarrow")
    if node.variation & 4:
        name = name.replace("over", "under")
    return rf"\{name}{{{_slot(node, 0)}}}"


def _with(name: str) -> Callable[[Template], str]:
    return lambda node: rf"\{name}{{{_slot(node, 0)}}}"


_RULES: dict[int, Callable[[Template], str]] = {
    9: _interval,
    10: _root,
    11: _fraction,
    12: _with("underline"),
    13: _with("overline"),
    14: _arrow,
    23: _limit,
    24: _brace,
    25: _brace,
    27: _scripts,
    28: _scripts,
    29: _scripts,
    31: _vector,
    32: _with("widetilde"),
    33: _with("widehat"),
    34: _with("overparen"),
    36: _with("cancel"),
    37: _with("boxed"),
}
