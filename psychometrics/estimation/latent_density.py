r"""The ability distribution of a group: normal, or a histogram estimated with the items.

Both families live on the fixed quadrature nodes and have the mean and the log SD as their first two
parameters, so that everything else in the package can treat them alike.

The histogram multiplies the normal curve by one factor a bin,

.. math:: \log \pi_q = (B \gamma)_q + \alpha \theta_q + \beta \theta_q^2 - \log Z,

with :math:`\alpha` and :math:`\beta` solved so that the mean and the SD *on the nodes* are exactly the
two given. The columns of B span all functions that are constant in the bins and orthogonal to 1,
theta and theta squared, so :math:`\gamma = 0` is the normal density and the shape competes neither with
the mean nor with the SD. Woods (2007), *Empirical histograms in item response theory with ordinal
data*, Educ. Psychol. Meas. 67, 73-87, standardises after every cycle instead; here the scale is fixed
by construction, so the likelihood has a gradient and the search one maximum to climb to.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import scipy

from psychometrics.arrays import FloatArray
from psychometrics.quadrature import log_normal_weights, log_weight_gradient

BIN_WIDTH = 0.5  # standard deviations of the normal fit the bins are laid out on
OUTERMOST = 4.0  # beyond it on either side one open bin
BEND_SD = 1.0  # of the normal prior on the second differences of neighbouring bins' log factors
TILT_TOLERANCE = 1e-13
MAX_TILT_STEPS = 100


class LatentDensity(ABC):
    """A family of distributions on the nodes; parameters are the mean, the log SD and a shape."""

    @property
    @abstractmethod
    def n_parameters(self) -> int:
        """Length of the parameter vector, at least 2."""

    @abstractmethod
    def log_weights(self, nodes: FloatArray, parameters: FloatArray) -> FloatArray:
        """Log weights at the nodes, (n_nodes,); their exponentials sum to one."""

    @abstractmethod
    def gradient(self, nodes: FloatArray, parameters: FloatArray) -> FloatArray:
        """Derivative of the log weights by the parameters, (n_parameters, n_nodes)."""

    def information(self, nodes: FloatArray, parameters: FloatArray) -> FloatArray:
        """Fisher information of one person whose ability is known, (n_parameters, n_parameters)."""
        gradient = self.gradient(nodes, parameters)
        weighted = gradient * np.exp(self.log_weights(nodes, parameters))
        information: FloatArray = weighted @ gradient.T
        return information


class NormalDensity(LatentDensity):
    """The normal density at the nodes, normalised to sum to one."""

    @property
    def n_parameters(self) -> int:
        return 2

    def log_weights(self, nodes: FloatArray, parameters: FloatArray) -> FloatArray:
        return log_normal_weights(nodes, float(parameters[0]), float(parameters[1]))

    def gradient(self, nodes: FloatArray, parameters: FloatArray) -> FloatArray:
        return log_weight_gradient(nodes, float(parameters[0]), float(parameters[1]))


@dataclass(frozen=True, eq=False)
class HistogramDensity(LatentDensity):
    """One factor a bin on top of a normal curve.

    Attributes
    ----------
    basis : (n_nodes, n_shape)
        From the shape parameters to the log factor at every node.
    precision : (n_shape, n_shape)
        Of the prior on the shape: neighbouring bins bend by about ``BEND_SD`` on the log scale. It
        keeps empty bins finite and smooths what the data cannot tell apart.
    """

    basis: FloatArray
    precision: FloatArray

    @property
    def n_parameters(self) -> int:
        return 2 + int(self.basis.shape[1])

    def log_weights(self, nodes: FloatArray, parameters: FloatArray) -> FloatArray:
        mean, sd = float(parameters[0]), float(np.exp(parameters[1]))
        return _tilted(nodes, self.basis @ parameters[2:], mean, sd)

    def gradient(self, nodes: FloatArray, parameters: FloatArray) -> FloatArray:
        mean, variance = float(parameters[0]), float(np.exp(2.0 * parameters[1]))
        weights = np.exp(self.log_weights(nodes, parameters))
        moments = _centred(np.stack([nodes, nodes**2]), weights)
        shape = _centred(self.basis.T, weights)
        spread = (moments * weights) @ moments.T
        by_moments = np.array([[1.0, 2.0 * mean], [0.0, 2.0 * variance]])
        common = (shape * weights) @ moments.T
        return np.concatenate(
            [
                by_moments @ np.linalg.solve(spread, moments),
                shape - common @ np.linalg.solve(spread, moments),
            ]
        )


def histogram_density(nodes: FloatArray, mean: float, sd: float) -> HistogramDensity:
    """Bins of half an SD around a normal fit with this mean and SD, open at four SDs."""
    standardised = (nodes - mean) / sd
    edges = np.arange(-OUTERMOST, OUTERMOST + BIN_WIDTH / 2, BIN_WIDTH)
    inside = np.digitize(standardised, edges)
    used, bins = np.unique(inside, return_inverse=True)
    indicator = np.eye(len(used))[bins]  # (n_nodes, n_bins)
    weights = np.exp(log_normal_weights(nodes, mean, float(np.log(sd))))
    powers = np.stack([np.ones_like(nodes), standardised, standardised**2])
    free = scipy.linalg.null_space((powers * weights) @ indicator)
    bends = np.diff(free, n=2, axis=0) / BEND_SD
    return HistogramDensity(np.ascontiguousarray(indicator @ free), bends.T @ bends)


def _centred(rows: FloatArray, weights: FloatArray) -> FloatArray:
    centred: FloatArray = rows - (rows @ weights)[:, None]
    return centred


def _tilted(nodes: FloatArray, shape: FloatArray, mean: float, sd: float) -> FloatArray:
    """Log weights proportional to exp(shape + alpha theta + beta theta^2) with these moments.

    Newton's method on the convex dual, shortened while it does not fall.
    """
    z = (nodes - mean) / sd  # its first two moments must be 0 and 1
    moments, target = np.stack([z, z**2]), np.array([0.0, 1.0])
    tilt = np.array([0.0, -0.5])
    value, log_weights = _dual(shape, moments, tilt, target)
    for _ in range(MAX_TILT_STEPS):
        weights = np.exp(log_weights)
        miss = target - moments @ weights
        if float(np.abs(miss).max()) < TILT_TOLERANCE:
            break
        centred = _centred(moments, weights)
        step = np.linalg.lstsq((centred * weights) @ centred.T, miss, rcond=None)[0]
        length = 1.0
        while length > 1e-8:
            new_value, new_log = _dual(shape, moments, tilt + length * step, target)
            if new_value <= value + 1e-14 * abs(value):
                break
            length *= 0.5
        tilt, value, log_weights = tilt + length * step, new_value, new_log
    return log_weights


def _dual(
    shape: FloatArray, moments: FloatArray, tilt: FloatArray, target: FloatArray
) -> tuple[float, FloatArray]:
    exponent = shape + tilt @ moments
    peak = float(exponent.max())
    normaliser = peak + float(np.log(np.exp(exponent - peak).sum()))
    return normaliser - float(tilt @ target), exponent - normaliser
