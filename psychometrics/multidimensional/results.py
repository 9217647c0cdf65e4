"""What multidimensional calibration and scoring return: frozen, and readable as plain values."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.item_parameters import ItemEstimate
from psychometrics.results import Caution, Group, caution_to_dict, item_to_dict
from psychometrics.version import __version__


class _Run(Protocol):
    """How an estimation went."""

    @property
    def converged(self) -> bool: ...
    @property
    def log_likelihood(self) -> float: ...
    @property
    def log_prior(self) -> float: ...
    @property
    def gradient_norm(self) -> float: ...
    @property
    def n_persons(self) -> int: ...
    @property
    def n_parameters(self) -> int: ...
    @property
    def cycles(self) -> int: ...
    @property
    def priors(self) -> tuple[str, ...]: ...
    @property
    def cautions(self) -> tuple[Caution, ...]: ...
    @property
    def version(self) -> str: ...


def _run_to_dict(run: _Run) -> dict[str, Any]:
    return {
        "converged": run.converged,
        "log_likelihood": run.log_likelihood,
        "log_prior": run.log_prior,
        "gradient_norm": run.gradient_norm,
        "n_persons": run.n_persons,
        "n_parameters": run.n_parameters,
        "cycles": run.cycles,
        "priors": list(run.priors),
        "cautions": [caution_to_dict(caution) for caution in run.cautions],
        "version": run.version,
    }


@dataclass(frozen=True)
class LatentPopulation:
    """Joint ability distribution of one group.

    Attributes
    ----------
    mean, sd : tuple of float
        By dimension.
    correlation : tuple of tuple of float
        Row by row.
    se_mean, se_sd : tuple of float or None
        None where the value was fixed or the data do not determine it.
    se_correlation : tuple of tuple of float or None
        None on the diagonal.
    """

    group: str
    n_persons: int
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]
    se_mean: tuple[float | None, ...]
    se_sd: tuple[float | None, ...]
    se_correlation: tuple[tuple[float | None, ...], ...]

    @property
    def covariance(self) -> FloatArray:
        """(n_dimensions, n_dimensions)."""
        return np.asarray(np.array(self.correlation) * np.outer(self.sd, self.sd))

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "group": self.group,
            "n_persons": self.n_persons,
            "mean": list(self.mean),
            "sd": list(self.sd),
            "correlation": [list(row) for row in self.correlation],
            "se": {
                "mean": list(self.se_mean),
                "sd": list(self.se_sd),
                "correlation": [list(row) for row in self.se_correlation],
            },
        }


@dataclass(frozen=True)
class MultidimensionalCalibration:
    """A finished between-item multidimensional calibration.

    Attributes
    ----------
    dimensions : tuple of str
        In the order of their first item.
    items : tuple of ItemEstimate
        In the order of the columns, on the scale of their dimension.
    dimension_of : tuple of str
        Of every item.
    groups : tuple of LatentPopulation
        The first is the reference group.
    n_nodes, limits : int, tuple of float
        The grid of each dimension: nodes on plus and minus its limit.
    """

    dimensions: tuple[str, ...]
    items: tuple[ItemEstimate, ...]
    dimension_of: tuple[str, ...]
    groups: tuple[LatentPopulation, ...]
    converged: bool
    log_likelihood: float
    log_prior: float
    gradient_norm: float
    n_persons: int
    n_parameters: int
    cycles: int
    n_nodes: int
    limits: tuple[float, ...]
    priors: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    trace: tuple[float, ...] = ()
    version: str = __version__

    @property
    def nodes(self) -> tuple[FloatArray, ...]:
        """The quadrature nodes of every dimension."""
        return tuple(np.linspace(-limit, limit, self.n_nodes) for limit in self.limits)

    @property
    def correlation(self) -> FloatArray:
        """Correlations of the dimensions in the reference group."""
        return np.array(self.groups[0].correlation)

    def item(self, label: str) -> ItemEstimate:
        """The estimate of this item."""
        return self.items[_position(self.items, label)]

    def dimension(self, label: str) -> str:
        """The dimension this item measures."""
        return self.dimension_of[_position(self.items, label)]

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "kind": "between-item",
            "dimensions": list(self.dimensions),
            "items": [
                item_to_dict(item) | {"dimension": dimension}
                for item, dimension in zip(self.items, self.dimension_of, strict=True)
            ],
            "population": [group.to_dict() for group in self.groups],
            "quadrature": {"nodes": self.n_nodes, "range": list(self.limits)},
        } | _run_to_dict(self)


def _position(items: tuple[ItemEstimate, ...], label: str) -> int:
    for position, estimate in enumerate(items):
        if estimate.item == label:
            return position
    raise KeyError(label)


@dataclass(frozen=True)
class BifactorItem:
    """One item of a bifactor or testlet model.

    Attributes
    ----------
    general : ItemEstimate
        Slope on the general ability, and difficulties for a person whose specific factor is 0.
    specific : str or None
        The specific factor, None where the item measures the general ability alone.
    specific_slope : float
        0 without a specific factor.
    intercepts : tuple of float
        Of the slope-intercept form; they stay finite where the general slope is near 0.
    """

    general: ItemEstimate
    specific: str | None
    specific_slope: float
    se_specific_slope: float | None
    intercepts: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        result = item_to_dict(self.general) | {
            "intercepts": list(self.intercepts),
            "specific": self.specific,
            "specific_slope": self.specific_slope,
        }
        result["se"] = result["se"] | {"specific_slope": self.se_specific_slope}
        return result


@dataclass(frozen=True)
class SpecificFactor:
    """A specific factor; its SD is 1 under the bifactor model and estimated under the testlet model.

    Attributes
    ----------
    items : tuple of str
    sd : float
        Relative to the general ability's unit: a specific slope is general slope times SD (testlet).
    """

    name: str
    items: tuple[str, ...]
    sd: float
    se_sd: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "items": list(self.items),
            "sd": self.sd,
            "se": {"sd": self.se_sd},
        }


@dataclass(frozen=True)
class BifactorCalibration:
    """A finished bifactor or testlet calibration.

    Attributes
    ----------
    kind : {"bifactor", "testlet"}
    items : tuple of BifactorItem
        In the order of the columns.
    factors : tuple of SpecificFactor
        In the order of their first item.
    groups : tuple of Group
        Distribution of the general ability; specific factors are standard normal in every group.
    n_nodes, limit, n_specific_nodes, specific_limit
        The grids of the general and the specific abilities.
    """

    kind: str
    items: tuple[BifactorItem, ...]
    factors: tuple[SpecificFactor, ...]
    groups: tuple[Group, ...]
    converged: bool
    log_likelihood: float
    log_prior: float
    gradient_norm: float
    n_persons: int
    n_parameters: int
    cycles: int
    n_nodes: int
    limit: float
    n_specific_nodes: int
    specific_limit: float
    priors: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    trace: tuple[float, ...] = ()
    version: str = __version__

    def item(self, label: str) -> BifactorItem:
        """The estimate of this item."""
        return self.items[_position(tuple(item.general for item in self.items), label)]

    def factor(self, name: str) -> SpecificFactor:
        """The specific factor of this name."""
        for factor in self.factors:
            if factor.name == name:
                return factor
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "kind": self.kind,
            "items": [item.to_dict() for item in self.items],
            "factors": [factor.to_dict() for factor in self.factors],
            "population": [
                {
                    "group": group.group,
                    "n_persons": group.n_persons,
                    "mean": group.mean,
                    "sd": group.sd,
                    "se": {"mean": group.se_mean, "sd": group.se_sd},
                }
                for group in self.groups
            ],
            "quadrature": {
                "nodes": self.n_nodes,
                "range": self.limit,
                "specific_nodes": self.n_specific_nodes,
                "specific_range": self.specific_limit,
            },
        } | _run_to_dict(self)
