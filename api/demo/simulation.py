"""Simulated candidates: true parameters, abilities and what each would put on screen. Pure.

A category is drawn from the true model; then a response that earns just this category is chosen:
a distractor for a wrong option, a set of right statements for a cluster, a wrong number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from itembank.items.content import Choice, ItemContent, ShortAnswer, TrueFalseCluster
from psychometrics import ItemEstimate, item_estimate, simulate_responses

DIFFICULTY = {"biet": -1.1, "hieu": -0.1, "van_dung": 0.9}
CLUSTER_STEPS = (-1.3, -0.5, 0.4, 1.3)
LAST_SHARE = 0.25  # of the form's places, the part that slow candidates may leave empty
SLOW = 0.03
WRONG_NUMBERS = ("0", "1", "2", "10", "0,5", "-1", "12", "25", "100", "7")


@dataclass(frozen=True)
class Truth:
    """What the responses were drawn from, kept beside them."""

    seed: int
    items: list[dict[str, Any]]
    theta: list[float]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Simulated:
    truth: Truth
    responses: list[list[Any]]  # person x place; None = left empty


def true_items(contents: Sequence[ItemContent], rng: np.random.Generator) -> list[ItemEstimate]:
    """Parameters as teachers' levels suggest them, with scatter."""
    return [_true_item(f"{n}", content, rng) for n, content in enumerate(contents)]


def _true_item(name: str, content: ItemContent, rng: np.random.Generator) -> ItemEstimate:
    b = DIFFICULTY[content.level or "hieu"] + rng.normal(0, 0.45)
    if isinstance(content.interaction, TrueFalseCluster):
        a = float(rng.lognormal(-0.25, 0.2))
        n = len(content.interaction.statements)
        spread = np.interp(np.linspace(0, 1, n), np.linspace(0, 1, 4), CLUSTER_STEPS)
        steps = np.sort(b - 0.3 + spread + rng.normal(0, 0.15, n))
        return item_estimate(name, "gpcm", [a, *(float(step) for step in steps)])
    return item_estimate(name, "2pl", [float(rng.lognormal(0.15, 0.25)), float(b)])


def simulate(contents: Sequence[ItemContent], persons: int, seed: int) -> Simulated:
    rng = np.random.default_rng(seed)
    items = true_items(contents, rng)
    theta = rng.normal(0, 1, persons)
    drawn = simulate_responses(items, theta, rng).scores
    first_late = round(len(contents) * (1 - LAST_SHARE))
    slow = rng.random(persons) < SLOW
    responses = [
        [
            None
            if slow[p] and place >= first_late and rng.random() < 0.5
            else _response(content, int(drawn[p, place]), rng)
            for place, content in enumerate(contents)
        ]
        for p in range(persons)
    ]
    truth = Truth(seed, [asdict(item) for item in items], [float(t) for t in theta])
    return Simulated(truth, responses)


def _response(content: ItemContent, category: int, rng: np.random.Generator) -> Any:
    part = content.interaction
    match part:
        case Choice():
            wrong = [o.id for o in part.options if o.id != part.key]
            return part.key if category else wrong[_mostly_first(len(wrong), rng)]
        case TrueFalseCluster():
            return _statements(part, category, rng)
        case ShortAnswer():
            return part.keys[0] if category else _wrong_number(part, rng)
        case _:
            return None


def _mostly_first(n: int, rng: np.random.Generator) -> int:
    """Distractors are not equally tempting: the first of them takes half."""
    weights = np.array([0.5, *([0.5 / (n - 1)] * (n - 1))])
    return int(rng.choice(n, p=weights))


def _statements(part: TrueFalseCluster, category: int, rng: np.random.Generator) -> dict[str, bool]:
    """Exactly `category` statements right, the earlier (easier) ones more often."""
    n = len(part.statements)
    ease = np.linspace(2.0, 1.0, n)
    right = set(rng.choice(n, size=category, replace=False, p=ease / ease.sum()).tolist())
    return {s.id: bool(s.key) == (k in right) for k, s in enumerate(part.statements)}


def _wrong_number(part: ShortAnswer, rng: np.random.Generator) -> str:
    offered = [n for n in WRONG_NUMBERS if n not in part.keys and len(n) <= part.max_chars]
    return offered[int(rng.integers(len(offered)))]
