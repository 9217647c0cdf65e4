"""A subject's answers, found a second time: computed from the printed data, or read independently.

`values` holds what a choice or a short answer comes to; `clusters` holds, for each statement, whether
the numbers make it true (None where it rests on words). Whatever rests on words was answered by a
reading of stem and options alone, with the key hidden: `independent_readings.yaml`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.demo_bank.readings import items_of, numbers

READINGS: dict[str, str] = yaml.safe_load(
    (Path(__file__).parent / "independent_readings.yaml").read_text("utf-8")
)

Value = Callable[[str], float]
Claims = Callable[[Sequence[str]], Sequence[bool | None]]


@dataclass
class Answers:
    """The checks of one file of the bank, by the code of the item."""

    file: str
    values: dict[str, Value] = field(default_factory=dict)
    clusters: dict[str, Claims] = field(default_factory=dict)

    @cached_property
    def items(self) -> dict[str, dict[str, Any]]:
        return items_of(self.file)

    def value(self, code: str) -> Callable[[Value], Value]:
        """Register what computes the answer from the stem."""

        def register(compute: Value) -> Value:
            self.values[code] = compute
            return compute

        return register

    def cluster(self, code: str) -> Callable[[Claims], Claims]:
        """Register what judges the statements."""

        def register(judge: Claims) -> Claims:
            self.clusters[code] = judge
            return judge

        return register


def worth(option: str) -> float:
    """The first number of an option."""
    return numbers(option)[0]
