"""Characters of formulas as TeX; shared by Office Math and MathType."""

from __future__ import annotations

import re
import unicodedata

_COMMANDS = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "ϵ": r"\epsilon", "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "ϑ": r"\vartheta",
    "ι": r"\iota", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "µ": r"\mu", "ν": r"\nu",
    "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "ς": r"\varsigma", "τ": r"\tau",
    "υ": r"\upsilon", "φ": r"\varphi", "ϕ": r"\phi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega",
    "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi",
    "Σ": r"\Sigma", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega", "\u2126": r"\Omega",
    "≤": r"\leq", "⩽": r"\leq", "≥": r"\geq", "⩾": r"\geq", "≠": r"\neq", "≈": r"\approx",
    "≡": r"\equiv", "∼": r"\sim", "≅": r"\cong", "∝": r"\propto", "±": r"\pm", "∓": r"\mp",
    "×": r"\times", "÷": r"\div", "·": r"\cdot", "⋅": r"\cdot", "∙": r"\cdot", "∗": "*",
    "∘": r"\circ", "−": "-", "–": "-", "∞": r"\infty", "∂": r"\partial", "∇": r"\nabla",
    "∈": r"\in", "∉": r"\notin", "∋": r"\ni", "⊂": r"\subset", "⊃": r"\supset",
    "⊆": r"\subseteq", "⊇": r"\supseteq", "⊄": r"\not\subset", "∪": r"\cup", "∩": r"\cap",
    "∅": r"\varnothing", "∀": r"\forall", "∃": r"\exists", "∧": r"\wedge", "∨": r"\vee",
    "¬": r"\neg", "→": r"\rightarrow", "←": r"\leftarrow", "↔": r"\leftrightarrow",
    "⇒": r"\Rightarrow", "⇐": r"\Leftarrow", "⇔": r"\Leftrightarrow", "↦": r"\mapsto",
    "↑": r"\uparrow", "↓": r"\downarrow", "⟶": r"\longrightarrow", "⟹": r"\Longrightarrow",
    "⟺": r"\Longleftrightarrow", "⇌": r"\rightleftharpoons", "⇄": r"\rightleftarrows",
    "⊥": r"\perp", "∥": r"\parallel", "∠": r"\angle", "△": r"\triangle", "∆": r"\Delta",
    "…": r"\ldots", "⋯": r"\cdots", "⋮": r"\vdots", "⋱": r"\ddots", "′": "'", "″": "''",
    "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "ℤ": r"\mathbb{Z}", "ℚ": r"\mathbb{Q}",
    "ℂ": r"\mathbb{C}", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint",
    "∑": r"\sum", "∏": r"\prod", "∐": r"\coprod", "⋃": r"\bigcup", "⋂": r"\bigcap",
    "√": r"\sqrt{}", "°": r"^{\circ}", "ℓ": r"\ell", "ℏ": r"\hbar", "⟨": r"\langle",
    "⟩": r"\rangle", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil",
    "‖": r"\|", "⊕": r"\oplus", "⊗": r"\otimes", "∖": r"\setminus", "∣": r"\mid",
    "∴": r"\therefore", "≪": r"\ll", "≫": r"\gg", "≺": r"\prec", "≻": r"\succ",
    "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_",
    "\\": r"\backslash", "~": r"\sim", "\u00a0": " ", "\u2003": r"\quad ", "\u2009": r"\,",
    "\u200b": "", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "",
}  # fmt: skip
FUNCTIONS = {
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
    "log", "ln", "lg", "exp", "lim", "max", "min", "sup", "inf", "det", "dim", "ker", "gcd", "deg",
    "arg",
}  # fmt: skip
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+$")


def tex_of_char(char: str) -> str:
    """One character in mathematics mode. Styled letters (𝑥, 𝒙) become the letters they are."""
    if char in _COMMANDS:
        return _COMMANDS[char]
    plain = unicodedata.normalize("NFKC", char) if ord(char) > 0x1D3FF else char
    return _COMMANDS.get(plain, plain)


def join(pieces: list[str]) -> str:
    """Pieces of TeX in a row: a blank only where a command would run into a letter."""
    made = ""
    for piece in pieces:
        if piece and made and piece[0].isalpha() and _ENDS_IN_COMMAND.search(made):
            made += " "
        made += piece
    return made


def tex_of_text(text: str) -> str:
    """A run of characters in mathematics mode."""
    return join([tex_of_char(char) for char in text])


def words_in_math(text: str) -> str:
    """Ordinary words inside a formula."""
    escaped = re.sub(r"([{}%#&$_])", r"\\\1", text.replace("\\", ""))
    return rf"\text{{{escaped}}}" if text.strip() else text


def function_name(name: str) -> str:
    """`\\sin` for a known function, upright letters for another."""
    return f"\\{name}" if name in FUNCTIONS else rf"\operatorname{{{name}}}"


def has_vietnamese_letter(text: str) -> bool:
    return any(ord(c) > 0x7F and c.isalpha() and "LATIN" in unicodedata.name(c, "") for c in text)
