"""TeX as Office Math, so that a formula is edited in Word like any other. Pure.

The reverse way is `word/omml.py`. A formula that cannot be read stays as its TeX.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ..errors import Invalid
from .formula_tree import (
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
    is_function,
)

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
XML = "http://www.w3.org/XML/1998/namespace"
_M = f"{{{MATH}}}"
_RELATIONS = set("=<>≤≥≠≈≡→⇔⇒∈,;")
_ACCENTS = {
    "arrow": "\u20d7",
    "arrow.l": "\u20d6",
    "hat": "\u0302",
    "tilde": "\u0303",
    "dot": "\u0307",
    "dot.double": "\u0308",
    "arc": "\u0311",
}
Element = etree._Element


def omml(tex: str) -> Element:
    """An `m:oMath` of the formula."""
    math = etree.Element(_M + "oMath", nsmap={"m": MATH})
    try:
        tree = formula_tree(tex)
    except Invalid:
        _text(math, Run(tex, "text"))
        return math
    _write(math, tree)
    return math


def _sub(parent: Element, name: str, **values: str) -> Element:
    return etree.SubElement(parent, _M + name, {_M + key: value for key, value in values.items()})


def _write(parent: Element, formula: Formula) -> None:
    match formula:
        case Run():
            _text(parent, formula)
        case Row(parts):
            _row(parent, parts)
        case Fraction():
            _fraction(parent, formula)
        case Root():
            _root(parent, formula)
        case Scripts():
            _scripts(parent, formula, ())
        case Accent():
            _accent(parent, formula)
        case Fence():
            _fence(parent, formula)
        case Grid():
            _grid(parent, formula)
        case Boxed(inside):
            _held(_sub(parent, "borderBox"), "e", inside)
        case Unseen(inside):
            made = _sub(parent, "phant")
            _sub(_sub(made, "phantPr"), "show", val="0")
            _held(made, "e", inside)


def _row(parent: Element, parts: Sequence[Formula]) -> None:
    """Runs of one style joined; an n-ary operator takes what follows it, up to a relation."""
    at = 0
    while at < len(parts):
        part = parts[at]
        at += 1
        if _is_nary(part):
            end = at
            while end < len(parts) and not _is_relation(parts[end]):
                end += 1
            nary = part if isinstance(part, Scripts) else Scripts(part)
            _scripts(parent, nary, parts[at:end])
            at = end
        elif is_function(part):
            end = _end_of_argument(parts, at)
            _function(parent, part, parts[at:end])
            at = end
        else:
            _write(parent, part)


def _end_of_argument(parts: Sequence[Formula], at: int) -> int:
    """A function takes what stands behind it, up to a sign, a blank or another function."""
    end = at
    while end < len(parts) and not is_function(parts[end]) and not _is_nary(parts[end]):
        part = parts[end]
        if isinstance(part, Run) and part.kind in {"sign", "space", "text"}:
            break
        end += 1
        if isinstance(part, Fence):
            break
    return end


def _function(parent: Element, name: Formula, argument: Sequence[Formula]) -> None:
    if not argument:
        _write(parent, name)
        return
    made = _sub(parent, "func")
    _held(made, "fName", name)
    _held(made, "e", Row(tuple(argument)))


def _is_nary(formula: Formula) -> bool:
    base = formula.base if isinstance(formula, Scripts) else formula
    return isinstance(base, Run) and base.text in NARY


def _is_relation(formula: Formula) -> bool:
    return isinstance(formula, Run) and formula.text in _RELATIONS


def _text(parent: Element, run: Run) -> None:
    made = _sub(parent, "r")
    if run.kind == "text":
        _sub(_sub(made, "rPr"), "nor")
    elif run.kind == "word":
        _sub(_sub(made, "rPr"), "sty", val="p")
    text = _sub(made, "t")
    text.text = run.text if run.kind != "space" else "\u2009"
    text.set(f"{{{XML}}}space", "preserve")


def _held(parent: Element, name: str, formula: Formula | None) -> Element:
    made = _sub(parent, name)
    if formula is not None:
        _write(made, formula)
    return made


def _fraction(parent: Element, formula: Fraction) -> None:
    made = _sub(parent, "f")
    if not formula.has_line:
        _sub(_sub(made, "fPr"), "type", val="noBar")
    _held(made, "num", formula.above)
    _held(made, "den", formula.below)


def _root(parent: Element, formula: Root) -> None:
    made = _sub(parent, "rad")
    if formula.degree is None:
        _sub(_sub(made, "radPr"), "degHide", val="1")
    _held(made, "deg", formula.degree)
    _held(made, "e", formula.inside)


def _scripts(parent: Element, formula: Scripts, following: Sequence[Formula]) -> None:
    if _is_nary(formula):
        _nary(parent, formula, following)
    elif formula.limits:
        _limits(parent, formula)
    else:
        name = {(True, True): "sSubSup", (True, False): "sSub", (False, True): "sSup"}[
            formula.sub is not None, formula.sup is not None
        ]
        made = _sub(parent, name)
        _held(made, "e", formula.base)
        for part, script in (("sub", formula.sub), ("sup", formula.sup)):
            if script is not None:
                _held(made, part, script)


def _nary(parent: Element, formula: Scripts, following: Sequence[Formula]) -> None:
    made = _sub(parent, "nary")
    properties = _sub(made, "naryPr")
    base = formula.base
    sign = base.text if isinstance(base, Run) else "∫"
    _sub(properties, "chr", val=sign)
    _sub(properties, "limLoc", val="subSup" if sign in "∫∬∭∮" else "undOvr")
    for name, script in (("subHide", formula.sub), ("supHide", formula.sup)):
        if script is None:
            _sub(properties, name, val="1")
    _held(made, "sub", formula.sub)
    _held(made, "sup", formula.sup)
    _held(made, "e", Row(tuple(following)))


def _limits(parent: Element, formula: Scripts) -> None:
    """Above around below around the base, each its own object in Office Math."""
    if formula.sup is not None:
        made = _sub(parent, "limUpp")
        inner = _sub(made, "e")
        _write(
            inner, Scripts(formula.base, formula.sub, None, True) if formula.sub else formula.base
        )
        _held(made, "lim", formula.sup)
    else:
        made = _sub(parent, "limLow")
        _held(made, "e", formula.base)
        _held(made, "lim", formula.sub)


def _accent(parent: Element, formula: Accent) -> None:
    side = "bot" if formula.under else "top"
    if formula.name == "line":
        made = _sub(parent, "bar")
        _sub(_sub(made, "barPr"), "pos", val=side)
    elif formula.name == "brace" or formula.under:
        made = _sub(parent, "groupChr")
        properties = _sub(made, "groupChrPr")
        _sub(properties, "chr", val="⏟" if formula.under else "⏞")
        _sub(properties, "pos", val=side)
    else:
        made = _sub(parent, "acc")
        _sub(_sub(made, "accPr"), "chr", val=_ACCENTS[formula.name])
    _held(made, "e", formula.base)


def _fence(parent: Element, formula: Fence) -> None:
    made = _sub(parent, "d")
    properties = _sub(made, "dPr")
    _sub(properties, "begChr", val=formula.left)
    _sub(properties, "endChr", val=formula.right)
    _held(made, "e", formula.inside)


def _grid(parent: Element, formula: Grid) -> None:
    if not formula.lines:
        made = _sub(parent, "m")
        for row in formula.rows:
            line = _sub(made, "mr")
            for cell in row:
                _held(line, "e", cell)
        return
    made = _sub(parent, "eqArr")
    for row in formula.rows:
        line = _sub(made, "e")
        for index, cell in enumerate(row):
            if index:
                _text(line, Run("&", "sign"))
            _write(line, cell)
