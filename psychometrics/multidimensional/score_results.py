"""Abilities of persons under models with several of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class MultidimensionalScores:
    """EAP abilities of several dimensions.

    Attributes
    ----------
    theta, se : (n_persons, n_dimensions)
        Posterior means and SDs.
    covariance : (n_persons, n_dimensions, n_dimensions)
        Of every person's posterior.
    from_prior_only : (n_persons,) bool
        True where nothing was observed.
    """

    persons: NDArray[np.str_]
    dimensions: tuple[str, ...]
    theta: FloatArray
    se: FloatArray
    covariance: FloatArray
    from_prior_only: BoolArray

    @property
    def reliability(self) -> FloatArray:
        """Variance of the EAPs as a share of all variance, (n_dimensions,)."""
        return _reliability(self.theta, self.se)


@dataclass(frozen=True, eq=False)
class BifactorScores:
    """EAPs of the general ability and of the specific factors.

    Attributes
    ----------
    factors : tuple of str
        The specific factors.
    general, se_general : (n_persons,)
    specific, se_specific : (n_persons, n_factors)
        In standard deviations of the factor.
    from_prior_only : (n_persons,) bool
        True where nothing was observed.
    """

    persons: NDArray[np.str_]
    factors: tuple[str, ...]
    general: FloatArray
    se_general: FloatArray
    specific: FloatArray
    se_specific: FloatArray
    from_prior_only: BoolArray

    @property
    def reliability(self) -> float:
        """Variance of the general EAPs as a share of all variance."""
        return float(_reliability(self.general[:, None], self.se_general[:, None])[0])


def _reliability(theta: FloatArray, se: FloatArray) -> FloatArray:
    between = theta.var(axis=0)
    return np.asarray(between / (between + (se**2).mean(axis=0)))
