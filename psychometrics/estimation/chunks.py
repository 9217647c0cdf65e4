"""Chunks of persons: the unit of every pass over the responses.

Whatever a pass computes is a sum over persons, so it may take them chunk by chunk, from memory, from
a file or on another machine. Chunks come in parts: a part is what one worker takes at a time. Sums are
formed within a part in the order of its chunks and then over the parts in their order, so the number
of workers does not change a single bit of the result.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, ScoreArray
from psychometrics.estimation.blas_threads import one_blas_thread, worker_threads
from psychometrics.estimation.item_set import ItemSet

CHUNK_ROWS = 2048
CHUNKS_A_PART = 4

Result = TypeVar("Result")
PartWork = Callable[[Iterator["Chunk"]], Result]


@dataclass(frozen=True)
class Chunk:
    """Persons of one group, their categories in block order and counted from zero."""

    scores: ScoreArray  # (n_items, n); 0 where not observed
    observed: BoolArray | None  # (n_items, n); None where all was observed
    weights: FloatArray  # (n,)
    group: int

    @property
    def n(self) -> int:
        """Number of persons."""
        return int(self.scores.shape[1])


class CodedSource(Protocol):
    """Coded responses that can be passed over as often as asked, in bounded chunks."""

    @property
    def item_set(self) -> ItemSet:
        """The blocks of items."""

    @property
    def n_groups(self) -> int:
        """Number of groups."""

    @property
    def is_complete(self) -> bool:
        """Whether everybody's response to everything was observed."""

    @property
    def n_persons(self) -> int:
        """Number of persons with a weight."""

    @property
    def total_weight(self) -> float:
        """Sum of the persons' weights."""

    def map_parts(self, work: PartWork[Result], threads: int | None) -> Iterator[Result]:
        """``work`` of every part's chunks, in the order of the parts."""


class LocalParts(ABC):
    """Parts that this process passes over itself, several at a time."""

    @property
    @abstractmethod
    def n_parts(self) -> int:
        """Number of parts."""

    @abstractmethod
    def chunks_of(self, part: int) -> Iterator[Chunk]:
        """The chunks of one part; may be called from several threads at once."""

    def map_parts(self, work: PartWork[Result], threads: int | None) -> Iterator[Result]:
        """``work`` of every part's chunks, in the order of the parts."""

        def of_part(part: int) -> Result:
            return work(self.chunks_of(part))

        return map_in_order(of_part, self.n_parts, threads)


@dataclass(frozen=True)
class HeldChunks(LocalParts):
    """Chunks held in memory."""

    item_set: ItemSet
    n_groups: int
    held: tuple[Chunk, ...]

    @property
    def is_complete(self) -> bool:
        """Whether no chunk has anything missing."""
        return all(chunk.observed is None for chunk in self.held)

    @property
    def n_persons(self) -> int:
        """Number of persons."""
        return sum(chunk.n for chunk in self.held)

    @property
    def total_weight(self) -> float:
        """Sum of the persons' weights."""
        return float(sum(chunk.weights.sum() for chunk in self.held))

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return -(-len(self.held) // CHUNKS_A_PART)

    def chunks_of(self, part: int) -> Iterator[Chunk]:
        """The chunks of one part."""
        yield from self.held[part * CHUNKS_A_PART : (part + 1) * CHUNKS_A_PART]


def map_parts(
    source: CodedSource, work: PartWork[Result], threads: int | None = None
) -> Iterator[Result]:
    """``work`` of every part, in the order of the parts, wherever the parts are.

    Parameters
    ----------
    work : callable
        Of the chunks of one part; it must not change anything shared.
    threads : int, optional
        As many as BLAS would use unless given.
    """
    return source.map_parts(work, threads)


def map_in_order(
    work: Callable[[int], Result], n: int, threads: int | None = None
) -> Iterator[Result]:
    """``work`` of 0, 1, ..., n - 1 in this order, several at a time, each with one BLAS thread."""
    n_workers = min(worker_threads() if threads is None else threads, n)
    with one_blas_thread():
        if n_workers <= 1:
            yield from map(work, range(n))
            return
        with ThreadPoolExecutor(n_workers) as pool:
            yield from _in_order(pool, work, n, 2 * n_workers)


def _in_order(
    pool: ThreadPoolExecutor, work: Callable[[int], Result], n: int, ahead: int
) -> Iterator[Result]:
    """Results in order, with no more than ``ahead`` of them waiting."""
    waiting = [pool.submit(work, part) for part in range(min(ahead, n))]
    for part in range(n):
        done = waiting.pop(0).result()
        if part + ahead < n:
            waiting.append(pool.submit(work, part + ahead))
        yield done


def thinned(source: CodedSource, step: int) -> HeldChunks:
    """Every ``step``-th person of each chunk, weighing ``step`` times as much, held in memory."""

    def of_part(chunks: Iterator[Chunk]) -> list[Chunk]:
        return [_every(chunk, step) for chunk in chunks]

    kept = [chunk for part in map_parts(source, of_part) for chunk in part]
    return HeldChunks(source.item_set, source.n_groups, tuple(_joined(kept)))


def _every(chunk: Chunk, step: int) -> Chunk:
    return Chunk(
        chunk.scores[:, ::step].copy(),
        None if chunk.observed is None else chunk.observed[:, ::step].copy(),
        chunk.weights[::step] * step,
        chunk.group,
    )


def _joined(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """Neighbours of one group put together, as far as a chunk reaches."""
    pending: list[Chunk] = []
    for chunk in chunks:
        fits = pending and pending[0].group == chunk.group
        fits = fits and (pending[0].observed is None) == (chunk.observed is None)
        if pending and not (fits and sum(c.n for c in pending) + chunk.n <= CHUNK_ROWS):
            yield _put_together(pending)
            pending = []
        pending.append(chunk)
    if pending:
        yield _put_together(pending)


def _put_together(chunks: Sequence[Chunk]) -> Chunk:
    masks = [chunk.observed for chunk in chunks if chunk.observed is not None]
    return Chunk(
        np.concatenate([chunk.scores for chunk in chunks], axis=1),
        np.concatenate(masks, axis=1) if masks else None,
        np.concatenate([chunk.weights for chunk in chunks]),
        chunks[0].group,
    )
