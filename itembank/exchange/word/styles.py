"""Looks of runs: document defaults, paragraph and character styles, direct formatting.

Bold and italic are toggles (ECMA-376 part 1, 17.7.3): set by both the paragraph's and the
character's style, they cancel out; set on the run itself, they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lxml.etree import _Element

from .document import Look
from .names import W, value

_OFF = {"0", "false", "off", "none"}
_BLACKISH = 0x30  # a channel up to this is read as black: themes write 0D0D0D, 222222
_DEEPEST = 20  # styles based on styles


@dataclass(frozen=True, slots=True)
class Properties:
    """What one `w:rPr` says; None where it says nothing."""

    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    colour: str | None = None
    highlight: str | None = None
    shading: str | None = None
    raised: Literal["", "sub", "sup"] | None = None
    font: str | None = None
    hidden: bool | None = None

    def over(self, below: Properties) -> Properties:
        """These properties where they say something, else those below."""
        given = {n: v for n in _FIELDS if (v := getattr(self, n)) is not None}
        return replace(below, **given)


_FIELDS = tuple(Properties.__dataclass_fields__)
NOTHING = Properties()


def read_properties(element: _Element | None) -> Properties:
    if element is None or not len(element):
        return NOTHING
    found = {child.tag: child for child in element}
    return Properties(
        bold=_switch(found.get(W + "b")),
        italic=_switch(found.get(W + "i")),
        underline=_switch(found.get(W + "u")),
        colour=_colour(found.get(W + "color")),
        highlight=_highlight(found.get(W + "highlight")),
        shading=_shading(found.get(W + "shd")),
        raised=_raised(found.get(W + "vertAlign"), found.get(W + "position")),
        font=_font(found.get(W + "rFonts")),
        hidden=_switch(found.get(W + "vanish")),
    )


def _switch(element: _Element | None) -> bool | None:
    if element is None:
        return None
    return (value(element) or "1").lower() not in _OFF


def _colour(element: _Element | None) -> str | None:
    if element is None:
        return None
    given = (value(element) or "auto").upper()
    if given == "AUTO" or len(given) != 6:
        return ""
    try:
        channels = [int(given[i : i + 2], 16) for i in (0, 2, 4)]
    except ValueError:
        return ""
    return "" if max(channels) <= _BLACKISH else given


def _highlight(element: _Element | None) -> str | None:
    if element is None:
        return None
    given = (value(element) or "none").lower()
    return "" if given in {"none", "white"} else given


def _shading(element: _Element | None) -> str | None:
    if element is None:
        return None
    given = (value(element, "fill") or "auto").upper()
    return "" if given in {"AUTO", "FFFFFF"} else given


def _raised(align: _Element | None, position: _Element | None) -> Literal["", "sub", "sup"] | None:
    if align is not None:
        given = value(align)
        return "sub" if given == "subscript" else "sup" if given == "superscript" else ""
    if position is None:
        return None
    shift = value(position) or "0"  # half points; some raise letters by hand
    return "sub" if shift.startswith("-") and shift != "-0" else "" if shift == "0" else "sup"


def _font(element: _Element | None) -> str | None:
    if element is None:
        return None
    return value(element, "ascii") or value(element, "hAnsi") or value(element, "cs")


class Styles:
    """The styles part of a document; looks are worked out once per pair of styles."""

    def __init__(self, root: _Element | None) -> None:
        self._elements: dict[str, _Element] = {}
        self._resolved: dict[str, Properties] = {}
        self._pairs: dict[tuple[str, str], Properties] = {}
        self.default_paragraph = ""
        self.defaults = NOTHING
        if root is None:
            return
        self.defaults = read_properties(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for style in root.iter(W + "style"):
            self._elements[value(style, "styleId") or ""] = style
            if value(style, "type") == "paragraph" and value(style, "default") in {"1", "true"}:
                self.default_paragraph = value(style, "styleId") or ""

    def paragraph_element(self, style: str, name: str) -> _Element | None:
        """The nearest `w:pPr/NAME` of a paragraph style and those it is based on."""
        for element in self._chain(style or self.default_paragraph):
            found = element.find(f"{W}pPr/{W}{name}")
            if found is not None:
                return found
        return None

    def _chain(self, style: str) -> list[_Element]:
        chain: list[_Element] = []
        while style in self._elements and len(chain) < _DEEPEST:
            element = self._elements[style]
            chain.append(element)
            style = value(element.find(W + "basedOn")) or ""
        return chain

    def _of_style(self, style: str) -> Properties:
        if style not in self._resolved:
            found = NOTHING
            for element in self._chain(style):
                found = found.over(read_properties(element.find(W + "rPr")))
            self._resolved[style] = found
        return self._resolved[style]

    def of_styles(self, paragraph: str, character: str) -> Properties:
        """Properties of a run in this paragraph style and character style, nothing direct."""
        pair = (paragraph or self.default_paragraph, character)
        if pair not in self._pairs:
            below, above = self._of_style(pair[0]), self._of_style(pair[1])
            merged = above.over(below).over(self.defaults)
            self._pairs[pair] = replace(
                merged,
                bold=_toggled(below.bold, above.bold, self.defaults.bold),
                italic=_toggled(below.italic, above.italic, self.defaults.italic),
            )
        return self._pairs[pair]


def _toggled(below: bool | None, above: bool | None, default: bool | None) -> bool:
    if below is None and above is None:
        return bool(default)
    return bool(below) != bool(above)


def look_of(found: Properties) -> Look:
    return Look(
        bold=bool(found.bold),
        italic=bool(found.italic),
        underline=bool(found.underline),
        colour=found.colour or "",
        highlight=found.highlight or found.shading or "",
        raised=found.raised or "",
    )
