"""EQ fields, the formulas of Word before there was an equation editor. Pure.

Read: fractions `\\f(a;b)`, roots `\\r(n;x)`, scripts `\\s\\up(..)`, `\\s\\do(..)`, brackets
`\\b(x)`, integrals `\\i(a;b;x)`; anything else is not read.
"""

from __future__ import annotations

import re

from .tex_symbols import tex_of_text

_COMMAND = re.compile(r"\\(f|r|b|i|s)((?:\\[a-z]+\d*)*)\s*\(", re.IGNORECASE)
DEEPEST = 20


class _Unread(Exception):
    pass


def tex_of_field(code: str) -> str:
    """TeX of the field's code; '' where something in it is not understood."""
    try:
        return _tex(re.sub(r"^\s*EQ\s*", "", code, flags=re.IGNORECASE), 0).strip()
    except _Unread:
        return ""


def _tex(code: str, depth: int) -> str:
    if depth > DEEPEST:
        raise _Unread
    made, at = "", 0
    for _ in range(len(code)):
        found = _COMMAND.search(code, at)
        if found is None:
            break
        made += _plain(code[at : found.start()])
        parts, at = _arguments(code, found.end())
        made += _command(found[1].lower(), found[2].lower(), [_tex(p, depth + 1) for p in parts])
    return made + _plain(code[at:])


def _plain(text: str) -> str:
    if "\\" in text:
        raise _Unread
    return tex_of_text(text)


def _arguments(code: str, start: int) -> tuple[list[str], int]:
    """The parts between `(` and its `)`; parts are divided by `;` or, without any, by `,`."""
    depth, end = 1, start
    while end < len(code) and depth:
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        end += 1
    if depth:
        raise _Unread
    inner = code[start : end - 1]
    mark = ";" if _split(inner, ";")[1:] else ","
    return _split(inner, mark), end


def _split(text: str, mark: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _command(name: str, switches: str, parts: list[str]) -> str:
    match name, len(parts):
        case "f", 2:
            return rf"\frac{{{parts[0].strip()}}}{{{parts[1].strip()}}}"
        case "r", 1:
            return rf"\sqrt{{{parts[0].strip()}}}"
        case "r", 2:
            degree = parts[0].strip()
            inner = parts[1].strip()
            return rf"\sqrt[{degree}]{{{inner}}}" if degree else rf"\sqrt{{{inner}}}"
        case "b", 1:
            return rf"\left( {parts[0].strip()} \right)"
        case "i", 3:
            return rf"\int_{{{parts[0].strip()}}}^{{{parts[1].strip()}}}{parts[2].strip()}"
        case "s", 1:
            sign = "_" if "\\do" in switches else "^"
            return f"{sign}{{{parts[0].strip()}}}"
    raise _Unread
