"""What a person typed, as terms that must all be met: words, «phrases», beginnings*. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .tokens import folded, formula_tokens, tokens, word_tokens

MOST_TERMS = 12
SHORTEST_BEGINNING = 2  # letters; of one, half the words of the language begin
_PART = re.compile(r'"([^"]*)"?|\$([^$]*)\$?|([^\s"$]+)')
_FORMULA = re.compile(r"[\\^_=+<>{}]")


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that stand side by side; where `begins`, the last one may go on."""

    tokens: tuple[str, ...]
    begins: bool = False

    def is_met_by(self, text: Sequence[str]) -> bool:
        """The one rule of what matches; the databases are held to it by the tests."""
        n = len(self.tokens)
        return any(self._stands(text[i : i + n]) for i in range(len(text) - n + 1))

    def _stands(self, window: Sequence[str]) -> bool:
        *before, last = self.tokens
        if list(window[:-1]) != before:
            return False
        return window[-1].startswith(last) if self.begins else window[-1] == last


def terms(text: str, *, with_marks: bool = False) -> tuple[Term, ...]:
    """The terms of a query, without regard to diacritics unless `with_marks`."""
    found = (_term(*match.groups(), with_marks=with_marks) for match in _PART.finditer(text))
    return tuple(dict.fromkeys(term for term in found if term.tokens))[:MOST_TERMS]


def _term(phrase: str | None, formula: str | None, word: str | None, *, with_marks: bool) -> Term:
    if formula is not None:
        return _made(formula_tokens(formula), False, with_marks)
    if phrase is not None:
        return _made(tokens(phrase), False, with_marks)
    bare = (word or "").rstrip("*")
    parts = formula_tokens(bare) if _FORMULA.search(bare) else word_tokens(bare)
    return _made(parts, bare != word and len(bare) >= SHORTEST_BEGINNING, with_marks)


def _made(parts: Sequence[str], begins: bool, with_marks: bool) -> Term:
    kept = parts if with_marks else [folded(part) for part in parts]
    return Term(tuple(part for part in kept if part), begins)
