"""The normal distribution of several abilities on a product of grids."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.multidimensional.correlations import (
    correlation_jacobian,
    correlation_matrix,
    pairs,
)


@dataclass(frozen=True)
class JointNormal:
    """Means, log SDs and unbounded correlations of one group.

    Attributes
    ----------
    mean, log_sd : (n_dimensions,)
    z : (n_pairs,)
        See :mod:`psychometrics.multidimensional.correlations`.
    """

    mean: FloatArray
    log_sd: FloatArray
    z: FloatArray

    @cached_property
    def correlation(self) -> FloatArray:
        """(n_dimensions, n_dimensions)."""
        return correlation_matrix(self.z)

    @cached_property
    def covariance(self) -> FloatArray:
        """(n_dimensions, n_dimensions)."""
        sd = np.exp(self.log_sd)
        return np.asarray(self.correlation * np.outer(sd, sd))

    def weights(self, nodes: tuple[FloatArray, ...]) -> FloatArray:
        """The density at the nodes, normalised to sum to one; one axis a dimension."""
        precision = np.linalg.inv(self.covariance)
        deviations = [own - mean for own, mean in zip(nodes, self.mean, strict=True)]
        exponent = np.zeros([len(own) for own in nodes])
        for a, along in enumerate(deviations):
            for b in range(a + 1):
                share = -0.5 if a == b else -1.0
                exponent += share * precision[a, b] * _on_axes(along, deviations[b], a, b, exponent)
        density = np.exp(exponent - exponent.max())
        return np.asarray(density / density.sum())

    def gradient(
        self, nodes: tuple[FloatArray, ...], counts: FloatArray, weights: FloatArray
    ) -> FloatArray:
        """Derivative of sum(counts * log weights) by mean, log SD and z, in this order.

        Parameters
        ----------
        counts, weights : one axis a dimension
            Expected persons at the nodes, and :meth:`weights`.
        """
        excess = counts - counts.sum() * weights
        deviations = [own - mean for own, mean in zip(nodes, self.mean, strict=True)]
        first, second = moments(deviations, excess)
        precision, sd = np.linalg.inv(self.covariance), np.exp(self.log_sd)
        by_correlation = np.outer(sd, sd) * (precision @ second @ precision)
        return np.concatenate(
            [
                precision @ first,
                np.diag(precision @ second),
                by_correlation[pairs(len(sd))] @ correlation_jacobian(self.z),
            ]
        )

    @property
    def information(self) -> FloatArray:
        """Fisher information of one person with known abilities, in the order of the gradient."""
        n, sd = len(self.mean), np.exp(self.log_sd)
        precision = np.linalg.inv(self.covariance)
        directions = [*self._directions_of_sd(n), *self._directions_of_correlation(sd)]
        whitened = [precision @ direction for direction in directions]
        spread = [[0.5 * float(np.sum(one * other.T)) for other in whitened] for one in whitened]
        information = np.zeros((n + len(spread), n + len(spread)))
        information[:n, :n] = precision
        information[n:, n:] = spread
        return information

    def _directions_of_sd(self, n: int) -> list[FloatArray]:
        units = [np.diag(row) for row in np.eye(n)]
        return [unit @ self.covariance + self.covariance @ unit for unit in units]

    def _directions_of_correlation(self, sd: FloatArray) -> list[FloatArray]:
        rows, columns = pairs(len(sd))
        found = []
        for by_z in correlation_jacobian(self.z).T:
            change = np.zeros_like(self.correlation)
            change[rows, columns] = by_z
            found.append((change + change.T) * np.outer(sd, sd))
        return found


def moments(along: list[FloatArray], mass: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First and second moments of a mass on a product of grids, (n,) and (n, n)."""
    n = len(along)
    first, second = np.empty(n), np.empty((n, n))
    for a in range(n):
        margin = mass.sum(axis=tuple(k for k in range(n) if k != a))
        first[a], second[a, a] = margin @ along[a], margin @ along[a] ** 2
        for b in range(a):
            plane = mass.sum(axis=tuple(k for k in range(n) if k not in (a, b)))
            second[a, b] = second[b, a] = along[b] @ plane @ along[a]
    return first, second


def _on_axes(one: FloatArray, other: FloatArray, a: int, b: int, like: FloatArray) -> FloatArray:
    """The product of two functions of dimensions a and b, broadcast over the others."""
    shape_a, shape_b = [1] * like.ndim, [1] * like.ndim
    shape_a[a], shape_b[b] = len(one), len(other)
    return np.asarray(one.reshape(shape_a) * other.reshape(shape_b))
