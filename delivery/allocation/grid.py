"""Seats of a room as a grid, and forms spread over it so that neighbours differ. Pure.

A seat's neighbours are the (up to) eight around it: the king's graph of the chessboard. Row by row a
seat has at most four neighbours that have a form already, so with five forms there is always one
left, and the least used is taken. With exactly four the parities of row and column decide: seats of
the same parities are never neighbours.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Form = TypeVar("Form")
Place = tuple[int, int]  # row, column, from 0
FOUR = 4  # forms that suffice


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows of so many seats, numbered from 1 row by row."""

    rows: int
    columns: int
    is_snake: bool = False  # every second row is numbered from the other side

    @property
    def size(self) -> int:
        return self.rows * self.columns

    def place_of(self, seat: int) -> Place | None:
        """Where this seat number stands; None where the plan has no such seat."""
        if not 1 <= seat <= self.size:
            return None
        row, column = divmod(seat - 1, self.columns)
        if self.is_snake and row % 2:
            column = self.columns - 1 - column
        return row, column


def are_neighbours(one: Place, other: Place) -> bool:
    return one != other and abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) <= 1


def spread(places: Sequence[Place], forms: Sequence[Form], rng: random.Random) -> dict[Place, Form]:
    """A form for every place. With four or more no two neighbours share one.

    With two forms people side by side and behind one another differ, with three the diagonals of one
    direction still meet. The order of the forms is drawn by `rng`.
    """
    if not forms:
        raise ValueError("a sitting has at least one form")
    drawn = list(forms)
    rng.shuffle(drawn)
    given: dict[Place, Form] = {}
    used: Counter[Form] = Counter()
    for place in sorted(places):
        form = min(_choices(place, drawn, given), key=lambda form: used[form])
        used[form] += 1
        given[place] = form
    return given


def _choices(place: Place, forms: Sequence[Form], given: Mapping[Place, Form]) -> Sequence[Form]:
    row, column = place
    if len(forms) > FOUR:
        before = ((row, column - 1), *((row - 1, column + step) for step in (-1, 0, 1)))
        taken = {given[there] for there in before if there in given}
        return [form for form in forms if form not in taken]
    patterns = {1: 0, 2: row + column, 3: 2 * row + column, FOUR: 2 * (row % 2) + column % 2}
    return [forms[patterns[len(forms)] % len(forms)]]


def shared_by_neighbours(given: Mapping[Place, Form]) -> list[tuple[Place, Place]]:
    """Pairs of neighbours with the same form: what an arrangement is judged by."""
    pairs = []
    for row, column in given:
        for there in ((row, column + 1), (row + 1, column - 1), (row + 1, column),
                      (row + 1, column + 1)):  # fmt: skip
            if there in given and given[there] == given[row, column]:
                pairs.append(((row, column), there))
    return pairs


def spiral(n: int, forms: Sequence[Form], start: int = 0) -> list[Form]:
    """Forms in turn, on and on: any run of candidates has every form as often, give or take one."""
    if not forms:
        raise ValueError("a sitting has at least one form")
    return [forms[(start + i) % len(forms)] for i in range(n)]
