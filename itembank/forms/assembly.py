"""Choosing items for a structure's cells: deterministic by seed, spread over topics. Pure."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal

from ..errors import Message, Problem, msg, problem
from ..items.content import LEVEL_NAMES
from .structures import Cell, ExamStructure, Part

LEVEL_ORDER = {level: rank for rank, level in enumerate(LEVEL_NAMES)}
ANY_LEVEL = "Mọi cấp độ"


@dataclass(frozen=True, slots=True)
class Usable:
    """An approved item as far as choosing needs to know it."""

    item_id: uuid.UUID
    version_hash: str
    kind: str
    level: str | None
    topic: str
    n_categories: int
    times_used: int = 0
    stimulus: str | None = None
    rubric_points: Decimal | None = None  # the most an essay's rubric gives

    def suits(self, part: Part) -> bool:
        """Same kind, and worth what the part is worth."""
        if self.kind != part.kind:
            return False
        if part.kind == "essay":
            return self.rubric_points == part.weights[-1]
        return self.n_categories == len(part.weights)

    def fits(self, part: Part, cell: Cell) -> bool:
        return self.suits(part) and cell.level in (None, self.level)


Enemies = Mapping[uuid.UUID, Set[uuid.UUID]]  # item -> those it must not meet in one form
Preference = Callable[[Usable], tuple[int, int, int, float]]


@dataclass(frozen=True, slots=True)
class Chosen:
    part: Part
    number: int
    usable: Usable


@dataclass(frozen=True, slots=True)
class Shortage:
    """A cell the bank cannot fill."""

    part: Part
    cell: Cell
    available: int

    def as_problem(self) -> Problem:
        return problem(
            cell_name(self.part, self.cell),
            msg(
                "Cần {needed} câu, ngân hàng có {available}: thiếu {short} câu.",
                needed=self.cell.count,
                available=self.available,
                short=self.cell.count - self.available,
            ),
        )


def cell_name(part: Part, cell: Cell) -> Message:
    level = Message(LEVEL_NAMES[cell.level] if cell.level else ANY_LEVEL)
    return msg("Phần {part} · {level}", part=part.code, level=level)


@dataclass
class _Draw:
    """The state of one filling: what is left, which topics have been taken how often."""

    pool: list[Usable]
    rng: random.Random
    enemies: Enemies
    topics: Counter[str] = field(default_factory=Counter)

    def take(self, part: Part, cell: Cell, most: int) -> list[Usable]:
        """Up to so many items of this cell, the least used and least met topics first."""
        taken: list[Usable] = []
        while len(taken) < most and (fitting := self.fitting(part, cell)):
            best = min(fitting, key=self._preference(fitting, cell))
            self.place(best)
            taken.append(best)
        return taken

    def place(self, one: Usable) -> None:
        """It stands in the form: neither it nor what it must not meet can be taken any more."""
        self.pool = [u for u in self.pool if u.item_id != one.item_id and not self._apart(u, one)]
        self.topics[one.topic] += 1

    def _apart(self, one: Usable, other: Usable) -> bool:
        return one.item_id in self.enemies.get(other.item_id, ())

    def fitting(self, part: Part, cell: Cell) -> list[Usable]:
        return [usable for usable in self.pool if usable.fits(part, cell)]

    def _preference(self, fitting: Sequence[Usable], cell: Cell) -> Preference:
        """Unused before used; where any level may stand, the level the bank has most of."""
        stock = Counter((u.level, u.times_used) for u in fitting if cell.level is None)
        luck = {u.item_id: self.rng.random() for u in fitting}

        def key(usable: Usable) -> tuple[int, int, int, float]:
            plenty = stock[usable.level, usable.times_used]
            return usable.times_used, -plenty, self.topics[usable.topic], luck[usable.item_id]

        return key


@dataclass(frozen=True, slots=True)
class CellStock:
    """What a cell needs and how many items of the bank could stand there."""

    part: Part
    cell: Cell
    available: int


def stock(structure: ExamStructure, pool: Sequence[Usable]) -> list[CellStock]:
    return [
        CellStock(part, cell, sum(usable.fits(part, cell) for usable in pool))
        for part in structure.parts
        for cell in part.cells
    ]


def fill(
    structure: ExamStructure,
    pool: Iterable[Usable],
    seed: int,
    enemies: Enemies | None = None,
    kept: Mapping[str, Sequence[Usable]] | None = None,
) -> tuple[list[Chosen], list[Shortage]]:
    """Items for every cell, or the cells that fall short (then nothing is to be used).

    Cells that name a level are served before those that accept any. Of two enemies (symmetric)
    only one is taken. What is `kept`, by part, stands first wherever a cell is open to it.
    """
    draw = _Draw(sorted(pool, key=lambda u: str(u.item_id)), random.Random(seed), enemies or {})
    waiting = {code: list(there) for code, there in (kept or {}).items()}
    for there in waiting.values():
        for one in there:
            draw.place(one)
    taken: dict[str, list[Usable]] = {part.code: [] for part in structure.parts}
    short: list[Shortage] = []
    cells = [(part, cell) for part in structure.parts for cell in part.cells]
    for part, cell in sorted(cells, key=lambda pair: pair[1].level is None):
        found = [u for u in waiting.get(part.code, []) if u.fits(part, cell)][: cell.count]
        waiting[part.code] = [u for u in waiting.get(part.code, []) if u not in found]
        found += draw.take(part, cell, cell.count - len(found))
        taken[part.code] += found
        if len(found) < cell.count:
            short.append(Shortage(part, cell, len(found)))
    chosen = [c for part in structure.parts for c in _numbered(part, taken[part.code], draw.rng)]
    return chosen, sorted(short, key=lambda s: cells.index((s.part, s.cell)))


def has_room(part: Part, level: str | None, placed: Mapping[str | None, int]) -> bool:
    """Is a cell open to an item of this level, when so many of each level stand in the part?

    Cells that name the level are filled first; what they do not hold sits where any may stand.
    """
    named: Counter[str | None] = Counter()
    for cell in part.cells:
        named[cell.level] += cell.count
    beyond = sum(max(0, n - named[at]) if at else n for at, n in placed.items())
    in_own = level is not None and placed.get(level, 0) < named[level]
    return sum(placed.values()) < part.count and (in_own or beyond < named[None])


def _numbered(part: Part, taken: Sequence[Usable], rng: random.Random) -> list[Chosen]:
    """From easy to hard as papers are printed; items of one stimulus stay side by side."""
    luck = {u.item_id: rng.random() for u in taken}
    starts: dict[str, int] = {}
    for u in taken:
        group = u.stimulus or str(u.item_id)
        starts[group] = min(starts.get(group, len(LEVEL_ORDER)), _rank(u))

    def key(u: Usable) -> tuple[int, str, int, float]:
        group = u.stimulus or str(u.item_id)
        return starts[group], u.stimulus or "", _rank(u), luck[u.item_id]

    return [Chosen(part, i, u) for i, u in enumerate(sorted(taken, key=key), start=1)]


def _rank(usable: Usable) -> int:
    return LEVEL_ORDER.get(usable.level or "", len(LEVEL_ORDER))
