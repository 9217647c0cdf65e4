"""The examples of docs/methods/dif.md run as they stand."""

import re
from pathlib import Path

import pytest

from psychometrics import ResponseMatrix
from tests.psychometrics.dif import known

PAGE = Path(__file__).parents[3] / "docs" / "methods" / "dif.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_runs(example):
    drawn = known.two_groups(known.dichotomous(8), 1, n=300)
    labels = ["nam"] * 300 + ["nữ"] * 300
    responses = ResponseMatrix.from_arrays(drawn.scores, items=drawn.items, groups=labels)
    exec(compile(example, str(PAGE), "exec"), {"responses": responses})
