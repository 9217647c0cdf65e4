"""A line of a document as characters, each with its look: what labels are looked for in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .document import PLAIN, Atom, Break, Look, Tab, Text, text_of

LONGEST_GAP = 12
_LONG_GAP = re.compile(rf"\s{{{LONGEST_GAP + 1},}}")
OBJECT = "\ufffc"  # stands for a formula, a picture, a note or a doubt


@dataclass(frozen=True, slots=True)
class Strip:
    """`text[i]` looks like `looks[i]`; where it is OBJECT, `objects[i]` says what it is."""

    text: str = ""
    looks: tuple[Look, ...] = ()
    objects: tuple[Atom | None, ...] = ()

    def __getitem__(self, span: slice) -> Strip:
        return Strip(self.text[span], self.looks[span], self.objects[span])

    def __add__(self, other: Strip) -> Strip:
        return Strip(self.text + other.text, self.looks + other.looks, self.objects + other.objects)

    def __len__(self) -> int:
        return len(self.text)

    def stripped(self) -> Strip:
        """Without blanks at either end."""
        start = len(self.text) - len(self.text.lstrip())
        return self[start : max(start, len(self.text.rstrip()))]

    def without(self, start: int, end: int) -> Strip:
        return self[:start] + self[end:]

    def with_short_gaps(self) -> Strip:
        """Runs of blanks no longer than LONGEST_GAP: expressions run over them, and no reader
        counts them.
        """
        made, at = Strip(), 0
        for match in _LONG_GAP.finditer(self.text):
            made += self[at : match.start() + LONGEST_GAP]
            at = match.end()
        return made + self[at:] if at else self

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    def plain(self) -> str:
        """The text with formulas as TeX between dollars; pictures left out."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        for char, found in zip(self.text, self.objects, strict=True):
            yield char if found is None else text_of([found])

    def things(self) -> Iterator[Atom]:
        """Formulas, pictures, notes and doubts, in order."""
        return (found for found in self.objects if found is not None)

    def looks_of_ink(self) -> list[Look]:
        """Looks of the characters one can see, formulas included."""
        return [
            look
            for char, look in zip(self.text, self.looks, strict=True)
            if not char.isspace() and char not in "\u200b\ufeff"
        ]

    def restyled(self, change: Callable[[Look], Look]) -> Strip:
        """The same characters, each look changed; a run of one look is changed once."""
        looks: list[Look] = []
        before = after = PLAIN
        for look in self.looks:
            if look is not before or not looks:
                before, after = look, change(look)
            looks.append(after)
        return Strip(self.text, tuple(looks), self.objects)


def strip_of(atoms: Sequence[Atom]) -> Strip:
    """The atoms of one line."""
    text: list[str] = []
    looks: list[Look] = []
    objects: list[Atom | None] = []
    for atom in atoms:
        if isinstance(atom, Text):
            text.append(atom.text)
            looks += [atom.look] * len(atom.text)
            objects += [None] * len(atom.text)
        elif isinstance(atom, Tab):
            text.append("\t")
            looks.append(atom.look)
            objects.append(None)
        else:
            text.append(OBJECT)
            looks.append(getattr(atom, "look", PLAIN))
            objects.append(atom)
    return Strip("".join(text), tuple(looks), tuple(objects))


def plain_strip(text: str, look: Look = PLAIN) -> Strip:
    return Strip(text, (look,) * len(text), (None,) * len(text))


def lines_of(atoms: Sequence[Atom]) -> list[Strip]:
    """The atoms divided at line breaks."""
    lines: list[list[Atom]] = [[]]
    for atom in atoms:
        if isinstance(atom, Break):
            lines.append([])
        else:
            lines[-1].append(atom)
    return [strip_of(line) for line in lines]
