"""`khaothi qti check` at the prompt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import main

CASES = Path(__file__).parents[2] / "itembank" / "qti" / "cases"


def test_the_cases_of_the_project_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["qti", "check", str(CASES), "--strict"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["failed"] == []
    assert told["passed"] == told["cases"] > 60


def test_a_folder_that_is_not_there_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["qti", "check", str(tmp_path / "none")]) == 2
    assert "Không có thư mục" in capsys.readouterr().err
