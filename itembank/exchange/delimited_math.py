r"""Formulas between MathJax delimiters, as Moodle, GIFT and Aiken files carry them, and back.

Content of the bank names a formula as `<span data-tex="…">` (in a line) or `<div data-tex="…">`
(a line of its own); outside it is `\(…\)` and `\[…\]`. Both functions take sanitised content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape

from ..errors import Invalid, msg

LONGEST_FORMULA = 4_000
_TAG = re.compile(r"(<[^>]*>)")
_TEX = re.compile(r'<(span|div) data-tex="([^"]*)">')
_DELIMITER = re.compile(r"\\(?=[()\[\]])|\$(?=\$)")
_FORMULA = re.compile(  # no opening delimiter inside: else many of them take quadratic time
    rf"\\\(((?:(?!(?<!\\)\\\().){{1,{LONGEST_FORMULA}}}?)\\\)"
    rf"|\\\[((?:(?!(?<!\\)\\\[).){{1,{LONGEST_FORMULA}}}?)\\\]"
    rf"|\$\$([^$]{{1,{LONGEST_FORMULA}}})\$\$",
    re.DOTALL,
)
_BREAK = "<span></span>"  # says nothing; keeps a typed `\(` from being read as a delimiter
_AROUND = {"<p>": "</p>", "<div>": "</div>"}


def with_delimiters(html: str) -> str:
    """The content with its formulas between delimiters. Raises Invalid where TeX forbids it."""
    return "".join(_delimited(html))


def _delimited(html: str) -> Iterator[str]:
    inside = ""
    for piece in _TAG.split(html):
        found = _TEX.fullmatch(piece)
        if found:
            inside = found[1]
            yield _between(unescape(found[2]), display=inside == "div")
        elif inside:
            inside = "" if piece == f"</{inside}>" else inside
        elif piece.startswith("<"):
            yield piece
        else:
            yield _DELIMITER.sub(lambda m: m[0] + _BREAK, piece)


def _between(tex: str, *, display: bool) -> str:
    if r"\)" in tex or r"\]" in tex or len(tex) > LONGEST_FORMULA or not tex.strip():
        raise Invalid(
            msg("Công thức «{tex}» không viết được giữa \\( và \\).", tex=tex[:60]),
            code="formula_not_held",
        )
    written = escape(tex, quote=False)
    return rf"<div>\[{written}\]</div>" if display else rf"\({written}\)"


def without_delimiters(html: str) -> str:
    """The content with what stands between delimiters named as formulas."""
    pieces = [piece for piece in _TAG.split(html) if piece]
    made: list[str] = []
    place = 0
    while place < len(pieces):
        block = _block_formula(pieces, place)
        if block is not None:
            made.append(block)
            place += 3
            continue
        piece = pieces[place]
        made.append(piece if piece.startswith("<") else _FORMULA.sub(_inline, piece))
        place += 1
    return "".join(made).replace(_BREAK, "")


def _block_formula(pieces: list[str], place: int) -> str | None:
    """A paragraph that is one display formula and nothing else."""
    if place + 2 >= len(pieces) or _AROUND.get(pieces[place]) != pieces[place + 2]:
        return None
    found = _FORMULA.fullmatch(pieces[place + 1].strip())
    if found is None or found[1]:
        return None
    tex = _attribute(found[2] or found[3])
    return f'<div data-tex="{tex}"></div>' if tex else None


def _inline(found: re.Match[str]) -> str:
    tex = found[1] or found[2] or found[3]
    return f'<span data-tex="{_attribute(tex)}"></span>' if tex.strip() else found[0]


def _attribute(tex: str) -> str:
    return escape(unescape(tex).strip())
