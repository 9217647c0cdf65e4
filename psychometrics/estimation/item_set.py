"""How the items' parameters are laid out in one vector, and which of its entries are free.

Items that share a model and a number of categories form a block and are computed together. The full
vector holds every block's internal parameters, then (mean, log SD) of every group. Mixtures of
models need nothing beyond more blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.models.base import ItemModel


@dataclass(frozen=True)
class Block:
    """Items of one model with one number of categories, stored side by side."""

    model: ItemModel
    n_categories: int
    items: IntArray  # positions in the response matrix
    first_parameter: int
    first_column: int
    first_item: int  # position in block order

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def n_parameters(self) -> int:
        """Internal parameters of one item."""
        return self.model.n_parameters(self.n_categories)

    @property
    def parameters(self) -> slice:
        """Where the block stands in the full vector."""
        return slice(self.first_parameter, self.first_parameter + self.n_items * self.n_parameters)

    @property
    def columns(self) -> slice:
        """Where its categories 1..m stand among the design's columns."""
        return slice(self.first_column, self.first_column + self.n_items * (self.n_categories - 1))

    @property
    def rows(self) -> slice:
        """Where its items stand in block order."""
        return slice(self.first_item, self.first_item + self.n_items)

    def of(self, full: FloatArray) -> FloatArray:
        """Its parameters, (n_items, n_parameters)."""
        return full[self.parameters].reshape(self.n_items, self.n_parameters)


@dataclass(frozen=True)
class ItemSet:
    """All blocks of a calibration."""

    blocks: tuple[Block, ...]

    @property
    def n_items(self) -> int:
        """Number of items."""
        return sum(block.n_items for block in self.blocks)

    @property
    def n_parameters(self) -> int:
        """Length of the items' part of the full vector."""
        return int(self.blocks[-1].parameters.stop)

    @property
    def n_columns(self) -> int:
        """Categories above the lowest, over all items."""
        return int(self.blocks[-1].columns.stop)

    @property
    def order(self) -> IntArray:
        """Positions in the response matrix, in block order."""
        return np.concatenate([block.items for block in self.blocks])

    def column_items(self) -> IntArray:
        """Item (in block order) of each design column."""
        parts = [
            np.repeat(np.arange(block.rows.start, block.rows.stop), block.n_categories - 1)
            for block in self.blocks
        ]
        return np.concatenate(parts).astype(np.intp)

    def column_categories(self) -> IntArray:
        """Category of each design column."""
        parts = [np.tile(np.arange(1, block.n_categories), block.n_items) for block in self.blocks]
        return np.concatenate(parts).astype(np.intp)


def build_item_set(models: Sequence[ItemModel], n_categories: Sequence[int] | IntArray) -> ItemSet:
    """Group items into blocks of one model and one number of categories."""
    members: dict[tuple[str, int], list[int]] = {}
    kinds: dict[tuple[str, int], ItemModel] = {}
    for item, (model, size) in enumerate(zip(models, n_categories, strict=True)):
        key = (model.name, int(size))
        members.setdefault(key, []).append(item)
        kinds[key] = model
    return ItemSet(tuple(_place(kinds, members)))


def _place(
    models: dict[tuple[str, int], ItemModel], members: dict[tuple[str, int], list[int]]
) -> list[Block]:
    blocks: list[Block] = []
    parameter = column = item = 0
    for key, positions in members.items():
        block = Block(
            models[key], key[1], np.array(positions, dtype=np.intp), parameter, column, item
        )
        blocks.append(block)
        parameter, column, item = block.parameters.stop, block.columns.stop, block.rows.stop
    return blocks
