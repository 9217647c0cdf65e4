"""What a simulation of adaptive tests shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.adaptive.assembly.constraints import Constraint, all_rows, unmet
from psychometrics.adaptive.policy import Decision
from psychometrics.adaptive.pool import ItemPool
from psychometrics.arrays import FloatArray, IntArray
from psychometrics.errors import ModelError

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class SimulatedTest:
    """One examinee's test.

    Attributes
    ----------
    items, scores : tuples, (n_given,)
    path : tuple of float, (n_given,)
        The estimate after each item.
    end : Decision
        The last one: final estimate, standard error and verdict.
    """

    items: tuple[str, ...]
    scores: tuple[int, ...]
    path: tuple[float, ...]
    end: Decision


@dataclass(frozen=True)
class ConditionalRow:
    """Examinees whose true ability lies between two bounds.

    Attributes
    ----------
    lower, upper : float
    n_examinees : int
    bias, rmse, mean_se, mean_length : float or None
        None where nobody is between the bounds.
    """

    lower: float
    upper: float
    n_examinees: int
    bias: float | None
    rmse: float | None
    mean_se: float | None
    mean_length: float | None


@dataclass(frozen=True, eq=False)
class AdaptiveSimulation:
    """Tests of simulated examinees and their summary figures.

    Attributes
    ----------
    pool : ItemPool
    abilities : (n_examinees,)
        True abilities.
    tests : (n_examinees,) SimulatedTest
    """

    pool: ItemPool
    abilities: FloatArray
    tests: tuple[SimulatedTest, ...] = field(repr=False)

    @property
    def n_examinees(self) -> int:
        """Number of examinees."""
        return len(self.tests)

    @cached_property
    def theta(self) -> FloatArray:
        """Final estimates, (n_examinees,)."""
        return np.array([test.end.theta for test in self.tests])

    @cached_property
    def se(self) -> FloatArray:
        """Their standard errors, (n_examinees,)."""
        return np.array([test.end.se for test in self.tests])

    @cached_property
    def lengths(self) -> IntArray:
        """Number of items given to each, (n_examinees,)."""
        return np.array([len(test.items) for test in self.tests], dtype=np.intp)

    @cached_property
    def reasons(self) -> Mapping[str, int]:
        """How many tests ended for which reason."""
        verdicts = [test.end.verdict for test in self.tests]
        return Counter(verdict.reason for verdict in verdicts if verdict is not None)

    @property
    def bias(self) -> float:
        """Mean of estimate minus truth."""
        return float((self.theta - self.abilities).mean())

    @property
    def rmse(self) -> float:
        """Root mean squared difference of estimate and truth."""
        return float(np.sqrt(((self.theta - self.abilities) ** 2).mean()))

    @property
    def coverage(self) -> float:
        """Share of examinees whose truth is within 1.96 standard errors of the estimate."""
        return float((np.abs(self.theta - self.abilities) <= NORMAL_95 * self.se).mean())

    @property
    def mean_length(self) -> float:
        """Mean number of items."""
        return float(self.lengths.mean())

    @cached_property
    def exposure(self) -> FloatArray:
        """Share of the examinees who were given each item, (n_items,)."""
        given = [self.pool.positions(test.items) for test in self.tests]
        counts = np.bincount(
            np.concatenate([*given, []]).astype(np.intp), minlength=self.pool.n_items
        )
        return counts / self.n_examinees

    @property
    def overlap(self) -> float:
        r"""Share of items that two examinees have in common, on average over all pairs.

        .. math:: \frac{\sum_i m_i (m_i - 1)}{\bar L\, N (N - 1)}

        with :math:`m_i` the number of examinees given item i.

        References
        ----------
        Chen, Ankenmann & Spray (2003), J. Educational Measurement 40, 129-145.
        """
        if self.n_examinees < 2:
            raise ModelError(
                "too_few_examinees", "Overlap compares two examinees; simulate at least 2."
            )
        counts = self.exposure * self.n_examinees
        pairs = self.n_examinees * (self.n_examinees - 1.0)
        return float((counts * (counts - 1.0)).sum() / (self.mean_length * pairs))

    def conditional(self, edges: ArrayLike) -> tuple[ConditionalRow, ...]:
        """Accuracy between each two neighbouring edges of true ability."""
        bounds = np.asarray(edges, dtype=np.float64)
        return tuple(self._between(float(lower), float(upper)) for lower, upper in pairwise(bounds))

    def _between(self, lower: float, upper: float) -> ConditionalRow:
        inside = (self.abilities >= lower) & (self.abilities < upper)
        if not inside.any():
            return ConditionalRow(lower, upper, 0, None, None, None, None)
        error = self.theta[inside] - self.abilities[inside]
        return ConditionalRow(
            lower,
            upper,
            int(inside.sum()),
            float(error.mean()),
            float(np.sqrt((error**2).mean())),
            float(self.se[inside].mean()),
            float(self.lengths[inside].mean()),
        )

    def violations(self, constraints: Sequence[Constraint]) -> Mapping[str, int]:
        """How many tests do not meet each constraint, those of the pool (enemies, stimuli) included.

        Only constraints that some test misses are listed.
        """
        rows = all_rows(self.pool, constraints)
        return Counter(name for test in self.tests for name in unmet(rows, self.pool, test.items))

    def summary(self) -> Mapping[str, float]:
        """The headline figures by name."""
        return {
            "examinees": float(self.n_examinees),
            "bias": self.bias,
            "rmse": self.rmse,
            "coverage": self.coverage,
            "mean_se": float(self.se.mean()),
            "mean_length": self.mean_length,
            "largest_exposure": float(self.exposure.max()),
            "items_used": float((self.exposure > 0).sum()),
            "overlap": self.overlap,
        }
