"""The examples on the pages of correlated dimensions and of testlets run as they stand."""

import re
from pathlib import Path

import numpy as np
import pytest

from psychometrics import item_estimate
from psychometrics.multidimensional import (
    bifactor_item,
    simulate_bifactor,
    simulate_multidimensional,
)

PAGES = Path(__file__).parents[3] / "docs" / "methods"
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def two_domains(rng):
    items = {
        d: [item_estimate(f"{d}{i + 1}", "2pl", [1.2, b]) for i, b in enumerate([-1.0, 0.0, 1.0])]
        for d in "RM"
    }
    theta = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]], 500)
    return simulate_multidimensional(items, theta, rng)


def true_false_questions(rng):
    items = [
        bifactor_item(item_estimate(f"Q{q}{s}", "2pl", [1.2, b]), f"Q{q}", 0.8)
        for q in (1, 2, 3, 4)
        for s, b in zip("abcd", [-1.0, -0.3, 0.3, 1.0], strict=True)
    ]
    return simulate_bifactor(items, rng.normal(size=500), rng.normal(size=(500, 4)), rng)


@pytest.mark.parametrize(
    ("page", "drawn"), [("multidimensional.md", two_domains), ("bifactor.md", true_false_questions)]
)
def test_examples(page, drawn):
    blocks = EXAMPLE.findall((PAGES / page).read_text("utf-8"))
    assert blocks
    names = {"responses": drawn(np.random.default_rng(82))}
    for block in blocks:
        exec(compile(block, page, "exec"), names)
    assert names["found"].converged
