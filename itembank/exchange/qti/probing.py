"""Whether the bank's own rule scores as the item's processing does: tried, not guessed.

The item's processing is run on responses that tell rules apart (nothing, the key, the key with one
thing wrong, every option, every subset of a few). Where each category of our rule always comes with
one score, and a higher category with a higher score, our rule is the author's rule and those scores
are its points. Anywhere else the item keeps being scored by its own processing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise, product
from typing import Any

from ...items.composite import Composite
from ...items.content import (
    Choice,
    Essay,
    ItemContent,
    ShortAnswer,
    Statement,
    TrueFalseCluster,
)
from ...items.further_checks import sides
from ...items.interactions import (
    Cloze,
    Gap,
    GapMatch,
    Hotspot,
    Hottext,
    Match,
    MultipleChoice,
    Order,
    QtiSource,
)
from ...scoring.by_source import qti_responses, qti_score, source_item
from ...scoring.qti.item_session import is_given_by_candidates
from ...scoring.rules import Weight, categories, score
from .probing_places import place_responses
from .probing_texts import WRONG_NUMBER, written_otherwise, wrong_for

SMALL = 8  # up to so many options every subset is tried
MANY = 250  # subsets tried of more


@dataclass(frozen=True, slots=True)
class Comparison:
    """`points` by category where our rule agrees; `seen` are all scores met."""

    points: tuple[Decimal, ...] | None
    seen: tuple[Decimal, ...]


def compare(content: ItemContent, source: QtiSource) -> Comparison:
    """Our rule against the processing of the source. Raises ProcessingError as the source does."""
    found: dict[int, set[Decimal]] = {}
    weight = Weight((Decimal(0),) * categories(content))
    for response in probes(content, numbers=_has_numbers(source)):
        got = qti_score(source, qti_responses(content, source, response))
        category = score(content, response, weight).category
        found.setdefault(category or 0, set()).add(got)
    seen = tuple(sorted(set().union(*found.values()))) if found else ()
    return Comparison(_points(found, categories(content)), seen)


def _points(found: dict[int, set[Decimal]], count: int) -> tuple[Decimal, ...] | None:
    if set(found) != set(range(count)) or any(len(scores) != 1 for scores in found.values()):
        return None
    points = tuple(next(iter(found[category])) for category in range(count))
    rising = all(low < high for low, high in pairwise(points))
    return points if rising and points[0] == 0 else None


def _has_numbers(source: QtiSource) -> bool:
    """Whether something typed is read as a number."""
    declared = source_item(source.xml).variables.values()
    return any(is_given_by_candidates(v) and v.type in {"float", "integer"} for v in declared)


def probes(content: ItemContent, *, numbers: bool = False) -> Iterator[Any]:
    """Responses that tell scoring rules apart, the empty one first.

    `numbers`: what is typed is read as a number, so its other writings and neighbours count.
    """
    yield None
    part = content.interaction
    match part:
        case Choice():
            yield from (option.id for option in part.options)
        case TrueFalseCluster():
            yield from _judgements(part.statements)
        case ShortAnswer():
            yield from (*part.keys, WRONG_NUMBER)
            for key in part.keys if numbers else ():
                yield from written_otherwise(key, is_number=True)
        case MultipleChoice():
            yield from _subsets([option.id for option in part.options], part.keys)
        case Hotspot():
            yield from _subsets([area.id for area in part.areas], part.keys)
        case Hottext():
            yield from _subsets(part.words, part.keys)
        case Order():
            yield from _orders(part.keys)
        case Match() | GapMatch():
            yield from _pairings(part)
        case Cloze():
            yield from _fillings(part.gaps, numbers)
        case Composite():
            yield from place_responses(part, numbers=numbers)
        case Essay():
            return


def _judgements(statements: Sequence[Statement]) -> Iterator[dict[str, bool]]:
    for values in product((None, True, False), repeat=min(len(statements), 5)):
        yield {s.id: v for s, v in zip(statements, values, strict=False) if v is not None}


def _subsets(names: Sequence[str], keys: Sequence[str]) -> Iterator[list[str]]:
    if len(names) <= SMALL:
        sizes = range(1, len(names) + 1)
        yield from (list(some) for size in sizes for some in combinations(names, size))
        return
    yield from _some_subsets(names)
    yield from ([name] for name in names)
    yield list(keys)
    yield list(names)
    yield from ([key for key in keys if key != gone] for gone in keys)
    yield from ([*keys, name] for name in names if name not in keys)


def _some_subsets(names: Sequence[str]) -> Iterator[list[str]]:
    """Enough of the many, the same at every import, for sums of a mapping to show."""
    chosen = random.Random(len(names))
    for _ in range(MANY):
        yield [name for name in names if chosen.random() < 0.5]


def _orders(keys: Sequence[str]) -> Iterator[list[str]]:
    yield list(keys)
    yield list(reversed(keys))
    for place in range(len(keys) - 1):
        swapped = list(keys)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        yield swapped


def _pairings(part: Match | GapMatch) -> Iterator[list[str]]:
    key = [f"{link.left} {link.right}" for link in part.keys]
    yield key
    lefts, rights = sides(part)
    every = sorted(f"{left} {right}" for left in lefts for right in rights)
    wrong = [pair for pair in every if pair not in key]
    yield from ([pair] for pair in key)
    yield from ([pair] for pair in wrong[:40])
    yield from (key[:place] + key[place + 1 :] for place in range(len(key)))
    for place, pair in enumerate(key):
        others = [w for w in wrong if w.split()[0] == pair.split()[0]]
        yield from ([*key[:place], other, *key[place + 1 :]] for other in others[:3])
    for size in range(2, min(len(key), SMALL)):
        yield from (list(some) for some in combinations(key[:SMALL], size))


def _fillings(gaps: Sequence[Gap], numbers: bool) -> Iterator[dict[str, str]]:
    right = {gap.id: gap.keys[0] for gap in gaps if gap.keys}
    wrong = {gap.id: _wrong(gap) for gap in gaps}
    yield right
    yield wrong
    for gap in gaps:
        yield {gap.id: right.get(gap.id, "")}
        yield right | {gap.id: wrong[gap.id]}
        yield from (right | {gap.id: key} for key in gap.keys[1:])
        if not gap.options:
            for key in gap.keys[:2]:
                others = written_otherwise(key, is_number=numbers)
                yield from (right | {gap.id: other} for other in others)
        yield from (right | {gap.id: option.id} for option in gap.options)
    if len(gaps) <= SMALL:
        for some in product((True, False), repeat=len(gaps)):
            chosen = zip(gaps, some, strict=True)
            yield {g.id: right.get(g.id, "") if good else wrong[g.id] for g, good in chosen}


def _wrong(gap: Gap) -> str:
    if not gap.options:
        return wrong_for(gap.keys)
    return next((o.id for o in gap.options if o.id not in gap.keys), "")
