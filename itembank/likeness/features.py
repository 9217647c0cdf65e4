"""What an item says, taken apart for comparing: words, options as a set, mathematics. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..finding.said import parts_of
from ..finding.tokens import folded, formula_tokens, word_tokens
from ..items.content import ItemContent
from ..items.html import plain_text

RUN = 3  # words side by side
SKETCH = 16  # hashes kept of an item
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LABEL = re.compile(r"^\s*(?:câu|bài|question)\s*\d+\s*[.:)]\s*", re.IGNORECASE)
_OPTION_LABEL = re.compile(r"^\s*[a-hA-H1-8]\s*[.)]\s+")


@dataclass(frozen=True)
class Features:
    """`grams` are of letters (three side by side), `mathematics` whole formulas and numbers."""

    words: Counter[str]
    grams: Counter[str]
    mathematics: Counter[str]
    parts: Counter[str]
    runs: frozenset[str]
    stimulus: str | None


def features(content: ItemContent) -> Features:
    stem = _LABEL.sub("", plain_text(content.stem))
    parts = [_OPTION_LABEL.sub("", part) for part in parts_of(content)]
    return features_of(stem, parts, content.stimulus)


def features_of(stem: str, parts: Sequence[str] = (), stimulus: str | None = None) -> Features:
    texts = [stem, *parts]
    words = [w for text in texts for w in _words(text)]
    return Features(
        words=Counter(words),
        grams=Counter(g for text in texts for g in _grams(text)),
        mathematics=Counter(m for text in texts for m in _mathematics(text)),
        parts=Counter(" ".join(_all(part)) for part in parts),
        runs=frozenset(run for text in texts for run in _runs(text)),
        stimulus=stimulus,
    )


def _prose(text: str) -> str:
    return " ".join(text.split("$")[::2])


def _words(text: str) -> list[str]:
    return [folded(w) for w in word_tokens(_NUMBER.sub(" ", _prose(text)))]


def _grams(text: str) -> Iterator[str]:
    """Without spaces: words run together or torn apart stay what they were."""
    run = "".join(_words(text))
    return (run[i : i + 3] for i in range(max(1, len(run) - 2))) if run else iter(())


def _mathematics(text: str) -> Iterator[str]:
    parts = text.split("$")
    for formula in parts[1::2]:
        yield " ".join(formula_tokens(formula))
    for number in _NUMBER.findall(" ".join(parts[::2])):
        yield number.replace(".", ",")


def _runs(text: str) -> Iterator[str]:
    words = _words(text)
    return (" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def _all(text: str) -> list[str]:
    return [*_words(text), *_mathematics(text)]


def sketch_of(found: Features) -> list[int]:
    """The smallest hashes of the item's pieces (bottom-k): like items share many of them.

    Pieces are runs of words within one part, whole parts, and formulas, so that the order of the
    parts does not matter.
    """
    pieces = {*found.runs, *found.parts, *(m for m in found.mathematics if len(m) > 3)}
    return sorted(_hash(piece) for piece in pieces or found.words)[:SKETCH]


def _hash(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "big") >> 1
