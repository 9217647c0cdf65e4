"""What can be estimated from one set of plausible values under many sets of weights at once."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.assessment.background import Background
from psychometrics.assessment.scale import Levels
from psychometrics.errors import DataError, ModelError


class Statistic(ABC):
    """One or more numbers computed from weighted values."""

    @property
    @abstractmethod
    def labels(self) -> tuple[str, ...]:
        """Names of the numbers."""

    @abstractmethod
    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """Compute under every column of weights, (n_labels, n_columns).

        Parameters
        ----------
        values : (n_persons,)
        weights : (n_persons, n_columns)
            Zero outside the group in question.
        number : int
            Which plausible value this is, for statistics with a second set of them.
        """


def weighted_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Sum of w v over sum of w, (n_columns,)."""
    return np.asarray(values @ weights / weights.sum(axis=0))


@dataclass(frozen=True)
class Mean(Statistic):
    """Weighted mean."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One number."""
        return ("mean",)

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        return weighted_mean(values, weights)[None]


@dataclass(frozen=True)
class Total(Statistic):
    """Weighted sum."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One number."""
        return ("total",)

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        return np.asarray(values @ weights)[None]


@dataclass(frozen=True)
class StandardDeviation(Statistic):
    """Root of the weighted mean squared deviation (the divisor is the sum of the weights)."""

    @property
    def labels(self) -> tuple[str, ...]:
        """One number."""
        return ("sd",)

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        centred = values - values.mean()
        square = weighted_mean(centred**2, weights) - weighted_mean(centred, weights) ** 2
        return np.sqrt(np.maximum(square, 0.0))[None]


@dataclass(frozen=True)
class Percentiles(Statistic):
    """Weighted percentiles.

    The distinct values in order, each at the middle of its own share of the weight; in between,
    straight lines; beyond the outermost middles, the outermost values. With equal weights the median
    is the usual one.
    """

    percents: tuple[float, ...] = (5, 10, 25, 50, 75, 90, 95)

    def __post_init__(self) -> None:
        for percent in self.percents:
            if not 0 < percent < 100:
                raise ModelError(
                    "percent_out_of_range", f"{percent} is not between 0 and 100.", percent=percent
                )

    @property
    def labels(self) -> tuple[str, ...]:
        """``p5``, ``p10`` and so on."""
        return tuple(f"p{percent:g}" for percent in self.percents)

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        order = np.argsort(values, kind="stable")
        distinct, first = np.unique(values[order], return_index=True)
        shares = np.add.reduceat(weights[order], first, axis=0)
        wanted = np.array(self.percents) / 100.0
        columns = [_percentiles(distinct, share, wanted) for share in shares.T]
        return np.stack(columns, axis=1)


def _percentiles(distinct: FloatArray, share: FloatArray, wanted: FloatArray) -> FloatArray:
    present = share > 0
    own = share[present]
    middles = (np.cumsum(own) - 0.5 * own) / own.sum()
    return np.asarray(np.interp(wanted, middles, distinct[present]))


@dataclass(frozen=True)
class SharesAtLevels(Statistic):
    """Share of the weight at each proficiency level; a score on a cut belongs to the upper level."""

    levels: Levels

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the levels, lowest first."""
        return self.levels.labels

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        found = self.levels.of(values)
        sums = np.stack([weights[found == level].sum(axis=0) for level in range(len(self.labels))])
        return np.asarray(sums / weights.sum(axis=0))


@dataclass(frozen=True, eq=False)
class Ratio(Statistic):
    """Weighted sum of the values over that of another variable, (n_persons,)."""

    denominator: FloatArray

    @property
    def labels(self) -> tuple[str, ...]:
        """One number."""
        return ("ratio",)

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        return np.asarray(values @ weights / (self.denominator @ weights))[None]


@dataclass(frozen=True, eq=False)
class Correlation(Statistic):
    """Weighted product-moment correlation with another variable or set of plausible values.

    Attributes
    ----------
    other : (n_persons,) or (n_persons, n_values)
    """

    other: FloatArray

    @property
    def labels(self) -> tuple[str, ...]:
        """One number."""
        return ("correlation",)

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        other = self.other if self.other.ndim == 1 else self.other[:, number]
        x, y = values - values.mean(), other - other.mean()
        mean_x, mean_y = weighted_mean(x, weights), weighted_mean(y, weights)
        covariance = weighted_mean(x * y, weights) - mean_x * mean_y
        variance = (weighted_mean(x**2, weights) - mean_x**2) * (
            weighted_mean(y**2, weights) - mean_y**2
        )
        return np.asarray(covariance / np.sqrt(variance))[None]


class Regression(Statistic):
    """Weighted least squares of the values on background variables, and R squared.

    Parameters
    ----------
    background : Background
        An intercept comes first on its own.
    """

    def __init__(self, background: Background) -> None:
        self.design = background.with_intercept()

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the coefficients, then ``r_squared``."""
        return (*self.design.columns, "r_squared")

    def of(self, values: FloatArray, weights: FloatArray, number: int) -> FloatArray:
        """See :class:`Statistic`."""
        x = self.design.values
        n_columns = x.shape[1]
        products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
        normal = (weights.T @ products).reshape(-1, n_columns, n_columns)
        right = weights.T @ (x * values[:, None])
        coefficients = self._solved(normal, right)
        residual = values[:, None] - x @ coefficients
        total = weighted_mean(values**2, weights) - weighted_mean(values, weights) ** 2
        left = (weights * residual**2).sum(axis=0) / weights.sum(axis=0)
        return np.vstack([coefficients, 1.0 - left / total])

    def _solved(self, normal: FloatArray, right: FloatArray) -> FloatArray:
        scale = np.sqrt(np.einsum("kii->ki", normal))
        if (scale == 0).any() or (
            np.linalg.cond(normal / (scale[:, :, None] * scale[:, None, :])) > 1e12
        ).any():
            raise DataError(
                "regression_not_determined",
                f"In some group or replicate {', '.join(self.design.columns)} are not linearly "
                "independent; leave out a variable, or join small groups.",
                columns=list(self.design.columns),
            )
        return np.asarray(np.linalg.solve(normal, right[:, :, None])[:, :, 0].T)


def numbers(values: ArrayLike, name: str) -> FloatArray:
    """A variable as (n_persons, n_values) numbers; refused where not finite.

    Raises
    ------
    DataError
        Naming the row.
    """
    table = np.asarray(values, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    wrong = np.argwhere(~np.isfinite(table))
    if wrong.size:
        row, column = (int(index) for index in wrong[0])
        raise DataError(
            "value_missing",
            f"Row {row + 1} of {name}, plausible value {column + 1}: not a number; "
            "leave the person out or give a value.",
            row=row + 1,
            column=column + 1,
            name=name,
        )
    return table


def group_names(groups: Sequence[object]) -> tuple[str, ...]:
    """Different labels in alphabetical order."""
    return tuple(sorted({str(label) for label in groups}))
