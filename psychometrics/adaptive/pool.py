"""The items a test may draw on: parameters, attributes, enemies and shared stimuli."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import DataError
from psychometrics.results import Calibration, ItemEstimate


@dataclass(frozen=True)
class StimulusSet:
    """Items that share a stimulus and are given together.

    Attributes
    ----------
    stimulus : str
    items : tuple of str
        Labels of the pool's items that belong to it.
    minimum, maximum : int
        How many of them are given when the stimulus is used.
    """

    stimulus: str
    items: tuple[str, ...]
    minimum: int
    maximum: int


@dataclass(frozen=True, eq=False, repr=False)
class ItemPool:
    """Calibrated items with what test rules say about them; build one with :func:`item_pool`.

    Attributes
    ----------
    items : tuple of ItemEstimate, (n_items,)
    categories : mapping of attribute to (n_items,) labels
        Content area, cognitive level, answer key, ...
    amounts : mapping of attribute to (n_items,) float
        Word counts, expected seconds, ...
    enemies : tuple of int arrays
        Positions of items of which one test may hold at most one.
    stimuli : tuple of StimulusSet
    """

    items: tuple[ItemEstimate, ...]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    amounts: Mapping[str, FloatArray] = field(default_factory=dict)
    enemies: tuple[IntArray, ...] = ()
    stimuli: tuple[StimulusSet, ...] = ()

    def __repr__(self) -> str:
        """Its size, not its hundreds of items."""
        return (
            f"ItemPool({self.n_items} items, {len(self.enemies)} enemy sets, "
            f"{len(self.stimuli)} stimuli)"
        )

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Item labels in the order of the pool."""
        return tuple(item.item for item in self.items)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where each label stands."""
        return {label: place for place, label in enumerate(self.labels)}

    @cached_property
    def first_category(self) -> IntArray:
        """Lowest score of each item, (n_items,)."""
        return np.array([item.first_category for item in self.items], dtype=np.intp)

    @cached_property
    def n_categories(self) -> IntArray:
        """Number of categories of each item, (n_items,)."""
        return np.array([item.n_categories for item in self.items], dtype=np.intp)

    @cached_property
    def slopes(self) -> FloatArray:
        """Slope of each item, (n_items,)."""
        return np.array([item.a for item in self.items])

    @cached_property
    def stimulus_items(self) -> tuple[IntArray, ...]:
        """Positions of each stimulus's items."""
        return tuple(
            np.array([self.position[label] for label in stimulus.items], dtype=np.intp)
            for stimulus in self.stimuli
        )

    @cached_property
    def stimulus_of(self) -> Mapping[int, int]:
        """Position among ``stimuli`` of the stimulus of each item that has one."""
        return {
            int(item): place for place, items in enumerate(self.stimulus_items) for item in items
        }

    @cached_property
    def enemies_of(self) -> Mapping[int, IntArray]:
        """For each item that has enemies, the positions of all of them."""
        found: dict[int, set[int]] = {}
        for group in self.enemies:
            for item in group:
                found.setdefault(int(item), set()).update(int(other) for other in group)
        return {
            item: np.array(sorted(others - {item}), dtype=np.intp) for item, others in found.items()
        }

    def positions(self, labels: Sequence[str]) -> list[int]:
        """Positions of these items.

        Raises
        ------
        DataError
            A label is not in the pool.
        """
        try:
            return [self.position[label] for label in labels]
        except KeyError as error:
            raise _unknown(str(error.args[0])) from None

    @cached_property
    def _masks(self) -> Mapping[str, Mapping[str, BoolArray]]:
        return {
            attribute: {
                value: np.array([known == value for known in values], dtype=np.bool_)
                for value in sorted(set(values))
            }
            for attribute, values in self.categories.items()
        }

    def in_category(self, attribute: str, value: str) -> BoolArray:
        """Which items have this value of a categorical attribute, (n_items,).

        Raises
        ------
        DataError
            The pool has no such attribute, or no item with this value.
        """
        if attribute not in self.categories:
            raise _unknown_attribute(attribute, self.categories)
        masks = self._masks[attribute]
        if value not in masks:
            raise DataError(
                "unknown_category",
                f"No item of the pool has {attribute} {value!r}; it has: {', '.join(masks)}.",
                attribute=attribute,
                value=value,
                known=list(masks),
            )
        return masks[value]

    def amount(self, attribute: str) -> FloatArray:
        """The items' values of a numerical attribute, (n_items,).

        Raises
        ------
        DataError
            The pool has no such attribute.
        """
        if attribute not in self.amounts:
            raise _unknown_attribute(attribute, self.amounts)
        return self.amounts[attribute]


