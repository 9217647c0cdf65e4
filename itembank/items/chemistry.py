r"""`\ce{…}` as plain TeX: the notation in which chemical formulas and equations are typed. Pure.

`\ce{2H2 + O2 ->[t^0] 2H2O}`, charges `SO4^2-`, states `(aq)`, isotopes `^{14}_{6}C`, arrows
`->`, `<-`, `<=>`, gas `^` and precipitate `v` standing alone. Nested `$…$` stays as it is.
"""

from __future__ import annotations

import re

_ARROWS = {
    "<=>": r"\rightleftharpoons",
    "<->": r"\leftrightarrow",
    "->": r"\rightarrow",
    "<-": r"\leftarrow",
    "=>": r"\Rightarrow",
}
_TOKEN = re.compile(
    r"(?P<arrow><=>|<->|->|<-|=>)(?:\[(?P<over>[^\]]*)\])?(?:\[(?P<under>[^\]]*)\])?"
    r"|\$(?P<math>[^$]*)\$"
    r"|(?P<gas>(?<=\s)\^(?=\s|$)|(?<=\s)v(?=\s|$))"
    r"|\^(?:\{(?P<sup>[^{}]*)\}|(?P<bare>\d*[+\-]|\d+))"
    r"|_(?:\{(?P<sub>[^{}]*)\}|(?P<barest>\d+))"
    r"|(?P<charge>(?<=[A-Za-z\d)\]])[+\-](?=\s|$|\)))"
    r"|(?P<element>[A-Z][a-z]?|[a-z]+)"
    r"|(?P<number>\d+(?:[.,]\d+)?)"
    r"|(?P<dot>[*.·])"
    r"|(?P<space>\s+)"
    r"|(?P<other>.)"
)


def with_chemistry(tex: str) -> str:
    """The formula with every `\\ce{…}` written out."""
    made, at = "", 0
    while (start := tex.find(r"\ce{", at)) >= 0:
        end = _closing(tex, start + 3)
        if end is None:
            break
        made += tex[at:start] + _chemistry(tex[start + 4 : end])
        at = end + 1
    return made + tex[at:]


def _closing(tex: str, opening: int) -> int | None:
    depth = 0
    for index in range(opening, len(tex)):
        depth += (tex[index] == "{") - (tex[index] == "}")
        if depth == 0:
            return index
    return None


def _chemistry(text: str) -> str:
    made, before = "", ""
    for found in _TOKEN.finditer(text):
        made += _token(found, before)
        before = found.lastgroup or ""
        if before in {"over", "under"}:
            before = "arrow"
    return f"{{{made}}}"


def _token(found: re.Match[str], before: str) -> str:
    if found["arrow"]:
        return _arrow(found)
    if found["math"] is not None:
        return f"{{{found['math']}}}"
    if found["gas"]:
        return r"\uparrow " if found["gas"] == "^" else r"\downarrow "
    for name, sign in (("sup", "^"), ("bare", "^"), ("sub", "_"), ("barest", "_")):
        if found[name] is not None:
            base = "" if before in {"element", "other", "number", "barest", "sub", "sup"} else "{}"
            return f"{base}{sign}{{{found[name]}}}"
    if found["charge"]:
        return f"^{{{found['charge']}}}"
    if found["element"]:
        return rf"\mathrm{{{found['element']}}}"
    if found["number"]:
        is_index = before in {"element", "other"}
        return f"_{{{found['number']}}}" if is_index else found["number"]
    if found["dot"]:
        return r"\cdot "
    return _rest(found)


def _rest(found: re.Match[str]) -> str:
    other = found["other"] or ""
    if other in {"+", "="}:
        return f" {other} "
    return (
        other if other in {"(", ")", "[", "]", "-", ","} else rf"\text{{{other}}}" if other else ""
    )


def _arrow(found: re.Match[str]) -> str:
    sign = _ARROWS[found["arrow"]]
    over, under = found["over"], found["under"]
    if over:
        sign = rf"\overset{{{_condition(over)}}}{{{sign}}}"
    if under:
        sign = rf"\underset{{{_condition(under)}}}{{{sign}}}"
    return f" {sign} "


def _condition(text: str) -> str:
    """What stands over an arrow: formulas of their own, or words."""
    return with_chemistry(text) if "\\" in text or "^" in text else rf"\text{{{text}}}"
