"""Responses stored so that every pass of a calibration costs little more than its arithmetic.

A source is read once. A matrix in memory is used as it is; anything else goes to a temporary file, one
byte a response, chunk by chunk as the passes will take it: persons of one group, those who saw the same
items together, items as rows. Passes read the file chunk by chunk, so the memory needed does not grow
with the number of persons.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.estimation.chunks import (
    CHUNK_ROWS,
    CHUNKS_A_PART,
    Chunk,
    CodedSource,
    LocalParts,
)
from psychometrics.estimation.expected_counts import code_responses
from psychometrics.estimation.item_set import ItemSet
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.source import ResponseSource
from psychometrics.responses.summary import (
    BATCH_ROWS,
    ResponseSummary,
    Summarised,
    Tally,
    summarise,
)

Check = Callable[[ResponseMatrix, int], None]


class StoredResponses(Protocol):
    """Responses after their first pass: counted, and ready for all others."""

    @property
    def summary(self) -> ResponseSummary:
        """The counts."""

    def coded(self, item_set: ItemSet, first_category: IntArray) -> CodedSource:
        """In block order, categories counted from zero."""


@dataclass(frozen=True)
class HeldResponses:
    """A matrix in memory."""

    matrix: ResponseMatrix
    summary: ResponseSummary
    chunk_rows: int

    def coded(self, item_set: ItemSet, first_category: IntArray) -> CodedSource:
        """In block order, categories counted from zero."""
        has_weight = self.matrix.weights > 0
        used = self.matrix if has_weight.all() else self.matrix.select(has_weight)
        return code_responses(used, item_set, first_category, self.chunk_rows)


@dataclass(frozen=True)
class _Record:
    """Where a chunk stands in the file."""

    start: int
    n: int
    group: int
    has_mask: bool
    has_weights: bool


class Spool:
    """The temporary file; it disappears with the last reference to it."""

    def __init__(self, n_items: int) -> None:
        self.n_items = n_items
        self.records: list[_Record] = []
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the spool)
        self._end = 0

    def append(
        self, scores: ScoreArray, observed: BoolArray | None, weights: FloatArray, group: int
    ) -> None:
        """Write a chunk, (n_items, n)."""
        has_weights = bool((weights != 1.0).any())
        parts = [scores.tobytes()]
        parts += [] if observed is None else [np.packbits(observed, axis=1).tobytes()]
        parts += [weights.tobytes()] if has_weights else []
        self.records.append(
            _Record(self._end, len(weights), group, observed is not None, has_weights)
        )
        self._end += self._file.write(b"".join(parts))

    def finish(self) -> None:
        """Nothing more will be written."""
        self._file.flush()

    def read(self, record: _Record) -> Chunk:
        """One chunk, as it was written; safe from several threads."""
        size, n_packed = self.n_items * record.n, self.n_items * -(-record.n // 8)
        length = size + n_packed * record.has_mask + 8 * record.n * record.has_weights
        data = os.pread(self._file.fileno(), length, record.start)
        scores = np.frombuffer(data, np.int8, size).reshape(self.n_items, record.n)
        observed = None
        if record.has_mask:
            packed = np.frombuffer(data, np.uint8, n_packed, size).reshape(self.n_items, -1)
            observed = np.unpackbits(packed, axis=1, count=record.n).view(np.bool_)
        weights = np.ones(record.n)
        if record.has_weights:
            weights = np.frombuffer(data, np.float64, record.n, length - 8 * record.n)
        return Chunk(scores, observed, weights, record.group)


@dataclass(frozen=True)
class SpooledResponses:
    """Responses in a temporary file."""

    spool: Spool
    summary: ResponseSummary

    def coded(self, item_set: ItemSet, first_category: IntArray) -> CodedSource:
        """In block order, categories counted from zero."""
        return CodedSpool(self.spool, self.summary, item_set, first_category[item_set.order])


@dataclass(frozen=True)
class CodedSpool(Summarised, LocalParts):
    """Chunks of a spool in block order."""

    spool: Spool
    summary: ResponseSummary
    item_set: ItemSet
    first_category: IntArray  # in block order

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return -(-len(self.spool.records) // CHUNKS_A_PART)

    def chunks_of(self, part: int) -> Iterator[Chunk]:
        """The chunks of one part."""
        for record in self.spool.records[part * CHUNKS_A_PART : (part + 1) * CHUNKS_A_PART]:
            yield self._coded(self.spool.read(record))

    def _coded(self, chunk: Chunk) -> Chunk:
        scores, observed, order = chunk.scores, chunk.observed, self.item_set.order
        if (order != np.arange(len(order))).any():
            scores = scores[order]
            observed = None if observed is None else observed[order]
        if self.first_category.any():
            scores = scores - self.first_category.astype(np.int8)[:, None]
            scores = scores if observed is None else scores * observed
        return replace(chunk, scores=scores, observed=observed)


@runtime_checkable
class SelfStoring(Protocol):
    """A source that keeps its responses itself, such as the memory of a cluster."""

    def stored(self, check: Check | None, chunk_rows: int) -> StoredResponses:
        """The responses after their first pass."""


def store(
    source: ResponseSource, *, check: Check | None = None, chunk_rows: int = CHUNK_ROWS
) -> StoredResponses:
    """Read a source once: count, check and keep it.

    Parameters
    ----------
    check : callable, optional
        Of every batch and the number of rows before it; raises to refuse it.
    """
    if isinstance(source, ResponseMatrix):
        if check is not None:
            check(source, 0)
        return HeldResponses(source, summarise([source]), chunk_rows)
    if isinstance(source, SelfStoring):
        return source.stored(check, chunk_rows)
    spool, tally = Spool(len(source.items)), Tally(source.items, source.groups)
    for batch in source.batches():
        if check is not None:
            check(batch, tally.n_persons)
        for start in range(0, batch.n_persons, BATCH_ROWS):
            part = batch.rows(start, start + BATCH_ROWS)
            tally.add(part)
            _spool(spool, part, chunk_rows)
    spool.finish()
    return SpooledResponses(spool, tally.summary())


def _spool(spool: Spool, batch: ResponseMatrix, chunk_rows: int) -> None:
    complete = batch.is_complete
    for rows, group in _runs(batch):
        for start in range(0, len(rows), chunk_rows):
            own = rows[start : start + chunk_rows]
            is_run = bool((np.diff(own) == 1).all())
            where = slice(int(own[0]), int(own[-1]) + 1) if is_run else own
            scores, observed = batch.scores[where].T, None
            if not complete:
                observed = batch.observed[where].T
                scores = scores * observed
                observed = None if observed.all() else observed
            spool.append(scores, observed, batch.weights[where], group)


def _runs(batch: ResponseMatrix) -> Iterator[tuple[IntArray, int]]:
    """Rows of each group, persons with a weight who saw the same items together."""
    order = np.arange(batch.n_persons)
    if not batch.is_complete:
        packed = np.ascontiguousarray(np.packbits(batch.observed, axis=1))
        order = np.argsort(packed.view(f"V{packed.shape[1]}").ravel(), kind="stable")
    used = order[(batch.weights > 0)[order]]
    for group in range(len(batch.groups)):
        members = used[batch.group_codes[used] == group]
        if len(members):
            yield members, group
