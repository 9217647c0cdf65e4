"""Numbers as they stand in an item: `0,75`, `−3`, a fraction; in formulas and in plain words. Pure.

Inside a formula a value is fitted to its place: «+ −3» becomes «− 3», a coefficient 1 is not
written, a negative base stands in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html import escape, unescape

from ..errors import msg
from .expressions import ExpressionError, Value

PLACE = re.compile(r"\[\[(.+?)\]\]")
FORMULA = re.compile(r'data-tex="([^"]*)"')
STYLES = {"ps": "phân số", "tp": "số thập phân"}
MOST_DECIMALS = 6
OPENED, CLOSED = "\ue000", "\ue001"  # private characters: a value not yet fitted to its place

Evaluate = Callable[[str], Value]


def places_in(text: str) -> list[str]:
    """What stands between `[[` and `]]`, in reading order."""
    return [unescape(found) for found in PLACE.findall(text)]


def split_style(place: str) -> tuple[str, str]:
    """`a/b|ps` is the expression and how to write it: `ps` fraction, `tp2` two decimals."""
    source, bar, style = place.partition("|")
    style = style.strip()
    if bar and not re.fullmatch(r"ps|tp\d?", style):
        raise ExpressionError(
            msg("Không có cách viết «{style}»; dùng ps (phân số) hoặc tp2 (2 chữ số).", style=style)
        )
    return source.strip(), style


def is_finite(value: Fraction) -> bool:
    """Whether decimals end."""
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest == 1


def decimals(value: Fraction) -> int:
    """How many decimals a finite one has."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return places


def plain(value: Value, style: str = "") -> str:
    """In words and in the boxes of a short answer: `-0,75`, `3/4`."""
    if isinstance(value, bool | str):
        return str(value)
    exact = _exact(value, style)
    if style != "ps" and is_finite(exact):
        return _decimal(exact)
    return f"{exact.numerator}/{exact.denominator}" if exact.denominator != 1 else str(exact)


def tex(value: Value, style: str = "") -> str:
    """In a formula: `-0{,}75`, `\\frac{3}{4}`."""
    if isinstance(value, bool | str):
        return str(value)
    exact = _exact(value, style)
    if exact.denominator == 1 or (style != "ps" and is_finite(exact)):
        return _decimal(exact).replace(",", "{,}")
    sign = "-" if exact < 0 else ""
    return rf"{sign}\frac{{{abs(exact.numerator)}}}{{{exact.denominator}}}"


def _exact(value: Fraction | float, style: str) -> Fraction:
    """What is written: rounded to the decimals asked for; what is not exact to four."""
    if style.startswith("tp") and style[2:]:
        return _to(value, int(style[2:]))
    return value if isinstance(value, Fraction) else _to(value, 4)


def _to(value: Fraction | float, places: int) -> Fraction:
    exact = Fraction(value)
    unit = Decimal(1).scaleb(-min(places, MOST_DECIMALS))
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    return Fraction(whole.quantize(unit, rounding=ROUND_HALF_UP))


def _decimal(exact: Fraction) -> str:
    places = min(decimals(exact), 20)
    scaled = abs(exact.numerator) * 10**places // exact.denominator
    digits = str(scaled).rjust(places + 1, "0")
    whole = digits[:-places] + "," + digits[-places:] if places else digits
    return f"-{whole}" if exact < 0 else whole


def fill_html(html: str, evaluate: Evaluate) -> str:
    """Content with every place filled: as formula inside `data-tex`, as words elsewhere."""
    with_formulas = FORMULA.sub(
        lambda found: f'data-tex="{escape(fill_tex(unescape(found[1]), evaluate))}"', html
    )
    return PLACE.sub(lambda found: escape(_words(unescape(found[1]), evaluate)), with_formulas)


_NOTE_FORMULA = re.compile(r"\$([^$]+)\$")


def fill_note(text: str, evaluate: Evaluate) -> str:
    """A note with `$TeX$`."""
    with_formulas = _NOTE_FORMULA.sub(lambda found: f"${fill_tex(found[1], evaluate)}$", text)
    return PLACE.sub(lambda found: _words(found[1], evaluate), with_formulas)


def fill_key(text: str, evaluate: Evaluate) -> str:
    """A short answer's key: the minus is the one the keyboard gives."""

    def written(found: re.Match[str]) -> str:
        source, style = split_style(found[1])
        return plain(evaluate(source), style)

    return PLACE.sub(written, text)


def _words(place: str, evaluate: Evaluate) -> str:
    source, style = split_style(place)
    return re.sub(r"^-", "−", plain(evaluate(source), style))


def fill_tex(formula: str, evaluate: Evaluate) -> str:
    def opened(found: re.Match[str]) -> str:
        source, style = split_style(found[1])
        return f"{OPENED}{tex(evaluate(source), style)}{CLOSED}"

    return fitted(PLACE.sub(opened, formula))


_VALUE = rf"{OPENED}([^{CLOSED}]*){CLOSED}"
_NEGATIVE = rf"{OPENED}-([^{CLOSED}]*){CLOSED}"
# What a coefficient stands before: a letter, a bracket, a root, a Greek letter; never an operator.
_NOT_A_FACTOR = r"cdot|times|le|ge|leq|geq|lt|gt|ne|neq|to|in|approx|text|quad|Rightarrow|pm|div"
_FACTOR = rf"(?=\s*(?:[A-Za-z(]|\\(?:sqrt|left|(?!(?:{_NOT_A_FACTOR})\b)[a-z]+\b)))"
_FREE = r"(?<![\w}\ue001,.^_/])(?<!\d )"
_RULES = (
    (re.compile(rf"\^\s*(?:\{{\s*{OPENED}1{CLOSED}\s*\}}|{OPENED}1{CLOSED})"), ""),
    (re.compile(rf"{_VALUE}(?=\s*\^)"), lambda m: _base(m[1])),
    (re.compile(rf"(\\cdot|\\times|:|\\div)\s*{_NEGATIVE}"), r"\1 (-\2)"),
    (re.compile(rf"\+\s*{_NEGATIVE}"), rf"- {OPENED}\1{CLOSED}"),
    (re.compile(rf"-\s*{_NEGATIVE}"), rf"+ {OPENED}\1{CLOSED}"),
    (re.compile(rf"{_FREE}{OPENED}(-?)1{CLOSED}{_FACTOR}"), r"\1"),
    (re.compile(_VALUE), r"\1"),
    (re.compile(r"(^|[=({;,])\s*\+\s*(?=[\d\\A-Za-z])"), r"\1"),
)


def _base(written: str) -> str:
    """What stands under an exponent."""
    is_simple = re.fullmatch(r"[\d{},]+|[A-Za-z]", written)
    return written if is_simple else rf"\left({written}\right)"


def fitted(formula: str) -> str:
    """The formula with its values fitted to their places."""
    for pattern, written in _RULES:
        formula = pattern.sub(written, formula)
    return formula


_ZERO_FACTOR = re.compile(rf"{_FREE}{OPENED}0{CLOSED}{_FACTOR}")


def has_zero_factor(formula: str, evaluate: Evaluate) -> bool:
    """Whether a coefficient comes out as 0: the term would have to go, not only its number."""

    def opened(found: re.Match[str]) -> str:
        source, style = split_style(found[1])
        return f"{OPENED}{tex(evaluate(source), style)}{CLOSED}"

    return bool(_ZERO_FACTOR.search(PLACE.sub(opened, formula)))
