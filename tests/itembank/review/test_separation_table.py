"""docs/reference/separation.md says what stands: guards, functions, tests."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from itembank.review import separation

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs/reference/separation.md").read_text("utf-8")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("|")][2:]


def _named(column):
    return {name for row in ROWS for name in re.findall(r"`([^`]+)`", row[column])}


def test_every_guard_of_the_database_stands_in_the_table():
    assert _named(2) == {guard.name for guard in separation.GUARDS}


def test_every_function_of_the_table_exists():
    for name in _named(1):
        module, _, function = f"itembank.{name}".rpartition(".")
        assert callable(getattr(importlib.import_module(module), function)), name


def test_every_test_of_the_table_exists_and_no_rule_is_without_one():
    assert all(re.search(r"`[^`]+`", cell) for row in ROWS for cell in row[1:])
    for name in _named(3):
        file, _, test = name.partition("::")
        home = HERE.parent if "/" in file else HERE
        assert f"def {test}(" in (home / file).read_text("utf-8"), name
