"""From a score category to a response a candidate could really have given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from itembank.items.content import Choice, Essay, ItemContent, ShortAnswer, TrueFalseCluster
from itembank.items.numbers import parse_vn_number

OMITTED_WHEN_WRONG = 0.06
OMITTED_STATEMENT = 0.08
SLOW_SHARE, MOST_NOT_REACHED = 0.06, 3
CHANGES_MIND = 0.08


def respond(
    contents: Sequence[ItemContent], categories: Sequence[int], rng: np.random.Generator
) -> list[Any]:
    """One response an item, None where it was left open; a few run out of time at the end."""
    values = [
        response_for(content, int(category), rng)
        for content, category in zip(contents, categories, strict=True)
    ]
    if rng.random() < SLOW_SHARE:
        last = int(rng.integers(1, MOST_NOT_REACHED + 1))
        values[-last:] = [None] * last
    return values


def response_for(content: ItemContent, category: int, rng: np.random.Generator) -> Any:
    """A response that the item's own key scores as this category."""
    part = content.interaction
    if isinstance(part, TrueFalseCluster):
        return _judgements(part, category, rng)
    if isinstance(part, Essay):
        return {"text": "Bài viết mô phỏng."}
    if category == 0 and rng.random() < OMITTED_WHEN_WRONG:
        return None
    if isinstance(part, Choice):
        return part.key if category else _distractor(part, rng)
    if not isinstance(part, ShortAnswer):
        raise ValueError(f"the demonstration holds no items of kind {content.kind}")
    return part.keys[0] if category else _wrong_number(part, rng)


def _distractor(part: Choice, rng: np.random.Generator) -> str:
    """The first distractors draw more: authors put the commonest slip first."""
    wrong = [option.id for option in part.options if option.id != part.key]
    pull = np.array([1.0 / (1 + i) for i in range(len(wrong))])
    return str(rng.choice(wrong, p=pull / pull.sum()))


def _judgements(
    part: TrueFalseCluster, category: int, rng: np.random.Generator
) -> dict[str, bool] | None:
    """Earlier statements are easier, so they are the likelier ones to be right."""
    n = len(part.statements)
    pull = np.array([1.0 / (1 + 0.5 * i) for i in range(n)])
    right = set(rng.choice(n, size=category, replace=False, p=pull / pull.sum()).tolist())
    given: dict[str, bool] = {}
    for i, statement in enumerate(part.statements):
        if i in right:
            given[statement.id] = bool(statement.key)
        elif rng.random() >= OMITTED_STATEMENT:
            given[statement.id] = not statement.key
    return given or None


def _wrong_number(part: ShortAnswer, rng: np.random.Generator) -> str:
    """A slip near the key: the sign, a decimal place, one too many."""
    right = {parse_vn_number(key) for key in part.keys}
    key = parse_vn_number(part.keys[0])
    assert key is not None, "keys were checked before approval"
    slips = [-key, key * 10, key / 10, key + 1, key - 1, key * 2, key / 2, key - key]
    texts = [format(slip.normalize(), "f").replace(".", ",") for slip in slips]
    fitting = [
        text for text in texts if len(text) <= part.max_chars and parse_vn_number(text) not in right
    ]
    return str(rng.choice(fitting or ["7"]))
