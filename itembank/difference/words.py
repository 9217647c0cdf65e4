"""Plain words against plain words, formulas whole: what stayed, what went, what came. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .alignment import align
from .marking import How

_WORDS = re.compile(r"\$[^$]*\$\s*|[^\s$]+\s*|\$\s*")


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stayed, went, or came, with the space after them. Formulas stand as `$TeX$`."""

    how: How
    text: str


def words_between(before: str, after: str) -> list[Run]:
    old, new = _WORDS.findall(f"{before} "), _WORDS.findall(f"{after} ")
    found: list[Run] = []
    for stretch in align(old, new):
        gone, came = old[stretch.a : stretch.b], new[stretch.c : stretch.d]
        if stretch.is_same:
            found.append(Run("same", "".join(came)))
            continue
        found += [Run("gone", "".join(gone))] if gone else []
        found += [Run("new", "".join(came))] if came else []
    return found
