"""Points, level and topic written beside a question's number, read and taken out of the stem."""

from __future__ import annotations

import re

from .patterns import ID6, LEVELS, POINTS, TAG, TAG_LINE
from .raw import RawQuestion
from .strip import Strip

_ID6_LEVELS = {"Y": "biet", "N": "biet", "B": "hieu", "H": "hieu", "K": "van_dung", "V": "van_dung",
               "G": "van_dung", "C": "van_dung", "T": "van_dung"}  # fmt: skip
_MARK = re.compile(r"\s*[.:)]\s*|\s*[-–]\s+")
_END_POINTS = re.compile(POINTS.pattern + r"\s*$", re.IGNORECASE)


def take_tags(strip: Strip, question: RawQuestion) -> Strip:
    """What is left of the line once its tags are read into the question."""
    line = TAG_LINE.fullmatch(strip.text)
    if line:
        _named(line["name"], line["value"], question)
        return Strip()
    strip = _leading(strip, question)
    end = _END_POINTS.search(strip.text)
    if end and not question.points:
        question.points = end["points"]
        strip = strip[: end.start()]
    return strip


def _leading(strip: Strip, question: RawQuestion) -> Strip:
    took = False
    for _ in range(6):
        points = POINTS.match(strip.text)
        tag = TAG.match(strip.text)
        if points:
            question.points = points["points"]
            strip = strip[points.end() :]
        elif tag and _read_tag(tag["tag"], question):
            strip = strip[tag.end() :]
        else:
            break
        took = True
    mark = _MARK.match(strip.text)
    return strip[mark.end() :] if mark and (took or mark[0].strip() in {".", ":"}) else strip


def _read_tag(tag: str, question: RawQuestion) -> bool:
    words = tag.strip()
    named = TAG_LINE.fullmatch(words)
    if named:
        _named(named["name"], named["value"], question)
        return True
    if ID6.fullmatch(words):
        match = ID6.fullmatch(words)
        assert match is not None
        question.level = _ID6_LEVELS[match["level"] or match["level2"]]
        return True
    parts = [part for part in re.split(r"\s*[-–;,|]\s*", words) if part]
    levels = [level for part in parts if (level := level_of(part))]
    if not levels:
        return False
    question.level = levels[0]
    others = [part for part in parts if not level_of(part)]
    if others:
        question.topic = " - ".join(others)
    return True


def _named(name: str, value: str, question: RawQuestion) -> None:
    level = level_of(value.strip(" ."))
    if level and name.lower().startswith(("mức", "cấp", "level")):
        question.level = level
    elif name.lower().startswith(("chủ", "bài", "nội", "topic")):
        question.topic = value.strip()


def level_of(words: str) -> str:
    """The cognitive level a word names; '' where it names none."""
    return next((level for pattern, level in LEVELS if pattern.fullmatch(words.strip())), "")
