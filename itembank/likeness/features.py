"""What an item says, taken apart for comparing: words, options as a set, mathematics. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..finding.said import parts_of
from ..finding.tokens import folded, formula_tokens, word_tokens
from ..items.content import ItemContent, StimulusContent
from ..items.html import plain_text

RUN = 3  # words side by side
SKETCH = 16  # hashes kept of an item
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LABEL = re.compile(r"^\s*(?:câu|bài|question)\s*\d+\s*[.:)]\s*", re.IGNORECASE)
_OPTION_LABEL = re.compile(r"^\s*[a-hA-H1-8]\s*[.)]\s+")


@dataclass(frozen=True)
class Features:
    """`grams` are of letters (three side by side), `mathematics` whole formulas and numbers.

    `material` are the grams of the shared material, where it was read.
    """

    words: Counter[str]
    grams: Counter[str]
    mathematics: Counter[str]
    parts: Counter[str]
    runs: frozenset[str]
    stimulus: str | None
    material: Counter[str] = field(default_factory=Counter)


def features(content: ItemContent, material: StimulusContent | None = None) -> Features:
    read = plain_text(material.body) if material else ""
    return features_of(plain_text(content.stem), parts_of(content), content.stimulus, read)


def features_of(
    stem: str, parts: Sequence[str] = (), stimulus: str | None = None, material: str = ""
) -> Features:
    """Of plain texts with formulas between dollars; numbers of questions and options fall away."""
    texts = [_LABEL.sub("", stem), *(_OPTION_LABEL.sub("", part) for part in parts)]
    spoken = [_words(text) for text in texts]
    reckoned = [list(_mathematics(text)) for text in texts]
    halves = list(zip(spoken, reckoned, strict=True))
    return Features(
        words=Counter(w for words in spoken for w in words),
        grams=Counter(g for words in spoken for g in _grams(words)),
        mathematics=Counter(m for found in reckoned for m in found),
        parts=Counter(" ".join([*words, *found]) for words, found in halves[1:]),
        runs=frozenset(run for words in spoken for run in _runs(words)),
        stimulus=stimulus,
        material=Counter(_grams(_words(material))),
    )


def _prose(text: str) -> str:
    return " ".join(text.split("$")[::2])


def _words(text: str) -> list[str]:
    return [folded(w) for w in word_tokens(_NUMBER.sub(" ", _prose(text)))]


def _grams(words: Sequence[str]) -> Iterator[str]:
    """Without spaces: words run together or torn apart stay what they were."""
    run = "".join(words)
    return (run[i : i + 3] for i in range(max(1, len(run) - 2))) if run else iter(())


def _mathematics(text: str) -> Iterator[str]:
    parts = text.split("$")
    for formula in parts[1::2]:
        yield " ".join(formula_tokens(formula))
    for number in _NUMBER.findall(" ".join(parts[::2])):
        yield number.replace(".", ",")


def _runs(words: Sequence[str]) -> Iterator[str]:
    return (" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def sketch_of(found: Features) -> list[int]:
    """The smallest hashes of the item's pieces (bottom-k): like items share many of them.

    Pieces are runs of words within one part, whole parts, and formulas, so that the order of the
    parts does not matter.
    """
    pieces = {*found.runs, *found.parts, *(m for m in found.mathematics if len(m) > 3)}
    return sorted(_hash(piece) for piece in pieces or found.words)[:SKETCH]


def _hash(piece: str) -> int:
    return int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "big") >> 1
