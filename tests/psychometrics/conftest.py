"""Data sets and reference results shared by the tests of the calibration library."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from psychometrics import ResponseMatrix

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "reference" / "irt"

# Bock & Lieberman (1970), N = 1000: frequency of each pattern 00000, 00001, ..., 11111.
LSAT6 = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56]
LSAT6 += [21, 173, 11, 61, 28, 298]
LSAT7 = [12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28, 7, 39, 11, 34, 14, 51, 15, 90, 6]
LSAT7 += [25, 7, 35, 18, 136, 32, 308]
PATTERNS = np.array([[(code >> (4 - item)) & 1 for item in range(5)] for code in range(32)])


def _expanded(counts: list[int]) -> ResponseMatrix:
    return ResponseMatrix.from_arrays(np.repeat(PATTERNS, counts, axis=0))


@pytest.fixture(scope="session")
def patterns() -> np.ndarray:
    return PATTERNS


@pytest.fixture(scope="session")
def lsat6() -> ResponseMatrix:
    return _expanded(LSAT6)


@pytest.fixture(scope="session")
def lsat7() -> ResponseMatrix:
    return _expanded(LSAT7)


@pytest.fixture(scope="session")
def lsat7_counts() -> list[int]:
    return LSAT7


class Reference:
    """One data set of the reference collection with the results of other programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def result(self, name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
        return loaded

    def responses(self, *, not_items: tuple[str, ...] = (), groups: str | None = None) -> Any:
        with (self.folder / "data.csv").open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        keep = [i for i, name in enumerate(header) if name not in not_items]
        cells = [[float(row[i]) if row[i] else np.nan for i in keep] for row in rows]
        labels = None if groups is None else [row[header.index(groups)] for row in rows]
        return ResponseMatrix.from_arrays(
            np.array(cells), items=[header[i] for i in keep], groups=labels
        )


@pytest.fixture(scope="session")
def reference() -> Callable[[str], Reference]:
    def find(name: str) -> Reference:
        folder = REFERENCE / name
        if not (folder / "data.csv").is_file():
            pytest.skip(f"reference data set {name} is not beside this project")
        return Reference(folder)

    return find
