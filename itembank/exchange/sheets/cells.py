"""Content as the text of a cell, and back.

A cell holds the XHTML subset with three eases for people: a formula is `$TeX$` (`\\$` is the sign
itself), `<` and `&` that start no tag are themselves, and in a cell of paragraphs every line is
one. Reading what was written gives the same content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from ..foreign_html import content_html, lenient_html

_TAG = re.compile(r"(<[^>]*>)")
_TEX = re.compile(r'<(span|div) data-tex="([^"]*)"></\1>')
_FORMULA = re.compile(
    r"\\\$|\$\$([^$\n]{1,4000})\$\$|\$(?!\s)([^$\n]{1,4000})(?<!\s)\$(?!\d)"
)  # fmt: skip
_BLOCK = re.compile(r"<(p|div|table|ul|ol|figure|blockquote)\b", re.IGNORECASE)
_DOLLAR = "$<span></span>"  # the break keeps two of them from being read as `$$`
_EMPTY_ELEMENTS = frozenset({"br", "img", "none", "mprescripts", "mspace"})


def read_line(text: str) -> str:
    """Content of a cell that stands within a line or is a block of its own."""
    return _clean("<br>".join(line for line in text.strip().split("\n")))


def read_paragraphs(text: str) -> str:
    """Content of a cell in which every line is a paragraph, a formula or a block of HTML."""
    return "".join(_paragraph(line.strip()) for line in text.split("\n") if line.strip())


def _paragraph(line: str) -> str:
    formula = _FORMULA.fullmatch(line)
    if formula and formula[1]:
        return _clean(f'<div data-tex="{escape(formula[1].strip())}"></div>', raw=True)
    return _clean(line if _BLOCK.match(line) else f"<p>{line}</p>")


def _clean(text: str, *, raw: bool = False) -> str:
    return content_html(text if raw else "".join(_pieces(text)), lambda address: None)


def _pieces(text: str) -> Iterator[str]:
    position = 0
    for found in _FORMULA.finditer(text):
        yield lenient_html(text[position : found.start()])
        tex = found[1] or found[2]
        yield f'<span data-tex="{escape(tex.strip())}"></span>' if tex else _DOLLAR
        position = found.end()
    yield lenient_html(text[position:])


def write_line(html: str) -> str:
    """The text of a cell for content within a line."""
    return "".join(_written(html))


def _written(html: str) -> Iterator[str]:
    position = 0
    for found in _TEX.finditer(html):
        yield _without_formulas(html[position : found.start()])
        tex = unescape(found[2])
        yield found[0] if "$" in tex or found[1] == "div" else f"${tex}$"
        position = found.end()
    yield _without_formulas(html[position:])


def _without_formulas(html: str) -> str:
    return "".join(
        piece if piece.startswith("<") else _typed(piece).replace("$", "\\$")
        for piece in _TAG.split(html)
    )


def _typed(piece: str) -> str:
    bare = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return bare if lenient_html(bare).replace(">", "&gt;") == piece else piece


def write_paragraphs(html: str) -> str:
    """The text of a cell, one line for every top-level block."""
    return "\n".join(_line(block) for block in blocks(html))


def _line(block: str) -> str:
    formula = _TEX.fullmatch(block)
    if formula and formula[1] == "div" and "$" not in formula[2]:
        return f"$${unescape(formula[2])}$$"
    inner = block.removeprefix("<p>").removesuffix("</p>")
    if block == f"<p>{inner}</p>" and not _BLOCK.search(inner) and inner.strip():
        return write_line(inner)
    return write_line(block).replace("\n", " ")


def blocks(html: str) -> list[str]:
    """Top-level blocks; what stands outside a block is a paragraph."""
    made: list[str] = []
    loose: list[str] = []
    opened: list[str] = []
    depth = 0
    for piece in _TAG.split(html):
        starts = bool(_BLOCK.match(piece)) and not depth
        if starts or opened:
            if starts and not opened:
                _close(loose, made)
            opened.append(piece)
            depth += _step(piece)
            if not depth:
                made.append("".join(opened))
                opened = []
        elif piece:
            loose.append(piece)
    _close(loose, made)
    return made


def _close(loose: list[str], made: list[str]) -> None:
    text = "".join(loose).strip()
    if text:
        made.append(f"<p>{text}</p>")
    loose.clear()


def _step(piece: str) -> int:
    if not piece.startswith("<"):
        return 0
    if piece.startswith("</"):
        return -1
    name = re.split(r"[\s/>]", piece[1:], maxsplit=1)[0]
    return 0 if name in _EMPTY_ELEMENTS else 1


def as_paragraphs(html: str) -> str:
    """The content with loose text in paragraphs, as a cell of paragraphs has it."""
    return "".join(blocks(html))
