"""Prior densities on item parameters, with their derivatives.

A prior is a density of the parameter as reported (a, b, c, d) or of an intercept of the
slope-intercept form, with one exception: ``logitnormal`` is the normal density of logit c (or logit d)
on the logit scale, without the Jacobian 1/(c(1-c)), which is what the field means by "a normal prior
on the logit of the guessing parameter". All other densities are taken at the value itself. The
posterior mode depends on that choice, so it is said here.
"""

import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.estimation.invariance import base_item
from psychometrics.estimation.parameter_names import GROUP_KINDS, kind_of, split_name

LOG_SQRT_2PI = 0.5 * float(np.log(2.0 * np.pi))


class Density(Protocol):
    """A one-dimensional density: its logarithm and the derivative of that."""

    def log_density(self, x: FloatArray) -> FloatArray: ...

    def slope(self, x: FloatArray) -> FloatArray: ...


@dataclass(frozen=True)
class Normal:
    """Normal density."""

    mean: float
    sd: float

    def log_density(self, x: FloatArray) -> FloatArray:
        """Log density at x."""
        z = (x - self.mean) / self.sd
        result: FloatArray = -0.5 * z**2 - np.log(self.sd) - LOG_SQRT_2PI
        return result

    def slope(self, x: FloatArray) -> FloatArray:
        """Derivative of the log density."""
        result: FloatArray = (self.mean - x) / self.sd**2
        return result


@dataclass(frozen=True)
class LogNormal:
    """Density of x whose logarithm is normal, the factor 1/x included."""

    mean: float
    sd: float

    def log_density(self, x: FloatArray) -> FloatArray:
        """Log density at x; minus infinity where x is not positive."""
        log_x = np.log(np.maximum(x, 1e-300))
        value = Normal(self.mean, self.sd).log_density(log_x) - log_x
        result: FloatArray = np.where(x > 0, value, -np.inf)
        return result

    def slope(self, x: FloatArray) -> FloatArray:
        """Derivative of the log density."""
        safe = np.maximum(x, 1e-300)
        result: FloatArray = (Normal(self.mean, self.sd).slope(np.log(safe)) - 1.0) / safe
        return result


@dataclass(frozen=True)
class LogitNormal:
    """Normal density of logit x, on the logit scale."""

    mean: float
    sd: float

    def log_density(self, x: FloatArray) -> FloatArray:
        """Log density of logit x."""
        return Normal(self.mean, self.sd).log_density(_logit(x))

    def slope(self, x: FloatArray) -> FloatArray:
        """Derivative by x, the chain's factor 1/(x(1-x)) included."""
        inside = np.clip(x, 1e-300, 1.0 - 1e-16)
        result: FloatArray = Normal(self.mean, self.sd).slope(_logit(x)) / (inside * (1.0 - inside))
        return result


@dataclass(frozen=True)
class Beta:
    """Beta density on (0, 1)."""

    alpha: float
    beta: float

    def log_density(self, x: FloatArray) -> FloatArray:
        """Log density at x."""
        inside = np.clip(x, 1e-300, 1.0 - 1e-16)
        kernel = (self.alpha - 1.0) * np.log(inside) + (self.beta - 1.0) * np.log1p(-inside)
        result: FloatArray = kernel - scipy.special.betaln(self.alpha, self.beta)
        return result

    def slope(self, x: FloatArray) -> FloatArray:
        """Derivative of the log density."""
        inside = np.clip(x, 1e-300, 1.0 - 1e-16)
        result: FloatArray = (self.alpha - 1.0) / inside - (self.beta - 1.0) / (1.0 - inside)
        return result


def _logit(x: FloatArray) -> FloatArray:
    inside = np.clip(x, 1e-300, 1.0 - 1e-16)
    result: FloatArray = np.log(inside) - np.log1p(-inside)
    return result


@dataclass(frozen=True)
class Prior:
    """A density on one kind of item parameter.

    Attributes
    ----------
    parameter : str
        ``a``, ``b`` (all steps or thresholds), ``b2`` (one), ``c``, ``d``, ``intercept``, ``slope``.
    items : tuple of str
        The items it applies to; empty means every item that has the parameter.
    """

    parameter: str
    density: Density
    text: str
    items: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The parameter without its number."""
        return kind_of(self.parameter)

    def applies_to(self, item: str) -> bool:
        """Whether it is on this item's parameters, also where the item is a group's own."""
        return not self.items or item in self.items or base_item(item) in self.items


_FAMILIES: dict[str, type[Normal] | type[LogNormal] | type[LogitNormal] | type[Beta]] = {
    "normal": Normal,
    "lognormal": LogNormal,
    "logitnormal": LogitNormal,
    "beta": Beta,
}
_FAMILIES_OF = {"a": ("normal", "lognormal"), "c": ("logitnormal", "beta")}
_FAMILIES_OF["d"] = _FAMILIES_OF["c"]
_FORM = re.compile(
    r"\s*(\w+)\s*(?:\[(.*)\])?\s*=\s*(\w+)\s*\(\s*([^,()]+)\s*,\s*([^,()]+)\s*\)\s*", re.DOTALL
)


def parse_prior(text: str) -> Prior:
    """Read a prior such as ``g=logitnormal(-1.386294,0.5)`` or ``b2[I4,I5]=normal(0,2)``.

    The parameter is ``a``, ``b``, ``c`` (also ``g``), ``d`` (also ``u``), ``intercept`` or ``slope``, with
    a number where only one of several is meant; the family ``normal(mean,sd)``,
    ``lognormal(mean,sd)``, ``logitnormal(mean,sd)`` or ``beta(alpha,beta)``.

    Raises
    ------
    ModelError
        The text is not of that form, or the density does not fit the parameter's range.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise _prior_error(text, "write it as g=logitnormal(-1.386294,0.5)")
    name, places, family, first, second = match.groups()
    split = split_name(name)
    if split is None or split[0] in GROUP_KINDS or family not in _FAMILIES:
        raise _prior_error(
            text,
            "parameters are a, b, c or g, d or u, intercept, slope; families normal, lognormal, "
            "logitnormal, beta",
        )
    allowed = _FAMILIES_OF.get(split[0], ("normal",))
    if family not in allowed:
        raise _prior_error(text, f"a prior on {split[0]} is {' or '.join(allowed)}")
    density = _FAMILIES[family](*_numbers(text, first, second))
    _refuse_bad_shape(text, density)
    items = () if places is None else tuple(place.strip() for place in places.split(","))
    return Prior(f"{split[0]}{split[1] or ''}", density, "".join(text.split()), items)


def _numbers(text: str, first: str, second: str) -> tuple[float, float]:
    try:
        values = float(first), float(second)
    except ValueError:
        raise _prior_error(text, "both arguments must be numbers") from None
    if not np.all(np.isfinite(values)):
        raise _prior_error(text, "both arguments must be finite numbers")
    return values


def _refuse_bad_shape(text: str, density: Density) -> None:
    if isinstance(density, Beta):
        if density.alpha < 1 or density.beta < 1:
            raise _prior_error(text, "a beta prior needs both arguments at least 1")
    elif isinstance(density, Normal | LogNormal | LogitNormal) and density.sd <= 0:
        raise _prior_error(text, "the standard deviation must be positive")


def _prior_error(text: str, remedy: str) -> ModelError:
    return ModelError("bad_prior", f"Prior {text!r}: {remedy}.", prior=text, remedy=remedy)
