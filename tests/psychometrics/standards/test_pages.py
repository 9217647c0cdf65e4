"""The examples on the method pages of linking, equating and standards run as they stand."""

import re
from pathlib import Path

import numpy as np
import pytest

from psychometrics import calibrate, equating, item_estimate, linking, simulate_responses, standards
from psychometrics.equating import ScoreFrequencies
from tests.psychometrics.linking import known

PAGES = Path(__file__).parents[3] / "docs" / "methods"
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def names():
    """What the examples take as given."""
    rng = np.random.default_rng(81)
    items = [item_estimate(f"I{k}", "2pl", [1.2, b]) for k, b in enumerate(np.linspace(-2, 2, 15))]
    ratings = rng.uniform(0.3, 0.6, (5, 10))
    return {
        "last_year": simulate_responses(items, rng.normal(0.0, 1.0, 600), rng),
        "this_year": simulate_responses(items, rng.normal(0.3, 1.0, 600), rng),
        "anchors": ["I2", "I5", "I9"],
        "calibration": known.calibration(
            [*items, item_estimate("TF1", "gpcm", [0.8, -1.0, 0.0, 0.5, 1.0])]
        ),
        "scores_a": rng.integers(0, 41, 500) / 4,
        "scores_b": rng.integers(0, 41, 500) / 4,
        "first_round": ratings,
        "second_round": ratings,
        "item_means": rng.uniform(0.3, 0.8, 10),
        "tables": list("aabbb"),
        "score_frequencies": ScoreFrequencies.from_counts(np.ones(11)),
        "placements": [[5, 9], [6, 11]],
        "calibrate": calibrate,
    }


@pytest.mark.parametrize(
    "page", ["linking", "drift", "equating", "standard-setting", "classification"]
)
def test_the_examples_run(page, names):
    examples = EXAMPLE.findall((PAGES / f"{page}.md").read_text("utf-8"))
    assert examples
    for example in examples:
        exec(compile(example, f"{page}.md", "exec"), names)


def test_every_public_name_is_on_a_page():
    text = " ".join(
        (PAGES / f"{page}.md").read_text("utf-8")
        for page in ("linking", "drift", "equating", "standard-setting", "classification")
    )
    functions = [
        name
        for package in (linking, equating, standards)
        for name in package.__all__
        if name.islower()
    ]
    assert [name for name in functions if name not in text] == []
