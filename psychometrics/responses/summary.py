"""What is counted over all responses before anything is estimated.

Everything in it is a sum (or a union) over persons, so it comes out of the same pass that stores the
responses, however many there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy

from psychometrics.arrays import BoolArray, IntArray, ScoreArray
from psychometrics.responses.array_checks import MAX_CATEGORY
from psychometrics.responses.matrix import ResponseMatrix

BATCH_ROWS = 65_536


@dataclass(frozen=True, eq=False)
class ResponseSummary:
    """Counts over the persons with a positive weight, unless said otherwise.

    Attributes
    ----------
    n_persons : int
        All persons, those of weight zero too.
    n_used, n_empty : int
        Persons with a weight; persons without any response.
    category_counts : (n_items, MAX_CATEGORY + 1)
        Responses in each category.
    group_sizes, group_answered : (n_groups,)
        All persons; persons with a weight and at least one response.
    linked : (n_items, n_items) sparse, bool
        Pairs of items that show which items share persons: each person links the first item seen with
        all the others.
    first_seen : (n_items,)
        Persons by the first item they saw.
    """

    items: tuple[str, ...]
    groups: tuple[str, ...]
    n_persons: int
    n_used: int
    n_empty: int
    is_complete: bool
    total_weight: float
    category_counts: IntArray
    group_sizes: IntArray
    group_answered: IntArray
    linked: "scipy.sparse.csr_matrix"
    first_seen: IntArray

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def n_responses(self) -> IntArray:
        """Number of responses to each item, (n_items,)."""
        return np.asarray(self.category_counts.sum(axis=1), dtype=np.intp)

    @property
    def first_category(self) -> IntArray:
        """Lowest observed category of each item, (n_items,)."""
        return np.asarray((self.category_counts > 0).argmax(axis=1), dtype=np.intp)

    @property
    def n_categories(self) -> IntArray:
        """Number of categories from the lowest to the highest observed one; 0 for an unseen item."""
        used = self.category_counts > 0
        highest = MAX_CATEGORY - used[:, ::-1].argmax(axis=1)
        span = highest - self.first_category + 1
        return np.asarray(np.where(used.any(axis=1), span, 0), dtype=np.intp)


@dataclass
class Tally:
    """Running counts, batch by batch."""

    items: tuple[str, ...]
    groups: tuple[str, ...]
    n_persons: int = 0
    n_used: int = 0
    n_empty: int = 0
    total_weight: float = 0.0
    is_complete: bool = True
    category_counts: IntArray = field(init=False)
    group_sizes: IntArray = field(init=False)
    group_answered: IntArray = field(init=False)
    first_seen: IntArray = field(init=False)
    seen_with: dict[int, "np.ndarray[tuple[int], np.dtype[np.uint8]]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.category_counts = np.zeros((len(self.items), MAX_CATEGORY + 1), dtype=np.intp)
        self.group_sizes = np.zeros(len(self.groups), dtype=np.intp)
        self.group_answered = np.zeros(len(self.groups), dtype=np.intp)
        self.first_seen = np.zeros(len(self.items), dtype=np.intp)

    def add(self, batch: ResponseMatrix) -> None:
        """Count a batch of responses."""
        n_groups = len(self.groups)
        self.n_persons += batch.n_persons
        self.group_sizes += np.bincount(batch.group_codes, minlength=n_groups)
        has_weight = batch.weights > 0
        self.n_used += int(np.count_nonzero(has_weight))
        self.total_weight += float(batch.weights.sum())
        if batch.is_complete:
            self._add_complete(batch, has_weight)
        else:
            self._add_masked(batch, has_weight)

    def _add_complete(self, batch: ResponseMatrix, has_weight: BoolArray) -> None:
        scores = batch.scores if has_weight.all() else batch.scores[has_weight]
        codes = batch.group_codes[has_weight]
        self.group_answered += np.bincount(codes, minlength=len(self.groups))
        self.first_seen[0] += len(codes)
        self.seen_with[0] = np.packbits(np.ones(len(self.items), dtype=np.bool_))
        self._count(scores, None)

    def _add_masked(self, batch: ResponseMatrix, has_weight: BoolArray) -> None:
        answered = batch.observed.any(axis=1)
        self.n_empty += int(np.count_nonzero(~answered))
        self.is_complete = False
        counted = has_weight & answered
        codes = batch.group_codes[counted]
        self.group_answered += np.bincount(codes, minlength=len(self.groups))
        scores, observed = batch.scores[counted], batch.observed[counted]
        self._count(scores, observed)
        self._link(observed)

    def _count(self, scores: ScoreArray, observed: BoolArray | None) -> None:
        highest = int(scores.max(initial=0, where=True if observed is None else observed))
        for category in range(highest + 1):
            here = scores == category
            if observed is not None:
                here &= observed
            self.category_counts[:, category] += np.count_nonzero(here, axis=0)

    def _link(self, observed: BoolArray) -> None:
        if not len(observed):
            return
        first = observed.argmax(axis=1)
        self.first_seen += np.bincount(first, minlength=len(self.items))
        order = np.argsort(first, kind="stable")
        firsts, starts = np.unique(first[order], return_index=True)
        together = np.bitwise_or.reduceat(np.packbits(observed[order], axis=1), starts, axis=0)
        for item, row in zip(firsts.tolist(), together, strict=True):
            known = self.seen_with.get(item)
            self.seen_with[item] = row if known is None else known | row

    def summary(self) -> ResponseSummary:
        """The counts so far."""
        return ResponseSummary(
            self.items,
            self.groups,
            self.n_persons,
            self.n_used,
            self.n_empty,
            self.is_complete,
            self.total_weight,
            self.category_counts,
            self.group_sizes,
            self.group_answered,
            self._linked(),
            self.first_seen,
        )

    def _linked(self) -> "scipy.sparse.csr_matrix":
        n = len(self.items)
        rows, columns = [np.arange(0)], [np.arange(0)]
        for item, packed in self.seen_with.items():
            others = np.flatnonzero(np.unpackbits(packed, count=n))
            rows.append(np.full(len(others), item))
            columns.append(others)
        pairs = (np.concatenate(rows), np.concatenate(columns))
        return scipy.sparse.csr_matrix((np.ones(len(pairs[0]), dtype=np.bool_), pairs), (n, n))


def summarise(batches: Iterable[ResponseMatrix]) -> ResponseSummary:
    """The counts over all batches; they must have the same items and groups."""
    tally: Tally | None = None
    for batch in batches:
        tally = tally or Tally(batch.items, batch.groups)
        for start in range(0, batch.n_persons, BATCH_ROWS):
            tally.add(batch.rows(start, start + BATCH_ROWS))
    if tally is None:
        raise ValueError("there is no batch to summarise")
    return tally.summary()


def added(parts: Sequence[ResponseSummary]) -> ResponseSummary:
    """The counts of several sets of persons together; items and groups are those of the first."""
    first = parts[0]
    linked = sum((part.linked for part in parts[1:]), first.linked)
    return ResponseSummary(
        first.items,
        first.groups,
        sum(part.n_persons for part in parts),
        sum(part.n_used for part in parts),
        sum(part.n_empty for part in parts),
        all(part.is_complete for part in parts),
        float(sum(part.total_weight for part in parts)),
        np.sum([part.category_counts for part in parts], axis=0),
        np.sum([part.group_sizes for part in parts], axis=0),
        np.sum([part.group_answered for part in parts], axis=0),
        linked,
        np.sum([part.first_seen for part in parts], axis=0),
    )


class Summarised:
    """What coded responses know of themselves from their summary, wherever their chunks lie."""

    summary: ResponseSummary

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.summary.groups)

    @property
    def is_complete(self) -> bool:
        """Whether everybody's response to everything was observed."""
        return self.summary.is_complete

    @property
    def n_persons(self) -> int:
        """Number of persons with a weight."""
        return self.summary.n_used

    @property
    def total_weight(self) -> float:
        """Sum of the persons' weights."""
        return self.summary.total_weight
