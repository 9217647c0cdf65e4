r"""Normal approximation of every person's posterior in several dimensions.

The posterior is a normal prior times one likelihood a dimension. Expectation propagation replaces
each likelihood by a normal factor (a *site*) so that mean and variance along its dimension are those
of the exact likelihood, taken on the grid. With one dimension this is the exact mean and variance.
Used where nodes or proposals are placed, never as the answer itself.

Minka (2001), *Expectation propagation for approximate Bayesian inference*, UAI 17, 362-369.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray

SMALLEST_PRECISION = 1e-8  # a likelihood that is not log-concave may ask for a negative one


@dataclass(frozen=True, eq=False)
class Sites:
    """Normal factors of a chunk of persons in natural form, each (n, n_dimensions)."""

    precision: FloatArray
    shift: FloatArray  # precision times location


@dataclass(frozen=True, eq=False)
class GaussianPosterior:
    """Mean, (n, n_dimensions), and covariance, (n, n_dimensions, n_dimensions)."""

    mean: FloatArray
    covariance: FloatArray


def flat_sites(n: int, n_dimensions: int) -> Sites:
    """Sites that say nothing: the posterior is the prior."""
    return Sites(np.zeros((n, n_dimensions)), np.zeros((n, n_dimensions)))


def gaussian_posterior(
    table: FloatArray,
    grid: FloatArray,
    prior_mean: FloatArray,
    prior_precision: FloatArray,
    sites: Sites,
    n_sweeps: int,
) -> tuple[GaussianPosterior, Sites]:
    """Refine the sites and return the normal posterior they imply.

    Parameters
    ----------
    table : (n_dimensions, n, n_nodes)
        Log-likelihood on the grid.
    prior_mean : (n, n_dimensions)
    prior_precision : (n_dimensions, n_dimensions)
    """
    for _ in range(n_sweeps):
        sites = _swept(table, grid, _joined(prior_mean, prior_precision, sites), sites)
    return _joined(prior_mean, prior_precision, sites), sites


def _joined(mean: FloatArray, precision: FloatArray, sites: Sites) -> GaussianPosterior:
    total = precision + sites.precision[:, :, None] * np.eye(len(precision))
    shift = mean @ precision + sites.shift
    covariance = np.asarray(np.linalg.inv(total), dtype=np.float64)
    return GaussianPosterior(np.einsum("nij,nj->ni", covariance, shift), covariance)


def _swept(
    table: FloatArray, grid: FloatArray, posterior: GaussianPosterior, sites: Sites
) -> Sites:
    variance = np.diagonal(posterior.covariance, axis1=1, axis2=2)
    cavity_precision = np.maximum(1.0 / variance - sites.precision, SMALLEST_PRECISION)
    cavity_shift = posterior.mean / variance - sites.shift
    new = Sites(np.empty_like(sites.precision), np.empty_like(sites.shift))
    for d, log_likelihood in enumerate(table):
        precision, shift = cavity_precision[:, d], cavity_shift[:, d]
        mean, spread = _tilted_moments(log_likelihood, grid, precision, shift)
        new.precision[:, d] = np.maximum(1.0 / spread - precision, SMALLEST_PRECISION)
        new.shift[:, d] = mean * (precision + new.precision[:, d]) - shift
    return new


def _tilted_moments(
    log_likelihood: FloatArray, grid: FloatArray, precision: FloatArray, shift: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of likelihood times normal, each (n,)."""
    joint = log_likelihood + np.outer(shift, grid) - np.outer(0.5 * precision, grid**2)
    joint -= joint.max(axis=1, keepdims=True)
    np.exp(joint, out=joint)
    total, first, second = (joint @ np.stack([np.ones_like(grid), grid, grid**2], axis=1)).T
    mean = first / total
    return mean, np.maximum(second / total - mean**2, SMALLEST_PRECISION)
