"""What is searched for and what is found are the same tokens, on every database. Pure.

A text is words and formulas (`$TeX$`). Words are letters and digits; a formula is its commands,
letters, numbers and signs by name, so that `\\dfrac12` and `\\frac{1}{2}` are one. Each token has
two forms: as written (`đạo`) and folded (`dao`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from ..items.folding import fold

LONGEST = 40  # characters of a token
MOST = 8_000  # tokens of a text
_SAFE = 0x0530  # letters beyond are written by number: databases disagree on what they are
_WORD = re.compile(r"[^\W_]+")
_TEX = re.compile(r"\\([a-zA-Z]+)|(\d+)|([^\W\d_])|(\S)")
_IDLE = re.compile(
    r"\\(?:left|right|displaystyle|limits|quad|qquad|mathrm|text|mathbf|operatorname)(?![a-zA-Z])"
    r"|\\[,;:! ]|\{,\}(?!\d)|~"
)
_SIGNS = {
    "+": "cong", "-": "tru", "−": "tru", "=": "bang", "<": "nho", ">": "lon", "^": "mu",
    "_": "chiso", "/": "chia", "*": "nhan", "|": "gach", "'": "phay", "!": "giaithua",
}  # fmt: skip
_SAME = {
    "dfrac": "frac", "tfrac": "frac", "leqslant": "le", "leq": "le", "geqslant": "ge",
    "geq": "ge", "neq": "ne", "cdot": "nhan", "times": "nhan", "bar": "overline",
    "overrightarrow": "vec", "to": "rightarrow", "infin": "infty",
}  # fmt: skip


def tokens(text: str) -> list[str]:
    """Tokens of a plain text with its formulas between dollars, as written."""
    found: list[str] = []
    for place, part in enumerate(text.split("$")):
        found += formula_tokens(part) if place % 2 else word_tokens(part)
    return found[:MOST]


def word_tokens(text: str) -> list[str]:
    return [_safe(word)[:LONGEST] for word in _WORD.findall(_normal(text))]


def formula_tokens(tex: str) -> list[str]:
    """Commands, numbers, letters and signs of a formula; braces and spacing carry nothing."""
    bare = _IDLE.sub(" ", tex.replace("{,}", ","))
    return [token for token in map(_named, _TEX.finditer(bare)) if token]


def _named(found: re.Match[str]) -> str:
    command, number, letter, sign = found.groups()
    if command:
        return _SAME.get(command, command.lower())[:LONGEST]
    if sign:
        return _SIGNS.get(sign, "")
    found_here = number or letter
    plain = found_here.isascii()
    return (found_here.lower() if plain else "".join(word_tokens(found_here)))[:LONGEST]


@lru_cache(maxsize=100_000)
def folded(token: str) -> str:
    return fold(token)


def _normal(text: str) -> str:
    """One form of every letter; marks that belong to no letter fall away."""
    if text.isascii():
        return text.lower()
    one_form = unicodedata.normalize("NFKC", text).lower()
    kept = unicodedata.normalize("NFKC", one_form)
    return "".join(ch for ch in kept if not unicodedata.combining(ch))


@lru_cache(maxsize=100_000)
def _safe(word: str) -> str:
    return word if word.isascii() else "".join(_letters(word))


def _letters(word: str) -> Iterator[str]:
    for ch in word:
        yield ch if ord(ch) < _SAFE or 0x1E00 <= ord(ch) < 0x1F00 else f"u{ord(ch):x}"
