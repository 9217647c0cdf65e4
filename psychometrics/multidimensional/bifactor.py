r"""The objective of a general ability and one specific factor a cluster of items.

.. math:: L_n = \int \phi_{g(n)}(\theta) \prod_c \int \prod_{i \in c}
          P_i(x_{ni} \mid a_i \theta + \lambda_i \eta + \ldots)\, \phi(\eta)\, d\eta\, d\theta

Given the general ability the specific factors are independent, so however many there are the integrals
are two-dimensional. A specific factor shifts an item's intercepts by slope times factor, so at each of
its nodes the item is an ordinary one with other intercepts, and the item models are used as they are.

The full vector holds the unidimensional one of the general ability, then one entry an item (in block
order): its specific slope, or under the testlet model the SD of its testlet, the specific slope then
being general slope times SD.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.estimation.expected_counts import ExpectedCounts
from psychometrics.estimation.free_parameters import FreeParameters
from psychometrics.estimation.item_set import Block
from psychometrics.estimation.objective import Evaluation, Objective
from psychometrics.multidimensional.bifactor_pass import Tables, expected_counts
from psychometrics.multidimensional.patterns import ClusteredResponses


@dataclass(frozen=True)
class BifactorObjective:
    """What a bifactor or testlet calibration maximises.

    Attributes
    ----------
    general : Objective
        Items and populations of the general ability, with its nodes and priors.
    specific_nodes, specific_weights : (n_specific_nodes,)
        Standard normal.
    free, template
        Of the whole full vector.
    is_testlet : bool
        Whether specific slopes are proportional to general ones within a cluster.
    """

    general: Objective
    coded: ClusteredResponses
    specific_nodes: FloatArray
    specific_weights: FloatArray
    free: FreeParameters
    template: FloatArray
    is_testlet: bool

    @property
    def n_general(self) -> int:
        """Length of the general ability's full vector."""
        return len(self.general.template)

    @cached_property
    def slope_entries(self) -> IntArray:
        """Where each item's general slope stands in the full vector, in block order."""
        positions = np.arange(self.n_general, dtype=np.float64)
        blocks = self.general.item_set.blocks
        return np.concatenate([block.of(positions)[:, 0] for block in blocks]).astype(np.intp)

    def expand(self, free: FloatArray) -> FloatArray:
        """The full vector at a free one."""
        return self.free.expand(free, self.template)

    def specific_slopes(self, full: FloatArray) -> FloatArray:
        """Slope of every item on its specific factor, (n_items,) in block order."""
        own = full[self.n_general :]
        return np.asarray(own * full[self.slope_entries] if self.is_testlet else own)

    def natural_jacobian(self, full: FloatArray) -> "sparse.csr_matrix":
        """Derivative of the full vector with specific slopes in the place of testlet SDs."""
        n, n_items = len(full), len(self.slope_entries)
        jacobian = sparse.eye(n, format="lil")
        if self.is_testlet:
            entries = self.n_general + np.arange(n_items)
            jacobian[entries, entries] = full[self.slope_entries]
            jacobian[entries, self.slope_entries] = full[self.n_general :]
        return jacobian.tocsr()

    def tables(self, full: FloatArray) -> Tables:
        """What an E-step at this point needs."""
        item_set, nodes = self.general.item_set, self.general.nodes
        slopes = self.specific_slopes(full)
        shape = (len(self.specific_nodes), len(nodes))
        columns = np.empty((item_set.n_columns + item_set.n_items, *shape))
        for block in item_set.blocks:
            log_p = self.log_probability(block, full, slopes)
            relative = (log_p[:, :, 1:] - log_p[:, :, :1]).transpose(0, 2, 1, 3)
            columns[block.columns] = relative.reshape(-1, *shape)
            lowest = slice(
                item_set.n_columns + block.rows.start, item_set.n_columns + block.rows.stop
            )
            columns[lowest] = log_p[:, :, 0]
        return Tables(
            self.coded,
            columns,
            np.log(self.specific_weights),
            self.general.log_weights(full[: self.n_general]),
        )

    def log_probability(self, block: Block, full: FloatArray, slopes: FloatArray) -> FloatArray:
        """(n_items, n_specific_nodes, n_categories, n_nodes)."""
        shifted = self._shifted(block, full, slopes)
        log_p = block.model.log_probability(shifted, self.general.nodes)
        return log_p.reshape(block.n_items, len(self.specific_nodes), *log_p.shape[1:])

    def item_gradient(self, block: Block, full: FloatArray, slopes: FloatArray) -> FloatArray:
        """Derivative of the log probabilities by an item's parameters and its specific slope.

        Shape (n_items, n_parameters + 1, n_specific_nodes, n_categories, n_nodes).
        """
        shifted = self._shifted(block, full, slopes)
        inner = block.model.gradient(shifted, self.general.nodes)
        inner = inner.reshape(block.n_items, len(self.specific_nodes), *inner.shape[1:])
        gradient = np.empty(
            (block.n_items, block.n_parameters + 1, len(self.specific_nodes), *inner.shape[3:])
        )
        gradient[:, :-1] = inner.transpose(0, 2, 1, 3, 4)
        along = np.tensordot(block.model.ability_shift(block.n_categories), inner, axes=(0, 2))
        gradient[:, -1] = along * self.specific_nodes[:, None, None]
        return gradient

    def _shifted(self, block: Block, full: FloatArray, slopes: FloatArray) -> FloatArray:
        """Items at every specific node, one below the other, (n_items * n_specific_nodes, n)."""
        change = slopes[block.rows, None] * self.specific_nodes
        direction = block.model.ability_shift(block.n_categories)
        shifted = block.of(full)[:, None, :] + change[:, :, None] * direction
        return shifted.reshape(-1, block.n_parameters)

    def item_entries(self, block: Block) -> IntArray:
        """Positions in the full vector, (n_items, n_parameters + 1), the specific entry last."""
        own = np.arange(block.parameters.start, block.parameters.stop).reshape(block.n_items, -1)
        specific = self.n_general + np.arange(block.rows.start, block.rows.stop)
        return np.concatenate([own, specific[:, None]], axis=1)

    def evaluate(self, free: FloatArray) -> Evaluation:
        """One E-step: value and gradient."""
        full = self.expand(free)
        counts = expected_counts(self.tables(full))
        log_prior = self.general.prior.value(full[: self.n_general])
        gradient = self.free.contract(self.full_gradient(full, counts))
        return Evaluation(counts.log_likelihood + log_prior, gradient, counts, log_prior)

    def full_gradient(self, full: FloatArray, counts: ExpectedCounts) -> FloatArray:
        """Gradient of the expected complete-data log posterior by the full vector."""
        natural, slopes, general = np.zeros_like(full), self.specific_slopes(full), self.general
        for block in general.item_set.blocks:
            expected = self.counts_of(block, counts)
            by_parameter = self.item_gradient(block, full, slopes)
            natural[self.item_entries(block)] = np.einsum("iskq,ipskq->ip", expected, by_parameter)
        own = full[: self.n_general]
        for group in range(self.coded.n_groups):
            by_population = general.log_weight_gradient(own, group)
            natural[general.population_slice(group)] = by_population @ counts.nodes[group]
        gradient = np.asarray(self.natural_jacobian(full).T @ natural)
        gradient[: self.n_general] += general.prior.gradient(own)
        return gradient

    def counts_of(self, block: Block, counts: ExpectedCounts) -> FloatArray:
        """Expected responses, (n_items, n_specific_nodes, n_categories, n_nodes)."""
        expected = counts.of_block(self.general.item_set, block)
        shape = (block.n_items, block.n_categories, len(self.specific_nodes), -1)
        return expected.reshape(shape).transpose(0, 2, 1, 3)

    def complete_information(self, full: FloatArray, counts: ExpectedCounts) -> "sparse.csc_matrix":
        """Expected complete-data information of the free parameters, sparse."""
        pieces = [
            (self.item_entries(block), self._item_information(block, full, counts))
            for block in self.general.item_set.blocks
        ]
        own = full[: self.n_general]
        for group, density in enumerate(self.general.densities):
            where = self.general.population_slice(group)
            one = density.information(self.general.nodes, own[where])
            entries = np.arange(where.start, where.stop)[None]
            pieces.append((entries, counts.nodes[group].sum() * one[None]))
        curvature = np.zeros((len(full), 1, 1))
        curvature[: self.n_general, 0, 0] = self.general.prior.curvature(own)
        jacobian = self.natural_jacobian(full) @ self.chain
        prior = _sparse([(np.arange(len(full))[:, None], curvature)], len(full))
        information = jacobian.T @ _sparse(pieces, len(full)) @ jacobian
        return (information + self.chain.T @ prior @ self.chain).tocsc()

    def _item_information(
        self, block: Block, full: FloatArray, counts: ExpectedCounts
    ) -> FloatArray:
        """Of every item's parameters and specific slope, (n_items, n + 1, n + 1)."""
        slopes = self.specific_slopes(full)
        gradient = self.item_gradient(block, full, slopes)
        expected = self.counts_of(block, counts).sum(axis=2)
        p = np.exp(self.log_probability(block, full, slopes)) * expected[:, :, None]
        flat = (block.n_items, block.n_parameters + 1, -1)
        left = (gradient * p[:, None]).reshape(flat)
        return np.asarray(left @ gradient.reshape(flat).transpose(0, 2, 1))

    @cached_property
    def chain(self) -> "sparse.csr_matrix":
        """Derivative of the full vector by the free one, (n_full, n_free)."""
        moving = np.flatnonzero(self.free.is_free)
        return sparse.csr_matrix(
            (np.ones(len(moving)), (moving, self.free.index[moving])),
            (len(self.template), self.free.n_free),
        )


def _sparse(pieces: list[tuple[IntArray, FloatArray]], n: int) -> "sparse.csr_matrix":
    """Put square pieces, (n_pieces, size, size), at their entries, (n_pieces, size)."""
    rows = [np.repeat(entries, entries.shape[1], axis=1).ravel() for entries, _ in pieces]
    columns = [np.tile(entries, entries.shape[1]).ravel() for entries, _ in pieces]
    values = [piece.ravel() for _, piece in pieces]
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.coo_matrix((np.concatenate(values), where), (n, n)).tocsr()
