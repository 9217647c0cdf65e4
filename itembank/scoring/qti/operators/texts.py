"""Text. Case is folded by Unicode, not by the alphabet of English."""

from __future__ import annotations

import unicodedata

from ..errors import lacks_operand
from ..evaluation import Evaluation, Operator
from ..patterns import full_match
from ..tree import Node
from ..values import Single, Value, atom_text, boolean, is_null, text
from .logic import number_in


def text_in(value: Value) -> str | None:
    return atom_text(value.atom) if isinstance(value, Single) else None


def _folded(written: str, *, strict: bool) -> str:
    """NFC, so that one Vietnamese letter is one letter however the keyboard built it."""
    normal = unicodedata.normalize("NFC", written)
    return normal if strict else normal.casefold()


def string_match(run: Evaluation, node: Node) -> Value:
    """Equal texts; with `substring` (deprecated since QTI 2.1) the second within the first."""
    first, second = text_in(run.operand(node, 0)), text_in(run.operand(node, 1))
    if first is None or second is None:
        return None
    strict = node.flag("caseSensitive", True)
    whole, part = _folded(first, strict=strict), _folded(second, strict=strict)
    return boolean(part in whole if node.flag("substring") else whole == part)


def substring(run: Evaluation, node: Node) -> Value:
    """Two texts: whether the first lies within the second.

    A text and one or two numbers: the part from that place on (from 1), of that length.
    """
    values = run.operands(node)
    if len(values) < 2:
        raise lacks_operand(node.name)
    if isinstance(values[1], Single) and values[1].type in {"integer", "float"}:
        return _part(values)
    first, second = text_in(values[0]), text_in(values[1])
    if first is None or second is None:
        return None
    strict = node.flag("caseSensitive", True)
    return boolean(_folded(first, strict=strict) in _folded(second, strict=strict))


def _part(values: list[Value]) -> Value:
    whole, start = text_in(values[0]), number_in(values[1])
    length = number_in(values[2]) if len(values) > 2 else None
    if whole is None or start is None or start < 1 or (length is not None and length < 0):
        return None
    begin = int(start) - 1
    return text(whole[begin:] if length is None else whole[begin : begin + int(length)])


def pattern_match(run: Evaluation, node: Node) -> Value:
    """The pattern, attribute or second expression, covers the whole text."""
    written = text_in(run.operand(node, 0))
    if "pattern" in node.attributes:
        pattern: str | None = run.attribute(node, "pattern")
    else:
        pattern = text_in(run.operand(node, 1))
    if written is None or pattern is None or is_null(text(written)):
        return None
    ignore = not node.flag("caseSensitive", True)
    return boolean(full_match(pattern, written, ignore_case=ignore))


OPERATORS: dict[str, Operator] = {
    "stringMatch": string_match,
    "substring": substring,
    "patternMatch": pattern_match,
}
