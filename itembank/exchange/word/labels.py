"""Labels of options («A.», «*B)», «(C)») and statements («a)») on a line, and where they stand.

A label at the start of a line or after a tab is sure. One after a single blank («A. 1 B. 2 C. 3»)
counts only in an unbroken row, for «tam giác vuông tại A. Biết» is no option.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from .strip import OBJECT

_OPTION = re.compile(
    rf"(?:(?<=^)|(?<=[\s{OBJECT}.;,]))(?P<label>(?:(?:[*✓√]|#[!$]?){{1,2}}\s?)?(?:\((?P<boxed>[A-H])\)|"
    r"(?P<letter>[A-H])(?:\*|#[!$]?)?\s{0,2}[.):/](?:\*|#[!$]?)?))\s*"
)
_STATEMENT = re.compile(
    rf"(?:(?<=^)|(?<=[\s{OBJECT}.;,]))(?P<label>(?:(?:[*✓√]|#[!$]?){{1,2}}\s?)?(?:\((?P<boxed>[a-h])\)|"
    r"(?P<letter>[a-h])(?:\*|#[!$]?)?\s?[)](?:\*|#[!$]?)?|(?P<dotted>[a-h])(?:\*|#[!$]?)?[.](?=\s)))\s*"
)


FEWEST_UNSURE = 3  # labels in a row on one line that count though none stands at a tab


@dataclass(frozen=True, slots=True)
class Label:
    """A label on a line: `start`..`end` is what is written, blanks behind it included."""

    letter: str
    start: int
    end: int
    written: str
    is_sure: bool


def options_on(text: str, used: Collection[str], *, ahead: str = "") -> list[Label]:
    """Labels of options on a line, when those of `used` stand above it.

    `ahead` is the letter that the next line begins with: options in two columns («A. C.» above
    «B. D.») skip it.
    """
    return _chosen(_candidates(_OPTION, text), used, "A", ahead)


def statements_on(text: str, used: Collection[str]) -> list[Label]:
    return _chosen(_candidates(_STATEMENT, text), used, "a", "")


def starts_with_option(text: str) -> str:
    """The letter of the option that a line begins with, or ''."""
    match = _OPTION.match(text.lstrip())
    return "" if match is None else match["boxed"] or match["letter"]


def _candidates(pattern: re.Pattern[str], text: str) -> list[Label]:
    found = []
    first_ink = len(text) - len(text.lstrip())
    for match in pattern.finditer(text):
        groups = match.groupdict()
        letter = groups["boxed"] or groups["letter"] or groups.get("dotted") or ""
        start = match.start("label")
        gap = text[max(0, start - 2) : start]
        sure = start <= first_ink or gap[-1:] == "\t" or (len(gap) == 2 and gap.isspace())
        if sure or not groups["boxed"]:  # «(A)» inside a sentence marks a word, not an option
            found.append(Label(letter, start, match.end(), match["label"], sure))
    return found


def _chosen(found: list[Label], used: Collection[str], first: str, ahead: str) -> list[Label]:
    found = [label for label in found if label.letter not in used]
    last = max(used, default="")
    chosen: list[Label] = []
    expected = chr(ord(last) + 1) if last else first
    at = 0
    while True:
        label = _next(found, at, expected)
        if label is None:
            break
        chosen.append(label)
        at, expected = label.end, chr(ord(expected) + 1)
    chosen = _believable(chosen, last, ahead)
    return sorted([*chosen, *_out_of_order(found, chosen, last, ahead)], key=lambda x: x.start)


def _believable(chosen: list[Label], last: str, ahead: str) -> list[Label]:
    """Without unsure labels that the next line gives surely («A. B. subtilis» above «B. ...»)."""
    for index, label in enumerate(chosen):
        if not label.is_sure and label.letter == ahead:
            chosen = chosen[:index]
            break
    if not chosen or chosen[0].is_sure:
        return chosen
    return chosen if not last and len(chosen) >= FEWEST_UNSURE and chosen[0].letter == "A" else []


def _next(found: list[Label], at: int, letter: str) -> Label | None:
    """The label of this letter: a sure one if any, else the last before the letter that follows."""
    ours = [label for label in found if label.letter == letter and label.start >= at]
    sure = [label for label in ours if label.is_sure]
    if sure:
        return sure[0]
    after = chr(ord(letter) + 1)
    following = next((x for x in found if x.letter == after and x.start >= at), None)
    if following is not None:
        ours = [label for label in ours if label.start < following.start] or ours
        return ours[-1] if ours else None
    return ours[0] if ours else None


def _out_of_order(found: list[Label], chosen: list[Label], last: str, ahead: str) -> list[Label]:
    """Sure labels that skip a letter or come back to one: columns, or an option left out."""
    taken = {label.letter for label in chosen}
    top = max((*taken, last))
    extra: list[Label] = []
    for label in found:
        if not label.is_sure or label.letter in taken or not top or _is_inside(label, chosen):
            continue
        opens_line = label.start == found[0].start
        skips = bool(extra) or (bool(ahead) and ord(ahead) == ord(top) + 1)
        if opens_line or skips or label.letter == chr(ord(top) + 1):
            extra.append(label)
            taken.add(label.letter)
            top = max(top, label.letter)
    return extra


def _is_inside(label: Label, chosen: list[Label]) -> bool:
    return any(other.start <= label.start < other.end for other in chosen)
