"""What a piece of an item's text is worth as mathematics: numbers, expressions, intervals, points.

The key checks compare what they compute with what the options say, so the options are read as a
candidate reads them, not typed a second time.
"""

import re

import sympy
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication_application,
    parse_expr,
    standard_transformations,
)

SYMBOLS = {name: sympy.Symbol(name) for name in "axtkzyC"}
TRANSFORMATIONS = (*standard_transformations, convert_xor, implicit_multiplication_application)
WORDS = {
    r"\left": "",
    r"\right": "",
    r"\,": "",
    r"\cdot": "*",
    r"\pi": " pi ",
    r"\infty": "oo",
    r"\sin": " sin ",
    r"\cos": " cos ",
    r"\ln": " log ",
    r"^\circ": "",
}
UNIT = re.compile(r"\\text\{[^{}]*\}(\^\d)?")
# Innermost braces first, so that nested groups unfold in turn.
GROUPS = (
    (re.compile(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\sqrt\s*\{([^{}]*)\}"), r" sqrt(\1)"),
    (re.compile(r"\^\{([^{}]*)\}"), r"^(\1)"),
    (re.compile(r"_\{([^{}]*)\}"), r"_\1"),
    (re.compile(r"\\log_(\d+|\(\(\d+\)/\(\d+\)\))\s*(\w|\([^()]*\))"), r"log(\2, \1)"),
)


def expression(tex: str) -> sympy.Expr:
    """The sympy expression a formula stands for; anything up to its last `=` is dropped."""
    text = UNIT.sub("", tex.replace("$", "").replace("{,}", ".").rpartition("=")[2])
    for word, plain in WORDS.items():
        text = text.replace(word, plain)
    before = ""
    while before != text:
        before = text
        for pattern, plain in GROUPS:
            text = pattern.sub(plain, text)
    return parse_expr(text.strip(), local_dict=SYMBOLS, transformations=TRANSFORMATIONS)


def number(text: str) -> float:
    """The number in `$\\frac{1}{2}$`, `$x = 7$`, `17,5 phút` or `$41^\\circ$`."""
    if "$" not in text:
        return float(re.findall(r"-?\d+(?:,\d+)?", text)[0].replace(",", "."))
    return float(expression(text))


def interval(text: str) -> tuple[float, float]:
    """The ends of an interval, open or closed, possibly infinite."""
    low, high = re.findall(r"[(\[]([^();]+);([^();\]]+)[)\]]", text)[0]
    return float(expression(low)), float(expression(high))


def point(text: str) -> tuple[float, ...]:
    """The coordinates of the first point or vector written as `(…;…;…)`."""
    inside = re.findall(r"\(([^()]*;[^()]*;[^()]*)\)", text)[0]
    return tuple(float(expression(part)) for part in inside.split(";"))


def formulas(text: str) -> list[str]:
    """Every formula of a text, without its dollar signs."""
    return re.findall(r"\$([^$]+)\$", text)


def table_rows(text: str) -> list[list[str]]:
    """The cells of a pipe table, header included, without the first column."""
    lines = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")][1:] for line in lines]
