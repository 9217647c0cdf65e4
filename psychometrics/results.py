"""What calibration and scoring return: frozen, and readable without this package as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.errors import DataError, ModelError
from psychometrics.item_parameters import ItemErrors as ItemErrors
from psychometrics.item_parameters import ItemEstimate as ItemEstimate
from psychometrics.item_parameters import item_estimate as item_estimate
from psychometrics.quadrature import Quadrature, log_normal_weights
from psychometrics.version import __version__


@dataclass(frozen=True)
class Group:
    """Ability distribution of one group.

    Attributes
    ----------
    histogram : tuple of float
        Weights at the calibration's nodes where the density was estimated; empty where it is normal.
    """

    group: str
    mean: float
    sd: float
    n_persons: int
    se_mean: float | None = None
    se_sd: float | None = None
    histogram: tuple[float, ...] = ()

    def log_weights(self, nodes: FloatArray) -> FloatArray:
        """Log weights at the nodes, (n_nodes,).

        Raises
        ------
        ModelError
            The density was estimated at another number of nodes.
        """
        if not self.histogram:
            return log_normal_weights(nodes, self.mean, float(np.log(self.sd)))
        if len(self.histogram) != len(nodes):
            raise ModelError(
                "other_nodes",
                f"The density of group {self.group!r} was estimated at {len(self.histogram)} nodes, "
                f"not at {len(nodes)}; use the calibration's own.",
                group=self.group,
            )
        return np.asarray(np.log(np.maximum(self.histogram, 1e-300)))


@dataclass(frozen=True, eq=False)
class ParameterCovariance:
    """Joint covariance of everything that is reported.

    Attributes
    ----------
    labels : tuple of str
        ``a[I1]``, ``b2[I4]``, ``mean[G2]``, ...; parameters held equal appear each, fixed ones have
        variance zero.
    matrix : (n_labels, n_labels)
    """

    labels: tuple[str, ...]
    matrix: FloatArray

    def of(self, *labels: str) -> FloatArray:
        """The part for these parameters, in this order.

        Raises
        ------
        KeyError
            There is no such parameter.
        """
        known = {label: position for position, label in enumerate(self.labels)}
        chosen = [known[label] for label in labels]
        return np.asarray(self.matrix[np.ix_(chosen, chosen)])


@dataclass(frozen=True)
class Caution:
    """Something a reader of the result should know before using it."""

    code: str
    message: str
    item: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Calibration:
    """A finished calibration.

    Attributes
    ----------
    converged : bool
        Whether the gradient norm per person fell below the tolerance.
    log_likelihood : float
        Marginal log-likelihood at the estimates, without the log prior.
    trace : tuple of float
        Log-likelihood plus log prior after each cycle; never falls.
    groups : tuple of Group
        The first is the reference group; one group when none were given.
    anchors : tuple of str
        Items whose parameters were held fixed.
    covariance : ParameterCovariance or None
        Of all reported parameters, where it was asked for; not written to files.
    """

    model: str
    converged: bool
    log_likelihood: float
    log_prior: float
    gradient_norm: float
    n_persons: int
    n_parameters: int
    cycles: int
    items: tuple[ItemEstimate, ...]
    groups: tuple[Group, ...]
    n_nodes: int
    limit: float
    priors: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    trace: tuple[float, ...] = ()
    version: str = __version__
    constraints: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    covariance: ParameterCovariance | None = field(default=None, compare=False, repr=False)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def nodes(self) -> FloatArray:
        """The quadrature nodes, (n_nodes,)."""
        return Quadrature(self.n_nodes, self.limit).nodes

    @property
    def has_groups(self) -> bool:
        """Whether the persons were calibrated in several groups."""
        return len(self.groups) > 1

    def item(self, label: str) -> ItemEstimate:
        """The estimate of this item."""
        for estimate in self.items:
            if estimate.item == label:
                return estimate
        raise KeyError(label)

    def group(self, label: str) -> Group:
        """The population of this group."""
        for group in self.groups:
            if group.group == label:
                return group
        raise KeyError(label)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, in the published shape."""
        return {
            "model": self.model,
            "converged": self.converged,
            "log_likelihood": self.log_likelihood,
            "n_persons": self.n_persons,
            "n_items": self.n_items,
            "cycles": self.cycles,
            "items": [item_to_dict(item) for item in self.items],
            "population": _population_to_dict(self.groups),
            "version": self.version,
            "gradient_norm": self.gradient_norm,
            "log_prior": self.log_prior,
            "n_parameters": self.n_parameters,
            "quadrature": {"nodes": self.n_nodes, "range": self.limit},
            "priors": list(self.priors),
            "cautions": [caution_to_dict(caution) for caution in self.cautions],
        } | {
            key: list(values)
            for key, values in (("constraints", self.constraints), ("anchors", self.anchors))
            if values
        }

    def to_json(self, path: str | Path | None = None) -> str:
        """The result as JSON text, also written to ``path`` where given."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Calibration":
        """Read the published shape; parts beyond it may be absent."""
        try:
            return _calibration_from_dict(values)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise DataError(
                "bad_calibration",
                f"This is not a calibration result ({error}); use the file that calibrate wrote.",
                reason=str(error),
            ) from error

    @classmethod
    def from_json(cls, source: str | Path) -> "Calibration":
        """Read a result from a file."""
        try:
            values = json.loads(Path(source).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DataError(
                "bad_calibration",
                f"{source} cannot be read as a calibration result ({error}).",
                reason=str(error),
            ) from error
        return cls.from_dict(values)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


_PARAMETERS = ("b", "steps", "c", "d", "slopes", "intercepts")
_DERIVED = {"rsm": ("location", "thresholds"), "nominal": ("scores",)}


def item_to_dict(item: ItemEstimate) -> dict[str, Any]:
    """An item in the published shape."""
    keys = [key for key in _PARAMETERS if getattr(item, key) is not None]
    if item.n_categories > 2:
        keys += [key for key in _DERIVED.get(item.model, ()) if getattr(item, key) is not None]
    result: dict[str, Any] = {"item": item.item, "a": item.a}
    result |= {key: _plain(getattr(item, key)) for key in keys}
    result["se"] = {key: _plain(getattr(item.se, key)) for key in ["a", *keys]}
    result |= {"model": item.model, "n_responses": item.n_responses}
    if item.first_category:
        result["first_category"] = item.first_category
    return result


def _population_to_dict(groups: Sequence[Group]) -> dict[str, Any]:
    reference = _group_to_dict(groups[0])
    if len(groups) == 1:
        del reference["group"], reference["n_persons"]
        return reference
    listed = [_group_to_dict(group) for group in groups]
    return {"mean": reference["mean"], "sd": reference["sd"], "groups": listed}


def _group_to_dict(group: Group) -> dict[str, Any]:
    result: dict[str, Any] = {
        "group": group.group,
        "mean": group.mean,
        "sd": group.sd,
        "se": {"mean": group.se_mean, "sd": group.se_sd},
        "n_persons": group.n_persons,
    }
    return result | ({"histogram": list(group.histogram)} if group.histogram else {})


def caution_to_dict(caution: Caution) -> dict[str, Any]:
    """A caution in the published shape."""
    return {
        "code": caution.code,
        "item": caution.item,
        "message": caution.message,
        "params": dict(caution.params),
    }


def _calibration_from_dict(values: Mapping[str, Any]) -> Calibration:
    quadrature = values.get("quadrature", {})
    model = str(values["model"])
    return Calibration(
        model=model,
        converged=bool(values["converged"]),
        log_likelihood=float(values["log_likelihood"]),
        log_prior=float(values.get("log_prior", 0.0)),
        gradient_norm=float(values.get("gradient_norm", 0.0)),
        n_persons=int(values["n_persons"]),
        n_parameters=int(values.get("n_parameters", 0)),
        cycles=int(values["cycles"]),
        items=tuple(_item_from_dict(item, model) for item in values["items"]),
        groups=_groups_from_dict(values["population"], int(values["n_persons"])),
        n_nodes=int(quadrature.get("nodes", 61)),
        limit=float(quadrature.get("range", 6.0)),
        priors=tuple(values.get("priors", ())),
        cautions=tuple(
            Caution(c["code"], c["message"], c.get("item"), c.get("params", {}))
            for c in values.get("cautions", ())
        ),
        version=str(values["version"]),
        constraints=tuple(values.get("constraints", ())),
        anchors=tuple(values.get("anchors", ())),
    )


def _floats(value: Any) -> Any:
    if isinstance(value, Sequence):
        return tuple(None if v is None else float(v) for v in value)
    return None if value is None else float(value)


def _item_from_dict(values: Mapping[str, Any], model: str) -> ItemEstimate:
    if sum(key in values for key in ("b", "steps", "slopes")) != 1:
        raise ValueError(f"item {values['item']!r} needs one of b, steps and slopes")
    se = values.get("se", {})
    binary = "b" in values and not isinstance(values["b"], Sequence)
    item_model = "2pl" if binary and model in ("gpcm", "grm", "nominal") else model
    parameters = {key: _floats(values.get(key)) for key in _PARAMETERS}
    return ItemEstimate(
        item=str(values["item"]),
        model=str(values.get("model", item_model)),
        a=float(values["a"]),
        **parameters,
        se=ItemErrors(**{f.name: _floats(se.get(f.name)) for f in fields(ItemErrors)}),
        n_responses=int(values.get("n_responses", 0)),
        first_category=int(values.get("first_category", 0)),
    )


def _groups_from_dict(population: Mapping[str, Any], n_persons: int) -> tuple[Group, ...]:
    listed = population.get("groups") or [{"group": "all", **population}]
    return tuple(
        Group(
            group=str(values["group"]),
            mean=float(values["mean"]),
            sd=float(values["sd"]),
            n_persons=int(values.get("n_persons", n_persons)),
            se_mean=_floats(values.get("se", {}).get("mean")),
            se_sd=_floats(values.get("se", {}).get("sd")),
            histogram=_floats(values.get("histogram", ())),
        )
        for values in listed
    )


@dataclass(frozen=True, eq=False)
class AbilityEstimates:
    """Abilities with standard errors.

    Attributes
    ----------
    theta, se : (n_persons,) logits
        NaN exactly where ``is_finite`` is false.
    is_finite : (n_persons,) bool
        False where the method has no finite estimate: an extreme score under ML, or nobody's
        responses under ML and WLE.
    from_prior_only : (n_persons,) bool
        True where nothing was observed and the estimate is the population's mean and SD.
    """

    method: str
    persons: NDArray[np.str_]
    theta: FloatArray
    se: FloatArray
    is_finite: BoolArray
    from_prior_only: BoolArray
