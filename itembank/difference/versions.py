"""What differs between two versions of an item or of a stimulus, part by part as rendered. Pure.

Key and rubric come first. Options that only changed places are told as moved, not as rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ..errors import Message
from ..items.content import ItemContent, StimulusContent
from ..items.html import plain_text
from .marking import Marked, compare
from .parts import Group, Part, Say, parts_of, parts_of_stimulus

Fate = Literal["same", "changed", "moved", "gone", "new"]
ORDER: tuple[Group, ...] = ("key", "rubric", "wording", "reasons", "about")
MOVING = frozenset(
    {"option", "statements", "rows", "columns", "pieces", "choices", "areas", "rationales"}
)
MUCH_ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class PartDifference:
    """One part on both sides; `before`/`after` is None where the part does not stand."""

    code: str
    group: Group
    fate: Fate
    before: Part | None
    after: Part | None
    marked: Marked

    @property
    def is_judged(self) -> bool:
        """Whether something else is right now. A key that moved with its option is the same key."""
        return self.group in ("key", "rubric") and self.fate in ("changed", "gone", "new")

    @property
    def name(self) -> Message:
        part = self.after or self.before
        assert part is not None
        return part.name

    @property
    def came_from(self) -> Message | str | None:
        """The place it stood at, or the letters it had, where these changed."""
        if self.before is None or self.after is None:
            return None
        if self.before.code != self.after.code:
            return self.before.name
        return self.before.label if self.before.label != self.after.label else None


@dataclass(frozen=True, slots=True)
class Difference:
    parts: tuple[PartDifference, ...]

    @property
    def changed(self) -> list[PartDifference]:
        return [part for part in self.parts if part.fate != "same" and not _follows(part)]

    @property
    def judged(self) -> list[PartDifference]:
        """Changes of the key and of the rubric: they change what is right."""
        return [part for part in self.changed if part.is_judged]

    def __bool__(self) -> bool:
        return bool(self.changed)


def _follows(part: PartDifference) -> bool:
    """A rationale that went with its option says nothing new."""
    return part.fate == "moved" and part.group == "reasons"


def difference_of(
    old: ItemContent,
    new: ItemContent,
    *,
    old_stimulus: StimulusContent | None = None,
    new_stimulus: StimulusContent | None = None,
    say: Say = str,
) -> Difference:
    """The whole item, its shared material included; `say` as in `parts_of`."""
    before = [*parts_of(old, say), *_material(old_stimulus)]
    after = [*parts_of(new, say), *_material(new_stimulus)]
    return _difference(before, after)


def difference_of_stimuli(old: StimulusContent, new: StimulusContent) -> Difference:
    return _difference(parts_of_stimulus(old), parts_of_stimulus(new))


def _material(stimulus: StimulusContent | None) -> list[Part]:
    return parts_of_stimulus(stimulus) if stimulus else []


def _difference(before: Sequence[Part], after: Sequence[Part]) -> Difference:
    found = [_part(old, new) for old, new in _paired(before, after)]
    return Difference(tuple(sorted(found, key=lambda part: ORDER.index(part.group))))


def _part(old: Part | None, new: Part | None) -> PartDifference:
    marked = compare(old.html if old else "", new.html if new else "")
    part = new or old
    assert part is not None
    return PartDifference(part.code, part.group, _fate(old, new, marked), old, new, marked)


def _fate(old: Part | None, new: Part | None, marked: Marked) -> Fate:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    if marked.is_changed:
        return "changed"
    return "same" if (old.code, old.label) == (new.code, new.label) else "moved"


Pair = tuple[Part | None, Part | None]


def _paired(before: Sequence[Part], after: Sequence[Part]) -> list[Pair]:
    """Each part with what it was, in the order of the new version; what is gone after its kin."""
    was = _who_was(before, after)
    taken = {id(old) for old in was.values()}
    pairs: list[Pair] = [(was.get(part.code), part) for part in after]
    for old in before:
        if id(old) not in taken:
            pairs.insert(_after_kin(pairs, old, before), (old, None))
    return pairs


def _after_kin(pairs: Sequence[Pair], gone: Part, before: Sequence[Part]) -> int:
    """Behind the part that stood before it; first where none of those is left."""
    earlier = {id(part) for part in before[: before.index(gone)]}
    behind = [n for n, (old, _) in enumerate(pairs, start=1) if old and id(old) in earlier]
    return max(behind, default=0)


def _who_was(before: Sequence[Part], after: Sequence[Part]) -> dict[str, Part]:
    """By code of the new part, the old one: same words first, then same place, then much alike."""
    was: dict[str, Part] = {}
    for row in dict.fromkeys(part.row for part in after):
        old = [part for part in before if part.row == row]
        new = [part for part in after if part.row == row]
        was |= _moved(old, new) if row in MOVING else _in_place(old, new)
    return was


def _in_place(old: Iterable[Part], new: Iterable[Part]) -> dict[str, Part]:
    places = {part.code: part for part in old}
    return {part.code: places[part.code] for part in new if part.code in places}


def _moved(old: Sequence[Part], new: Sequence[Part]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    free = {part.code: part for part in old}
    for is_kin in (_same_there, _same_words, _alike, _same_place):
        for part in new:
            kin = next((o for o in free.values() if is_kin(o, part)), None)
            if part.code not in found and kin is not None:
                found[part.code] = free.pop(kin.code)
    return found


def _same_there(old: Part, new: Part) -> bool:
    return old.code == new.code and old.html == new.html


def _same_words(old: Part, new: Part) -> bool:
    return old.html == new.html


def _alike(old: Part, new: Part) -> bool:
    """Longer words with a small change are the same option, wherever it stands."""
    first, second = plain_text(old.html)[:400], plain_text(new.html)[:400]
    if min(len(first), len(second)) < 12:
        return False
    return SequenceMatcher(None, first, second).ratio() >= MUCH_ALIKE


def _same_place(old: Part, new: Part) -> bool:
    return old.code == new.code
