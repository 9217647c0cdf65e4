"""Statistics of a population with both parts of their error: sampling and plausible values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.assessment.estimators import Statistic, group_names, numbers
from psychometrics.assessment.replicates import About, ReplicateWeights
from psychometrics.assessment.rubin import Combined, combine
from psychometrics.errors import DataError, ModelError

EVERYBODY = "all"


@dataclass(frozen=True)
class MinimumCell:
    """The smallest group that is reported; smaller ones are flagged."""

    persons: int = 30
    schools: int = 5


@dataclass(frozen=True)
class Estimate:
    """One number of a report.

    Attributes
    ----------
    combined : Combined
        Value, standard error, its two parts, degrees of freedom, share due to ability.
    n_persons : int
        Persons with a positive weight in the group.
    n_schools : int or None
    is_reportable : bool
        Whether the group reaches the smallest size that is reported.
    """

    group: str
    statistic: str
    combined: Combined
    n_persons: int
    n_schools: int | None
    is_reportable: bool

    @property
    def value(self) -> float:
        """The estimate."""
        return self.combined.value

    @property
    def se(self) -> float:
        """Its standard error, both parts."""
        return self.combined.se

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval by Student's t with the estimate's degrees of freedom."""
        if not 0.0 < level < 1.0:
            raise ModelError("level_out_of_range", f"A level must be in (0, 1), not {level}.")
        df, tail = self.combined.df, 0.5 + level / 2.0
        half = float(ndtri(tail) if df is None else stdtrit(df, tail)) * self.se
        return self.value - half, self.value + half


@dataclass(frozen=True)
class Cell:
    """A row of the result: a number of a group."""

    group: str
    statistic: str
    n_persons: int
    n_schools: int | None
    is_reportable: bool


@dataclass(frozen=True, eq=False)
class Replicated:
    """Every number from every plausible value under every set of weights.

    Kept whole so that differences and other functions of several numbers get the right error: they
    are computed within each plausible value and each replicate, and only then combined.

    Attributes
    ----------
    values : (n_values, n_cells, 1 + n_replicates)
        The first column is with the full weights.
    """

    cells: tuple[Cell, ...]
    values: FloatArray
    weights: ReplicateWeights

    def estimates(self, *, about: About = "full") -> tuple[Estimate, ...]:
        """Combine by Rubin's rules; the sampling variance is the mean over plausible values."""
        full, replicated = self.values[:, :, 0], self.values[:, :, 1:]
        variances = self.weights.variance(full, replicated, about=about)
        df = self.weights.degrees_of_freedom
        return tuple(
            Estimate(
                group=cell.group,
                statistic=cell.statistic,
                combined=combine(full[:, number], variances[:, number], complete_df=df),
                n_persons=cell.n_persons,
                n_schools=cell.n_schools,
                is_reportable=cell.is_reportable,
            )
            for number, cell in enumerate(self.cells)
        )

    def group(self, label: str) -> "Replicated":
        """The numbers of one group."""
        positions = [i for i, cell in enumerate(self.cells) if cell.group == label]
        if not positions:
            known = sorted({cell.group for cell in self.cells})
            raise DataError(
                "unknown_group",
                f"There is no group {label!r}; the groups are {', '.join(known)}.",
                group=label,
                groups=known,
            )
        cells = tuple(self.cells[i] for i in positions)
        return Replicated(cells, self.values[:, positions], self.weights)

    def minus(self, other: "Replicated") -> "Replicated":
        """Differences of numbers from the same persons' weights, number by number.

        The covariance of the two sides is in the replicates. For independent samples (two rounds,
        two countries) use :func:`trend.trend` instead.
        """
        if self.values.shape != other.values.shape or self.weights is not other.weights:
            raise DataError(
                "not_comparable",
                "Both sides must hold the same numbers from the same plausible values and weights; "
                "take them from one call of estimate().",
            )
        cells = tuple(
            Cell(
                f"{one.group} - {two.group}",
                one.statistic
                if one.statistic == two.statistic
                else f"{one.statistic} - {two.statistic}",
                min(one.n_persons, two.n_persons),
                _smaller(one.n_schools, two.n_schools),
                one.is_reportable and two.is_reportable,
            )
            for one, two in zip(self.cells, other.cells, strict=True)
        )
        return Replicated(cells, self.values - other.values, self.weights)


