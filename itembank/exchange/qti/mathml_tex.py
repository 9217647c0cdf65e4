"""Presentation MathML as TeX, for the constructions schools use; None for the rest."""

from __future__ import annotations

from collections.abc import Callable

from ...scoring.qti.tree import Node

_FUNCTIONS = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "log", "ln", "lim",
    "exp", "min", "max", "det", "gcd", "sinh", "cosh", "tanh", "lg",
})  # fmt: skip
_SIGNS = {
    "−": "-", "×": r"\times ", "·": r"\cdot ", "÷": r"\div ", "±": r"\pm ", "∓": r"\mp ",
    "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "≈": r"\approx ", "≡": r"\equiv ", "∼": r"\sim ",
    "→": r"\to ", "⇒": r"\Rightarrow ", "⇔": r"\Leftrightarrow ", "←": r"\leftarrow ",
    "∞": r"\infty ", "∈": r"\in ", "∉": r"\notin ", "⊂": r"\subset ", "∪": r"\cup ",
    "∩": r"\cap ", "∅": r"\emptyset ", "∀": r"\forall ", "∃": r"\exists ", "∂": r"\partial ",
    "∇": r"\nabla ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∮": r"\oint ",
    "√": r"\surd ", "°": r"^\circ ", "′": "'", "″": "''", "∠": r"\angle ", "⊥": r"\perp ",
    "∥": r"\parallel ", "△": r"\triangle ", "…": r"\dots ", "⋯": r"\cdots ", "{": r"\{",
    "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_", "⟨": r"\langle ",
    "⟩": r"\rangle ", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u00a0": r"\ ",
    "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\varepsilon ",
    "ζ": r"\zeta ", "η": r"\eta ", "θ": r"\theta ", "λ": r"\lambda ", "μ": r"\mu ",
    "ν": r"\nu ", "ξ": r"\xi ", "π": r"\pi ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ",
    "φ": r"\varphi ", "ϕ": r"\phi ", "χ": r"\chi ", "ψ": r"\psi ", "ω": r"\omega ",
    "Γ": r"\Gamma ", "Δ": r"\Delta ", "Θ": r"\Theta ", "Λ": r"\Lambda ", "Π": r"\Pi ",
    "Σ": r"\Sigma ", "Φ": r"\Phi ", "Ψ": r"\Psi ", "Ω": r"\Omega ", "ℝ": r"\mathbb{R}",
    "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}",
}  # fmt: skip
_ACCENTS = {
    "→": r"\vec", "⃗": r"\vec", "¯": r"\overline", "‾": r"\overline", "^": r"\widehat",
    "ˆ": r"\hat", "~": r"\tilde", "˜": r"\tilde", "˙": r"\dot", "¨": r"\ddot", "⏞": r"\overbrace",
}  # fmt: skip


class _Untold(Exception):
    """The formula holds something TeX is not written for here."""


def tex_of(math: Node) -> str | None:
    """TeX of a `math` element; its TeX annotation where it carries one."""
    written = _annotation(math)
    if written is not None:
        return written
    try:
        return " ".join(_row(math).split()) or None
    except _Untold:
        return None


def _annotation(math: Node) -> str | None:
    for node in math.find("annotation"):
        if "tex" in node.get("encoding").lower():
            bare = node.text.strip()
            for opening, closing in (("\\[", "\\]"), ("\\(", "\\)"), ("$$", "$$"), ("$", "$")):
                if bare.startswith(opening) and bare.endswith(closing) and len(bare) > 3:
                    bare = bare[len(opening) : -len(closing)].strip()
            return bare or None
    return None


def _row(node: Node) -> str:
    return "".join(_tex(child) for child in node.children)


def _tex(node: Node) -> str:
    writer = _WRITERS.get(node.name)
    if writer is None:
        raise _Untold
    return writer(node)


def _letters(text: str) -> str:
    return "".join(_SIGNS.get(letter, letter) for letter in text)


def _identifier(node: Node) -> str:
    name = node.text.strip()
    if name in _FUNCTIONS:
        return f"\\{name} "
    if len(name) > 1 and name.isalpha():
        return rf"\mathrm{{{name}}}"
    return _letters(name)


