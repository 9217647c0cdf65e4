"""The XHTML subset in which content is written, and the only way into it: sanitising."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from ..errors import TooLarge, msg

MATHML = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle",
    "merror", "mpadded", "mphantom", "mfenced", "menclose", "msub", "msup", "msubsup", "munder",
    "mover", "munderover", "mmultiscripts", "mprescripts", "none", "mtable", "mtr", "mtd",
}  # fmt: skip
BLOCKS = {
    "p", "br", "strong", "em", "u", "sub", "sup", "ul", "ol", "li", "table", "caption", "thead",
    "tbody", "tr", "th", "td", "figure", "figcaption", "img", "span", "div", "blockquote",
}  # fmt: skip
ATTRIBUTES = {
    "img": {"src", "alt", "width"},
    "span": {"data-tex", "data-gap"},
    "div": {"data-tex"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start", "type"},
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {
        "stretchy",
        "fence",
        "form",
        "separator",
        "lspace",
        "rspace",
        "largeop",
        "movablelimits",
    },
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mfrac": {"linethickness"},
    "mtable": {"columnalign", "columnspacing", "rowspacing"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mspace": {"width"},
    "menclose": {"notation"},
}
DEEPEST = 500  # open tags at once; the cleaner takes time quadratic in this number
_OPENED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset({"br", "img", "hr", "col", "input", "link", "meta", "source", "wbr", "area"})
_ASSET = re.compile(r"asset:([0-9a-f]{64})")
_DIGITS = re.compile(r"[0-9]{1,4}")


def sanitise(html: str) -> str:
    """Keep only the subset. Pictures may only be assets of the bank: no foreign address enters.

    Raises TooLarge for markup nested deeper than any text is.
    """
    check_depth(html)
    return nh3.clean(
        html,
        tags=BLOCKS | MATHML,
        attributes=ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"asset"},
        strip_comments=True,
        link_rel=None,
        clean_content_tags={"script", "style"},
    )


def check_depth(html: str) -> None:
    depth = 0
    for slash, name in _OPENED.findall(html):
        if name.lower() not in _VOID:
            depth = max(0, depth - 1) if slash else depth + 1
        if depth > DEEPEST:
            raise TooLarge(
                msg("Một đoạn HTML lồng quá {n} tầng nên không được đọc.", n=DEEPEST),
                code="html_too_deep",
            )


def _keep(element: str, attribute: str, value: str) -> str | None:
    if element == "img" and attribute == "src":
        return value if _ASSET.fullmatch(value) else None
    if attribute in {"width", "colspan", "rowspan", "start"} and element not in MATHML:
        return value if _DIGITS.fullmatch(value) else None
    return value


class _Reader(HTMLParser):
    """Collects what the questions below need, in one pass."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.assets: list[str] = []
        self.formulas: list[str] = []
        self.gaps: list[str] = []
        self.bare_images = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img":
            self.assets.append((found.get("src") or "").removeprefix("asset:"))
            self.bare_images += not (found.get("alt") or "").strip()
        if tex := found.get("data-tex"):
            self.formulas.append(tex)
            self.words.append(f"${tex}$")
        if "data-gap" in found:
            self.gaps.append(found["data-gap"] or "")
            self.words.append("____ ")
        if tag in {"p", "br", "li", "td", "th", "tr", "div"}:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def plain_text(html: str) -> str:
    """Text with formulas as TeX between dollars; white space collapsed."""
    return " ".join("".join(_read(html).words).split())


def has_text(html: str) -> bool:
    reader = _read(html)
    return bool("".join(reader.words).strip() or reader.assets)


def images_without_alt(html: str) -> int:
    return _read(html).bare_images


def assets_in(text: str) -> list[str]:
    """SHA-256 of every picture named in a text (stored JSON included), in reading order."""
    return _ASSET.findall(text)


def formulas_in(html: str) -> list[str]:
    return _read(html).formulas


def gaps_in(html: str) -> list[str]:
    """Identifiers of the places to fill, in reading order."""
    return _read(html).gaps
