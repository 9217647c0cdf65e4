"""The log prior of a full parameter vector, its gradient and its curvature.

A prior is taken at a quantity people name (a slope, a difficulty, an asymptote, an intercept); the
chain rule carries its slope to the internal parameters. Quantities that are one and the same because
all they depend on is shared count once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.estimation.free_parameters import FreeParameters
from psychometrics.estimation.item_set import Block, ItemSet
from psychometrics.estimation.parameter_names import is_named
from psychometrics.priors import Prior

DIFFERENCE = 1e-5


@dataclass(frozen=True)
class PriorTerm:
    """One prior on quantities of one block."""

    prior: Prior
    block: Block
    is_intercept: bool  # of the slope-intercept form, not among the reported parameters
    counted: BoolArray  # (n_items, n_quantities)

    def log_density(self, full: FloatArray) -> float:
        """Sum of the log densities."""
        quantities = self._quantities(full)[self.counted]
        return float(self.prior.density.log_density(quantities).sum())

    def gradient(self, full: FloatArray) -> FloatArray:
        """Derivative by the block's internal parameters, flattened."""
        quantities = self._quantities(full)
        slope = np.zeros_like(quantities)
        slope[self.counted] = self.prior.density.slope(quantities[self.counted])
        gradient: FloatArray = np.einsum("ir,irp->ip", slope, self._jacobian(full)).ravel()
        return gradient

    def _quantities(self, full: FloatArray) -> FloatArray:
        model, parameters = self.block.model, self.block.of(full)
        return model.intercepts(parameters) if self.is_intercept else model.reported(parameters)

    def _jacobian(self, full: FloatArray) -> FloatArray:
        return _jacobian(self.block, self.block.of(full), self.is_intercept)


@dataclass(frozen=True)
class LogPrior:
    """All terms, and the normal priors (up to a constant) on the shapes of estimated histograms."""

    terms: tuple[PriorTerm, ...] = ()
    shapes: tuple[tuple[slice, FloatArray], ...] = ()  # entries and their precision

    def value(self, full: FloatArray) -> float:
        """Log prior density."""
        shapes = sum(float(full[own] @ matrix @ full[own]) for own, matrix in self.shapes)
        return sum(term.log_density(full) for term in self.terms) - 0.5 * shapes

    def gradient(self, full: FloatArray) -> FloatArray:
        """Derivative by the full vector."""
        gradient = np.zeros_like(full)
        for term in self.terms:
            gradient[term.block.parameters] += term.gradient(full)
        for own, matrix in self.shapes:
            gradient[own] -= matrix @ full[own]
        return gradient

    def curvature(self, full: FloatArray) -> FloatArray:
        """Diagonal of minus the Hessian, where positive; by differences of the gradient."""
        curvature = np.zeros_like(full)
        for block in {id(term.block): term.block for term in self.terms}.values():
            own = np.arange(block.parameters.start, block.parameters.stop)
            for j in range(block.n_parameters):
                slot = own[j :: block.n_parameters]
                curvature[slot] = -self._slope_along(full, slot)
        for entries, matrix in self.shapes:
            curvature[entries] = np.diag(matrix)
        return np.maximum(curvature, 0.0)

    def _slope_along(self, full: FloatArray, slot: IntArray) -> FloatArray:
        moved = full.copy()
        moved[slot] += DIFFERENCE
        change: FloatArray = self.gradient(moved)[slot] - self.gradient(full)[slot]
        return change / DIFFERENCE


def prior_terms(
    priors: Sequence[Prior], item_set: ItemSet, free: FreeParameters, items: Sequence[str]
) -> tuple[PriorTerm, ...]:
    """Each prior with every block it applies to.

    Parameters
    ----------
    items : (n_items,) labels
        Of the response matrix; a prior may name some of them.
    """
    terms: list[PriorTerm] = []
    for block in item_set.blocks:
        for prior in priors:
            is_intercept, named = _named(block, prior)
            own = np.array([prior.applies_to(items[position]) for position in block.items])
            distinct = _distinct(block, free, is_intercept)
            counted = np.asarray(distinct & named & own[:, None], dtype=np.bool_)
            if counted.any():
                terms.append(PriorTerm(prior, block, is_intercept, counted))
    return tuple(terms)


def _named(block: Block, prior: Prior) -> tuple[bool, BoolArray]:
    """Which quantities of the block the prior is on, and whether they are intercepts."""
    names = block.model.reported_names(block.n_categories)
    named = np.array([is_named(name, prior.parameter) for name in names])
    if named.any() or not prior.parameter.startswith("intercept"):
        return False, named
    count = block.model.n_intercepts(block.n_categories)
    names = ("intercept",) if count == 1 else tuple(f"intercept{k}" for k in range(1, count + 1))
    return True, np.array([is_named(name, prior.parameter) for name in names])


def _distinct(block: Block, free: FreeParameters, is_intercept: bool) -> BoolArray:
    """Quantities that move at all, and of those that always agree only the first."""
    generic = 0.3 + 0.1 * np.arange(block.n_items * block.n_parameters, dtype=np.float64)
    jacobian = _jacobian(block, generic.reshape(block.n_items, -1), is_intercept)
    is_free = free.is_free[block.parameters].reshape(block.n_items, -1)
    owner = free.index[block.parameters].reshape(block.n_items, -1)
    depends = (jacobian != 0) & is_free[:, None, :]
    fixed = (jacobian != 0) & ~is_free[:, None, :]
    distinct = np.zeros(jacobian.shape[:2], dtype=np.bool_)
    seen: set[tuple[int, ...]] = set()
    for i, j in np.argwhere(depends.any(axis=2)):
        key = (int(j), *owner[i, depends[i, j]].tolist())
        if fixed[i, j].any():
            key = (*key, -1 - int(i))
        distinct[i, j] = key not in seen
        seen.add(key)
    return distinct


def _jacobian(block: Block, parameters: FloatArray, is_intercept: bool) -> FloatArray:
    if is_intercept:
        return block.model.intercepts_jacobian(parameters)
    return block.model.reported_jacobian(parameters)