def _sign(node: Node) -> str:
    name = node.text.strip()
    return f"\\{name} " if name in _FUNCTIONS else _letters(name)


def _words(node: Node) -> str:
    text = node.text
    if any(letter in text for letter in "\\{}$^_~#&"):
        raise _Untold
    return rf"\text{{{text.replace('%', chr(92) + '%')}}}" if text.strip() else r"\ "


def _group(node: Node) -> str:
    inside = _tex(node)
    return inside if len(inside) == 1 else f"{{{inside}}}"


def _parts(node: Node, count: int) -> tuple[Node, ...]:
    if len(node.children) != count:
        raise _Untold
    return node.children


def _fraction(node: Node) -> str:
    top, bottom = _parts(node, 2)
    if node.get("linethickness") in {"0", "0pt", "0px"}:
        return rf"\binom{{{_tex(top)}}}{{{_tex(bottom)}}}"
    return rf"\frac{{{_tex(top)}}}{{{_tex(bottom)}}}"


def _root(node: Node) -> str:
    base, degree = _parts(node, 2)
    return rf"\sqrt[{_tex(degree)}]{{{_tex(base)}}}"


def _script(mark: str) -> Callable[[Node], str]:
    def write(node: Node) -> str:
        base, script = _parts(node, 2)
        return f"{_base(base)}{mark}{_group(script)}"

    return write


def _base(node: Node) -> str:
    return _tex(node) if node.name in {"mi", "mn", "mo"} else f"{{{_tex(node)}}}"


def _both(node: Node) -> str:
    base, below, above = _parts(node, 3)
    return f"{_base(base)}_{_group(below)}^{_group(above)}"


def _over(node: Node) -> str:
    base, above = _parts(node, 2)
    accent = _ACCENTS.get(above.text.strip()) if above.name == "mo" else None
    if accent is not None:
        return f"{accent}{{{_tex(base)}}}"
    return rf"\overset{{{_tex(above)}}}{{{_tex(base)}}}"


def _under(node: Node) -> str:
    base, below = _parts(node, 2)
    large = base.text.strip() in {"∑", "∏", "lim", "max", "min", "⋃", "⋂"}
    return (
        f"{_tex(base)}_{_group(below)}" if large else rf"\underset{{{_tex(below)}}}{{{_tex(base)}}}"
    )


def _fenced(node: Node) -> str:
    opening, closing = node.get("open", "("), node.get("close", ")")
    between = (node.get("separators", ",").strip() or ",")[:1]
    inside = _letters(between).join(_tex(child) for child in node.children)
    return rf"\left{_fence(opening)}{inside}\right{_fence(closing)}"


def _fence(mark: str) -> str:
    return _letters(mark.strip()) or "."


def _table(node: Node) -> str:
    rows = (" & ".join(_row(cell) for cell in row.children) for row in node.children)
    return r"\begin{matrix}" + r" \\ ".join(rows) + r"\end{matrix}"


def _framed(node: Node) -> str:
    if node.get("notation", "box") not in {"box", "roundedbox"}:
        raise _Untold
    return rf"\boxed{{{_row(node)}}}"


_WRITERS: dict[str, Callable[[Node], str]] = {
    "mrow": _row,
    "mstyle": _row,
    "mpadded": _row,
    "semantics": lambda node: _tex(node.children[0]) if node.children else "",
    "mi": _identifier,
    "mn": lambda node: _letters(node.text.strip()).replace(",", "{,}"),
    "mo": _sign,
    "mtext": _words,
    "mspace": lambda node: r"\ ",
    "mfrac": _fraction,
    "msqrt": lambda node: rf"\sqrt{{{_row(node)}}}",
    "mroot": _root,
    "msup": _script("^"),
    "msub": _script("_"),
    "msubsup": _both,
    "munderover": _both,
    "mover": _over,
    "munder": _under,
    "mfenced": _fenced,
    "mtable": _table,
    "menclose": _framed,
}
