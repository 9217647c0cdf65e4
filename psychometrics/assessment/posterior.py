r"""Moments of the residual e = theta - X beta given a person's responses.

All that the latent regression needs of a person are the posterior mean and covariance of the
features :math:`u = (e_1, \dots, e_D, e_1 e_1, e_1 e_2, \dots, e_D e_D)` (pairs with i <= j) and the
log marginal likelihood. One dimension: sums over fixed nodes. More: adaptive Gauss-Hermite, the
nodes of each person centred and scaled by the normal approximation of the posterior.

Naylor & Smith (1982), Appl. Statist. 31, 214-225. Rabe-Hesketh, Skrondal & Pickles (2005),
J. Econometrics 128, 301-323.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import product

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.assessment.gaussian_posterior import (
    GaussianPosterior,
    Sites,
    flat_sites,
    gaussian_posterior,
)
from psychometrics.assessment.likelihood import GridLikelihood, Likelihood, interpolate

LOG_TWO_PI = float(np.log(2.0 * np.pi))
POINTS_PER_DIMENSION = {2: 9, 3: 7, 4: 5}
SPACING_OF_SUMS = 0.2  # largest; a posterior SD of one spacing leaves an error near 1e-8
SPACING_OF_INTERPOLATION = 0.1
PRIOR_SDS = 6.0  # the grid reaches this far beyond the outermost prior mean
FEWEST_NODES, MOST_NODES = 9, 2001
FIRST_SWEEPS, LATER_SWEEPS = 5, 2
VALUES_PER_CHUNK = 2**18  # of one array; a few of them stay in a processor's cache


def pairs(n_dimensions: int) -> list[tuple[int, int]]:
    """(i, j) with i <= j, in the order of the features."""
    return [(i, j) for i in range(n_dimensions) for j in range(i, n_dimensions)]


@dataclass(frozen=True, eq=False)
class ResidualMoments:
    """Log marginal likelihood (n,), mean (n, F) and covariance (n, F, F) of the features."""

    log_marginal: FloatArray
    mean: FloatArray
    covariance: FloatArray


class Posterior(ABC):
    """Integrates over the abilities, chunk by chunk."""

    gridded: GridLikelihood
    rows_per_chunk: int

    def chunks(self) -> list[IntArray]:
        """Row numbers of each chunk."""
        n = self.gridded.likelihood.n_persons
        step = self.rows_per_chunk
        return [np.arange(start, min(start + step, n)) for start in range(0, n, step)]

    @abstractmethod
    def moments(
        self, rows: IntArray, prior_mean: FloatArray, precision: FloatArray
    ) -> ResidualMoments:
        """Moments of these persons.

        Parameters
        ----------
        prior_mean : (n_rows, n_dimensions)
        precision : (n_dimensions, n_dimensions)
            Inverse of the residual covariance.
        """


def posterior_for(
    likelihood: Likelihood, prior_mean: FloatArray, sd: FloatArray, least_sd: float
) -> Posterior:
    """Choose nodes that cover these prior means and resolve posterior SDs down to ``least_sd``."""
    if len(likelihood.dimensions) > 1:
        grid = covering_grid(prior_mean, sd, least_sd, SPACING_OF_INTERPOLATION)
        return AdaptivePosterior(likelihood.on(grid))
    return GridPosterior(likelihood.on(covering_grid(prior_mean, sd, least_sd, SPACING_OF_SUMS)))


def covering_grid(
    prior_mean: FloatArray, sd: FloatArray, least_sd: float, widest: float
) -> FloatArray:
    """Nodes at most ``widest`` apart that cover the prior means by six residual SDs."""
    spacing = min(widest, float(sd.min()), least_sd)
    low, high = _reach(prior_mean, sd)
    n_nodes = min(int(np.ceil((high - low) / spacing)) + 1, MOST_NODES)
    return np.linspace(low, high, max(n_nodes, FEWEST_NODES))


def is_adequate(
    posterior: Posterior, prior_mean: FloatArray, sd: FloatArray, least_sd: float
) -> bool:
    """Whether the nodes still cover the prior means and resolve the posteriors."""
    grid, spacing = posterior.gridded.grid, posterior.gridded.spacing
    low, high = _reach(prior_mean, 0.8 * sd)
    resolved = spacing <= 1.1 * min(float(sd.min()), least_sd) or len(grid) == MOST_NODES
    return bool(grid[0] <= low and grid[-1] >= high and resolved)


def _reach(prior_mean: FloatArray, sd: FloatArray) -> tuple[float, float]:
    low = float((prior_mean.min(axis=0) - PRIOR_SDS * sd).min())
    high = float((prior_mean.max(axis=0) + PRIOR_SDS * sd).max())
    return low, high


class GridPosterior(Posterior):
    """One dimension: a sum over equally spaced nodes."""

    def __init__(self, gridded: GridLikelihood) -> None:
        self.gridded = gridded
        self.rows_per_chunk = max(64, VALUES_PER_CHUNK // len(gridded.grid))

    def moments(
        self, rows: IntArray, prior_mean: FloatArray, precision: FloatArray
    ) -> ResidualMoments:
        residual = self.gridded.grid - prior_mean  # (n, n_nodes)
        square = residual * residual
        weights, log_marginal = self._weights(rows, square, float(precision[0, 0]))
        return _one_dimensional(weights, residual, square, log_marginal)

    def weights(self, rows: IntArray, prior_mean: FloatArray, precision: FloatArray) -> FloatArray:
        """Posterior weights of the nodes, (n_rows, n_nodes)."""
        square = (self.gridded.grid - prior_mean) ** 2
        return self._weights(rows, square, float(precision[0, 0]))[0]

    def _weights(
        self, rows: IntArray, square: FloatArray, rate: float
    ) -> tuple[FloatArray, FloatArray]:
        joint = self.gridded.of(rows)[0]
        joint -= (0.5 * rate) * square
        peak = joint.max(axis=1)
        joint -= peak[:, None]
        np.exp(joint, out=joint)
        total = joint.sum(axis=1)
        joint /= total[:, None]
        density = np.log(self.gridded.spacing) + 0.5 * (np.log(rate) - LOG_TWO_PI)
        return joint, peak + np.log(total) + density


def _one_dimensional(
    weights: FloatArray, residual: FloatArray, square: FloatArray, log_marginal: FloatArray
) -> ResidualMoments:
    first = np.einsum("nq,nq->n", weights, residual)
    weights = weights * square
    second = weights.sum(axis=1)
    third = np.einsum("nq,nq->n", weights, residual)
    fourth = np.einsum("nq,nq->n", weights, square)
    covariance = np.empty((len(first), 2, 2))
    covariance[:, 0, 0] = second - first**2
    covariance[:, 0, 1] = covariance[:, 1, 0] = third - first * second
    covariance[:, 1, 1] = fourth - second**2
    return ResidualMoments(log_marginal, np.stack([first, second], axis=1), covariance)


@dataclass(frozen=True, eq=False)
class HermiteRule:
    """Product rule for the standard normal; ``points[d]`` lists what dimension d depends on."""

    points: tuple[FloatArray, ...]  # (K ** (d + 1), d + 1)
    log_weights: FloatArray  # (K ** D,), with the normal density divided out

    @property
    def n_points(self) -> int:
        """Points of the whole product."""
        return len(self.log_weights)


def hermite_rule(n_dimensions: int, n_points: int) -> HermiteRule:
    """Gauss-Hermite product rule with ``n_points`` a dimension."""
    z, weights = np.polynomial.hermite_e.hermegauss(n_points)
    log_weights = np.log(weights) + 0.5 * z**2
    levels = [
        np.array(list(product(z, repeat=depth + 1)), dtype=np.float64)
        for depth in range(n_dimensions)
    ]
    joint = np.array(list(product(log_weights, repeat=n_dimensions)), dtype=np.float64)
    return HermiteRule(tuple(levels), joint.sum(axis=1))


class AdaptivePosterior(Posterior):
    """Several dimensions: Gauss-Hermite nodes of each person's own."""

    def __init__(self, gridded: GridLikelihood) -> None:
        n_dimensions = len(gridded.tables)
        self.gridded = gridded
        self.rule = hermite_rule(n_dimensions, POINTS_PER_DIMENSION[n_dimensions])
        self.rows_per_chunk = max(16, VALUES_PER_CHUNK // self.rule.n_points)
        self.sites = flat_sites(gridded.likelihood.n_persons, n_dimensions)
        self.is_started = np.zeros(gridded.likelihood.n_persons, dtype=np.bool_)

    def moments(
        self, rows: IntArray, prior_mean: FloatArray, precision: FloatArray
    ) -> ResidualMoments:
        table = self.gridded.of(rows)
        centre = self._centre(rows, table, prior_mean, precision)
        theta, log_weights = self._nodes(table, centre)
        residual = theta - prior_mean[:, None, :]
        joint = log_weights - 0.5 * ((residual @ precision) * residual).sum(axis=2)
        joint += 0.5 * float(np.linalg.slogdet(precision)[1])
        return _moments_at(joint, residual)

    def _centre(
        self, rows: IntArray, table: FloatArray, prior_mean: FloatArray, precision: FloatArray
    ) -> GaussianPosterior:
        """Sites are kept from one cycle to the next, so later cycles need few sweeps."""
        sweeps = LATER_SWEEPS if self.is_started[rows].all() else FIRST_SWEEPS
        sites = Sites(self.sites.precision[rows], self.sites.shift[rows])
        found, sites = gaussian_posterior(
            table, self.gridded.grid, prior_mean, precision, sites, sweeps
        )
        self.sites.precision[rows], self.sites.shift[rows] = sites.precision, sites.shift
        self.is_started[rows] = True
        return found

    def _nodes(self, table: FloatArray, centre: GaussianPosterior) -> tuple[FloatArray, FloatArray]:
        """Abilities (n, n_points, D) and log weight times likelihood over normal (n, n_points).

        The factor is triangular: dimension d takes K ** (d + 1) distinct values a person only.
        """
        factor = np.linalg.cholesky(centre.covariance)
        theta = np.empty((len(factor), self.rule.n_points, len(table)))
        log_weights = np.tile(self.rule.log_weights, (len(factor), 1))
        log_weights += np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)[:, None]
        for d, points in enumerate(self.rule.points):
            values = centre.mean[:, d, None] + factor[:, d, : d + 1] @ points.T
            times = self.rule.n_points // len(points)
            theta[:, :, d] = np.repeat(values, times, axis=1)
            exact = interpolate(table[d], self.gridded.grid, values)
            log_weights += np.repeat(exact, times, axis=1)
        return theta, log_weights


def _moments_at(joint: FloatArray, residual: FloatArray) -> ResidualMoments:
    peak = joint.max(axis=1)
    weights = np.exp(joint - peak[:, None])
    total = weights.sum(axis=1)
    weights /= total[:, None]
    squares = [residual[:, :, i] * residual[:, :, j] for i, j in pairs(residual.shape[2])]
    features = np.concatenate([residual, np.stack(squares, axis=2)], axis=2)
    mean = np.einsum("nq,nqf->nf", weights, features)
    features -= mean[:, None, :]
    covariance = np.matmul((features * weights[:, :, None]).transpose(0, 2, 1), features)
    prior_constant = 0.5 * residual.shape[2] * LOG_TWO_PI
    return ResidualMoments(peak + np.log(total) - prior_constant, mean, covariance)
