"""A folder of data sets with the results of other programs beside each."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reference.comparison import Subject
from psychometrics import ResponseMatrix
from psychometrics.arrays import FloatArray

DATA = "data.csv"


@dataclass(frozen=True)
class Result:
    """One result file of a data set."""

    path: Path

    @property
    def name(self) -> str:
        """File name without its ending, as ``2pl.mirt``."""
        return self.path.stem

    @property
    def run(self) -> str:
        """What was run, as ``2pl``; the same for all programs that did it."""
        return self.name.rsplit(".", 1)[0]

    @cached_property
    def values(self) -> Any:
        """The content."""
        return json.loads(self.path.read_text("utf-8"))

    @property
    def engine(self) -> str:
        """The program as the file names it; empty where it names none."""
        return str(self.values.get("engine", ""))

    @property
    def subject(self) -> Subject:
        """What comparisons are about."""
        program = self.engine.replace("independent numpy + scipy L-BFGS-B", "exact maximum")
        version = str(self.values.get("version", "")).strip()
        return Subject(self.path.parent.name, self.name, f"{program} {version}".strip())


@dataclass(frozen=True)
class DataSet:
    """One data set and the results beside it."""

    folder: Path

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Every result file, by name."""
        return tuple(Result(path) for path in sorted(self.folder.glob("*.json")))

    def find(self, name: str) -> Result | None:
        """The result of this name, where there is one."""
        return next((result for result in self.results if result.name == name), None)

    @cached_property
    def table(self) -> dict[str, list[str]]:
        """Cells of every column."""
        with (self.folder / DATA).open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        return {name: [row[i] for row in rows] for i, name in enumerate(header)}

    def numbers(self, columns: Sequence[str]) -> FloatArray:
        """Cells as numbers, empty ones NaN, (n_persons, n_columns)."""
        return np.array(
            [[float(cell) if cell else np.nan for cell in self.table[name]] for name in columns]
        ).T

    def responses(
        self,
        items: Sequence[str],
        groups: Sequence[str] | None = None,
        reference_group: str | None = None,
    ) -> ResponseMatrix:
        """The responses to these items; empty cells were not administered."""
        return ResponseMatrix.from_arrays(
            self.numbers(items), items=items, groups=groups, reference_group=reference_group
        )

    def other_columns(self, items: Sequence[str]) -> list[str]:
        """Columns that are no items."""
        return [name for name in self.table if name not in items]

    def group_column(self, items: Sequence[str], labels: Sequence[str]) -> tuple[str, list[str]]:
        """The column that holds these groups, and each person's group as labelled.

        A label is the cell, or letters and the cell: ``G2`` stands for ``2``.

        Raises
        ------
        LookupError
            No column, or more than one, holds these groups.
        """
        found = []
        for name in self.other_columns(items):
            by_cell = {cell: _label_of(cell, labels) for cell in dict.fromkeys(self.table[name])}
            if None not in by_cell.values() and set(by_cell.values()) == set(labels):
                found.append((name, [str(by_cell[cell]) for cell in self.table[name]]))
        if len(found) != 1:
            raise LookupError(f"{len(found)} columns hold the groups {', '.join(labels)}")
        return found[0]


def _label_of(cell: str, labels: Sequence[str]) -> str | None:
    fitting = [label for label in labels if re.fullmatch(rf"[A-Za-z_]*{re.escape(cell)}", label)]
    return fitting[0] if cell and len(fitting) == 1 else None


def data_sets(folder: Path) -> Iterator[DataSet]:
    """Every folder that holds results."""
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        if any(inner.glob("*.json")):
            yield DataSet(inner)
