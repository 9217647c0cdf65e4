"""The item body as one candidate has it: template variables written in, hidden parts left out."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .item_session import QtiItem, SessionState, holds
from .number_formats import printed
from .tree import Node
from .values import Value, is_null

SHOWN_BY = {
    "templateBlock": "templateIdentifier",
    "templateInline": "templateIdentifier",
    "feedbackBlock": "outcomeIdentifier",
    "feedbackInline": "outcomeIdentifier",
}
_OWN_CHOICE = frozenset({
    "simpleChoice", "inlineChoice", "simpleAssociableChoice", "gapText", "gapImg", "hottext",
    "hotspotChoice", "associableHotspot",
})  # fmt: skip


def resolved(item: QtiItem, state: SessionState) -> Node | None:
    """The body with printed variables as text and only the parts this session shows."""
    return None if item.body is None else _resolve(item.body, state)


def _resolve(node: Node, state: SessionState) -> Node:
    content: list[Node | str] = []
    for part in node.content:
        if isinstance(part, str):
            content.append(part)
        elif part.name == "printedVariable":
            content.append(printed(state.values.get(part.get("identifier")), part))
        elif is_shown(part, state):
            content.append(_with_variables(_resolve(part, state), state))
    return Node(node.name, node.attributes, tuple(content), node.line)


def is_shown(node: Node, state: SessionState) -> bool:
    """Whether a template or feedback part shows; everything else always does."""
    by = SHOWN_BY.get(node.name) or ("templateIdentifier" if node.name in _OWN_CHOICE else None)
    if by is None or not node.get(by):
        return True
    shown_on_match = node.get("showHide", "show") != "hide"
    matches = holds(state.values.get(node.get(by)), node.get("identifier"))
    return matches == shown_on_match


def _with_variables(node: Node, state: SessionState) -> Node:
    """A formula that names a template variable shows its value (QTI 2.2 §2.8.3, MathML)."""
    if node.name not in {"mi", "ci"}:
        return node
    name = node.text.strip()
    declared = state.variables.get(name)
    value: Value = state.values.get(name)
    if declared is None or declared.scope != "template" or is_null(value):
        return node
    return Node("mn" if node.name == "mi" else "cn", node.attributes, (printed(value, node),))


def body_text(node: Node) -> str:
    """All text of a body, white space collapsed."""
    return " ".join("".join(_words(node)).split())


_BLOCKS = frozenset({
    "p", "div", "li", "td", "th", "tr", "prompt", "simpleChoice", "inlineChoice", "br", "h1", "h2",
    "h3", "h4", "h5", "h6", "blockquote", "caption", "dt", "dd", "pre", "simpleAssociableChoice",
    "rubricBlock", "feedbackBlock", "templateBlock", "gapText",
})  # fmt: skip


def _words(node: Node) -> Iterator[str]:
    block = node.name in _BLOCKS
    if block:
        yield " "
    for part in node.content:
        if isinstance(part, str):
            yield part
        else:
            yield from _words(part)
    if block:
        yield " "


def markup(node: Node) -> str:
    """The tree as markup, for looking into; a page never shows it unsanitised."""
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    inside = "".join(
        escape(part, quote=False) if isinstance(part, str) else markup(part)
        for part in node.content
    )
    return f"<{node.name}{attributes}>{inside}</{node.name}>"
