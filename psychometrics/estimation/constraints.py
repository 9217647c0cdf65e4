"""Equality constraints and fixed values between named parameters.

``a[I1]=a[I2]=a[I3]`` or ``a[I1,I2,I3]``: one slope for three items; ``a[*]``: for all that have one;
``b[I1]=0.5``: fixed; ``b[I4]=b[I5]``: all steps, one by one; ``mean[G2]=0``, ``sd[G1,G2]``: populations.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import IntArray
from psychometrics.errors import ModelError
from psychometrics.estimation.equalities import Equalities
from psychometrics.estimation.item_set import Block, ItemSet
from psychometrics.estimation.parameter_names import (
    GROUP_KINDS,
    ParameterName,
    kind_of,
    parse_parameter,
)
from psychometrics.models.difficulty_form import DifficultyForm

EVERY = "*"
_SIDES = re.compile(r"=(?![^\[]*\])")


@dataclass(frozen=True)
class Constraint:
    """Parameters that are equal and, where ``value`` is given, fixed at it."""

    parameters: tuple[ParameterName, ...]
    value: float | None
    text: str

    @property
    def items_by_difficulty(self) -> tuple[str, ...]:
        """Items one of whose difficulties is named; ``*`` means all."""
        return tuple(p.place for p in self.parameters if p.kind == "b")


def parse_constraint(text: str) -> Constraint:
    """Read a constraint.

    Raises
    ------
    ModelError
        It names no parameter, different kinds of parameters, or two values.
    """
    named: list[ParameterName] = []
    values: list[float] = []
    for side in _SIDES.split(text):
        try:
            values.append(float(side))
        except ValueError:
            named += _named(side)
    if len({(p.kind, p.number is None) for p in named}) != 1 or len(values) > 1:
        raise _bad(text, "name parameters of one kind and at most one value")
    if values and not _is_possible(named[0].kind, values[0]):
        raise _bad(text, f"{named[0].kind} cannot be {values[0]:g}")
    return Constraint(tuple(named), values[0] if values else None, "".join(text.split()))


def _named(side: str) -> list[ParameterName]:
    whole = parse_parameter(side)
    places = [place.strip() for place in whole.place.split(",")]
    return [ParameterName(whole.kind, whole.number, place) for place in places if place]


def _is_possible(kind: str, value: float) -> bool:
    ranges = {"c": (0.0, 1.0), "d": (0.0, 1.0), "sd": (0.0, np.inf)}
    low, high = ranges.get(kind, (-np.inf, np.inf))
    return bool(low < value < high)


def _bad(text: str, remedy: str) -> ModelError:
    return ModelError(
        "bad_constraint",
        f"Constraint {text!r}: {remedy}; write it as a[I1]=a[I2] or b[I1]=0.5.",
        constraint=text,
        remedy=remedy,
    )


def impose(
    constraints: Sequence[Constraint],
    equalities: Equalities,
    item_set: ItemSet,
    items: Sequence[str],
    groups: Sequence[str],
    n_population: int,
) -> None:
    """Add the constraints of a user to what models and scale demand.

    Raises
    ------
    ModelError
        A parameter that an item does not have, or constraints that contradict each other.
    """
    places = _Places(item_set, items, groups, n_population)
    for constraint in constraints:
        first: dict[int, int] = {}
        for parameter in constraint.parameters:
            for number, entry in places.entries(parameter, constraint.text):
                equalities.join(first.setdefault(number, entry), entry)
        if constraint.value is not None:
            value = _internal(constraint.parameters[0].kind, constraint.value)
            for entry in first.values():
                equalities.fix(entry, value)


def _internal(kind: str, value: float) -> float:
    """A value in the form in which it is estimated."""
    if kind in ("c", "d"):
        return float(np.log(value) - np.log1p(-value))
    return float(np.log(value)) if kind == "sd" else value


class _Places:
    """Where the parameters of items and groups stand in the full vector."""

    def __init__(
        self, item_set: ItemSet, items: Sequence[str], groups: Sequence[str], n_population: int
    ) -> None:
        self._item_set, self._items = item_set, items
        self._groups, self._n_population = groups, n_population
        self._places: Mapping[str, tuple[Block, IntArray]] = dict(self._of_items())

    def _of_items(self) -> list[tuple[str, tuple[Block, IntArray]]]:
        positions = np.arange(self._item_set.n_parameters, dtype=np.float64)
        return [
            (self._items[position], (block, own))
            for block in self._item_set.blocks
            for position, own in zip(block.items, block.of(positions).astype(np.intp), strict=True)
        ]

    def entries(self, parameter: ParameterName, text: str) -> list[tuple[int, int]]:
        """Number and entry of everything a name means."""
        if parameter.kind in GROUP_KINDS:
            return self._of_groups(parameter, text)
        chosen = self._places if parameter.place == EVERY else [parameter.place]
        found = [pair for item in chosen for pair in self._of_item(parameter, item, text)]
        if not found:
            raise _bad(text, f"no item has a parameter {parameter.kind}{parameter.number or ''}")
        return found

    def _of_groups(self, parameter: ParameterName, text: str) -> list[tuple[int, int]]:
        chosen = self._groups if parameter.place == EVERY else [parameter.place]
        unknown = [group for group in chosen if group not in self._groups]
        if unknown:
            raise _bad(text, f"there is no group {unknown[0]!r}")
        offset = self._item_set.n_parameters + GROUP_KINDS.index(parameter.kind)
        codes = [list(self._groups).index(group) for group in chosen]
        return [(1, offset + self._n_population * code) for code in codes]

    def _of_item(self, parameter: ParameterName, item: str, text: str) -> list[tuple[int, int]]:
        if item not in self._places:
            raise _bad(text, f"there is no item {item!r}")
        block, own = self._places[item]
        numbers = _numbers(block, parameter.kind)
        wanted = [n for n in numbers if parameter.number in (None, n)]
        if not wanted and parameter.place != EVERY:
            name = f"{parameter.kind}{parameter.number or ''}"
            raise _bad(text, f"item {item!r} ({block.model.published_name}) has no free {name}")
        return [(n, int(own[numbers[n]])) for n in wanted]


def _numbers(block: Block, kind: str) -> dict[int, int]:
    """Internal position of every parameter of one kind that is an entry of its own, by number."""
    names = block.model.reported_names(block.n_categories)
    is_by_difficulty = isinstance(block.model, DifficultyForm)
    if kind == "b" and not is_by_difficulty:
        return {}
    if kind == "intercept" and "intercept" not in map(kind_of, names):
        return {} if is_by_difficulty else _intercepts(block)
    positions = [j for j, name in enumerate(names) if kind_of(name) == kind]
    return {number: j for number, j in enumerate(positions, start=1)}


def _intercepts(block: Block) -> dict[int, int]:
    """Intercepts that are entries: what moves an intercept and no other one."""
    generic = 0.5 + 0.1 * np.arange(block.n_parameters, dtype=np.float64)
    jacobian = block.model.intercepts_jacobian(generic[None])[0]
    return {
        number + 1: int(np.flatnonzero(row)[0])
        for number, row in enumerate(jacobian)
        if np.count_nonzero(row) == 1 and row.sum() == 1.0
    }
