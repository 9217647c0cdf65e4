"""The objective of several dimensions: one of the unidimensional kind each, and a joint distribution.

Every dimension brings its items, priors, fixed and equal parameters and the means and SDs of the groups
along it; beyond that there are only the correlations. The full vector holds the dimensions' full
vectors one after the other, then the unbounded correlations of every group.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from psychometrics.arrays import FloatArray
from psychometrics.estimation.expected_counts import ExpectedCounts
from psychometrics.estimation.objective import Evaluation, Objective
from psychometrics.multidimensional.correlations import pairs
from psychometrics.multidimensional.joint_normal import JointNormal
from psychometrics.multidimensional.product_pass import (
    CodedDimensions,
    Tables,
    expected_counts,
    tables,
)

LEAST_VARIANCE = 0.5  # 1e-4 of the density


@dataclass(frozen=True)
class BetweenObjective:
    """What a between-item multidimensional calibration maximises.

    Attributes
    ----------
    parts : tuple of Objective
        One a dimension; their own populations are the margins of the joint one.
    coded : CodedDimensions
        The responses of all of them.
    """

    parts: tuple[Objective, ...]
    coded: CodedDimensions

    @property
    def nodes(self) -> tuple[FloatArray, ...]:
        """Of every dimension."""
        return tuple(part.nodes for part in self.parts)

    @property
    def n_pairs(self) -> int:
        """Correlations of a group."""
        return len(self.parts) * (len(self.parts) - 1) // 2

    @cached_property
    def n_free(self) -> int:
        """Length of the free vector."""
        return sum(self._free_sizes)

    @property
    def n_correlations(self) -> int:
        """Correlations of all groups."""
        return self.coded.n_groups * self.n_pairs

    @property
    def _free_sizes(self) -> list[int]:
        return [*(part.free.n_free for part in self.parts), self.n_correlations]

    @property
    def _full_sizes(self) -> list[int]:
        return [*(len(part.template) for part in self.parts), self.n_correlations]

    def split(self, full: FloatArray) -> tuple[list[FloatArray], FloatArray]:
        """The dimensions' full vectors, and the unbounded correlations, (n_groups, n_pairs)."""
        *fulls, z = np.split(full, np.cumsum(self._full_sizes)[:-1])
        return list(fulls), z.reshape(self.coded.n_groups, -1)

    def starts(self) -> list[int]:
        """Where each dimension's full vector begins, and the correlations."""
        return [0, *np.cumsum(self._full_sizes)[:-1].tolist()]

    def expand(self, free: FloatArray) -> FloatArray:
        """The full vector at a free one."""
        *own, z = np.split(free, np.cumsum(self._free_sizes)[:-1])
        fulls = [part.expand(one) for part, one in zip(self.parts, own, strict=True)]
        return np.concatenate([*fulls, z])

    def collect(self, full: FloatArray) -> FloatArray:
        """The free vector of a full one."""
        fulls, z = self.split(full)
        own = [part.free.collect(one) for part, one in zip(self.parts, fulls, strict=True)]
        return np.concatenate([*own, z.ravel()])

    def contract(self, gradient: FloatArray) -> FloatArray:
        """Chain rule from the full to the free vector."""
        fulls, z = self.split(gradient)
        own = [part.free.contract(one) for part, one in zip(self.parts, fulls, strict=True)]
        return np.concatenate([*own, z.ravel()])

    def populations(self, full: FloatArray) -> list[JointNormal]:
        """The abilities' distribution in every group."""
        fulls, z = self.split(full)
        margins = [part.population(own) for part, own in zip(self.parts, fulls, strict=True)]
        by_group = np.stack(margins)  # (n_dimensions, n_groups, 2)
        return [
            JointNormal(by_group[:, group, 0], by_group[:, group, 1], z[group])
            for group in range(self.coded.n_groups)
        ]

    def unresolved(self, full: FloatArray) -> list[tuple[int, int, int]]:
        """Group and two dimensions that correlate too much for the distance of their nodes.

        The sum over a grid misses the integral of a normal density by about
        2 exp(-2 pi^2 v), v the variance of the difference of two abilities in units of the nodes'
        distances; beyond that the likelihood rises where it should not.
        """
        spacing = np.array([nodes[1] - nodes[0] for nodes in self.nodes])
        found = []
        for group, population in enumerate(self.populations(full)):
            spread = population.covariance / np.outer(spacing, spacing)
            for a, b in zip(*pairs(len(spacing)), strict=True):
                if spread[a, a] + spread[b, b] - 2.0 * abs(spread[a, b]) < LEAST_VARIANCE:
                    found.append((group, int(b), int(a)))
        return found

    def tables(self, full: FloatArray) -> Tables:
        """What an E-step at this point needs."""
        weights = np.stack([one.weights(self.nodes) for one in self.populations(full)])
        return tables(self.coded, self.split(full)[0], self.nodes, weights)

    def evaluate(self, free: FloatArray) -> Evaluation:
        """One E-step: value and gradient."""
        full = self.expand(free)
        counts = expected_counts(self.tables(full))
        fulls, _ = self.split(full)
        log_prior = sum(p.prior.value(own) for p, own in zip(self.parts, fulls, strict=True))
        gradient = self.contract(self.full_gradient(full, counts))
        return Evaluation(counts.log_likelihood + log_prior, gradient, counts, log_prior)

    def full_gradient(self, full: FloatArray, counts: ExpectedCounts) -> FloatArray:
        """Gradient of the expected complete-data log posterior by the full vector."""
        fulls, z = self.split(full)
        own_counts = self.counts_of(counts)
        gradients = [
            part.full_gradient(own, seen)
            for part, own, seen in zip(self.parts, fulls, own_counts, strict=True)
        ]
        by_z = np.empty_like(z)
        n = len(self.parts)
        for group, population in enumerate(self.populations(full)):
            at_nodes = counts.nodes[group].reshape([len(own) for own in self.nodes])
            moved = population.gradient(self.nodes, at_nodes, population.weights(self.nodes))
            for k, part in enumerate(self.parts):
                gradients[k][part.population_slice(group)] = moved[[k, n + k]]
            by_z[group] = moved[2 * n :]
        return np.concatenate([*gradients, by_z.ravel()])

    def counts_of(self, counts: ExpectedCounts) -> list[ExpectedCounts]:
        """What each dimension sees of the expected counts."""
        found, at, n = [], 0, len(self.parts)
        shaped = counts.nodes.reshape(-1, *(len(own) for own in self.nodes))
        for k, one in enumerate(self.coded.dimensions):
            width = one.item_set.n_columns + (0 if one.is_complete else one.item_set.n_items)
            margin = shaped.sum(axis=tuple(j + 1 for j in range(n) if j != k))
            found.append(
                ExpectedCounts(counts.log_likelihood, counts.columns[at : at + width], margin)
            )
            at += width
        return found

    def complete_information(self, full: FloatArray, counts: ExpectedCounts) -> "sparse.csc_matrix":
        """Expected complete-data information, correlations taken as independent of the rest."""
        fulls, _ = self.split(full)
        own_counts = self.counts_of(counts)
        blocks = [
            part.complete_information(own, seen)
            for part, own, seen in zip(self.parts, fulls, own_counts, strict=True)
        ]
        n = 2 * len(self.parts)
        for group, population in enumerate(self.populations(full)):
            blocks.append(counts.nodes[group].sum() * population.information[n:, n:])
        return sparse.block_diag(blocks, format="csc")
