"""Marginal log-likelihood plus log prior, its exact gradient and a cheap curvature.

By Fisher's identity the gradient of the marginal log-likelihood is the expected gradient of the
complete-data one, so one E-step gives both. The complete-data information (what the EM algorithm
would divide by) is returned as well: it is block-diagonal, always positive, and preconditions the
quasi-Newton search.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.expected_counts import (
    CodedResponses,
    ExpectedCounts,
    expected_counts,
    log_table,
)
from psychometrics.free_parameters import FreeParameters
from psychometrics.item_set import Block, ItemSet
from psychometrics.priors import Prior
from psychometrics.quadrature import log_normal_weights, log_weight_gradient


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

    coded: CodedResponses
    nodes: FloatArray
    free: FreeParameters
    template: FloatArray  # full vector holding the fixed values
    priors: tuple[Prior, ...]

    @property
    def item_set(self) -> ItemSet:
        """The blocks of items."""
        return self.coded.item_set

    def expand(self, free: FloatArray) -> FloatArray:
        """The full vector at a free one."""
        return self.free.expand(free, self.template)

    def population(self, full: FloatArray) -> FloatArray:
        """Mean and log SD of every group, (n_groups, 2)."""
        return full[self.item_set.n_parameters :].reshape(-1, 2)

    def log_weights(self, full: FloatArray) -> FloatArray:
        """Every group's log weights, (n_groups, n_nodes)."""
        rows = [log_normal_weights(self.nodes, *pair) for pair in self.population(full)]
        return np.stack(rows)

    def evaluate(self, free: FloatArray) -> Evaluation:
        """One E-step: value and gradient."""
        full = self.expand(free)
        table = log_table(self.coded, full, self.nodes)
        counts = expected_counts(self.coded, table, self.log_weights(full))
        log_prior = self.log_prior(full)
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
        for group, pair in enumerate(self.population(full)):
            start = self.item_set.n_parameters + 2 * group
            by_pair = log_weight_gradient(self.nodes, *pair)
            gradient[start : start + 2] = by_pair @ counts.nodes[group]
        return gradient + self._prior_gradient(full)

    def log_prior(self, full: FloatArray) -> float:
        """Sum of the log prior densities; a shared parameter counts once."""
        total = 0.0
        for block in self.item_set.blocks:
            reported = block.model.reported(block.of(full))
            for prior, where in self._priors_of(block):
                total += float(prior.density.log_density(reported[where]).sum())
        return total

    def _prior_gradient(self, full: FloatArray) -> FloatArray:
        gradient = np.zeros_like(full)
        for block in self.item_set.blocks:
            parameters = block.of(full)
            reported, jacobian = (
                block.model.reported(parameters),
                block.model.reported_jacobian(parameters),
            )
            for prior, where in self._priors_of(block):
                slope = np.zeros_like(reported)
                slope[where] = prior.density.slope(reported[where])
                gradient[block.parameters] += np.einsum("ir,irp->ip", slope, jacobian).ravel()
        return gradient

    def _prior_curvature(self, full: FloatArray) -> FloatArray:
        """Diagonal of minus the Hessian of the log prior, where positive; by differences."""
        curvature = np.zeros_like(full)
        if not self.priors:
            return curvature
        step = 1e-5
        for block in self.item_set.blocks:
            own = np.arange(block.parameters.start, block.parameters.stop)
            for j in range(block.n_parameters):
                moved = full.copy()
                slot = own[j :: block.n_parameters]
                moved[slot] += step
                change = self._prior_gradient(moved) - self._prior_gradient(full)
                curvature[slot] = -change[slot] / step
        return np.maximum(curvature, 0.0)

    def _priors_of(self, block: Block) -> list[tuple[Prior, BoolArray]]:
        """Each prior with the reported parameters of the block it applies to."""
        first = self.free.is_first()[block.parameters].reshape(block.n_items, -1)
        pairs = []
        for prior in self.priors:
            where = np.zeros((block.n_items, block.n_parameters), dtype=np.bool_)
            chosen = reported_positions(block, prior.parameter)
            where[:, chosen] = first[:, chosen]
            pairs.append((prior, where))
        return pairs

    def complete_information(self, full: FloatArray, counts: ExpectedCounts) -> "sparse.csc_matrix":
        """Expected complete-data information of the free parameters, sparse."""
        rows, columns, values = [], [], []
        for block in self.item_set.blocks:
            information = self._block_information(block, full, counts)
            index = np.arange(block.parameters.start, block.parameters.stop)
            index = index.reshape(block.n_items, -1)
            rows.append(np.broadcast_to(index[:, :, None], information.shape).ravel())
            columns.append(np.broadcast_to(index[:, None, :], information.shape).ravel())
            values.append(information.ravel())
        curvature = self._prior_curvature(full)
        everything = np.arange(len(full))
        rows.append(everything)
        columns.append(everything)
        values.append(curvature)
        n_items_part = self.item_set.n_parameters
        for group in range(self.coded.n_groups):
            start = n_items_part + 2 * group
            n_persons = counts.nodes[group].sum()
            variance = np.exp(2.0 * full[start + 1])
            rows.append(np.array([start, start + 1]))
            columns.append(np.array([start, start + 1]))
            values.append(np.array([n_persons / variance, 2.0 * n_persons]))
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
    ) -> "sparse.csc_matrix":
        keep = self.free.is_free[rows] & self.free.is_free[columns]
        shape = (self.free.n_free, self.free.n_free)
        matrix = sparse.coo_matrix(
            (values[keep], (self.free.index[rows[keep]], self.free.index[columns[keep]])), shape
        )
        return matrix.tocsc()


def reported_positions(block: Block, parameter: str) -> slice:
    """Where a, b (or steps) or c stands among a block's reported parameters."""
    end = block.n_parameters - (1 if block.model.has_asymptote else 0)
    places = {"a": slice(0, 1), "b": slice(1, end), "c": slice(end, block.n_parameters)}
    return places[parameter]
