"""Pairs whose answer is known: an item and the same item again, or one that only looks like it."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from itembank.finding.said import parts_of
from itembank.items.content import ItemContent
from itembank.items.html import plain_text
from itembank.likeness.features import features_of
from itembank.likeness.measure import dice, likeness

NEIGHBOURS = 4
_NUMBER = re.compile(r"\d+")
_CLAUSE = re.compile(r"(?<=[,.;:])\s+")


@dataclass(frozen=True)
class Text:
    stem: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, content: ItemContent) -> Text:
        return cls(plain_text(content.stem), tuple(parts_of(content)))

    def features(self):  # type: ignore[no-untyped-def]
        return features_of(self.stem, self.parts)


@dataclass(frozen=True)
class Pair:
    how: str
    one: Text
    other: Text
    same: bool

    @property
    def likeness(self) -> float:
        return likeness(self.one.features(), self.other.features())


def reordered(rng: random.Random, text: Text, _: str) -> Text:
    return replace(text, parts=tuple(rng.sample(text.parts, len(text.parts))))


def renumbered(rng: random.Random, text: Text, _: str) -> Text:
    parts = [f"{label}. {part}" for label, part in zip("ABCDEFGH", text.parts, strict=False)]
    kept = (*parts, *text.parts[len(parts) :])
    return Text(f"Câu {rng.randrange(1, 51)}. {text.stem}", kept)


def retyped(rng: random.Random, text: Text, _: str) -> Text:
    """Slips of the fingers, lost and doubled spaces, letters in their torn form."""
    return Text(_typed(rng, text.stem), tuple(_typed(rng, part) for part in text.parts))


def _typed(rng: random.Random, text: str) -> str:
    halves = text.split("$")
    for place in range(0, len(halves), 2):
        halves[place] = " ".join(_slip(rng, word) for word in halves[place].split(" "))
    return unicodedata.normalize("NFD", "$".join(halves))


def _slip(rng: random.Random, word: str) -> str:
    if not word.isalpha() or len(word) < 3 or rng.random() > 0.12:
        return word
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :],
         word[:at] + " " + word[at:], word[:at] + word[at] + word[at:])
    )  # fmt: skip


def one_clause_changed(rng: random.Random, text: Text, foreign: str) -> Text:
    """One clause of the lead without mathematics says something else; else it is added."""
    clauses = _CLAUSE.split(text.stem)
    free = [i for i, c in enumerate(clauses) if "$" not in c and not _NUMBER.search(c)]
    short = [i for i in free if len(clauses[i]) < 0.4 * len(text.stem)]
    if not short:
        return replace(text, stem=f"{foreign} {text.stem}")
    clauses[rng.choice(short)] = foreign
    return replace(text, stem=" ".join(clauses))


CHANGES = (reordered, renumbered, retyped, one_clause_changed)
FOREIGN = (
    "Theo một tài liệu tham khảo,", "Trong giờ thực hành,", "Bạn An quan sát và ghi lại,",
    "Xét tình huống sau đây:", "Dựa vào kiến thức đã học,",
)  # fmt: skip


def same_pairs(rng: random.Random, texts: list[Text]) -> Iterator[Pair]:
    for text in texts:
        for change in CHANGES:
            yield Pair(change.__name__, text, change(rng, text, rng.choice(FOREIGN)), True)


def other_mathematics(rng: random.Random, text: Text) -> Text:
    """The same template: every second number and one letter of the formulas are others."""

    def other(found: re.Match[str]) -> str:
        return str(int(found[0][:9]) + rng.randrange(1, 9)) if rng.random() < 0.6 else found[0]

    def changed(part: str) -> str:
        return _NUMBER.sub(other, part)

    return Text(changed(text.stem), tuple(map(changed, text.parts)))


def hard_negatives(rng: random.Random, texts: list[Text]) -> Iterator[Pair]:
    for text in texts:
        made = other_mathematics(rng, text)
        if made != text:
            yield Pair("same template", text, made, False)
    known = [text.features() for text in texts]
    for i, mine in enumerate(known):
        near = sorted(
            (j for j in range(len(texts)) if j != i),
            key=lambda j: -dice(mine.grams, known[j].grams),
        )
        for j in near[:NEIGHBOURS]:
            yield Pair("nearest neighbour", texts[i], texts[j], False)
