"""How hard the text is to read, by a measure simple enough to argue with. Pure.

Vietnamese is written syllable by syllable, so the length of a sentence is counted in syllables
(what white space separates; a formula counts as one). Of the 445 sentences in the
stems of the demo bank's grade 12, half have at most 15 syllables, 95 of 100 at most 31. A sentence is called long beyond
`20 + grade` syllables (32 in grade 12, 29 in grade 9), a text hard to read when its sentences have
on average more than `12 + grade`. No vocabulary is judged: a list of hard words would be one
person's opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import msg
from ..content import ItemContent, StimulusContent
from ..html import plain_text
from .advice import Hint

LONG_SENTENCE = 20
LONG_ON_AVERAGE = 12
FEWEST_SENTENCES = 3  # of fewer, an average says nothing
SHOWN_WORDS = 6
_FORMULA = re.compile(r"\$[^$]*\$")
_END = re.compile(r"(?<=[.?!:;…])\s+")


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences and their lengths in syllables."""

    sentences: tuple[str, ...]

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(len(sentence.split()) for sentence in self.sentences)

    @property
    def average(self) -> float:
        return sum(self.lengths) / len(self.lengths) if self.sentences else 0.0


def reading_of(html: str) -> Reading:
    text = _FORMULA.sub("x", plain_text(html.replace("</p>", " ¶ </p>")))
    sentences = [s.strip() for block in text.split("¶") for s in _END.split(block)]
    return Reading(tuple(sentence for sentence in sentences if sentence))


def reading_hints(content: ItemContent, stimulus: StimulusContent | None) -> Iterator[Hint]:
    if content.subject == "tieng-anh":
        return  # English is not counted in syllables
    yield from _long_sentences(content)
    reading = reading_of(content.stem)
    if len(reading.sentences) >= FEWEST_SENTENCES:
        yield from _average(reading, content.grade, "stem")
    if stimulus is not None:
        yield from _average(reading_of(stimulus.body), content.grade, "stimulus")


def _long_sentences(content: ItemContent) -> Iterator[Hint]:
    reading = reading_of(content.stem)
    limit = LONG_SENTENCE + content.grade
    for sentence, length in zip(reading.sentences, reading.lengths, strict=True):
        if length > limit:
            start = " ".join(sentence.split()[:SHOWN_WORDS])
            yield Hint(
                "long_sentence",
                "stem",
                msg("Câu «{start}…» dài {n} tiếng.", start=start, n=length),
                msg("Câu dài quá {limit} tiếng khó đọc với lớp {grade}; tách thành hai câu.",
                    limit=limit, grade=content.grade),
                start,
            )  # fmt: skip


def _average(reading: Reading, grade: int, where: str) -> Iterator[Hint]:
    limit = LONG_ON_AVERAGE + grade
    if reading.average > limit:
        yield Hint(
            "reading_level",
            where,
            msg("Văn bản khó đọc: trung bình {n} tiếng một câu.", n=round(reading.average)),
            msg("Với lớp {grade} nên dưới {limit} tiếng một câu, để điểm đo kiến thức chứ không"
                " đo sức đọc.", grade=grade, limit=limit),
            str(round(reading.average)),
        )  # fmt: skip
