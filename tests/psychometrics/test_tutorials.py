"""Every tutorial runs from its first block to its last and prints what it says."""

from pathlib import Path

import pytest

from tools.run_tutorial import differences, steps_of

FOLDER = Path(__file__).parents[2] / "docs" / "tutorials"
PAGES = sorted(FOLDER.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_prints_what_it_says(page, tmp_path):
    pytest.importorskip("matplotlib", reason="the plots of the tutorial need matplotlib")
    assert differences(page.read_text("utf-8"), tmp_path) == []


def test_there_is_a_tutorial_with_outputs():
    assert PAGES
    for page in PAGES:
        steps = list(steps_of(page.read_text("utf-8")))
        assert len(steps) > 5
        assert sum(bool(step.expected) for step in steps) == len(steps)


def test_a_wrong_output_is_found(tmp_path):
    page = "```python\nx = 1 + 1\nprint(x)\n```\n```text\n3\n```\n"
    (found,) = differences(page, tmp_path)
    assert "line 2" in found and "-3" in found and "+2" in found


def test_an_error_names_the_line_of_the_page(tmp_path):
    page = "# Title\n\n```python\nx = 1\nraise ValueError(x)\n```\n"
    with pytest.raises(ValueError) as raised:
        differences(page, tmp_path)
    assert raised.traceback[-1].lineno + 1 == 5
