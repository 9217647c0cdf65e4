r"""Moodle's embedded answers: `{1:MULTICHOICE:=đúng~sai#lời giải}` inside a text.

Grammar: `{weight:TYPE:alternatives}`; alternatives are parted by `~`, a right one starts with `=`
or `%100%`, feedback follows `#`; a backslash takes the meaning from the sign after it
(docs.moodle.org, "Embedded Answers (Cloze) question type").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape, unescape

from ...items.interactions import Gap, Option

CHOSEN = frozenset({"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH",
                    "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS",
                    "MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS",
                    "MULTIRESPONSE_HS", "MRHS"})  # fmt: skip
SEVERAL = frozenset(name for name in CHOSEN if "RESPONSE" in name or name.startswith("MR"))
TYPED = frozenset({"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"})
NUMBERS = frozenset({"NUMERICAL", "NM"})
CASED = frozenset({"SHORTANSWER_C", "SAC", "MWC"})
_HEAD = re.compile(r"\{(\d{0,4}):([A-Z_]{2,20}):")
_WORTH = re.compile(r"%(-?\d{1,3}(?:[.,]\d{1,7})?)%")
_SPECIAL = re.compile(r"[\\}~#{%=\"/]")
_IN_TAGS = re.compile(r"[\\}~#]")
_NUMERAL = re.compile(r"&#(\d{1,7});")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One answer of a place: its text as written (HTML), worth in percent, feedback."""

    text: str
    worth: Decimal
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One `{…}`: where it stands in the text, and what it says."""

    start: int
    end: int
    weight: int
    kind: str
    alternatives: tuple[Alternative, ...]


def places_of(html: str) -> list[Place]:
    """The embedded answers of a text, in order. An unclosed one ends the search."""
    found: list[Place] = []
    position = 0
    while head := _HEAD.search(html, position):
        end = _closing(html, head.end())
        if end is None:
            break
        position = end + 1
        if head[2] in CHOSEN | TYPED | NUMBERS:
            inside = html[head.end() : end]
            alternatives = tuple(_alternative(part) for part in _parts(inside, "~"))
            found.append(Place(head.start(), position, int(head[1] or 1), head[2], alternatives))
    return found


def _closing(html: str, position: int) -> int | None:
    while position < len(html):
        if html[position] == "\\":
            position += 1
        elif html[position] == "}":
            return position
        position += 1
    return None


def _parts(text: str, mark: str) -> list[str]:
    """Split at a mark that no backslash protects and that is not part of `&#…;`."""
    parts, start, position = [], 0, 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == mark and (mark != "#" or text[position - 1 : position] != "&"):
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]


def _alternative(written: str) -> Alternative:
    text, *feedback = _parts(written.strip(), "#")
    worth = Decimal(0)
    if text.startswith("="):
        text, worth = text[1:], Decimal(100)
    elif found := _WORTH.match(text):
        text, worth = text[found.end() :], Decimal(found[1].replace(",", "."))
    return Alternative(_plain(text), worth, _plain("#".join(feedback)))


def _plain(text: str) -> str:
    r"""Without the backslashes that protect a sign; a numeral reference becomes its sign."""
    bare = re.sub(r"\\([\\}~#{%=\"/])", r"\1", text)
    return _NUMERAL.sub(lambda m: escape(chr(int(m[1]))) if int(m[1]) < 0x110000 else "", bare)


def written_gap(gap: Gap, option_html: Callable[[str], str]) -> str:
    """A gap as Moodle reads it. Signs with a meaning of their own are numeral references."""
    if gap.options:
        inside = "~".join(_written_option(option, gap.keys, option_html) for option in gap.options)
        return f"{{1:MULTICHOICE:{inside}}}"
    kind = "SHORTANSWER_C" if gap.case_sensitive else "SHORTANSWER"
    inside = "~".join("=" + protected(escape(key, quote=False)) for key in gap.keys)
    return f"{{1:{kind}:{inside}}}"


def _written_option(option: Option, keys: Sequence[str], option_html: Callable[[str], str]) -> str:
    mark = "=" if option.id in keys else ""
    feedback = protected(escape(option.rationale, quote=False))
    told = f"#{feedback}" if feedback else ""
    return f"{mark}{protected(option_html(option.body))}{told}"


def protected(html: str) -> str:
    """HTML with every sign of the grammar as a numeral reference. Within tags `=`, `/` and `"`
    stay: they mean something only where an answer starts, and no answer starts inside a tag.
    """
    return "".join(map(_protected_piece, re.split(r"(<[^>]*>|&#?\w+;)", html)))


def _protected_piece(piece: str) -> str:
    if piece.startswith("&") and piece.endswith(";"):
        return piece
    signs = _IN_TAGS if piece.startswith("<") else _SPECIAL
    return signs.sub(lambda m: f"&#{ord(m[0])};", piece)


def typed_text(html: str) -> str:
    """What a candidate would type to give this answer."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())