def _smaller(one: int | None, two: int | None) -> int | None:
    return None if one is None or two is None else min(one, two)


def estimate(
    statistic: Statistic,
    values: ArrayLike,
    weights: ReplicateWeights,
    *,
    groups: Sequence[object] | None = None,
    schools: Sequence[object] | None = None,
    minimum: MinimumCell | None = None,
) -> Replicated:
    """Compute a statistic for the whole population or for every group.

    Parameters
    ----------
    statistic : Statistic
        ``Mean()``, ``Percentiles((10, 50, 90))``, ``SharesAtLevels(levels)``, ``Regression(x)``, ...
    values : (n_persons, n_values) or (n_persons,)
        Plausible values, or one observed variable (no imputation variance then).
    weights : ReplicateWeights
        Of the same persons.
    groups : (n_persons,), optional
        Label of each person's group; a group is a domain of the whole sample, so the replicates
        that empty it are kept.
    schools : (n_persons,), optional
        To count schools in each group.
    minimum : MinimumCell, optional
        30 persons and 5 schools unless given.

    Raises
    ------
    DataError
        Missing values (row named), other lengths, or a group that has no weight in a replicate.

    References
    ----------
    OECD (2009), *PISA Data Analysis Manual*, ch. 7-9. Rubin (1987), ch. 3.
    """
    table = numbers(values, "values")
    _same_length(len(table), weights, groups, schools)
    columns = weights.columns
    labels = [EVERYBODY] * len(table) if groups is None else [str(label) for label in groups]
    codes = np.array(labels)
    cells: list[Cell] = []
    results: list[FloatArray] = []
    for name in group_names(labels):
        members: BoolArray = codes == name
        own = np.where(members[:, None], columns, 0.0)
        _refuse_empty(name, own)
        results.append(np.stack([statistic.of(y, own, m) for m, y in enumerate(table.T)]))
        present = members & (weights.full > 0)
        cells += _cells(name, statistic.labels, present, schools, minimum or MinimumCell())
    return Replicated(tuple(cells), np.concatenate(results, axis=1), weights)


def _same_length(
    n_persons: int,
    weights: ReplicateWeights,
    groups: Sequence[object] | None,
    schools: Sequence[object] | None,
) -> None:
    for name, given in (("weights", weights.full), ("groups", groups), ("schools", schools)):
        if given is not None and len(given) != n_persons:
            raise DataError(
                "other_number_of_persons",
                f"{len(given)} {name} for {n_persons} persons; give one each.",
                what=name,
                given=len(given),
                persons=n_persons,
            )


def _refuse_empty(name: str, own: FloatArray) -> None:
    empty = np.flatnonzero(~(own.sum(axis=0) > 0))
    if empty.size:
        raise DataError(
            "group_without_weight",
            f"Group {name!r} has no weight in {'the full sample' if empty[0] == 0 else f'replicate {int(empty[0])}'}; "
            "join it with another group (with Fay's method every replicate keeps everybody).",
            group=name,
            column=int(empty[0]),
        )


def _cells(
    group: str,
    labels: Sequence[str],
    present: BoolArray,
    schools: Sequence[object] | None,
    minimum: MinimumCell,
) -> list[Cell]:
    n_persons = int(present.sum())
    n_schools = None
    if schools is not None:
        n_schools = len({str(schools[i]) for i in np.flatnonzero(present).tolist()})
    enough = n_persons >= minimum.persons and (n_schools is None or n_schools >= minimum.schools)
    return [Cell(group, label, n_persons, n_schools, enough) for label in labels]
