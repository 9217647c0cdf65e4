"""What an item model declares; everything else in the package is written against this.

A model works on a block of items that share it and have the same number of categories:
``parameters`` is (n_items, n_parameters) in an unconstrained internal form (slope and
intercepts, logit of the lower asymptote), ``theta`` is (n_points,). All tables come back as
(n_items, ..., n_categories, n_points). D = 1 throughout.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray

SlopeRule = Literal["free", "common", "fixed"]
ASYMPTOTE_AT_BOUNDARY = 1e-3


@dataclass(frozen=True)
class ThetaDerivatives:
    """Category probabilities and their first two derivatives by ability."""

    probability: FloatArray  # (n_items, n_categories, n_points)
    first: FloatArray
    second: FloatArray


class ItemModel(ABC):
    """One item response model.

    Attributes
    ----------
    name : str
        The name used in results and on the command line.
    slope : {"free", "common", "fixed"}
        Whether each item has its own slope, all share one, or it is 1.
    is_dichotomous : bool
        Whether it takes two categories only.
    """

    name: str
    slope: SlopeRule = "free"
    is_dichotomous: bool = False

    @property
    def published_name(self) -> str:
        """The name in results; differs only where a model is computed in another form."""
        return self.name

    @abstractmethod
    def n_parameters(self, n_categories: int) -> int:
        """Length of an item's internal parameter vector."""

    @abstractmethod
    def reported_names(self, n_categories: int) -> tuple[str, ...]:
        """Names of the reported parameters: a, b or b1, b2, ..., c, d, slope1, intercept1, ..."""

    def common_parameters(self, n_categories: int) -> tuple[int, ...]:
        """Internal parameters that all items of a block share, beside a common slope."""
        return ()

    def n_intercepts(self, n_categories: int) -> int:
        """Number of intercepts of the slope-intercept form."""
        return n_categories - 1

    def intercepts(self, parameters: FloatArray) -> FloatArray:
        """Intercepts of the slope-intercept form, (n_items, n_intercepts)."""
        return parameters[:, 1:2] if self.is_dichotomous else parameters[:, 1:]

    def intercepts_jacobian(self, parameters: FloatArray) -> FloatArray:
        """Derivative of :meth:`intercepts`, (n_items, n_intercepts, n_parameters)."""
        n_items, n_parameters = parameters.shape
        n = self.intercepts(parameters).shape[1]
        return np.tile(np.eye(n, n_parameters, k=1), (n_items, 1, 1))

    def ability_shift(self, n_categories: int) -> FloatArray:
        """Direction of the internal parameters that does what a change of a * theta by one does.

        Shape (n_parameters,). A second ability enters an item this way: slope times ability, along
        this direction.

        Raises
        ------
        ModelError
            The categories have slopes of their own.
        """
        shift = np.zeros(self.n_parameters(n_categories))
        shift[1] = 1.0
        return shift

    @abstractmethod
    def log_probability(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        """Log of each category's probability, (n_items, n_categories, n_points)."""

    @abstractmethod
    def gradient(self, parameters: FloatArray, theta: FloatArray) -> FloatArray:
        """Derivative of the log probabilities by the internal parameters.

        Shape (n_items, n_parameters, n_categories, n_points).
        """

    @abstractmethod
    def theta_derivatives(self, parameters: FloatArray, theta: FloatArray) -> ThetaDerivatives:
        """Probabilities and their derivatives by ability."""

    @abstractmethod
    def reported(self, parameters: FloatArray) -> FloatArray:
        """The parameters people read: slope, difficulties or steps, lower asymptote."""

    @abstractmethod
    def reported_jacobian(self, parameters: FloatArray) -> FloatArray:
        """Derivative of :meth:`reported`, (n_items, n_reported, n_parameters)."""

    @abstractmethod
    def internal(self, reported: FloatArray) -> FloatArray:
        """Inverse of :meth:`reported`."""

    def at_boundary(self, parameters: FloatArray) -> BoolArray:
        """Internal parameters so near a boundary that the data say nothing more about them.

        Shape (n_items, n_parameters). They count as known in the standard errors.
        """
        reported = self.reported(parameters)
        found = np.zeros(parameters.shape, dtype=np.bool_)
        if self.is_dichotomous:  # what such a model has after a and b are asymptotes
            asymptotes = reported[:, 2:]
            found[:, 2:] = np.minimum(asymptotes, 1.0 - asymptotes) < ASYMPTOTE_AT_BOUNDARY
        return found

    @abstractmethod
    def starting_values(self, proportions: FloatArray) -> FloatArray:
        """Rough internal parameters from the observed category proportions.

        Parameters
        ----------
        proportions : (n_items, n_categories)
        """


def expit(z: FloatArray) -> FloatArray:
    """Logistic function, accurate in both tails."""
    small = np.exp(-np.abs(z))  # never overflows
    result: FloatArray = np.where(z >= 0, 1.0, small) / (1.0 + small)
    return result


def log_expit(z: FloatArray) -> FloatArray:
    """Log of the logistic function without overflow or cancellation."""
    result: FloatArray = np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))
    return result


def logit(p: FloatArray) -> FloatArray:
    """Inverse of the logistic function."""
    result: FloatArray = np.log(p) - np.log1p(-p)
    return result


def logit_of_asymptote(p: FloatArray) -> FloatArray:
    """The logit, finite also where an estimate has been rounded to 0 or 1."""
    return logit(np.clip(p, 1e-300, 1.0 - 1e-16))


# With a standard normal ability and slope near one the marginal logit shrinks by about this much.
MARGINAL_SHRINKAGE = 1.16


def softened(proportions: FloatArray) -> FloatArray:
    """Keep proportions off 0 and 1 so that their logits stay finite."""
    kept = np.clip(proportions, 1e-3, None)
    result: FloatArray = kept / kept.sum(axis=1, keepdims=True)
    return result


def numbered(kind: str, n: int) -> tuple[str, ...]:
    """``b`` where there is one, ``b1``, ``b2``, ... where there are more."""
    return (kind,) if n == 1 else tuple(f"{kind}{k}" for k in range(1, n + 1))
