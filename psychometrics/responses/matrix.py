"""The response matrix: checked once, immutable afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics.arrays import BoolArray, FloatArray, IntArray, ScoreArray
from psychometrics.responses.array_checks import (
    MAX_CATEGORY,
    checked_categories,
    checked_items,
    checked_kinds,
    checked_persons,
    checked_weights,
    group_codes,
    kinds_beyond_mask,
    observed_mask,
    two_dimensional,
)
from psychometrics.responses.missing import KindArray, MissingTreatment, ResponseKind


@dataclass(frozen=True, eq=False)
class ResponseMatrix:
    """Scored responses of persons to items.

    Build one with :meth:`from_arrays` or :func:`psychometrics.read_responses`; the constructor
    itself does not check.

    Attributes
    ----------
    scores : (n_persons, n_items) int8
        Category of each response; meaningless where ``observed`` is false.
    observed : (n_persons, n_items) bool
        True where a response was given; see ``kinds`` for the others.
    weights : (n_persons,) float
        Frequency weight of each person.
    group_codes : (n_persons,) int
        Index into ``groups``.
    groups : tuple of str
        Group labels; the first is the reference group, the others are sorted.
    persons, items : labels
    kinds : (n_persons, n_items) int8, optional
        :class:`~psychometrics.responses.missing.ResponseKind` of each cell; None where every cell that is not
        observed was not administered.
    """

    scores: ScoreArray
    observed: BoolArray
    weights: FloatArray
    group_codes: IntArray
    groups: tuple[str, ...]
    persons: NDArray[np.str_]
    items: tuple[str, ...]
    kinds: KindArray | None = None

    @property
    def n_persons(self) -> int:
        """Number of rows."""
        return int(self.scores.shape[0])

    @property
    def n_items(self) -> int:
        """Number of columns."""
        return int(self.scores.shape[1])

    @cached_property
    def first_category(self) -> IntArray:
        """Lowest observed category of each item, (n_items,)."""
        lowest = self.scores.min(axis=0, initial=MAX_CATEGORY, where=self._counted)
        return np.asarray(lowest, dtype=np.intp)

    @cached_property
    def n_categories(self) -> IntArray:
        """Number of categories from the lowest to the highest observed one, (n_items,)."""
        highest = self.scores.max(axis=0, initial=0, where=self._counted)
        return np.asarray(highest, dtype=np.intp) - self.first_category + 1

    @property
    def _counted(self) -> BoolArray | bool:
        return True if self.is_complete else self.observed

    @cached_property
    def is_complete(self) -> bool:
        """Whether every response was observed."""
        return bool(
            self.observed.flat[0] if not any(self.observed.strides) else self.observed.all()
        )

    @property
    def answered(self) -> BoolArray:
        """Whether a person has any observed response, (n_persons,)."""
        return np.asarray(self.observed.any(axis=1), dtype=np.bool_)

    @classmethod
    def from_arrays(
        cls,
        scores: ArrayLike,
        *,
        observed: ArrayLike | None = None,
        kinds: ArrayLike | None = None,
        items: Sequence[str] | None = None,
        persons: Sequence[str] | NDArray[np.str_] | None = None,
        weights: ArrayLike | None = None,
        groups: Sequence[object] | None = None,
        reference_group: str | None = None,
    ) -> "ResponseMatrix":
        """Check plain arrays and freeze them.

        Parameters
        ----------
        scores : (n_persons, n_items)
            Integer categories. In a floating array NaN means not administered.
        observed : (n_persons, n_items) bool, optional
            Where given, only these cells count.
        kinds : (n_persons, n_items), optional
            :class:`~psychometrics.responses.missing.ResponseKind` of each cell. Scores count only where it is
            GIVEN; what the other kinds count as is chosen by :meth:`treat`.
        items, persons : labels, optional
            ``I1``, ``I2``, ... and ``1``, ``2``, ... unless given.
        weights : (n_persons,), optional
            Frequency weights; one each unless given.
        groups : (n_persons,), optional
            Group of each person.
        reference_group : str, optional
            The group that fixes the scale; the first label in alphabetical order unless given, so
            that the order of the rows does not matter.

        Raises
        ------
        DataError
            With row, column and remedy in ``params``.
        """
        raw = two_dimensional(scores)
        item_labels = checked_items(items, raw.shape[1])
        person_labels = checked_persons(persons, raw.shape[0])
        why = checked_kinds(kinds, raw.shape)
        mask = observed_mask(raw, observed, why)
        categories = checked_categories(raw, mask, person_labels, item_labels)
        names, codes = group_codes(groups, raw.shape[0], reference_group)
        matrix = cls(
            scores=categories,
            observed=mask,
            weights=checked_weights(weights, person_labels),
            group_codes=codes,
            groups=names,
            persons=person_labels,
            items=item_labels,
            kinds=kinds_beyond_mask(why, mask),
        )
        _freeze(matrix)
        return matrix

    def treat(self, treatment: MissingTreatment) -> "ResponseMatrix":
        """Decide what omitted, not reached and invalid responses count as.

        Parameters
        ----------
        treatment : MissingTreatment
            ``"wrong"`` becomes category 0, ``"missing"`` stays unobserved.

        Returns
        -------
        ResponseMatrix
            Without kinds: whatever is unobserved in it carries no information.
        """
        if self.kinds is None:
            return self
        wrong = treatment.counted_wrong(self.kinds)
        scores = np.where(wrong, np.int8(0), self.scores)
        treated = replace(self, scores=scores, observed=self.observed | wrong, kinds=None)
        _freeze(treated)
        return treated

    def count(self, kind: ResponseKind) -> IntArray:
        """Number of cells of this kind in each item, (n_items,)."""
        if self.kinds is not None:
            cells = self.kinds == kind
        elif kind == ResponseKind.GIVEN:
            cells = self.observed
        else:
            cells = ~self.observed & (kind == ResponseKind.NOT_ADMINISTERED)
        return np.asarray(np.count_nonzero(cells, axis=0), dtype=np.intp)

    def rows(self, start: int, stop: int) -> "ResponseMatrix":
        """A run of rows, as a view."""
        if start == 0 and stop >= self.n_persons:
            return self
        return replace(
            self,
            scores=self.scores[start:stop],
            observed=self.observed[start:stop],
            weights=self.weights[start:stop],
            group_codes=self.group_codes[start:stop],
            persons=self.persons[start:stop],
            kinds=None if self.kinds is None else self.kinds[start:stop],
        )

    def batches(self) -> Iterator["ResponseMatrix"]:
        """The matrix itself: held in memory it is one batch of a response source."""
        yield self

    def select(self, rows: ArrayLike) -> "ResponseMatrix":
        """The same matrix with only these rows, in this order."""
        chosen = np.asarray(rows)
        part = ResponseMatrix(
            scores=self.scores[chosen],
            observed=self.observed[chosen],
            weights=self.weights[chosen],
            group_codes=self.group_codes[chosen],
            groups=self.groups,
            persons=self.persons[chosen],
            items=self.items,
            kinds=None if self.kinds is None else self.kinds[chosen],
        )
        _freeze(part)
        return part


def _freeze(matrix: ResponseMatrix) -> None:
    for array in (matrix.scores, matrix.observed, matrix.weights, matrix.group_codes):
        array.flags.writeable = False
    matrix.persons.flags.writeable = False
    if matrix.kinds is not None:
        matrix.kinds.flags.writeable = False
