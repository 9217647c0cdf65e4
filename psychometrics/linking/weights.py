"""Abilities at which curves are compared, and how much each of them counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.errors import DataError, ModelError
from psychometrics.quadrature import Quadrature, log_normal_weights
from psychometrics.results import Calibration


@dataclass(frozen=True, eq=False)
class AbilityWeights:
    """Points on an ability scale with weights that sum to one.

    Attributes
    ----------
    points : (n_points,) logits
    weights : (n_points,)
    """

    points: FloatArray
    weights: FloatArray

    @classmethod
    def from_arrays(cls, points: ArrayLike, weights: ArrayLike) -> "AbilityWeights":
        """Weights as given, brought to sum one.

        Raises
        ------
        ModelError
            Lengths differ, a weight is negative or nothing is positive.
        """
        x, w = np.asarray(points, dtype=np.float64), np.asarray(weights, dtype=np.float64)
        is_sound = x.ndim == 1 and x.shape == w.shape and np.isfinite(x).all() and (w >= 0).all()
        if not is_sound or not w.sum() > 0:
            raise ModelError(
                "bad_ability_weights",
                "Ability weights need one non-negative weight a point, and one above zero.",
            )
        return cls(x, w / w.sum())

    @classmethod
    def uniform(cls, limit: float = 4.0, n_points: int = 41) -> "AbilityWeights":
        """Equal weights at equally spaced points of ``[-limit, limit]``."""
        return cls.from_arrays(np.linspace(-limit, limit, n_points), np.ones(n_points))

    @classmethod
    def normal(
        cls, mean: float = 0.0, sd: float = 1.0, *, n_points: int = 61, width: float = 6.0
    ) -> "AbilityWeights":
        """Normal density at equally spaced points, ``width`` standard deviations to each side."""
        standard = Quadrature(n_points, width).nodes
        return cls(mean + sd * standard, np.exp(log_normal_weights(standard, 0.0, 0.0)))

    @classmethod
    def gauss_hermite(
        cls, n_points: int = 30, *, mean: float = 0.0, sd: float = 1.0
    ) -> "AbilityWeights":
        """Gauss-Hermite rule for a normal density."""
        x, w = np.polynomial.hermite_e.hermegauss(n_points)
        return cls.from_arrays(mean + sd * x, w)

    @classmethod
    def of_population(cls, calibration: Calibration, group: str | None = None) -> "AbilityWeights":
        """The population of a calibrated group, normal or as estimated; the first unless named.

        Raises
        ------
        DataError
            There is no such group.
        """
        labels = [each.group for each in calibration.groups]
        if group is not None and group not in labels:
            raise DataError(
                "unknown_group",
                f"Group {group!r} is not among the calibrated groups ({', '.join(labels)}).",
                group=group,
                groups=labels,
            )
        chosen = calibration.groups[0] if group is None else calibration.group(group)
        if not chosen.histogram:
            return cls.normal(chosen.mean, chosen.sd)
        nodes = calibration.nodes
        return cls.from_arrays(nodes, np.exp(chosen.log_weights(nodes)))
