"""Points, level and topic written beside a question's number, read and taken out of the stem."""

from __future__ import annotations

import re

from .patterns import ID6, LEVELS, POINTS, TAG, TAG_LINE
from .raw import RawQuestion
from .strip import Strip

_ID6_LEVELS = {"Y": "biet", "N": "biet", "B": "hieu", "H": "hieu", "K": "van_dung", "V": "van_dung",
               "G": "van_dung", "C": "van_dung", "T": "van_dung"}  # fmt: skip
_TOPIC = re.compile(r"[^\W\d_][\w\s,/().-]{2,60}")
_MARK = re.compile(r"\s*[.:)]\s*|\s*[-–]\s+")
_END_POINTS = re.compile(POINTS.pattern + r"\s*$", re.IGNORECASE)


def take_tags(strip: Strip, question: RawQuestion) -> Strip:
    """What is left of the line once its tags are read into the question."""
    if TAG_LINE.fullmatch(strip.text):
        _line(strip.text, question)
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
        elif tag and (_read_tag(tag["tag"], question) or _is_topic(tag, strip.text, question)):
            strip = strip[tag.end() :]
        else:
            break
        took = True
    mark = _MARK.match(strip.text)
    return strip[mark.end() :] if mark and (took or mark[0].strip() in {".", ":"}) else strip


def _is_topic(tag: re.Match[str], text: str, question: RawQuestion) -> bool:
    """Words in square brackets beside a level: «[NB] [Hàm số]», «[Hàm số] [NB]»."""
    behind = TAG.match(text, tag.end())
    beside_level = bool(question.level) or bool(behind and level_of(behind["tag"]))
    if not beside_level or tag[0].lstrip()[:1] != "[" or not _TOPIC.fullmatch(tag["tag"].strip()):
        return False
    question.topic = tag["tag"].strip()
    return True


def _read_tag(tag: str, question: RawQuestion) -> bool:
    words = tag.strip()
    if TAG_LINE.fullmatch(words):
        _line(words, question)
        return True
    code = ID6.fullmatch(words)
    if code:
        question.level = _ID6_LEVELS[code["level"] or code["level2"]]
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


def _line(words: str, question: RawQuestion) -> None:
    """«Mức độ: NB; Chủ đề: Hàm số»"""
    for piece in re.split(r"\s*[;|]\s*", words):
        named = TAG_LINE.fullmatch(piece)
        if named:
            _named(named["name"], named["value"], question)


def _named(name: str, value: str, question: RawQuestion) -> None:
    level = level_of(value.strip(" ."))
    if level and name.lower().startswith(("mức", "cấp", "level")):
        question.level = level
    elif name.lower().startswith(("chủ", "bài", "nội", "topic")):
        question.topic = value.strip()


def level_of(words: str) -> str:
    """The cognitive level a word names; '' where it names none."""
    return next((level for pattern, level in LEVELS if pattern.fullmatch(words.strip())), "")
