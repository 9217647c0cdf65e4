"""Two copies of facts become one: set union by key. Pure.

The same key with the same content is the same fact; with other content nothing of the file is
taken, and the places are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from delivery.packages.fact_tables import FactTable
from delivery.packages.rows import Row, key_of

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Clash:
    """A fact of which two copies tell different things."""

    table: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Union:
    """What has to be written so that both copies are in the database."""

    fresh: tuple[Row, ...]
    changed: tuple[Row, ...]  # known rows with what the other copy adds
    known: int
    clashes: tuple[Clash, ...]


def union(fact: FactTable, here: Mapping[tuple[Any, ...], Row], came: Sequence[Row]) -> Union:
    """`here` is what is known already, by key, as plain data."""
    fresh, changed, clashes = [], [], []
    for row in came:
        key = key_of(fact.table, row)
        known = here.get(key)
        if known is None:
            fresh.append(row)
            continue
        merged = {name: _one(fact, name, known.get(name), row[name]) for name in row}
        different = tuple(name for name in row if merged[name] is _CLASH)
        if different:
            clashes.append(Clash(fact.name, "/".join(map(str, key)), different))
        elif any(merged[name] != known.get(name) for name in row):
            changed.append(merged)
    return Union(tuple(fresh), tuple(changed), len(came) - len(fresh), tuple(clashes))


_CLASH: Any = object()


def _one(fact: FactTable, name: str, here: Any, came: Any) -> Any:
    """The value both copies agree on, or `_CLASH`."""
    if here == came or name in fact.planned:
        return here
    if name in fact.staged:
        return max(here, came, key=fact.staged[name].index)
    empty = (None, "")
    if name in fact.filled | fact.newest and (here in empty or came in empty):
        return came if here in empty else here
    return max(here, came) if name in fact.newest else _CLASH