def item_pool(
    items: Calibration | Sequence[ItemEstimate],
    *,
    categories: Mapping[str, Sequence[str]] | None = None,
    amounts: Mapping[str, ArrayLike] | None = None,
    enemies: Sequence[Sequence[str]] = (),
    stimuli: Sequence[StimulusSet] = (),
) -> ItemPool:
    """Check items and their attributes and lay them out as a pool.

    Parameters
    ----------
    items : Calibration or sequence of ItemEstimate, (n_items,)
    categories, amounts : mapping of attribute to (n_items,) values, optional
        In the order of ``items``.
    enemies : sequence of sequences of labels
        Each is a set of items of which a test may hold at most one.
    stimuli : sequence of StimulusSet

    Raises
    ------
    DataError
        No items, a label given twice or unknown, an attribute of the wrong length or not finite, an
        item under two stimuli, or bounds of a stimulus that its items cannot meet.
    """
    estimates = items.items if isinstance(items, Calibration) else tuple(items)
    _check_labels(estimates)
    n, known = len(estimates), {item.item: place for place, item in enumerate(estimates)}
    _check_stimuli(stimuli, known)
    return ItemPool(
        items=estimates,
        categories={
            name: _of_length(name, tuple(str(value) for value in values), n)
            for name, values in (categories or {}).items()
        },
        amounts={name: _finite(name, values, n) for name, values in (amounts or {}).items()},
        enemies=tuple(_enemy_set(group, known) for group in enemies),
        stimuli=tuple(stimuli),
    )


def _unknown(label: str) -> DataError:
    return DataError(
        "unknown_item",
        f"Item {label!r} is not in the pool; add it, or use the pool it belongs to.",
        item=label,
    )


def _unknown_attribute(attribute: str, known: Mapping[str, object]) -> DataError:
    names = ", ".join(known) or "none"
    return DataError(
        "unknown_attribute",
        f"The pool has no attribute {attribute!r} of this kind; it has: {names}.",
        attribute=attribute,
        known=list(known),
    )


def _check_labels(items: Sequence[ItemEstimate]) -> None:
    if not items:
        raise DataError("empty_pool", "The pool has no items; give at least one.")
    seen: set[str] = set()
    for row, item in enumerate(items, start=1):
        if item.item in seen:
            raise DataError(
                "item_given_twice",
                f"Row {row}: item {item.item!r} is already in the pool; keep one.",
                row=row,
                item=item.item,
            )
        seen.add(item.item)


def _of_length(name: str, values: tuple[str, ...], n: int) -> tuple[str, ...]:
    if len(values) != n:
        raise DataError(
            "attribute_length",
            f"Attribute {name!r} has {len(values)} values for {n} items; give one for each.",
            attribute=name,
            n_values=len(values),
            n_items=n,
        )
    return values


def _finite(name: str, values: ArrayLike, n: int) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    _of_length(name, tuple(map(str, np.atleast_1d(array))), n)
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0]) + 1
        raise DataError(
            "attribute_not_finite",
            f"Row {row}, attribute {name!r}: {array[row - 1]} is not a number; fill it in.",
            row=row,
            attribute=name,
        )
    return array


def _enemy_set(group: Sequence[str], known: Mapping[str, int]) -> IntArray:
    for label in group:
        if label not in known:
            raise _unknown(label)
    return np.array(sorted({known[label] for label in group}), dtype=np.intp)


def _check_stimuli(stimuli: Sequence[StimulusSet], known: Mapping[str, int]) -> None:
    owner: dict[str, str] = {}
    for stimulus in stimuli:
        for label in stimulus.items:
            if label not in known:
                raise _unknown(label)
            if label in owner:
                raise DataError(
                    "item_under_two_stimuli",
                    f"Item {label!r} is under stimulus {owner[label]!r} and again under "
                    f"{stimulus.stimulus!r}; leave it under one.",
                    item=label,
                    stimuli=[owner[label], stimulus.stimulus],
                )
            owner[label] = stimulus.stimulus
        if not 1 <= stimulus.minimum <= stimulus.maximum <= len(stimulus.items):
            raise DataError(
                "stimulus_bounds",
                f"Stimulus {stimulus.stimulus!r} has {len(stimulus.items)} items but asks for "
                f"{stimulus.minimum} to {stimulus.maximum} of them; correct the bounds.",
                stimulus=stimulus.stimulus,
                minimum=stimulus.minimum,
                maximum=stimulus.maximum,
                n_items=len(stimulus.items),
            )
