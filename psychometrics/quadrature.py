"""Nodes on the ability scale and the normal weights that turn an integral into a sum.

The nodes are fixed and equally spaced; a population enters only through its weights, which are
normalised to sum to one (the convention of the common reference programs). For a smooth integrand
that vanishes at both ends this rectangle rule converges faster than any power of the spacing.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError

MIN_NODES = 5


@dataclass(frozen=True)
class Quadrature:
    """Equally spaced nodes on ``[-limit, limit]``."""

    n_nodes: int = 61
    limit: float = 6.0

    def __post_init__(self) -> None:
        if self.n_nodes < MIN_NODES:
            raise ModelError(
                "too_few_nodes",
                f"{self.n_nodes} quadrature nodes are too few; use at least {MIN_NODES}.",
                nodes=self.n_nodes,
                minimum=MIN_NODES,
            )
        if not (np.isfinite(self.limit) and self.limit > 0):
            raise ModelError(
                "range_not_positive",
                f"The quadrature range must be a positive number, not {self.limit}.",
                range=self.limit,
            )

    @property
    def nodes(self) -> FloatArray:
        """Abilities at which the integrand is evaluated, (n_nodes,)."""
        return np.linspace(-self.limit, self.limit, self.n_nodes)


# A free population variance may be large: the wider grid has the same spacing (0.2) and leaves
# no tail outside. Fixed N(0,1) needs no more than six standard deviations.
STANDARD = Quadrature(61, 6.0)
WIDE = Quadrature(121, 12.0)


def log_normal_weights(nodes: FloatArray, mean: float, log_sd: float) -> FloatArray:
    """Logarithm of the normal density at the nodes, normalised so that the weights sum to one."""
    standardised = (nodes - mean) * np.exp(-log_sd)
    log_density = -0.5 * standardised**2
    peak = float(log_density.max())
    normaliser = peak + float(np.log(np.exp(log_density - peak).sum()))
    weights: FloatArray = log_density - normaliser
    return weights


def log_weight_gradient(nodes: FloatArray, mean: float, log_sd: float) -> FloatArray:
    """Derivative of the log weights by the mean and by the log SD, (2, n_nodes)."""
    sd = np.exp(log_sd)
    standardised = (nodes - mean) / sd
    raw = np.stack([standardised / sd, standardised**2])
    weights = np.exp(log_normal_weights(nodes, mean, log_sd))
    gradient: FloatArray = raw - (raw @ weights)[:, None]
    return gradient
