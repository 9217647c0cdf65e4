"""Pools for the tests of adaptive testing, each made from a seed."""

import numpy as np
import pytest

from psychometrics.adaptive import StimulusSet, item_pool
from psychometrics.adaptive.assembly import AmountSum, CategoryCount, TestLength
from psychometrics.results import item_estimate


def three_pl(n, rng):
    return [
        item_estimate(
            f"I{i}", "3pl", [rng.lognormal(0.1, 0.3), rng.normal(0.0, 1.1), rng.beta(5, 17)]
        )
        for i in range(n)
    ]


def make_pool(n=300, seed=1, *, n_enemies=30, stimuli=0):
    """3PL items, six content areas, three levels, words and seconds; stimuli of five items."""
    rng = np.random.default_rng(seed)
    items = three_pl(n, rng)
    labels = [item.item for item in items]
    sets = [StimulusSet(f"S{k}", tuple(labels[5 * k : 5 * k + 5]), 3, 4) for k in range(stimuli)]
    alone = labels[5 * stimuli :]
    return item_pool(
        items,
        categories={
            "content": [f"C{k}" for k in rng.integers(0, 6, n)],
            "level": [f"L{k}" for k in rng.integers(0, 3, n)],
        },
        amounts={"words": rng.integers(20, 120, n), "seconds": rng.gamma(9.0, 8.0, n)},
        enemies=[list(rng.choice(alone, 3, replace=False)) for _ in range(n_enemies)],
        stimuli=sets,
    )


def make_table(length=22):
    return (
        TestLength(length, length),
        *(CategoryCount("content", f"C{k}", 3, 5) for k in range(6)),
        *(CategoryCount("level", f"L{k}", 6, 9) for k in range(3)),
        AmountSum("words", 1200, 1500),
        AmountSum("seconds", 1400, 1650),
    )


@pytest.fixture(scope="session")
def pool():
    return make_pool()


@pytest.fixture(scope="session")
def table():
    return make_table()


@pytest.fixture(scope="session")
def mixed_pool():
    """Dichotomous and polytomous items side by side."""
    rng = np.random.default_rng(7)
    items = three_pl(20, rng)
    items += [
        item_estimate(f"G{i}", "gpcm", [rng.lognormal(0, 0.2), *np.sort(rng.normal(size=3))])
        for i in range(10)
    ]
    items += [
        item_estimate(f"R{i}", "grm", [rng.lognormal(0, 0.2), *np.sort(rng.normal(size=4))])
        for i in range(10)
    ]
    items += [
        item_estimate(f"T{i}", "2pl", [1.3, rng.normal()], first_category=1) for i in range(5)
    ]
    return item_pool(items)
