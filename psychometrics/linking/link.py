"""The link between two scales, and a calibration carried over it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.linking.anchors import AnchorPairs, anchor_pairs, parameter_labels
from psychometrics.linking.curves import CURVES, CurveCriterion, link_by_curves
from psychometrics.linking.delta import Equations, link_covariance
from psychometrics.linking.moments import SLOPES, link_by_moments
from psychometrics.linking.weights import AbilityWeights
from psychometrics.results import Calibration

Method = Literal["mean-mean", "mean-gmean", "mean-sigma", "haebara", "stocking-lord"]
METHODS: tuple[str, ...] = get_args(Method)
IDENTITY = np.array([1.0, 0.0])


@dataclass(frozen=True)
class Link:
    r"""A linear link: :math:`\theta_{base} = A\,\theta_{new} + B`.

    Attributes
    ----------
    A, B : float
        Slope and intercept in logits of the base scale.
    se_A, se_B, cov_AB : float or None
        Sampling errors from the anchors' parameters; None where their covariance is not known. ``se_A`` is
        zero where a model with slope one fixes the unit.
    """

    A: float
    B: float
    method: str
    anchors: tuple[str, ...]
    symmetric: bool = False
    se_A: float | None = None
    se_B: float | None = None
    cov_AB: float | None = None

    def __call__(self, theta: FloatArray) -> FloatArray:
        """Abilities of the new scale on the base scale."""
        return np.asarray(self.A * np.asarray(theta, dtype=np.float64) + self.B)

    @property
    def coefficients(self) -> tuple[float, float]:
        """A and B."""
        return self.A, self.B

    def inverse(self) -> "Link":
        """The link from the base scale to the new one; sampling errors by the delta method."""
        slope, intercept = 1.0 / self.A, -self.B / self.A
        if self.se_A is None or self.se_B is None or self.cov_AB is None:
            return replace(self, A=slope, B=intercept)
        jacobian = np.array([[-(slope**2), 0.0], [self.B * slope**2, -slope]])
        covariance = jacobian @ self.covariance @ jacobian.T
        return with_covariance(replace(self, A=slope, B=intercept), covariance)

    @property
    def covariance(self) -> FloatArray:
        """Covariance matrix of A and B, (2, 2).

        Raises
        ------
        ModelError
            The link has no standard errors.
        """
        if self.se_A is None or self.se_B is None or self.cov_AB is None:
            raise ModelError(
                "link_without_errors",
                "This link has no standard errors; calibrate with covariance=True.",
            )
        return np.array([[self.se_A**2, self.cov_AB], [self.cov_AB, self.se_B**2]])

    def standard_error(self, theta: FloatArray) -> FloatArray:
        """Standard error the link adds at abilities of the new scale."""
        at = np.stack([np.asarray(theta, dtype=np.float64), np.ones(np.shape(theta))])
        return np.asarray(np.sqrt(np.einsum("i...,ij,j...->...", at, self.covariance, at)))


def with_covariance(link: Link, covariance: FloatArray) -> Link:
    """The link with the sampling errors of this covariance matrix."""
    (var_a, cov), (_, var_b) = covariance.tolist()
    return replace(link, se_A=var_a**0.5, se_B=var_b**0.5, cov_AB=cov)


def link(
    new: Calibration,
    base: Calibration,
    *,
    method: Method = "haebara",
    anchors: Sequence[str] | None = None,
    weights: AbilityWeights | None = None,
    symmetric: bool = False,
    new_weights: AbilityWeights | None = None,
    covariances: tuple[FloatArray, FloatArray] | None = None,
) -> Link:
    r"""Find the linear transformation that puts one calibration on the scale of another.

    .. math:: \theta_{base} = A\,\theta_{new} + B, \qquad a_{base} = a_{new} / A, \qquad
              b_{base} = A\,b_{new} + B

    ``mean-mean``, ``mean-gmean`` and ``mean-sigma`` use moments of the anchors' parameters;
    ``haebara`` and ``stocking-lord`` minimise weighted squared distances between curves
    (:mod:`psychometrics.linking.moments`, :mod:`psychometrics.linking.curves`).

    Parameters
    ----------
    new, base : Calibration
        Any of the models, mixed too; anchors must follow the same model in both. Where an anchor's
        model has slope one (``pcm``), A is 1.
    anchors : sequence of str, optional
        Items of both calibrations; all common ones unless given.
    weights : AbilityWeights, optional
        Abilities on the base scale at which curves are compared; the base calibration's first
        population unless given.
    symmetric : bool
        Compare on the new scale too, at ``new_weights`` (the new calibration's first population
        unless given).
    covariances : pair of (n_parameters, n_parameters), optional
        Covariance of the anchors' reported parameters, anchor after anchor, in the new and in the
        base calibration; taken from ``calibrate(..., covariance=True)`` unless given. It gives the
        sampling errors of A and B. The items' standard errors alone would not do: slopes of one
        calibration share its unit, and leaving that out makes the errors too small
        (docs/methods/linking.md).

    Returns
    -------
    Link

    Raises
    ------
    DataError
        No common items, or a named anchor is missing.
    ModelError
        Unknown method, anchors of different models, no spread, no solution, or a covariance matrix
        of another size.

    Notes
    -----
    Verified to the printed digits against STUIRT and equateIRT 2.5.1; see docs/methods/linking.md.

    References
    ----------
    Kolen & Brennan (2014), *Test Equating, Scaling, and Linking*, ch. 6. Kim & Lee (2006), J. Educ.
    Meas. 43, 53-76. Ogasawara (2000, 2001) for the standard errors.
    """
    _check_method(method)
    pairs = anchor_pairs(new, base, anchors)
    criterion = _criterion(method, new, base, weights, new_weights, symmetric)
    solution = solve(pairs, method, criterion)
    found = Link(
        float(solution[0]), float(solution[1]), method, pairs.labels, symmetric and bool(criterion)
    )
    errors = covariances or _anchor_covariances(pairs, new, base)
    if errors is None:
        return found
    equations = _equations(method, criterion)
    return with_covariance(found, link_covariance(pairs, solution, equations, errors))


def _anchor_covariances(
    pairs: AnchorPairs, new: Calibration, base: Calibration
) -> tuple[FloatArray, FloatArray] | None:
    if new.covariance is None or base.covariance is None:
        return None
    return (
        new.covariance.of(*parameter_labels(pairs.new)),
        base.covariance.of(*parameter_labels(pairs.base)),
    )


def _check_method(method: str) -> None:
    if method not in METHODS:
        raise ModelError(
            "unknown_method",
            f"There is no linking method {method!r}; choose one of {', '.join(METHODS)}.",
            method=method,
        )


def _criterion(
    method: str,
    new: Calibration,
    base: Calibration,
    weights: AbilityWeights | None,
    new_weights: AbilityWeights | None,
    symmetric: bool,
) -> CurveCriterion | None:
    if method in SLOPES:
        return None
    on_base = weights or AbilityWeights.of_population(base)
    on_new = (new_weights or AbilityWeights.of_population(new)) if symmetric else None
    return CurveCriterion(CURVES[method], on_base, on_new)


def solve(pairs: AnchorPairs, method: str, criterion: CurveCriterion | None) -> FloatArray:
    """A and B for these anchors, (2,)."""
    if criterion is None:
        return link_by_moments(pairs, method)
    return link_by_curves(pairs, criterion, _starts(pairs))


def _starts(pairs: AnchorPairs) -> list[FloatArray]:
    """Curve criteria may have more than one minimum: start from the moments that exist."""
    located = pairs.without([item.item for item in pairs.new if not item.difficulties])
    starts = []
    for method in ("mean-mean", "mean-sigma"):
        try:
            starts.append(link_by_moments(located, method))
        except ModelError:
            continue
    return starts or [IDENTITY]


def _equations(method: str, criterion: CurveCriterion | None) -> Equations:
    if criterion is not None:
        return criterion.gradient
    return lambda pairs, at: at - link_by_moments(pairs, method)
