"""Marginal log-likelihood plus log prior, its exact gradient and a cheap curvature.

By Fisher's identity the gradient of the marginal log-likelihood is the expected gradient of the
complete-data one, so one E-step gives both. The complete-data information (what the EM algorithm
would divide by) is returned as well: it is block-diagonal, always positive, and preconditions the
quasi-Newton search.
"""

from dataclasses import dataclass

import numpy as np
import scipy

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.estimation.chunks import CodedSource
from psychometrics.estimation.expected_counts import (
    ExpectedCounts,
    expected_counts,
    log_table,
)
from psychometrics.estimation.free_parameters import FreeParameters
from psychometrics.estimation.item_set import Block, ItemSet
from psychometrics.estimation.latent_density import LatentDensity
from psychometrics.estimation.log_prior import LogPrior


@dataclass(frozen=True)
class Evaluation:
    """The objective at one point."""

    value: float  # log-likelihood + log prior
    gradient: FloatArray  # (n_free,)
    counts: ExpectedCounts
    log_prior: float


@dataclass(frozen=True)
class Objective:
    """What calibration maximises, as a function of the free parameters."""

    coded: CodedSource
    nodes: FloatArray
    free: FreeParameters
    template: FloatArray  # full vector holding the fixed values
    prior: LogPrior
    densities: tuple[LatentDensity, ...]  # of the groups' abilities

    @property
    def item_set(self) -> ItemSet:
        """The blocks of items."""
        return self.coded.item_set

    def expand(self, free: FloatArray) -> FloatArray:
        """The full vector at a free one."""
        return self.free.expand(free, self.template)

    def population(self, full: FloatArray) -> FloatArray:
        """Mean, log SD and shape of every group, (n_groups, n_population)."""
        return full[self.item_set.n_parameters :].reshape(len(self.densities), -1)

    def population_slice(self, group: int) -> slice:
        """Where a group's population stands in the full vector."""
        size = self.densities[group].n_parameters
        start = self.item_set.n_parameters + size * group
        return slice(start, start + size)

    def log_weights(self, full: FloatArray) -> FloatArray:
        """Every group's log weights, (n_groups, n_nodes)."""
        pairs = zip(self.densities, self.population(full), strict=True)
        return np.stack([density.log_weights(self.nodes, own) for density, own in pairs])

    def log_weight_gradient(self, full: FloatArray, group: int) -> FloatArray:
        """Derivative of a group's log weights by its population, (n_population, n_nodes)."""
        own = full[self.population_slice(group)]
        return self.densities[group].gradient(self.nodes, own)

    def evaluate(self, free: FloatArray) -> Evaluation:
        """One E-step: value and gradient."""
        full = self.expand(free)
        table = log_table(self.coded, full, self.nodes)
        counts = expected_counts(self.coded, table, self.log_weights(full))
        log_prior = self.prior.value(full)
        gradient = self.free.contract(self.full_gradient(full, counts))
        return Evaluation(counts.log_likelihood + log_prior, gradient, counts, log_prior)

    def full_gradient(self, full: FloatArray, counts: ExpectedCounts) -> FloatArray:
        """Gradient of the expected complete-data log posterior by the full vector.

        With counts held fixed it is also what the complete-data information differentiates.
        """
        gradient = np.zeros_like(full)
        for block in self.item_set.blocks:
            expected = counts.of_block(self.item_set, block)
            by_parameter = block.model.gradient(block.of(full), self.nodes)
            gradient[block.parameters] = np.einsum("ikq,ipkq->ip", expected, by_parameter).ravel()
        for group in range(len(self.densities)):
            by_population = self.log_weight_gradient(full, group)
            gradient[self.population_slice(group)] = by_population @ counts.nodes[group]
        return gradient + self.prior.gradient(full)

    def complete_information(
        self, full: FloatArray, counts: ExpectedCounts
    ) -> "scipy.sparse.csc_matrix":
        """Expected complete-data information of the free parameters, sparse."""
        rows, columns, values = [], [], []
        for block in self.item_set.blocks:
            information = self._block_information(block, full, counts)
            index = np.arange(block.parameters.start, block.parameters.stop)
            index = index.reshape(block.n_items, -1)
            rows.append(np.broadcast_to(index[:, :, None], information.shape).ravel())
            columns.append(np.broadcast_to(index[:, None, :], information.shape).ravel())
            values.append(information.ravel())
        curvature = self.prior.curvature(full)
        everything = np.arange(len(full))
        rows.append(everything)
        columns.append(everything)
        values.append(curvature)
        for group, density in enumerate(self.densities):
            where = self.population_slice(group)
            own = everything[where]
            information = density.information(self.nodes, full[where])
            rows.append(np.repeat(own, len(own)))
            columns.append(np.tile(own, len(own)))
            values.append((counts.nodes[group].sum() * information).ravel())
        return self._assemble(np.concatenate(rows), np.concatenate(columns), np.concatenate(values))

    def _block_information(
        self, block: Block, full: FloatArray, counts: ExpectedCounts
    ) -> FloatArray:
        parameters = block.of(full)
        expected = counts.of_block(self.item_set, block).sum(axis=1)  # (n_items, n_nodes)
        gradient = block.model.gradient(parameters, self.nodes)
        p = np.exp(block.model.log_probability(parameters, self.nodes))
        weighted = gradient * (p * expected[:, None, :])[:, None]
        n_items, n_parameters = parameters.shape
        flat = (n_items, n_parameters, -1)
        information: FloatArray = weighted.reshape(flat) @ gradient.reshape(flat).transpose(0, 2, 1)
        return information

    def _assemble(
        self, rows: IntArray, columns: IntArray, values: FloatArray
    ) -> "scipy.sparse.csc_matrix":
        keep = self.free.is_free[rows] & self.free.is_free[columns]
        shape = (self.free.n_free, self.free.n_free)
        matrix = scipy.sparse.coo_matrix(
            (values[keep], (self.free.index[rows[keep]], self.free.index[columns[keep]])), shape
        )
        return matrix.tocsc()
