"""TeX as Typst mathematics, so that a printed formula is set by the printer's own fonts. Pure."""

from __future__ import annotations

from ...errors import Invalid
from ..formula_tree import (
    FUNCTIONS,
    LIMIT_NAMES,
    NARY,
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
from .widths import width_of_formula

_ACCENTS = {
    "arrow": "arrow", "arrow.l": "arrow.l", "hat": "hat", "tilde": "tilde", "dot": "dot",
    "dot.double": "dot.double",
}  # fmt: skip
_LONGEST_SYMBOL = 3
_MAY_NOT_BREAK = 45  # letters: a longer formula must be free to go on in the next line
_NAMED_SIGNS = {"/": "slash", "'": "′", ".": 'class("normal", ".")', "-": "−", "+": "+", "=": "="}


def typst_math(tex: str, *, display: bool = False) -> str:
    """`$…$` for a paragraph; a formula that cannot be read is shown as its TeX."""
    try:
        tree = formula_tree(tex)
    except Invalid:
        return f"#raw({quoted(tex)})"
    made = _math(tree)
    if display:
        return f"$ {made} $"
    inline = f"$display({made})$"
    return (
        f"#box(inset: (y: 0.42em), {inline});"
        if _is_tall(tree) and width_of_formula(tree) < _MAY_NOT_BREAK
        else inline
    )


def _is_tall(formula: Formula) -> bool:
    """Whether a line must make room for it; a line of text alone would not."""
    match formula:
        case Fraction() | Grid():
            return True
        case Scripts():
            return formula.limits or (isinstance(formula.base, Run) and formula.base.text in NARY)
        case Row(parts):
            return any(_is_tall(part) for part in parts)
        case Fence() | Boxed() | Unseen() | Root():
            return _is_tall(formula.inside)
        case Accent():
            return _is_tall(formula.base)
    return False


def quoted(text: str) -> str:
    """A string of Typst code."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _math(formula: Formula) -> str:
    match formula:
        case Run():
            return _run(formula)
        case Row(parts):
            return " ".join(_math(part) for part in parts)
        case Fraction():
            return _fraction(formula)
        case Root(inside, None):
            return f"sqrt({_math(inside)})"
        case Root(inside, degree):
            assert degree is not None
            return f"root({_math(degree)}, {_math(inside)})"
        case Scripts():
            return _scripts(formula)
        case Accent():
            return _accent(formula)
        case Fence():
            return _fence(formula)
        case Grid():
            return _rows(formula, "", "")
        case Boxed(inside):
            return f"#box(stroke: 0.5pt, inset: 3pt, ${_math(inside)}$)"
        case Unseen(inside):
            return f"#hide(${_math(inside)}$)"


def _run(run: Run) -> str:
    text = run.text
    if run.kind == "space":
        return "thin"
    if run.kind == "text":
        return _words(text)
    if run.kind == "number":
        return text if text.isdigit() else quoted(text)
    if run.kind == "word":
        return f"{'op' if text in FUNCTIONS | LIMIT_NAMES else 'upright'}({quoted(text)})"
    if run.kind == "letter" and text.isascii():
        return text
    return _sign(text)


def _words(text: str) -> str:
    """Words of a formula; a blank beside them is a thin one, as between a number and its unit."""
    before = "thin " if text[:1].isspace() else ""
    after = " thin" if text[-1:].isspace() and text.strip() else ""
    core = text.strip()
    # Typst sets blanks around quoted words; an element or a unit stands close to its neighbours.
    is_symbol = core.isascii() and core.isalpha() and len(core) <= _LONGEST_SYMBOL
    return f"{before}upright({' '.join(core) if is_symbol else quoted(core)}){after}"


def _sign(text: str) -> str:
    """One character is itself, escaped where Typst means something by it; more are words."""
    if len(text) != 1:
        return f"upright({quoted(text)})"
    if text in _NAMED_SIGNS:
        return _NAMED_SIGNS[text]
    return f"\\{text}" if text.isascii() and not text.isalnum() else text


def _fraction(formula: Fraction) -> str:
    above, below = _math(formula.above), _math(formula.below)
    return f"frac({above}, {below})" if formula.has_line else f"mat(delim: #none, {above}; {below})"


def _scripts(formula: Scripts) -> str:
    base = _math(formula.base)
    if isinstance(formula.base, Run) and formula.base.text in LIMIT_NAMES:
        base = f"op({quoted(formula.base.text)}, limits: #true)"
    elif formula.limits and not (isinstance(formula.base, Run) and formula.base.text in NARY):
        base = f"limits({base})"
    scripts = [
        f"{side}: {_math(script)}"
        for side, script in (("b", formula.sub), ("t", formula.sup))
        if script is not None
    ]
    return f"attach({base}, {', '.join(scripts)})"


def _accent(formula: Accent) -> str:
    base = _math(formula.base)
    if formula.name == "line":
        return f"{'underline' if formula.under else 'overline'}({base})"
    if formula.name == "brace":
        return f"{'underbrace' if formula.under else 'overbrace'}({base})"
    if formula.name == "arc":
        return f"overparen({base})"
    return f"accent({base}, {_ACCENTS[formula.name]})"


def _fence(formula: Fence) -> str:
    inside = formula.inside
    if isinstance(inside, Grid):
        return _rows(inside, formula.left, formula.right)
    if isinstance(inside, Fraction) and not inside.has_line:
        return f"binom({_math(inside.above)}, {_math(inside.below)})"
    return f"lr({_delimiter(formula.left)} {_math(inside)} {_delimiter(formula.right)})"


def _delimiter(sign: str) -> str:
    return f"\\{sign}" if sign and sign.isascii() else sign


def _rows(grid: Grid, left: str, right: str) -> str:
    """A matrix, or the rows of a system with its brace."""
    if grid.lines and left == "{" and not right:
        return f"cases({', '.join(' & '.join(map(_math, row)) for row in grid.rows)})"
    cells = "; ".join(", ".join(map(_math, row)) for row in grid.rows)
    if grid.lines:
        inner = f"mat(delim: #none, align: #left, column-gap: #0.2em, {cells})"
        if not left and not right:
            return inner
        return f"lr({_delimiter(left)} {inner} {_delimiter(right)})"
    if not left and not right:
        return f"mat(delim: #none, {cells})"
    return f"mat(delim: #({_code(left)}, {_code(right)}), {cells})"


def _code(sign: str) -> str:
    return quoted(sign) if sign else "none"
