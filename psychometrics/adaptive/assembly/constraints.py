"""The table of constraints on a test, each row a bound on a sum over its items."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from psychometrics.adaptive.pool import ItemPool, StimulusSet
from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import ModelError
from psychometrics.information import item_information


@dataclass(frozen=True, eq=False)
class LinearRow:
    """``lower <= sum of values over the chosen columns <= upper``.

    Attributes
    ----------
    name : str
        What a reader of a conflict is told.
    columns : (n,) int
        Items by their position; stimuli stand behind them, from ``pool.n_items`` on.
    values : (n,) float
    lower, upper : float
    """

    name: str
    columns: IntArray
    values: FloatArray
    lower: float
    upper: float


class Constraint(Protocol):
    """One line of the constraints table."""

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """The bounds it puts on a test from this pool."""


@dataclass(frozen=True)
class TestLength:
    """Number of items of the test."""

    __test__ = False  # not a test, whatever its name

    minimum: int
    maximum: int

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row over all items."""
        name = f"length: {_span(self.minimum, self.maximum)} items"
        yield _counted(name, np.arange(pool.n_items), self.minimum, self.maximum)


@dataclass(frozen=True)
class CategoryCount:
    """Number of items with a value of a categorical attribute."""

    attribute: str
    value: str
    minimum: int = 0
    maximum: int | None = None

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row over the items of the category."""
        items = np.flatnonzero(pool.in_category(self.attribute, self.value))
        name = f"{self.attribute} {self.value}: {_span(self.minimum, self.maximum)} items"
        yield _counted(name, items, self.minimum, self.maximum)


@dataclass(frozen=True)
class AmountSum:
    """Sum of a numerical attribute over the test: words, expected seconds, marks."""

    attribute: str
    minimum: float = 0.0
    maximum: float | None = None

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row over all items."""
        name = f"{self.attribute}: total {_span(self.minimum, self.maximum)}"
        values = pool.amount(self.attribute)
        yield _row(name, np.arange(pool.n_items), values, self.minimum, self.maximum)


@dataclass(frozen=True)
class CategoryAmount:
    """Sum of a numerical attribute over the items of one category, such as words to read in a part."""

    attribute: str
    category_attribute: str
    value: str
    minimum: float = 0.0
    maximum: float | None = None

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row over the items of the category."""
        items = np.flatnonzero(pool.in_category(self.category_attribute, self.value))
        span = _span(self.minimum, self.maximum)
        name = f"{self.attribute} in {self.category_attribute} {self.value}: total {span}"
        yield _row(name, items, pool.amount(self.attribute)[items], self.minimum, self.maximum)


@dataclass(frozen=True)
class StimulusCount:
    """Number of shared stimuli in the test."""

    minimum: int = 0
    maximum: int | None = None

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row over the stimuli."""
        stimuli = pool.n_items + np.arange(len(pool.stimuli))
        name = f"stimuli: {_span(self.minimum, self.maximum)}"
        yield _counted(name, stimuli, self.minimum, self.maximum)


@dataclass(frozen=True)
class InformationAt:
    """Test information at an ability."""

    theta: float
    minimum: float = 0.0
    maximum: float | None = None

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row over all items."""
        values = item_information(pool.items, [self.theta])[0]
        name = f"information at {self.theta:g}: {_span(self.minimum, self.maximum)}"
        yield _row(name, np.arange(pool.n_items), values, self.minimum, self.maximum)


@dataclass(frozen=True)
class RequiredItems:
    """Items that every test holds."""

    items: tuple[str, ...]

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row for each item."""
        for label, position in zip(self.items, pool.positions(self.items), strict=True):
            yield _counted(f"required item {label}", np.array([position]), 1, 1)


@dataclass(frozen=True)
class ForbiddenItems:
    """Items that no test holds."""

    items: tuple[str, ...]

    def rows(self, pool: ItemPool) -> Iterator[LinearRow]:
        """One row for each item."""
        for label, position in zip(self.items, pool.positions(self.items), strict=True):
            yield _counted(f"forbidden item {label}", np.array([position]), 0, 0)


def structural_rows(pool: ItemPool) -> Iterator[LinearRow]:
    """What the pool itself demands: enemies apart, the items of a stimulus together."""
    for group in pool.enemies:
        labels = ", ".join(pool.labels[item] for item in group)
        yield _counted(f"enemies {labels}", group, 0, 1)
    for place, items in enumerate(pool.stimulus_items):
        yield from _stimulus_rows(pool.stimuli[place], items, pool.n_items + place)


def _stimulus_rows(stimulus: StimulusSet, items: IntArray, column: int) -> Iterator[LinearRow]:
    """Between minimum and maximum items where the stimulus is used, none where not.

    That an item needs its stimulus follows from the maximum for whole tests; said of each item, it
    makes the linear relaxation as tight as it can be (the hull of each stimulus's choices).
    """
    name = (
        f"stimulus {stimulus.stimulus}: {_span(stimulus.minimum, stimulus.maximum)} items together"
    )
    columns, ones = np.append(items, column), np.ones(len(items))
    yield LinearRow(name, columns, np.append(ones, -stimulus.minimum), 0.0, math.inf)
    yield LinearRow(name, columns, np.append(ones, -stimulus.maximum), -math.inf, 0.0)
    for item in items:
        yield LinearRow(name, np.array([item, column]), np.array([1.0, -1.0]), -math.inf, 0.0)


def unmet(rows: Sequence[LinearRow], pool: ItemPool, items: Sequence[str]) -> tuple[str, ...]:
    """Names of the rows that a test of these items does not meet."""
    given = np.zeros(pool.n_items + len(pool.stimuli))
    positions = pool.positions(items)
    given[positions] = 1.0
    used = {pool.stimulus_of[item] for item in positions if item in pool.stimulus_of}
    given[[pool.n_items + place for place in used]] = 1.0
    return tuple(dict.fromkeys(row.name for row in rows if not _holds(row, given)))


def all_rows(pool: ItemPool, constraints: Sequence[Constraint]) -> list[LinearRow]:
    """The constraints' rows, then the pool's own.

    Raises
    ------
    ModelError
        A lower bound above its upper bound.
    """
    rows = [row for constraint in constraints for row in constraint.rows(pool)]
    for row in rows:
        if row.lower > row.upper:
            raise ModelError(
                "bounds_crossed",
                f"Constraint «{row.name}»: the minimum is above the maximum; correct one.",
                constraint=row.name,
                minimum=row.lower,
                maximum=row.upper,
            )
    return rows + list(structural_rows(pool))


def _holds(row: LinearRow, given: FloatArray) -> bool:
    total = float(row.values @ given[row.columns])
    slack = 1e-9 * max(1.0, abs(total))
    return row.lower - slack <= total <= row.upper + slack


def _span(minimum: float, maximum: float | None) -> str:
    if maximum is None:
        return f"at least {minimum:g}"
    return f"{minimum:g}" if minimum == maximum else f"{minimum:g} to {maximum:g}"


def _counted(name: str, columns: IntArray, minimum: float, maximum: float | None) -> LinearRow:
    return _row(name, columns, np.ones(len(columns)), minimum, maximum)


def _row(
    name: str, columns: IntArray, values: FloatArray, minimum: float, maximum: float | None
) -> LinearRow:
    upper = math.inf if maximum is None else float(maximum)
    return LinearRow(name, columns, values, float(minimum), upper)
