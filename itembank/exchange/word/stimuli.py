"""Leads to shared material: «Dựa vào thông tin sau, trả lời câu 5–7», «Read the passage ...»."""

from __future__ import annotations

import re

from .lines import Line
from .patterns import (
    INSTRUCTION,
    LEAD,
    NOT_A_LEAD,
    PASSAGE_WORD,
    POINTS_AHEAD,
    RANGE,
    TELLING_INSTRUCTION,
)
from .raw import RawStimulus

_MOST_QUESTIONS = 60
_DASH = re.compile(r"đến|tới|to|[-–—]", re.IGNORECASE)
_LONGEST_TITLE = 300
_STOP = re.compile(r"[:.](?=\s|$)")


def lead_of(line: Line, *, only_ranged: bool = False) -> RawStimulus | None:
    """The material that a line introduces, without its text; None where it introduces none.

    Words behind the lead on the same line («... câu 5 và 6: Một bể nước ...») are material.
    """
    text = line.text
    if not LEAD.match(text) or NOT_A_LEAD.match(text):
        return None
    numbers = numbers_in(text)
    announces = bool(POINTS_AHEAD.search(text) or INSTRUCTION.match(text))
    if numbers is None and (only_ranged or not announces):
        return None
    end = _end_of_lead(text)
    found = RawStimulus(line.strip[:end].plain().strip()[:_LONGEST_TITLE], line.place, numbers)
    found.is_instruction = bool(INSTRUCTION.match(text)) and not PASSAGE_WORD.search(text)
    if found.is_instruction:
        if TELLING_INSTRUCTION.search(text):
            found.pieces.append(line.strip)
    elif not line.strip[end:].is_blank:
        found.pieces.append(line.strip[end:].stripped())
    return found


def _end_of_lead(text: str) -> int:
    """Where the lead ends: at the stop behind the numbers it names, or behind «sau»."""
    match = RANGE.search(text) or POINTS_AHEAD.search(text)
    start = match.end() if match else 0
    ahead = POINTS_AHEAD.search(text, start)
    if ahead and not _STOP.search(text, start, ahead.start()):
        start = ahead.end()  # «câu 5, 6 sử dụng thông tin sau: ...»
    stop = _STOP.search(text, start)
    if stop is None:
        return len(text)
    return stop.end() if text[stop.end() :].strip(" \t)]*") else len(text)


def numbers_in(text: str) -> frozenset[int] | None:
    """The questions a lead names: «câu 5 đến câu 7», «from 1 to 5», «câu 3, 4 và 5»."""
    match = RANGE.search(text)
    if match is None:
        return None
    numbers = {int(match["first"])}
    last = int(match["first"])
    for sign, number in re.findall(
        r"(đến|tới|to|and|và|[,;&]|[-–—]+)\D*?(\d{1,3})", match["more"], re.I
    ):
        upper = int(number)
        if _DASH.fullmatch(sign) or sign.startswith(("-", "–", "—")):
            if not last < upper <= last + _MOST_QUESTIONS:
                return None
            numbers |= set(range(last, upper + 1))
        numbers.add(upper)
        last = upper
    return frozenset(numbers)


def title_without_numbers(title: str) -> str:
    """A lead as a title: the numbers of the questions mean nothing once items stand alone."""
    shown = RANGE.sub("", title)
    return " ".join(shown.replace(" .", ".").replace(" :", ":").split())[:_LONGEST_TITLE]
