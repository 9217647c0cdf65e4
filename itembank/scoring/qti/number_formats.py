"""printedVariable: how a value is written into the item (QTI 2.2 printedVariable, numberFormat)."""

from __future__ import annotations

import re

from .tree import Node
from .values import (
    Atom,
    Container,
    Record,
    Single,
    Value,
    as_number,
    atom_text,
    is_null,
    number_text,
)

_DIRECTIVE = re.compile(r"%([-+ #0]*)(\d{0,2})(?:\.(\d{1,2}))?([diouxXeEfgGrRs%])")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def printed(value: Value, node: Node) -> str:
    """The text of a variable in the item body; an empty text for NULL."""
    match value:
        case Record():
            return _printed_record(value, node)
        case Container():
            return _printed_container(value, node)
        case Single() if not is_null(value):
            return _printed_atom(value.atom, node)
        case _:
            return ""


def _printed_record(value: Record, node: Node) -> str:
    if field := node.get("field"):
        return printed(value.fields.get(field), node)
    indicator = node.get("mappingIndicator", "=")
    parts = (f"{key}{indicator}{printed(field, node)}" for key, field in value.fields.items())
    return node.get("delimiter", ";").join(parts)


def _printed_container(value: Container, node: Node) -> str:
    index = as_number(node.get("index"))
    if index is not None:
        inside = 1 <= index <= len(value.atoms)
        return _printed_atom(value.atoms[int(index) - 1], node) if inside else ""
    return node.get("delimiter", ";").join(_printed_atom(atom, node) for atom in value.atoms)


def _printed_atom(atom: Atom, node: Node) -> str:
    if isinstance(atom, bool) or not isinstance(atom, int | float):
        return atom_text(atom)
    if directive := node.get("format"):
        return formatted(atom, directive)
    base = as_number(node.get("base", "10"))
    if isinstance(atom, int) and isinstance(base, int) and base != 10 and 2 <= base <= 36:
        return in_base(atom, base)
    shown = number_text(atom)
    return power_form(shown) if node.flag("powerForm") else shown


def in_base(value: int, base: int) -> str:
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, base)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def formatted(value: int | float, directive: str) -> str:
    """A C-like format with at most one directive; other text stays as it is.

    `%d %i %o %x %X %e %E %f %g %G %s`, and `%r`/`%R`: scientific only outside 10^-4 … 10^precision.
    """

    def write(found: re.Match[str]) -> str:
        flags, width, precision, kind = found.groups()
        if kind == "%":
            return "%"
        return _write(value, flags, width, precision, kind)

    return _DIRECTIVE.sub(write, directive, count=4)


def _write(value: int | float, flags: str, width: str, precision: str | None, kind: str) -> str:
    if kind == "s":
        return f"%{flags.replace('#', '')}{width}s" % number_text(value)
    if value in (float("inf"), float("-inf")):
        return number_text(value)
    places = "" if precision is None else f".{precision}"
    if kind in "rR":
        kind = "g" if kind == "r" else "G"
        places = places or ".6"
    exact: int | float = int(value) if kind in "diouxX" else float(value)
    return f"%{flags}{width}{places}{kind}" % exact


def power_form(shown: str) -> str:
    """`3.1e-05` as `3.1 × 10^-5`."""
    mantissa, mark, exponent = shown.lower().partition("e")
    return f"{mantissa} × 10^{int(exponent)}" if mark else shown
