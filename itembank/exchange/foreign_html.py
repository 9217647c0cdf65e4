"""HTML of other programs made content of the bank: the subset, its own pictures, its formulas."""

from __future__ import annotations

import re
from collections.abc import Callable

import nh3

from ..errors import TooLarge, msg
from ..items.html import ATTRIBUTES, BLOCKS, MATHML, check_depth, sanitise
from .delimited_math import without_delimiters

MOST_CHARACTERS = 400_000  # of one text, before cleaning; pictures inside it are counted apart
Place = Callable[[str], str | None]
_RENAMED = {"b": "strong", "i": "em", "pre": "p"} | {f"h{n}": "p" for n in range(1, 7)}
_NAME = re.compile(r"<(/?)(b|i|pre|h[1-6])(?=[\s/>])", re.IGNORECASE)
_PICTURE = re.compile(r"<img[^>]*>")
_ASSET = re.compile(r' src="asset:[0-9a-f]{64}"')
_FOREIGN, _REFUSED = "?", "asset:refused"
_DATA_URI = re.compile(r"data:[^\"'>\s]{1000,}")


def content_html(html: str, place: Place) -> str:
    """Sanitised content. `place` takes a picture's address and gives the name of the stored one.

    Raises TooLarge where the text is beyond what one item may hold.
    """
    _bound(html)
    renamed = _NAME.sub(lambda m: f"<{m[1]}{_RENAMED[m[2].lower()]}", html)
    drawn = nh3.clean(
        renamed,
        tags=BLOCKS | MATHML,
        attributes=ATTRIBUTES,
        attribute_filter=_pictures_by(place),
        url_schemes={"asset", "data", "http", "https"},
        strip_comments=True,
        link_rel=None,
        clean_content_tags={"script", "style"},
    )
    return sanitise(without_delimiters(_without_lost(drawn, place))).strip()


def _without_lost(html: str, place: Place) -> str:
    """Pictures that could not be placed go. An address of a scheme that the cleaner drops never
    came to `place`; asking it once more is what puts the picture's loss on record.
    """
    if any(" src=" not in tag for tag in _PICTURE.findall(html)):
        place(_FOREIGN)
    return _PICTURE.sub(lambda m: m[0] if _ASSET.search(m[0]) else "", html)


def _bound(html: str) -> None:
    if len(_DATA_URI.sub("", html)) > MOST_CHARACTERS:
        raise TooLarge(
            msg("Một đoạn văn bản dài quá {n} kí tự; chia câu hỏi ra.", n=MOST_CHARACTERS),
            code="text_too_long",
        )
    check_depth(html)


def _pictures_by(place: Place) -> Callable[[str, str, str], str | None]:
    def keep(element: str, attribute: str, value: str) -> str | None:
        if element != "img" or attribute != "src":
            return value
        name = place(value)
        return _REFUSED if name is None else f"asset:{name}"

    return keep


_TAG = re.compile(
    r"</?(?:p|br|b|i|u|s|em|strong|sub|sup|ul|ol|li|table|caption|thead|tbody|tr|th|td|figure|"
    r"figcaption|img|span|div|blockquote|pre|h[1-6]|a|code|font|center|hr|math|m[a-z]{1,20})"
    r"(?:\s+[a-zA-Z-]{1,30}\s{0,9}=\s{0,9}(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))*\s*/?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?!#?\w{1,31};)")


def lenient_html(text: str) -> str:
    """Typed text in which whole tags are tags and any other `<` or `&` is itself: `a<b` stays."""
    made, position = [], 0
    for tag in _TAG.finditer(text):
        made += [_typed(text[position : tag.start()]), tag[0]]
        position = tag.end()
    return "".join([*made, _typed(text[position:])])


def _typed(text: str) -> str:
    return _REFERENCE.sub("&amp;", text).replace("<", "&lt;")
