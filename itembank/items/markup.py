"""Light markup for files that people read: Markdown with `$TeX$`, into the XHTML subset."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from .html import sanitise

# A picture alone in its paragraph is a figure: it may stand beside the words.
_FIGURE = re.compile(r"<p>(<img [^>]*>)</p>")


def to_html(text: str, asset: Callable[[str], str]) -> str:
    """XHTML of the markup; `asset` turns a picture's path into the SHA-256 of the stored picture."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.use(dollarmath_plugin, allow_space=True, allow_digits=True)
    reader.add_render_rule("math_inline", _inline)
    reader.add_render_rule("math_block", _block)
    reader.add_render_rule("image", _picture(asset))
    return sanitise(_FIGURE.sub(r"<figure>\1</figure>", str(reader.render(text)).strip()))


def _inline(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<span data-tex="{escape(tokens[index].content.strip())}"></span>'


def _block(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    return f'<div data-tex="{escape(tokens[index].content.strip())}"></div>\n'


def _picture(asset: Callable[[str], str]) -> Callable[..., str]:
    def rule(_self: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
        token = tokens[index]
        source = asset(str(token.attrs["src"]))
        return f'<img src="asset:{source}" alt="{escape(token.content)}">'

    return rule
