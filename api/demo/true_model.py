"""What is true of the demo cohort: item parameters, abilities, and a few deliberate flaws.

Kept beside the responses (`demo-truth.json`), so that anybody can see how near a calibration comes.
The flaws give the psychometrician's pages something to find: an item that can be guessed, one that
hardly discriminates, and a cluster where the weakest judge at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import psychometrics as pm
from itembank.items.content import ItemContent, TrueFalseCluster

LEVEL_DIFFICULTY = {"biet": -1.1, "hieu": -0.1, "van_dung": 0.9}
CLUSTER_EASE = 0.6  # statements can be judged right without the whole cluster
GUESSED_CHOICE, WEAK_CHOICE, RANDOM_CLUSTER = 7, 9, 3  # number within its kind
GUESSING = 0.3
WEAK_SLOPE = 0.33
RANDOM_BELOW = -1.0
GUESSED, WEAK, RANDOM = "guessed", "weak_slope", "weakest_at_random"


@dataclass(frozen=True, slots=True)
class TrueItem:
    """One place of the form as it really behaves. `flaw` is empty for most."""

    label: str
    estimate: pm.ItemEstimate
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class TrueCohort:
    """Abilities and the score categories drawn from them, (n_persons, n_items)."""

    items: tuple[TrueItem, ...]
    theta: NDArray[np.float64]
    categories: NDArray[np.int8]

    def as_document(self, numbers: Sequence[str], *, seed: int, form: str) -> dict[str, Any]:
        return {
            "form": form,
            "seed": seed,
            "note": "Simulated. D = 1; abilities drawn from N(0, 1).",
            "items": [_item_document(item) for item in self.items],
            "abilities": {
                number: round(float(theta), 6)
                for number, theta in zip(numbers, self.theta, strict=True)
            },
        }


def _item_document(item: TrueItem) -> dict[str, Any]:
    known = item.estimate
    difficulty = {"steps": list(known.steps)} if known.steps else {"b": known.b}
    return {"item": item.label, "model": known.model, "a": known.a, **difficulty, "flaw": item.flaw}


def draw_cohort(
    contents: Sequence[tuple[str, ItemContent]], size: int, rng: np.random.Generator
) -> TrueCohort:
    """Parameters for these items (label, content), abilities, and everybody's categories."""
    items = true_items(contents, rng)
    theta = rng.normal(size=size)
    drawn = pm.simulate_responses([item.estimate for item in items], theta, rng)
    categories = np.array(drawn.scores)
    for column, item in enumerate(items):
        _apply_flaw(item, categories[:, column], theta, rng)
    return TrueCohort(items, theta, categories)


def true_items(
    contents: Sequence[tuple[str, ItemContent]], rng: np.random.Generator
) -> tuple[TrueItem, ...]:
    seen: dict[str, int] = {}
    items = []
    for label, content in contents:
        seen[content.kind] = seen.get(content.kind, 0) + 1
        items.append(_item(label, content, seen[content.kind], rng))
    return tuple(items)


def _item(label: str, content: ItemContent, number: int, rng: np.random.Generator) -> TrueItem:
    centre = LEVEL_DIFFICULTY.get(content.level or "hieu", 0.0) + rng.normal(scale=0.35)
    part = content.interaction
    if isinstance(part, TrueFalseCluster):
        n = len(part.statements)
        steps = centre - CLUSTER_EASE + np.linspace(-1.2, 1.2, n) + rng.normal(scale=0.15, size=n)
        slope = float(np.exp(rng.normal(-0.25, 0.2)))
        flaw = RANDOM if number == RANDOM_CLUSTER else ""
        return TrueItem(label, pm.item_estimate(label, "gpcm", [slope, *steps.tolist()]), flaw)
    slope = float(np.exp(rng.normal(0.2, 0.25)))
    flaw = ""
    if content.kind == "choice" and number == WEAK_CHOICE:
        slope, flaw = WEAK_SLOPE, WEAK
    if content.kind == "choice" and number == GUESSED_CHOICE:
        centre, flaw = centre + 0.8, GUESSED
    return TrueItem(label, pm.item_estimate(label, "2pl", [slope, float(centre)]), flaw)


def _apply_flaw(
    item: TrueItem, column: NDArray[np.int8], theta: NDArray[np.float64], rng: np.random.Generator
) -> None:
    if item.flaw == GUESSED:
        column[rng.random(len(column)) < GUESSING] = 1
    if item.flaw == RANDOM:
        weakest = theta < RANDOM_BELOW
        column[weakest] = rng.binomial(item.estimate.n_categories - 1, 0.5, int(weakest.sum()))
