"""Content as a browser shows it: formulas become MathML, assets become addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape, unescape

from latex2mathml.converter import convert

from ..errors import Invalid, msg
from .math_typography import improve, prepare

_FORMULA = re.compile(r'<(span|div) data-tex="([^"]*)"\s*>\s*</\1>')
_ASSET = re.compile(r'src="asset:([0-9a-f]{64})"')
LONGEST_TEX = 4_000


@lru_cache(maxsize=20_000)
def mathml(tex: str, *, display: bool = False) -> str:
    """MathML of a TeX formula, with the TeX kept as its annotation.

    Raises Invalid when the formula cannot be read: the author is told, nothing is guessed.
    """
    if len(tex) > LONGEST_TEX:
        raise Invalid(msg("Công thức dài quá {n} kí tự.", n=LONGEST_TEX), code="tex_invalid")
    try:
        made: str = convert(prepare(tex), display="block" if display else "inline")
        inner = improve(made[made.index(">") + 1 : made.rindex("</math>")])
    except Exception as error:  # the library raises bare exceptions of many kinds
        raise Invalid(
            msg("Không đọc được công thức «{tex}»; kiểm tra ngoặc và tên lệnh.", tex=tex),
            code="tex_invalid",
        ) from error
    shape = ' display="block"' if display else ""
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML"{shape}>'
        f"<semantics>{inner}{note}</semantics></math>"
    )


def render(html: str, asset_url: Callable[[str], str]) -> str:
    """Sanitised content, ready for a page."""
    with_math = _FORMULA.sub(_formula, html)
    return _ASSET.sub(lambda found: f'src="{escape(asset_url(found[1]))}"', with_math)


def _formula(found: re.Match[str]) -> str:
    tex, display = unescape(found[2]), found[1] == "div"
    try:
        return mathml(tex, display=display)
    except Invalid:
        return f'<code class="tex-broken">{escape(tex)}</code>'


_INLINE_TEX = re.compile(r"\$([^$]+)\$")


def render_note(text: str) -> str:
    """A plain note (rationale, rubric level) with its `$TeX$` formulas as MathML, escaped."""
    pieces = _INLINE_TEX.split(text)
    return "".join(
        _note_formula(piece) if odd else escape(piece, quote=False)
        for odd, piece in ((index % 2, piece) for index, piece in enumerate(pieces))
    )


def _note_formula(tex: str) -> str:
    try:
        return mathml(tex)
    except Invalid:
        return escape(f"${tex}$", quote=False)
