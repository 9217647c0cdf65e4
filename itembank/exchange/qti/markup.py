"""Content of the bank (an XHTML subset as text) to nodes and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from html.parser import HTMLParser

from ...errors import Invalid
from ...items.html import sanitise
from ...items.rendering import mathml
from ...scoring.qti.tree import Node
from .mathml_tex import tex_of

EMPTY = frozenset({"br", "img", "hr", "col", "none", "mprescripts", "mspace"})
Parts = tuple[Node | str, ...]
_HOLLOW = re.compile(r"<(p|div)>\s*(?:<br>)?\s*</\1>")


def _attributes(attrs: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    return {name: value or "" for name, value in attrs if not name.startswith("xmlns")}


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str], list[Node | str]]] = [("", {}, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, _attributes(attrs), []))
        if tag in EMPTY:
            self._close()

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and any(name == tag for name, _, _ in self._open):
            while self._open[-1][0] != tag:
                self._close()
            self._close()

    def handle_data(self, data: str) -> None:
        self._open[-1][2].append(data)

    def _close(self) -> None:
        name, attributes, content = self._open.pop()
        self._open[-1][2].append(Node(name, attributes, tuple(content)))

    def parts(self) -> Parts:
        self.close()
        while len(self._open) > 1:
            self._close()
        return tuple(self._open[0][2])


def nodes_of(html: str) -> Parts:
    builder = _Builder()
    builder.feed(html)
    return builder.parts()


def html_of(parts: Iterable[Node | str]) -> str:
    """Sanitised content: what the subset does not know is gone, its text stays.

    Blocks left empty and a `div` around everything say nothing and go.
    """
    html = sanitise("".join(_written(part) for part in parts)).strip()
    while (shorter := _HOLLOW.sub("", html)) != html:
        html = shorter
    return _unwrapped(html.strip())


def _unwrapped(html: str) -> str:
    parts = [part for part in nodes_of(html) if not isinstance(part, str) or part.strip()]
    only = parts[0] if len(parts) == 1 else None
    if not isinstance(only, Node) or only.name != "div" or only.attributes:
        return html
    return _unwrapped(html.removeprefix("<div>").removesuffix("</div>").strip())


def portable(html: str) -> Parts:
    """Content for other systems: formulas as MathML beside their TeX."""
    return tuple(_with_mathml(part) for part in nodes_of(html))


def _with_mathml(part: Node | str) -> Node | str:
    if isinstance(part, str):
        return part
    if part.get("data-tex"):
        return Node(part.name, part.attributes, _mathml_of(part))
    return Node(part.name, part.attributes, tuple(_with_mathml(p) for p in part.content))


def _mathml_of(part: Node) -> Parts:
    try:
        drawn = mathml(part.get("data-tex"), display=part.name == "div")
    except Invalid:
        return ()
    return nodes_of(drawn)


_RENAMED = {
    "b": "strong", "i": "em", "tt": "span", "h1": "p", "h2": "p", "h3": "p", "h4": "p", "h5": "p",
    "h6": "p", "pre": "p", "dl": "ul", "dt": "li", "dd": "li", "address": "p", "section": "div",
    "article": "div", "small": "span", "cite": "em", "dfn": "em", "var": "em", "ruby": "span",
}  # fmt: skip
_DROPPED = frozenset({
    "stylesheet", "script", "style", "feedbackBlock", "feedbackInline", "modalFeedback", "infoControl",
    "templateBlock", "templateInline", "rubricBlock", "catalogInfo", "companionMaterialsInfo", "rt",
    "rp", "hr",
})  # fmt: skip


def _written(part: Node | str) -> str:
    if isinstance(part, str):
        return escape(part, quote=False)
    if part.get("data-tex") and part.name in {"span", "div"}:
        return f'<{part.name} data-tex="{escape(part.get("data-tex"))}"></{part.name}>'
    if part.name in _DROPPED and not _is_for_candidates(part):
        return ""
    if part.name == "math":
        return _formula(part)
    name = "div" if _is_for_candidates(part) else _RENAMED.get(part.name, part.name)
    attributes = "".join(
        f' {key}="{escape(value)}"' for key, value in part.attributes.items() if ":" not in key
    )
    if name in EMPTY:
        return f"<{name}{attributes}>"
    inside = "".join(_written(child) for child in part.content)
    return f"<{name}{attributes}>{inside}</{name}>"


def _is_for_candidates(part: Node) -> bool:
    """Instructions that the author shows to everybody who takes the item."""
    return part.name == "rubricBlock" and "candidate" in part.get("view").split()


def _formula(node: Node) -> str:
    """A formula as TeX where it can be told in TeX without loss, else as MathML."""
    tex = tex_of(node)
    if tex is None:
        return _mathml(node)
    name = "div" if node.get("display") == "block" else "span"
    return f'<{name} data-tex="{escape(tex)}"></{name}>'


def _mathml(node: Node) -> str:
    if node.name in {"annotation", "annotationXml"}:
        return ""
    inside = "".join(
        escape(part, quote=False) if isinstance(part, str) else _mathml(part)
        for part in node.content
    )
    if node.name == "semantics":
        return inside
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attributes.items())
    return f"<{node.name}{attributes}>{inside}</{node.name}>"


def text_of(parts: Sequence[Node | str]) -> str:
    words = (part if isinstance(part, str) else part.text for part in parts)
    return " ".join("".join(words).split())
