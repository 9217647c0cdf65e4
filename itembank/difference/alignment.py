"""Which stretches of two sequences are the same. Bounded: a few hundred edits are found exactly,
whatever the length; a stretch that needs more than that counts as replaced.

Things that occur once on both sides hold the sequences together (Cohen's patience); what lies
between them is aligned by the shortest list of edits (Myers 1986, Algorithmica 1, 251-266).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

MOST_EDITS = 250

Pairs = Iterator[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """`old[a:b]` became `new[c:d]`; where `is_same`, they are equal one by one."""

    is_same: bool
    a: int
    b: int
    c: int
    d: int


@dataclass(frozen=True, slots=True)
class _Box:
    """The part of both sequences that is looked at: `old[a:b]` and `new[c:d]`."""

    old: Sequence[Hashable]
    new: Sequence[Hashable]
    a: int
    b: int
    c: int
    d: int

    def part(self, a: int, b: int, c: int, d: int) -> _Box:
        return _Box(self.old, self.new, a, b, c, d)


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Stretch]:
    """Stretches that cover both sequences in order, the same and the replaced in turn."""
    found: list[Stretch] = []
    i = j = 0
    for a, c, length in _runs(_pairs(_Box(old, new, 0, len(old), 0, len(new)))):
        if (i, j) != (a, c):
            found.append(Stretch(False, i, a, j, c))
        i, j = a + length, c + length
        found.append(Stretch(True, a, i, c, j))
    if (i, j) != (len(old), len(new)):
        found.append(Stretch(False, i, len(old), j, len(new)))
    return found


def _runs(pairs: Pairs) -> Iterator[tuple[int, int, int]]:
    """Pairs that follow each other on both sides, as start, start, length."""
    a = c = length = 0
    for i, j in pairs:
        if length and (i, j) == (a + length, c + length):
            length += 1
            continue
        if length:
            yield a, c, length
        a, c, length = i, j, 1
    if length:
        yield a, c, length


def _pairs(box: _Box) -> Pairs:
    """Indices of equal things, rising on both sides."""
    old, new, a, b, c, d = box.old, box.new, box.a, box.b, box.c, box.d
    while a < b and c < d and old[a] == new[c]:
        yield a, c
        a, c = a + 1, c + 1
    tail = 0
    while a < b - tail and c < d - tail and old[b - 1 - tail] == new[d - 1 - tail]:
        tail += 1
    b, d = b - tail, d - tail
    if a < b and c < d:
        yield from _inside(box.part(a, b, c, d))
    yield from ((b + k, d + k) for k in range(tail))


def _inside(box: _Box) -> Pairs:
    anchors = _anchors(box)
    if not anchors:
        yield from _shortest(box)
        return
    a, c = box.a, box.c
    for at, to in anchors:
        yield from _pairs(box.part(a, at, c, to))
        yield at, to
        a, c = at + 1, to + 1
    yield from _pairs(box.part(a, box.b, c, box.d))


def _anchors(box: _Box) -> list[tuple[int, int]]:
    """Things that occur once on both sides, as many as keep their order."""
    in_old, in_new = Counter(box.old[box.a : box.b]), Counter(box.new[box.c : box.d])
    place = {box.new[j]: j for j in range(box.c, box.d) if in_new[box.new[j]] == 1}
    found = [
        (i, place[box.old[i]])
        for i in range(box.a, box.b)
        if in_old[box.old[i]] == 1 and box.old[i] in place
    ]
    return _longest_rising(found)


def _longest_rising(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    ends: list[int] = []  # the smallest last value of a rising run of each length
    last: list[int] = []  # where in `found` it stands
    before: list[int | None] = []
    for index, (_, value) in enumerate(found):
        length = bisect_left(ends, value)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1] = [value]
        last[length : length + 1] = [index]
    run: list[tuple[int, int]] = []
    at = last[-1] if last else None
    while at is not None:
        run.append(found[at])
        at = before[at]
    return run[::-1]


def _shortest(box: _Box) -> Pairs:
    """Myers' greedy search; nothing is paired where more than MOST_EDITS would be needed."""
    width, height = box.b - box.a, box.d - box.c
    furthest = {1: 0}  # by diagonal, how far into `old`
    trail: list[dict[int, int]] = []
    for edits in range(min(MOST_EDITS, width + height) + 1):
        trail.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            x = _entered(furthest, diagonal, edits)
            y = x - diagonal
            while x < width and y < height and box.old[box.a + x] == box.new[box.c + y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= width and y >= height:
                yield from ((box.a + i, box.c + j) for i, j in _walk_back(trail, width, height))
                return


def _comes_from_above(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether the step onto this diagonal takes in something new, rather than drops something."""
    if abs(diagonal) == edits:
        return diagonal == -edits
    return furthest[diagonal - 1] < furthest[diagonal + 1]


def _entered(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    if _comes_from_above(furthest, diagonal, edits):
        return furthest[diagonal + 1]
    return furthest[diagonal - 1] + 1


def _walk_back(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for edits in range(len(trail) - 1, -1, -1):
        furthest, diagonal = trail[edits], x - y
        came = diagonal + (1 if _comes_from_above(furthest, diagonal, edits) else -1)
        x_before = furthest[came]
        y_before = x_before - came
        while x > x_before and y > y_before:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = x_before, y_before
    return found[::-1]
