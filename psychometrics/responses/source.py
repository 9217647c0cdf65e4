"""Responses that are read in batches, as often as asked: a matrix in memory, a file, many files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.responses.missing import MissingTreatment


@runtime_checkable
class ResponseSource(Protocol):
    """Where responses come from.

    Attributes
    ----------
    items, groups : tuple of str
        The same for all batches.
    """

    @property
    def items(self) -> tuple[str, ...]:
        """Labels of the columns."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Labels of the groups, the reference group first."""

    def batches(self) -> Iterator[ResponseMatrix]:
        """All persons once, in the same order and the same batches every time."""


@runtime_checkable
class Treatable(Protocol):
    """A source that can treat its missing responses where they are."""

    def treat(self, treatment: MissingTreatment) -> ResponseSource:
        """The same source with its missing responses treated."""


@dataclass(frozen=True)
class _Treated:
    """A source whose missing responses count as a treatment says."""

    source: ResponseSource
    treatment: MissingTreatment

    @property
    def items(self) -> tuple[str, ...]:
        return self.source.items

    @property
    def groups(self) -> tuple[str, ...]:
        return self.source.groups

    def batches(self) -> Iterator[ResponseMatrix]:
        for batch in self.source.batches():
            yield batch.treat(self.treatment)


def treated(source: ResponseSource, treatment: MissingTreatment) -> ResponseSource:
    """The source with its missing responses treated; see :meth:`ResponseMatrix.treat`."""
    if isinstance(source, Treatable):
        return source.treat(treatment)
    return _Treated(source, treatment)
