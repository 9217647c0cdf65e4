"""Matches counted by value of every facet: a fair sample first, then, of not too many, all."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Select, String, cast, func, literal, select, union_all

from ..finding import index
from .models import Item
from .search_query import FACETS, OFTEN, RANGES, Asked, Conditions, filters

CLEARLY_MORE = 13_000  # by the sample; its error there is a few per cent
_CODE, _TOTAL = "", "*"  # in place of a facet's name
STEPS = 4  # of a logit, when values are drawn


@dataclass(frozen=True, slots=True)
class Tally:
    """Matches counted by value of every facet, each as it is without its own choice."""

    total: int
    counts: Mapping[str, Counter[str]]
    spread: Mapping[str, Sequence[tuple[float, int]]]
    codes: Sequence[str] = ()

    def weighted(self, name: str) -> Counter[str]:
        """Of a sample: what the counts stand for."""
        return Counter({value: n * index.SAMPLE for value, n in self.counts[name].items()})


def sample_tally(asked: Asked) -> Tally:
    """The sample counted in one statement, each facet as it is without its own choice."""
    base = {**asked.base(sampled=True), "sample": Item.place < index.SAMPLED_BELOW}
    hits = _hits(base, [*FACETS, *RANGES])
    columns = {name: hits.c[name] for name in [*FACETS, *RANGES]}
    parts = [
        _part(hits, name).where(*filters(asked.query, columns, without=name).values())
        for name in columns
    ]
    everything = filters(asked.query, columns).values()
    parts.append(
        select(literal(_TOTAL), literal(""), func.count()).select_from(hits).where(*everything)
    )
    return _read(asked.db.execute(union_all(*parts)).all())


def exact_tally(asked: Asked, sample: Tally) -> Tally:
    """Everything counted, and the codes of the matches, from one reading of the bank."""
    free, names = countable(asked, sample), [*FACETS, *RANGES]
    hits = _hits(asked.around(free), names)
    columns = {name: hits.c[name] for name in names if name in free}
    parts: list[Any] = [
        _part(hits, name).where(*filters(asked.query, columns, without=name).values())
        for name in names
    ]
    met = filters(asked.query, columns).values()
    parts.append(select(literal(_CODE), hits.c.code, literal(1)).where(*met))
    return _read(asked.db.execute(union_all(*parts)).all())


def _hits(conditions: Conditions, names: Sequence[str]) -> CTE:
    columns = [({**FACETS, **RANGES})[name].label(name) for name in names]
    return select(*columns, Item.code.label("code")).where(*conditions.values()).cte("hits")


def _part(hits: CTE, name: str) -> Select[str, str, int]:
    column: Any = hits.c[name]
    if name in RANGES:
        column = func.round(column * STEPS)
    return select(literal(name), cast(column, String), func.count()).group_by(column)


def _read(lines: Sequence[Any]) -> Tally:
    counts: dict[str, Counter[str]] = {name: Counter() for name in [*FACETS, *RANGES]}
    totals = [n for name, _, n in lines if name == _TOTAL]
    for name, value, n in lines:
        if name in counts:
            counts[name][_as_value(name, value)] += n
    return Tally(
        total=sum(totals),
        counts=counts,
        spread={
            name: [(int(float(v)) / STEPS, n) for v, n in counts[name].items() if v]
            for name in RANGES
        },
        codes=[value for name, value, _ in lines if name == _CODE],
    )


def chosen_facets(asked: Asked) -> list[str]:
    return [name for name in FACETS if asked.query.chosen.get(name)]


def countable(asked: Asked, sample: Tally) -> frozenset[str]:
    """The chosen facets that would not let clearly more through without their choice."""
    few = CLEARLY_MORE // index.SAMPLE
    return frozenset(name for name in chosen_facets(asked) if sample.counts[name].total() <= few)


def _as_value(name: str, value: str | None) -> str:
    """The value as addresses have it, whatever the database makes of it as text."""
    if value is None:
        return ""
    if name == "exposure":
        return str(min(int(value), OFTEN))
    if name == "flagged":
        return "1" if value in ("1", "true") else ""
    return str(uuid.UUID(value)) if name == "unit" else value
