"""What an item is about, told in tags: formats that have no field for it still carry it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ..items.content import LEVEL_NAMES, ItemContent, ShortAnswer
from .found import Placement

LONGEST_TAG = 50  # characters Moodle keeps of a tag
USUAL_BOXES = 4
_LEVELS = {name.casefold(): code for code, name in LEVEL_NAMES.items()}
_TAG = re.compile(r"([a-z-]+):(.+)")


def tags_of(content: ItemContent) -> list[str]:
    """Subject, grade, topic, outcome, level and so on, one tag each; nothing for what is unsaid."""
    told = {
        "mon": content.subject,
        "lop": str(content.grade),
        "chu-de": content.topic,
        "ycd": content.outcome,
        "muc": content.level or "",
        "phut": "" if content.minutes is None else str(content.minutes),
        "thuc-te": "1" if content.real_life else "",
        "so-o": _boxes(content),
    }
    return [f"{name}:{value}" for name, value in told.items() if value]


def _boxes(content: ItemContent) -> str:
    part = content.interaction
    if not isinstance(part, ShortAnswer) or part.max_chars == boxes_for(part.keys):
        return ""
    return str(part.max_chars)


def boxes_for(keys: Iterable[str]) -> int:
    """Boxes that the keys need; the official sheet has four."""
    return min(40, max([USUAL_BOXES, *(len(key) for key in keys)]))


def about(tags: Iterable[str], placement: Placement) -> dict[str, Any]:
    """Fields of an item's content as its tags have them; the placement for what they leave out."""
    told = {found[1]: found[2].strip() for tag in tags if (found := _TAG.fullmatch(tag.strip()))}
    if "lop" in told:  # our own file: what it does not say is not said
        placement = Placement(subject=told.get("mon", ""), grade=placement.grade)
    return {
        "subject": told.get("mon", placement.subject)[:80],
        "grade": _grade(told, placement),
        "topic": told.get("chu-de", placement.topic)[:80],
        "outcome": told.get("ycd", "")[:80],
        "level": _level(told.get("muc", "")),
        "minutes": _minutes(told.get("phut", "")),
        "real_life": told.get("thuc-te") == "1",
    }


def boxes_told(tags: Iterable[str]) -> int | None:
    told = [tag.removeprefix("so-o:") for tag in tags if tag.startswith("so-o:")]
    return int(told[0]) if told and told[0].isdecimal() and 1 <= int(told[0][:4]) <= 40 else None


def _grade(told: Mapping[str, str], placement: Placement) -> int:
    grade = told.get("lop", "")
    return int(grade) if re.fullmatch("[1-9]|1[0-2]", grade) else placement.grade


def _level(told: str) -> str | None:
    return told if told in LEVEL_NAMES else _LEVELS.get(told.casefold())


def _minutes(told: str) -> Decimal | None:
    try:
        minutes = Decimal(told.replace(",", "."))
    except InvalidOperation:
        return None
    return minutes if minutes.is_finite() and 0 <= minutes <= 240 else None
