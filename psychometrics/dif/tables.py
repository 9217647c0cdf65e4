"""Persons matched on their score: one contingency table an item, read by every observed-score method."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.errors import DataError, ModelError
from psychometrics.responses.matrix import ResponseMatrix

Incomplete = Literal["same_items", "pooled", "complete"]


@dataclass(frozen=True)
class Matching:
    """What persons are matched on.

    The studied item always counts in its own matching score, whether it is among ``items`` or not:
    without it the Mantel–Haenszel odds ratio is biased under the Rasch model (Holland & Thayer 1988).

    Attributes
    ----------
    items : tuple of str, optional
        Items whose scores are added up; all unless given.
    levels : int, optional
        Thick matching: score levels are merged into so many of about equal size. Every score is a
        level of its own unless given. Logistic regression uses the score itself in any case.
    incomplete : {"same_items", "pooled", "complete"}
        Persons who saw different matching items are compared only with persons who saw the same
        ones; or with all who got the same share of the points they could have got (rounded to a whole
        number of points of the whole test); or persons who lack any matching item are left out.
    """

    items: tuple[str, ...] | None = None
    levels: int | None = None
    incomplete: Incomplete = "same_items"


@dataclass(frozen=True, eq=False)
class ItemTable:
    """Weighted number of persons by matching level, group and category of one item.

    Attributes
    ----------
    item : str
    groups : tuple of str
        The reference group first.
    score : (n_strata,) float
        Matching score of each stratum; where persons saw different items, their share of the points
        they could have got times the points of all matching items.
    counts : (n_strata, n_groups, n_categories) float
        Categories counted from the item's lowest.
    n_missing, n_incomplete : (n_groups,) int
        Persons left out because they have no response to the item, or lack matching items.
    """

    item: str
    groups: tuple[str, ...]
    score: FloatArray
    counts: FloatArray
    n_missing: IntArray
    n_incomplete: IntArray

    @classmethod
    def from_counts(
        cls,
        counts: ArrayLike,
        *,
        item: str = "item",
        groups: Sequence[str] = ("reference", "focal"),
        score: ArrayLike | None = None,
    ) -> "ItemTable":
        """A table that was counted elsewhere.

        Parameters
        ----------
        counts : (n_strata, n_groups, n_categories)
            Of a dichotomous item: wrong first, right second.
        score : (n_strata,), optional
            0, 1, 2, ... unless given.

        Raises
        ------
        DataError
            The shape does not fit, or a count is negative or not a number.
        """
        table = np.asarray(counts, dtype=np.float64)
        levels = np.arange(len(table)) if score is None else np.asarray(score)
        if table.ndim != 3 or table.shape[:2] != (len(levels), len(groups)):
            raise DataError(
                "bad_table",
                f"A table of shape {table.shape} does not fit {len(levels)} levels and "
                f"{len(groups)} groups; give (levels, groups, categories).",
                shape=str(table.shape),
            )
        if not (np.isfinite(table).all() and (table >= 0).all()):
            raise DataError("negative_count", "A count is negative or not a number; correct it.")
        none = np.zeros(len(groups), dtype=np.intp)
        return cls(item, tuple(groups), levels.astype(np.float64), table, none, none)

    @property
    def n_categories(self) -> int:
        """Number of categories, observed or not."""
        return int(self.counts.shape[2])

    @property
    def sizes(self) -> FloatArray:
        """Weighted number of persons, (n_strata, n_groups)."""
        return np.asarray(self.counts.sum(axis=2))

    @property
    def is_shared(self) -> BoolArray:
        """Levels with persons of at least two groups, (n_strata,)."""
        return np.asarray((self.sizes > 0).sum(axis=1) > 1, dtype=np.bool_)

    def mean_scores(self) -> FloatArray:
        """Mean category by level and group, (n_strata, n_groups); 0 where there is nobody."""
        total = self.counts @ np.arange(self.n_categories)
        return np.asarray(total / np.where(self.sizes > 0, self.sizes, 1.0))

    def of_groups(self, groups: Sequence[str]) -> "ItemTable":
        """The table of these groups alone, the first being the reference."""
        chosen = [self.groups.index(group) for group in groups]
        return replace(
            self,
            groups=tuple(groups),
            counts=self.counts[:, chosen],
            n_missing=self.n_missing[chosen],
            n_incomplete=self.n_incomplete[chosen],
        )

    def merged(self, levels: int | None) -> "ItemTable":
        """Adjacent score levels merged into at most so many of about equal size."""
        if levels is None:
            return self
        order = np.argsort(self.score, kind="stable")
        sizes = self.sizes.sum(axis=1)[order]
        middle = (np.cumsum(sizes) - sizes / 2.0) / max(sizes.sum(), 1e-300)
        level = np.empty(len(order), dtype=np.intp)
        level[order] = _same_for_ties(self.score[order], (middle * levels).astype(np.intp))
        _, level = np.unique(level, return_inverse=True)
        counts = np.zeros((level.max(initial=-1) + 1, *self.counts.shape[1:]))
        np.add.at(counts, level, self.counts)
        weight = np.bincount(level, weights=self.sizes.sum(axis=1))
        total = np.bincount(level, weights=self.sizes.sum(axis=1) * self.score)
        return replace(self, score=total / np.maximum(weight, 1e-300), counts=counts)


def _same_for_ties(score: FloatArray, level: IntArray) -> IntArray:
    """Strata with the same score (of other sets of items) go to the same level."""
    _, first, tie = np.unique(score, return_index=True, return_inverse=True)
    return np.asarray(level[first][tie], dtype=np.intp)


def item_tables(
    responses: ResponseMatrix, matching: Matching | None = None
) -> tuple[ItemTable, ...]:
    """The table of every item, all groups in it, levels not merged.

    Parameters
    ----------
    responses : ResponseMatrix
        Person weights count as frequencies.
    matching : Matching, optional

    Raises
    ------
    ModelError
        An unknown matching item or option.
    """
    used = matching or Matching()
    totals = _Totals(responses, _matching_columns(responses, used), used.incomplete)
    return tuple(totals.table(i) for i in range(responses.n_items))


def _matching_columns(responses: ResponseMatrix, matching: Matching) -> BoolArray:
    if matching.incomplete not in get_args(Incomplete):
        raise ModelError(
            "unknown_incomplete",
            f"Persons with incomplete matching items cannot be treated as {matching.incomplete!r}; "
            "choose same_items, pooled or complete.",
            incomplete=str(matching.incomplete),
        )
    if matching.levels is not None and matching.levels < 1:
        raise ModelError(
            "too_few_levels",
            f"{matching.levels} matching levels are too few; give at least 1.",
            levels=matching.levels,
        )
    if matching.items is None:
        return np.ones(responses.n_items, dtype=np.bool_)
    unknown = [label for label in matching.items if label not in responses.items]
    if unknown:
        raise ModelError(
            "unknown_matching_item",
            f"There is no item {unknown[0]!r} to match on; check the name.",
            item=unknown[0],
        )
    return np.isin(np.array(responses.items), np.array(matching.items))


class _Totals:
    """Score and set of items of every person over the matching items."""

    def __init__(
        self, responses: ResponseMatrix, columns: BoolArray, incomplete: Incomplete
    ) -> None:
        self.responses, self.columns, self.incomplete = responses, columns, incomplete
        self.highest = (responses.first_category + responses.n_categories - 1).astype(np.int64)
        seen = np.broadcast_to(columns, responses.scores.shape)
        self.pattern: IntArray | None = None
        if not responses.is_complete:
            seen = responses.observed & columns
            self.pattern = _pattern_codes(seen) if incomplete == "same_items" else None
        self.points = (responses.scores * seen).sum(axis=1, dtype=np.int64)
        self.possible = np.asarray(seen @ self.highest)
        self.is_whole = np.asarray((seen == columns).all(axis=1), dtype=np.bool_)

    def table(self, i: int) -> ItemTable:
        """Count persons by level, group and category of one item."""
        responses, groups = self.responses, self.responses.group_codes
        seen = responses.observed[:, i]
        used = seen & self.is_whole if self.incomplete == "complete" else seen
        rows = slice(None) if used.all() else np.flatnonzero(used)
        category = responses.scores[rows, i].astype(np.int64)
        level, score = self._levels(i, rows, category)
        counts = _counted(
            responses, rows, level, len(score), category - responses.first_category[i], i
        )
        return ItemTable(
            responses.items[i],
            responses.groups,
            score,
            counts,
            np.bincount(groups[~seen], minlength=len(responses.groups)),
            np.bincount(groups[seen & ~used], minlength=len(responses.groups)),
        )

    def _levels(
        self, i: int, rows: slice | IntArray, category: IntArray
    ) -> tuple[IntArray, FloatArray]:
        """Level of each person on one item, and the score of each level."""
        own, n = (0, 0) if self.columns[i] else (category, self.highest[i])
        points, possible = self.points[rows] + own, self.possible[rows] + n
        everything = int(self.highest[self.columns].sum() + n)
        scaled = points * (everything / np.maximum(possible, 1))
        span = int(self.highest.sum()) + 1
        if self.pattern is not None:
            keys, level = np.unique(points + span * self.pattern[rows], return_inverse=True)
        else:
            keys, level = _compact(np.rint(scaled).astype(np.int64), span)
            scaled = np.rint(scaled)
        score = np.zeros(len(keys))
        score[level] = scaled
        return level, score


def _pattern_codes(seen: BoolArray) -> IntArray:
    packed = np.ascontiguousarray(np.packbits(seen, axis=1))
    _, codes = np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_inverse=True)
    return np.asarray(codes, dtype=np.intp)


def _compact(key: IntArray, span: int) -> tuple[IntArray, IntArray]:
    """Keys (below ``span``) that occur, and the position of each entry's key among them."""
    keys = np.flatnonzero(np.bincount(key, minlength=span))
    position = np.zeros(span, dtype=np.intp)
    position[keys] = np.arange(len(keys))
    return keys, position[key]


def _counted(
    responses: ResponseMatrix,
    rows: slice | IntArray,
    level: IntArray,
    n_levels: int,
    category: IntArray,
    i: int,
) -> FloatArray:
    n_categories = max(int(responses.n_categories[i]), 0)  # none where nobody saw the item
    shape = (n_levels, len(responses.groups), n_categories)
    cell = (level * shape[1] + responses.group_codes[rows]) * shape[2] + category
    weights = responses.weights[rows]
    flat = np.bincount(cell, weights=weights, minlength=int(np.prod(shape)))
    return np.asarray(flat, dtype=np.float64).reshape(shape)
