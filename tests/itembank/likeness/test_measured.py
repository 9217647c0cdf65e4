"""Near-duplicates measured: made variants of the demo bank, hard negatives, paraphrases.

The threshold is chosen on one half of the items; the figures printed and held are of the other.
Run with `-s` to see them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from api.demo.bank_files import read_bank
from itembank.likeness.features import features_of
from itembank.likeness.measure import SHOWN, likeness
from tests.itembank.likeness.made_pairs import (
    CHANGES,
    Pair,
    Text,
    hard_negatives,
    other_mathematics,
    reordered,
    same_pairs,
)

PARAPHRASES = Path(__file__).with_name("paraphrases.txt")
LEAST_PRECISION, LEAST_RECALL, LEAST_PARAPHRASED = 0.90, 0.95, 0.6


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    found = [Text.of(entry.content) for entry in read_bank().items]
    random.Random(1).shuffle(found)
    return found


def _scored(texts: list[Text], seed: int) -> tuple[list[tuple[Pair, float]], list[float]]:
    rng = random.Random(seed)
    same = [(pair, pair.likeness) for pair in same_pairs(rng, texts)]
    return same, [pair.likeness for pair in hard_negatives(rng, texts)]


def _rates(same: Sequence[float], others: Sequence[float], threshold: float) -> tuple[float, float]:
    right = sum(value >= threshold for value in same)
    wrong = sum(value >= threshold for value in others)
    return right / len(same), right / max(1, right + wrong)


def _chosen(same: Sequence[float], others: Sequence[float]) -> float:
    """The highest threshold with the best sum of recall and precision."""
    return max((t / 100 for t in range(50, 100)), key=lambda t: (sum(_rates(same, others, t)), t))


def test_made_duplicates_are_found_among_hard_negatives(texts):
    half = len(texts) // 2
    learnt_same, learnt_others = _scored(texts[:half], 11)
    chosen = _chosen([value for _, value in learnt_same], learnt_others)
    same, others = _scored(texts[half:], 12)
    print(f"{len(same)} changed items, {len(others)} hard negatives, none of them used to choose")
    for threshold in (chosen, SHOWN):
        recall, precision = _rates([value for _, value in same], others, threshold)
        print(f"threshold {threshold:.2f}: recall {recall:.3f}, precision {precision:.3f}")
        assert recall >= LEAST_RECALL
        assert precision >= LEAST_PRECISION
    for change in CHANGES:
        values = [value for pair, value in same if pair.how == change.__name__]
        recall = sum(value >= SHOWN for value in values) / len(values)
        print(f"  {change.__name__}: recall {recall:.3f} of {len(values)}")
        assert recall >= LEAST_RECALL
    assert len(others) >= 500


def test_paraphrases_are_found():
    lines = [line for line in PARAPHRASES.read_text("utf-8").splitlines() if " || " in line]
    pairs = [line.split(" || ") for line in lines]
    found = sum(likeness(features_of(a), features_of(b)) >= SHOWN for a, b in pairs)
    print(f"paraphrases: recall {found / len(pairs):.3f} of {len(pairs)}")
    assert len(pairs) >= 60
    assert found / len(pairs) >= LEAST_PARAPHRASED


def test_likeness_is_symmetric_and_one_of_an_item_with_itself(texts):
    for one, other in pairwise(texts):
        a, b = one.features(), other.features()
        assert likeness(a, b) == likeness(b, a)
        assert likeness(a, a) == 1.0


def test_order_of_options_says_nothing_and_mathematics_does(texts):
    rng = random.Random(3)
    for text in texts[:60]:
        again = reordered(rng, text, "")
        assert likeness(text.features(), again.features()) == 1.0
        other = other_mathematics(rng, text)
        if other != text:
            assert likeness(text.features(), other.features()) < 1.0
