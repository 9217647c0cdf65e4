"""What each line of a paper is, as far as the line itself and the whole file tell. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .lines import Line
from .patterns import (
    AFTER_NUMBER,
    ANSWER_HEAD,
    ANSWER_HEAD_GOES_ON,
    BARE_NUMBER,
    END_MARK,
    HEADING_WORDS,
    KINDS,
    NOISE,
    PART,
    QUESTION_WORD,
    RUNS_ON,
    SERIES,
)
from .strip import OBJECT

Sort = Literal["question", "part", "series", "zone", "end", "noise", "numeral", "text", "table"]
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8,
          "IX": 9, "X": 10}  # fmt: skip
_NUMERAL = re.compile(r"\s*([IVX]{1,4})\s*[.):/-]?\s*")
_LONGEST_HEADING = 160
_LONGEST_LINE = 480  # that is still looked at as a heading


@dataclass(frozen=True, slots=True)
class Token:
    """A line and what it starts. `at` is where the text behind a question's label begins."""

    line: Line
    sort: Sort
    number: int = 0
    at: int = 0
    name: str = ""  # of a part
    kind: str = ""  # of a part, where its heading says it


def classified(lines: Sequence[Line]) -> list[Token]:
    words = _question_words(lines)
    return [_token(line, words) for line in lines]


def _question_words(lines: Sequence[Line]) -> frozenset[str]:
    """The words that introduce questions in this file; none means bare numbers do."""
    counted: Counter[str] = Counter()
    for line in lines:
        match = QUESTION_WORD.match(line.text)
        if match and _is_label(match):
            counted[_family(match["word"])] += 1
    if counted["câu"] or counted["question"]:
        counted["q"] = 0
    return frozenset(word for word, count in counted.items() if count)


def _family(word: str) -> str:
    lower = word.lower()
    if lower.startswith(("câu", "cau")):
        return "câu"
    if lower.startswith("bài"):
        return "bài"
    return "q" if lower == "q" else "question"


def _is_label(match: re.Match[str]) -> bool:
    """Whether «Câu 5 ...» labels a question rather than begins a sentence about it."""
    rest = match["rest"]
    after = AFTER_NUMBER.match(rest)
    if after is not None and after["mark"]:
        return not RUNS_ON.match(rest)
    if not rest.strip() or rest[:1] == "\t" or (after and after["tags"]):
        return True
    behind = rest.lstrip()
    return not RUNS_ON.match(rest) and (behind[:1].isupper() or behind[:1] == OBJECT)


def _token(line: Line, words: frozenset[str]) -> Token:
    if line.table is not None:
        return Token(line, "table")
    text = line.text
    match = QUESTION_WORD.match(text)
    if match and _family(match["word"]) in words and _is_label(match):
        is_lesson = _family(match["word"]) == "bài" and bool(words & {"câu", "question"})
        name = "lesson" if is_lesson else ""
        return Token(line, "question", _number(match["number"]), _body_at(match, text), name)
    heading = _heading(line) if text.strip() and len(text) <= _LONGEST_LINE else None
    if heading is not None:
        return heading
    if not words and (bare := BARE_NUMBER.match(text)):
        return Token(line, "question", int(bare["number"]), bare.end(), name="bare")
    return Token(line, "text")


def _heading(line: Line) -> Token | None:
    """A line that is no content: a heading, the end mark, noise."""
    text = line.text
    if END_MARK.fullmatch(text):
        return Token(line, "end")
    if _heads_answers(text):
        return Token(line, "zone", kind=kind_of(text), name=_part_in(text))
    numeral = _NUMERAL.fullmatch(text)
    if numeral:
        return Token(line, "numeral", name=_name("", numeral[1]))
    if SERIES.fullmatch(text):
        return Token(line, "series", name=" ".join(text.split()))
    part = _part(line)
    if part is not None:
        return part
    return Token(line, "noise") if NOISE.fullmatch(text) else None


def _heads_answers(text: str) -> bool:
    head = ANSWER_HEAD.match(text)
    if head is None:
        return False
    rest = text[head.end() :].strip(" \t.:–—-*_()[]")
    return not rest or bool(ANSWER_HEAD_GOES_ON.match(rest))


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _ROMAN[written.upper()]


def _body_at(match: re.Match[str], text: str) -> int:
    """Where the stem begins: behind the number and its mark; tags stay in front of the stem."""
    at = match.start("rest")
    after = AFTER_NUMBER.match(match["rest"])
    if after is None:
        return at
    if after["tags"]:
        return at  # read, and cut out, with the tags
    return at + after.end()


def kind_of(text: str) -> str:
    return next((kind for kind, words in KINDS if words.search(text)), "")


def _part_in(text: str) -> str:
    match = re.search(r"phần\s*(?P<ordinal>[IVX]{1,4}|\d{1,2})\b", text, re.IGNORECASE)
    return _name("phần", match["ordinal"]) if match else ""


def _part(line: Line) -> Token | None:
    text = line.text.strip()
    if not text or len(text) > _LONGEST_HEADING * 3:
        return None
    match = PART.match(text)
    if match:
        ordinal = match["ordinal"] or match["bare"]
        if _is_heading(match, text):
            return Token(line, "part", name=_name(match["word"] or "", ordinal), kind=kind_of(text))
        return None
    kind = kind_of(text)
    if kind and len(text) <= 80 and _shouts(text):
        return Token(line, "part", name=f"text {kind}", kind=kind)
    return None


def _is_heading(match: re.Match[str], text: str) -> bool:
    title = match["title"].strip(" .:-–\t")
    if match["word"]:
        starts_upper = match["word"][:1].isupper()
        return starts_upper and (len(text) <= _LONGEST_HEADING or bool(HEADING_WORDS.search(text)))
    if not match["bare"].isupper() or len(text) > _LONGEST_HEADING:
        return False
    if HEADING_WORDS.search(title) and (_shouts(title) or bool(kind_of(title))):
        return True
    return match["bare"] in _ROMAN and _shouts(title) and len(title) >= 4


def _shouts(text: str) -> bool:
    """Whether the words (those outside brackets) are in capitals."""
    letters = [c for c in re.sub(r"\([^)]*\)", "", text) if c.isalpha()]
    return len(letters) >= 3 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


def _name(word: str, ordinal: str) -> str:
    upper = ordinal.upper()
    if upper in _ROMAN:
        return f"{_ROMAN[upper]}"
    if upper.isdigit():
        return str(int(upper))
    return f"letter {upper}"
