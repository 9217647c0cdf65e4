"""Calibration on a Dask cluster. The only module that needs Dask; nothing imports it at start-up.

Every worker holds some partitions of the persons. A pass sends the items' log probabilities out, each
partition returns the sums over its persons, and the sums are added here in the order of the partitions.
Nothing else travels, so a pass costs the network a few kilobytes a partition, however many persons.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from distributed import Client
from distributed import Future as DaskFuture

from psychometrics.arrays import IntArray
from psychometrics.errors import DataError
from psychometrics.estimation.blas_threads import one_blas_thread
from psychometrics.estimation.chunks import CodedSource, LocalParts, PartWork, Result
from psychometrics.estimation.item_set import ItemSet
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import MissingTreatment
from psychometrics.responses.person_ids import hashes, repeated_among
from psychometrics.responses.readers import MissingCodes, read_responses
from psychometrics.responses.source import ResponseSource
from psychometrics.responses.stored import Check, HeldResponses, store
from psychometrics.responses.summary import ResponseSummary, Summarised, added

Partition = str | Path | ResponseMatrix
Future: TypeAlias = "DaskFuture[Any]"


@dataclass(frozen=True)
class ClusterSource:
    """Responses in the memory of a cluster's workers; make one with :func:`on_cluster`.

    Attributes
    ----------
    partitions : tuple of Future
        Each a ResponseMatrix on one worker, all with the same items and groups.
    """

    client: Client
    partitions: tuple[Future, ...]
    items: tuple[str, ...]
    groups: tuple[str, ...]

    def batches(self) -> Iterator[ResponseMatrix]:
        """Every partition, brought here one at a time."""
        for future in self.partitions:
            yield future.result()

    def treat(self, treatment: MissingTreatment) -> ResponseSource:
        """The same source with its missing responses treated on the workers."""
        return replace(self, partitions=self._mapped(partial(_treated, treatment)))

    def stored(self, check: Check | None, chunk_rows: int) -> "ClusterResponses":
        """Count and check every partition where it is."""
        held = self._mapped(partial(_stored, check, chunk_rows))
        summaries = _gathered(self.client, self.client.map(_summary, held))
        return ClusterResponses(self.client, held, added(summaries))

    def _mapped(self, work: Callable[[ResponseMatrix], object]) -> tuple[Future, ...]:
        return tuple(self.client.map(work, self.partitions))


@dataclass(frozen=True)
class ClusterResponses:
    """Partitions after their first pass."""

    client: Client
    partitions: tuple[Future, ...]
    summary: ResponseSummary

    def coded(self, item_set: ItemSet, first_category: IntArray) -> CodedSource:
        """In block order on the workers, categories counted from zero."""
        coded = self.client.map(partial(_coded, item_set, first_category), self.partitions)
        return CodedCluster(item_set, self.summary, self.client, tuple(coded))


@dataclass(frozen=True)
class CodedCluster(Summarised):
    """Coded partitions on the workers; one partition is one part."""

    item_set: ItemSet
    summary: ResponseSummary
    client: Client = field(repr=False)
    partitions: tuple[Future, ...] = field(repr=False)

    def map_parts(self, work: PartWork[Result], threads: int | None) -> Iterator[Result]:
        """``work`` of every partition, on its worker, in the order of the partitions."""
        sent = self.client.scatter(work, broadcast=True, hash=False)  # type: ignore[no-untyped-call]
        done = self.client.map(_worked, self.partitions, work=sent, pure=False)
        yield from _gathered(self.client, done)


def on_cluster(
    client: Client,
    partitions: Sequence[Partition],
    *,
    groups: str | None = None,
    weights: str | None = None,
    ignore: Sequence[str] = (),
    reference_group: str | None = None,
    missing_codes: MissingCodes | None = None,
) -> ClusterSource:
    """Responses held by a cluster, to be given to :func:`psychometrics.calibrate`.

    Parameters
    ----------
    client : distributed.Client
        Of the cluster; every worker needs this package and, for paths, the files.
    partitions : sequence of path or ResponseMatrix
        At least one for each worker; a file is read by the worker that will hold it.
    groups, weights, ignore, reference_group, missing_codes
        As for :func:`psychometrics.read_responses`.

    Raises
    ------
    DataError
        The partitions have other columns, or a person stands in two of them.
    """
    options = {"groups": groups, "weights": weights, "ignore": tuple(ignore)}
    read = partial(_read, options | {"missing_codes": missing_codes})
    loaded = client.map(read, list(partitions), pure=False)
    shapes: list[tuple[tuple[str, ...], tuple[str, ...]]] = _gathered(
        client, client.map(_labels, loaded)
    )
    items = shapes[0][0]
    for number, (labels, _) in enumerate(shapes, start=1):
        if labels != items:
            raise DataError(
                "partitions_differ",
                f"Partition {number} has other item columns than the first; write all partitions "
                "with the same columns in the same order.",
                partition=number,
            )
    _refuse_repeated_persons(client, loaded)
    names = _ordered({label for _, own in shapes for label in own}, reference_group)
    return ClusterSource(
        client, tuple(client.map(partial(_regrouped, names), loaded)), items, names
    )


def _gathered(client: Client, futures: Sequence[Future]) -> list[Any]:
    results: list[Any] = client.gather(list(futures))  # type: ignore[no-untyped-call]
    return results


def _refuse_repeated_persons(client: Client, loaded: Sequence[Future]) -> None:
    found = repeated_among(np.concatenate(_gathered(client, client.map(_hashes, loaded))))
    if found is not None:
        first, second = (row + 1 for row in found)
        raise DataError(
            "person_in_two_partitions",
            f"Persons {first} and {second} of all partitions have the same id; keep one row, or give "
            "each sitting its own id.",
            row=second,
            first_row=first,
        )


def _ordered(labels: set[str], reference: str | None) -> tuple[str, ...]:
    if reference is None:
        return tuple(sorted(labels))
    if reference not in labels:
        raise DataError(
            "unknown_reference_group",
            f"There is no group {reference!r}; the groups are {', '.join(sorted(labels))}.",
            group=reference,
            groups=sorted(labels),
        )
    return (reference, *sorted(labels - {reference}))


# What follows runs on the workers.


def _read(options: dict[str, Any], partition: Partition) -> ResponseMatrix:
    if isinstance(partition, ResponseMatrix):
        return partition
    return read_responses(partition, **options)


def _labels(matrix: ResponseMatrix) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return matrix.items, matrix.groups


def _hashes(matrix: ResponseMatrix) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return hashes(matrix.persons)


def _regrouped(names: tuple[str, ...], matrix: ResponseMatrix) -> ResponseMatrix:
    place = np.array([names.index(label) for label in matrix.groups], dtype=np.intp)
    return replace(matrix, groups=names, group_codes=place[matrix.group_codes])


def _treated(treatment: MissingTreatment, matrix: ResponseMatrix) -> ResponseMatrix:
    return matrix.treat(treatment)


def _stored(check: Check | None, chunk_rows: int, matrix: ResponseMatrix) -> HeldResponses:
    held = store(matrix, check=check, chunk_rows=chunk_rows)
    assert isinstance(held, HeldResponses)
    return held


def _summary(held: HeldResponses) -> ResponseSummary:
    return held.summary


def _coded(item_set: ItemSet, first_category: IntArray, held: HeldResponses) -> CodedSource:
    return held.coded(item_set, first_category)


def _worked(coded: LocalParts, work: PartWork[Result]) -> Result:
    """The whole partition as one part; a worker's threads take several partitions at a time."""
    chunks = (chunk for part in range(coded.n_parts) for chunk in coded.chunks_of(part))
    with one_blas_thread():
        return work(chunks)
