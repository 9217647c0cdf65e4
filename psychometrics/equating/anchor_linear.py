r"""Linear equating through a common anchor taken by two populations.

New form X with anchor V in population 1, base form Y with V in population 2; the synthetic population
weights them :math:`w_1 + w_2 = 1`. Every method but the chained and the true-score one is the line

.. math:: l(x) = \mu_s(Y) + \frac{\sigma_s(Y)}{\sigma_s(X)} (x - \mu_s(X)), \qquad
          \mu_s(X) = \mu_1(X) - w_2 \gamma_1 \Delta\mu, \quad \mu_s(Y) = \mu_2(Y) + w_1 \gamma_2 \Delta\mu

.. math:: \sigma_s^2(X) = \sigma_1^2(X) - w_2\gamma_1^2\Delta\sigma^2 + w_1 w_2\gamma_1^2\Delta\mu^2, \quad
          \sigma_s^2(Y) = \sigma_2^2(Y) + w_1\gamma_2^2\Delta\sigma^2 + w_1 w_2\gamma_2^2\Delta\mu^2

with :math:`\Delta\mu = \mu_1(V) - \mu_2(V)`, :math:`\Delta\sigma^2 = \sigma_1^2(V) - \sigma_2^2(V)` and

=========== ==================================== ===============================================
            anchor inside the form               anchor outside
=========== ==================================== ===============================================
Tucker      :math:`\sigma(X,V)/\sigma^2(V)`      the same
Levine      :math:`\sigma^2(X)/\sigma(X,V)`      :math:`(\sigma^2(X)+\sigma(X,V))/(\sigma^2(V)+\sigma(X,V))`
=========== ==================================== ===============================================

Levine's true-score line is :math:`\mu_2(Y) + \gamma_2\Delta\mu + (\gamma_2/\gamma_1)(x - \mu_1(X))`, and the
chained line goes from X to V in population 1 and from V to Y in population 2. Kolen & Brennan (2014),
*Test Equating, Scaling, and Linking*, ch. 4.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from psychometrics.equating.frequencies import JointFrequencies
from psychometrics.errors import DataError, ModelError

LinearMethod = Literal["tucker", "levine", "levine-true", "chained-linear"]
LINEAR_METHODS: tuple[str, ...] = get_args(LinearMethod)


@dataclass(frozen=True)
class AnchorMoments:
    """Means, standard deviations (n in the denominator) and covariance of a form and its anchor."""

    mean: float
    sd: float
    anchor_mean: float
    anchor_sd: float
    covariance: float

    @classmethod
    def of(cls, joint: JointFrequencies) -> "AnchorMoments":
        """Moments of observed or smoothed frequencies."""
        form, anchor = joint.form, joint.anchor
        return cls(form.mean, form.sd, anchor.mean, anchor.sd, joint.covariance)


@dataclass(frozen=True)
class Line:
    """Slope and intercept from the new to the base form."""

    slope: float
    intercept: float


def anchor_line(
    new: AnchorMoments,
    base: AnchorMoments,
    method: LinearMethod,
    *,
    new_weight: float,
    is_internal: bool,
) -> Line:
    """The line of a linear anchor method, from moments alone.

    Parameters
    ----------
    new, base : AnchorMoments
        Population 1 and 2.
    new_weight : float
        Weight of population 1 in the synthetic population, 0 to 1.
    is_internal : bool
        Whether the anchor counts towards the forms' scores.

    Raises
    ------
    DataError
        A form or an anchor has no spread, or they do not covary positively.
    ModelError
        Unknown method, or a weight outside 0 to 1.
    """
    _check(new, base, method, new_weight)
    if method == "chained-linear":
        slope = (base.sd / base.anchor_sd) * (new.anchor_sd / new.sd)
        through = base.mean + base.sd / base.anchor_sd * (new.anchor_mean - base.anchor_mean)
        return Line(slope, through - slope * new.mean)
    gamma = (
        _tucker if method == "tucker" else (_levine_internal if is_internal else _levine_external)
    )
    if method == "levine-true":
        slope = gamma(base) / gamma(new)
        shifted = base.mean + gamma(base) * (new.anchor_mean - base.anchor_mean)
        return Line(slope, shifted - slope * new.mean)
    return _synthetic_line(new, base, gamma(new), gamma(base), new_weight)


def _synthetic_line(
    new: AnchorMoments, base: AnchorMoments, gamma_new: float, gamma_base: float, w_new: float
) -> Line:
    shift = new.anchor_mean - base.anchor_mean
    spread = new.anchor_sd**2 - base.anchor_sd**2
    w_base, both = 1.0 - w_new, w_new * (1.0 - w_new) * shift**2
    mean_new = new.mean - w_base * gamma_new * shift
    mean_base = base.mean + w_new * gamma_base * shift
    variance_new = new.sd**2 + gamma_new**2 * (both - w_base * spread)
    variance_base = base.sd**2 + gamma_base**2 * (both + w_new * spread)
    if not (variance_new > 0 and variance_base > 0):
        raise DataError(
            "no_spread",
            "The synthetic population has no spread: the two groups differ too much on the anchor.",
        )
    slope = (variance_base / variance_new) ** 0.5
    return Line(float(slope), float(mean_base - slope * mean_new))


def _tucker(at: AnchorMoments) -> float:
    return at.covariance / at.anchor_sd**2


def _levine_internal(at: AnchorMoments) -> float:
    return at.sd**2 / at.covariance


def _levine_external(at: AnchorMoments) -> float:
    return (at.sd**2 + at.covariance) / (at.anchor_sd**2 + at.covariance)


def _check(new: AnchorMoments, base: AnchorMoments, method: str, new_weight: float) -> None:
    if method not in LINEAR_METHODS:
        raise ModelError(
            "unknown_method",
            f"There is no linear anchor method {method!r}; choose one of "
            f"{', '.join(LINEAR_METHODS)}.",
            method=method,
        )
    if not 0.0 <= new_weight <= 1.0:
        raise ModelError(
            "bad_population_weight",
            f"The new group's weight must lie between 0 and 1, not {new_weight:g}.",
            weight=new_weight,
        )
    for side, at in (("new", new), ("base", base)):
        if not (at.sd > 0 and at.anchor_sd > 0 and at.covariance > 0):
            raise DataError(
                "anchor_not_related",
                f"On the {side} side form and anchor need spread and a positive covariance.",
                form=side,
            )
