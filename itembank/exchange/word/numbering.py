"""Automatic numbers as the words Word shows: «Câu 1.», «A.», «b)»."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.etree import _Element

from .names import W, value
from .styles import NOTHING, Properties, Styles, read_properties

_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Level:
    format: str = "decimal"
    text: str = "%1."
    start: int = 1
    properties: Properties = NOTHING
    restarts: bool = True


@dataclass(slots=True)
class _List:
    levels: dict[int, Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts paragraphs of each list in the order in which they are asked for."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}  # by abstract list
        self._abstract: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: _Element) -> None:
        links = {}
        for element in root.iter(W + "abstractNum"):
            name = value(element, "abstractNumId") or ""
            self._lists[name] = _List(_levels(element))
            links[name] = value(element.find(W + "numStyleLink"))
        by_style = {
            value(e.find(W + "styleLink")): value(e, "abstractNumId") or ""
            for e in root.iter(W + "abstractNum")
            if e.find(W + "styleLink") is not None
        }
        for number in root.iter(W + "num"):
            self._read_number(number, links, by_style)

    def _read_number(
        self, number: _Element, links: dict[str, str | None], by_style: dict[str | None, str]
    ) -> None:
        name = value(number, "numId") or ""
        abstract = value(number.find(W + "abstractNumId")) or ""
        if links.get(abstract) in by_style:
            abstract = by_style[links[abstract]]
        changed = {}
        for override in number.iter(W + "lvlOverride"):
            level = _whole(value(override, "ilvl"), 0)
            start = override.find(W + "startOverride")
            if start is not None:
                self._overrides.setdefault(name, {})[level] = _whole(value(start), 1)
            redefined = override.find(W + "lvl")
            if redefined is not None:
                changed[level] = _level(redefined)
        if changed and abstract in self._lists:
            original = self._lists[abstract]
            abstract = f"{abstract}/{name}"
            self._lists[abstract] = _List({**original.levels, **changed})
        self._abstract[name] = abstract

    def label(self, paragraph: _Element, style: str) -> tuple[str, Properties] | None:
        """The number of this paragraph and how it looks; None where it has none."""
        name, depth = self._reference(paragraph, style)
        found = self._lists.get(self._abstract.get(name, ""))
        if found is None or name == "0" or depth not in found.levels:
            return None
        self._count(found, name, depth)
        level = found.levels[depth]
        return _shown(found, level, depth), level.properties

    def _reference(self, paragraph: _Element, style: str) -> tuple[str, int]:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        inherited = self._styles.paragraph_element(style, "numPr")
        name = depth = None
        for given in (own, inherited):
            if given is not None:
                name = name or value(given.find(W + "numId"))
                depth = depth or value(given.find(W + "ilvl"))
        return name or "", _whole(depth, 0)

    def _count(self, found: _List, name: str, depth: int) -> None:
        restart = self._overrides.get(name, {}).pop(depth, None)
        if restart is not None:
            found.counts[depth] = restart
        else:
            start = found.levels[depth].start
            found.counts[depth] = min(found.counts.get(depth, start - 1) + 1, _LARGEST)
        for deeper in [d for d in found.counts if d > depth]:
            if found.levels[deeper].restarts:
                del found.counts[deeper]


def _levels(element: _Element) -> dict[int, Level]:
    return {_whole(value(e, "ilvl"), 0): _level(e) for e in element.iterchildren(W + "lvl")}


def _level(element: _Element) -> Level:
    return Level(
        format=value(element.find(W + "numFmt")) or "decimal",
        text=value(element.find(W + "lvlText")) or "",
        start=_whole(value(element.find(W + "start")), 1),
        properties=read_properties(element.find(W + "rPr")),
        restarts=value(element.find(W + "lvlRestart")) != "0",
    )


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return int(text) if text else otherwise
    except ValueError:
        return otherwise


def _shown(found: _List, level: Level, depth: int) -> str:
    if level.format == "none":
        return ""
    if level.format == "bullet":
        return "•"

    def one(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        inner = found.levels.get(at, level)
        count = found.counts.get(at, inner.start)
        return written(count, level.format if at == depth else inner.format)

    return _PLACE.sub(one, level.text).strip()


def written(count: int, form: str) -> str:
    """A count in a number format of Word: decimal, upperLetter, lowerRoman, ..."""
    match form:
        case "upperLetter":
            return _letters(count).upper()
        case "lowerLetter":
            return _letters(count)
        case "upperRoman":
            return _roman(count).upper()
        case "lowerRoman":
            return _roman(count)
        case "decimalZero":
            return f"{count:02d}"
        case _:
            return str(count)


def _letters(count: int) -> str:
    """a ... z, then aa, bb: Word repeats the letter."""
    if count < 1:
        return ""
    return chr(97 + (count - 1) % 26) * min((count - 1) // 26 + 1, 10)


def _roman(count: int) -> str:
    shown = ""
    for amount, letters in _ROMAN:
        while 0 < amount <= count and len(shown) < 40:
            shown += letters
            count -= amount
    return shown
