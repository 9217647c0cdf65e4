"""Score rules: (what the author fixed, what the candidate gave) -> category and points.

Pure, in Decimal. A rule has a version; a stored score names the version that gave it. The
category (what calibration sees) and the points (what the report shows) are two different things:
a cluster has categories 0-4 but is worth 0 / 0.1 / 0.25 / 0.5 / 1 (vn-exam-facts §2.1, QĐ 764).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..items.composite import Composite
from ..items.content import (
    Choice,
    Essay,
    Interaction,
    ItemContent,
    ShortAnswer,
    TrueFalseCluster,
    source_of,
)
from ..items.interactions import QtiSource
from ..items.numbers import is_one_of
from . import by_source, further_kinds

RULE_VERSION = "2026.1"
ZERO = Decimal("0")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one item is worth in a form: points per category, index = category."""

    table: tuple[Decimal, ...]

    @property
    def maximum(self) -> Decimal:
        return self.table[-1]


@dataclass(frozen=True, slots=True)
class ItemScore:
    """`category` is None when a person must mark the response (essay)."""

    category: int | None
    points: Decimal | None
    answered: bool
    rule: str = RULE_VERSION


def categories(content: ItemContent) -> int:
    """Number of score categories, counting 0."""
    source = _scoring_source(content)
    if source is not None:
        return max(2, len(source.levels))
    part = content.interaction
    if isinstance(part, further_kinds.FURTHER):
        return further_kinds.categories(part)
    return len(part.statements) + 1 if isinstance(part, TrueFalseCluster) else 2


@lru_cache(maxsize=4_000)
def _scoring_source(content: ItemContent) -> QtiSource | None:
    """The imported processing, where it is that which scores the item."""
    if content.qti is None or not content.qti.scores:
        return None
    return source_of(content)


def score(content: ItemContent, response: Any, weight: Weight) -> ItemScore:
    """Score one response; None or an empty response is an omission and earns category 0."""
    part = content.interaction
    source = _scoring_source(content)
    if isinstance(part, Essay) or _is_for_people(part, source):
        return ItemScore(None, None, answered(content, response))
    if source is not None:
        category = by_source.category(content, source, response)
    elif isinstance(part, further_kinds.FURTHER):
        category = further_kinds.category(part, response)
    elif isinstance(part, Choice):
        category = int(response is not None and response == part.key)
    elif isinstance(part, TrueFalseCluster):
        category = _cluster(part, response)
    else:
        category = int(_short(part, response))
    return ItemScore(category, weight.table[category], answered(content, response))


def _is_for_people(part: Interaction, source: QtiSource | None) -> bool:
    """Whether every place of a composite item needs a person."""
    return isinstance(part, Composite) and source is None and not part.scored_places


def answered(content: ItemContent, response: Any) -> bool:
    if isinstance(response, dict):
        if isinstance(content.interaction, Essay):
            return bool(str(response.get("text", "")).strip())
        if isinstance(content.interaction, further_kinds.FURTHER):
            return further_kinds.answered(response)
        return any(isinstance(value, bool) for value in response.values())
    if isinstance(response, list):
        return bool(response)
    return isinstance(response, str) and bool(response.strip())


def _cluster(part: TrueFalseCluster, response: Any) -> int:
    given = response if isinstance(response, dict) else {}
    return sum(isinstance(given.get(s.id), bool) and given[s.id] == s.key for s in part.statements)


def _short(part: ShortAnswer, response: Any) -> bool:
    return isinstance(response, str) and is_one_of(response, part.keys, tolerance=part.tolerance)


class UnfitResponse(ValueError):
    """The value is not one this interaction can take."""


def check_value(content: ItemContent, value: Any) -> None:
    """Refuse a value that no control of the player could have produced."""
    part = content.interaction
    if value is None:
        return
    match part:
        case Choice():
            fits = isinstance(value, str) and value in {o.id for o in part.options}
        case TrueFalseCluster():
            known = {s.id for s in part.statements}
            fits = isinstance(value, dict) and all(
                k in known and isinstance(v, bool) for k, v in value.items()
            )
        case ShortAnswer():
            fits = isinstance(value, str) and len(value) <= part.max_chars
        case Essay():
            text = value.get("text") if isinstance(value, dict) and set(value) == {"text"} else None
            fits = isinstance(text, str) and len(text) <= 60_000
        case _:
            fits = further_kinds.fits(part, value)
    if not fits:
        raise UnfitResponse(content.kind)
