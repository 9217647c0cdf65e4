"""Lord's chi-square: two separate calibrations, put on one scale by a link."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.dif.significance import Adjustment, ChiSquare, adjusted_p, quadratic_form
from psychometrics.errors import ModelError
from psychometrics.linking import Link
from psychometrics.results import Calibration, ItemEstimate


@dataclass(frozen=True)
class LordItem:
    """Lord's test of one item.

    Attributes
    ----------
    difference : tuple of float
        Slope, then difficulties (or thresholds, steps): focal, on the reference scale, minus reference.
    test : ChiSquare or None
        None where the covariance is not known or an item's parameters are fixed.
    """

    item: str
    difference: tuple[float, ...]
    test: ChiSquare | None
    p_adjusted: float | None


def lord_dif(
    reference: Calibration,
    focal: Calibration,
    link: Link,
    *,
    adjustment: Adjustment = "benjamini_hochberg",
) -> tuple[LordItem, ...]:
    r"""Lord's chi-square of every item the two calibrations share.

    .. math:: X^2 = v^\top (\Sigma_R + J \Sigma_F J^\top)^{-1} v, \qquad
              v = (a_F/A - a_R,\ A b_F + B - b_R)

    Parameters
    ----------
    reference, focal : Calibration
        Each group calibrated alone with ``covariance=True``.
    link : Link
        From the focal scale to the reference scale (:func:`psychometrics.linking.link`).
    adjustment : {"none", "holm", "benjamini_hochberg"}

    Returns
    -------
    tuple of LordItem
        In the order of the reference calibration. Lower asymptotes are not compared.

    Raises
    ------
    ModelError
        A calibration without covariance, or an item of different or nominal models.

    Notes
    -----
    The link's own error is not in the test, which therefore flags too much when anchors are few; the
    joint calibration of :func:`psychometrics.dif.wald_dif` has it.

    References
    ----------
    Lord (1980), *Applications of Item Response Theory to Practical Testing Problems*, 217-224.
    """
    shared = {item.item for item in focal.items}
    found = [
        _item(reference, focal, link, item.item) for item in reference.items if item.item in shared
    ]
    known = iter(adjusted_p([i.test.p for i in found if i.test is not None], adjustment))
    return tuple(
        LordItem(i.item, i.difference, i.test, None if i.test is None else next(known))
        for i in found
    )


def _item(reference: Calibration, focal: Calibration, link: Link, label: str) -> LordItem:
    own, other = reference.item(label), focal.item(label)
    if own.model != other.model or own.n_categories != other.n_categories or not own.difficulties:
        raise ModelError(
            "lord_needs_one_model",
            f"Item {label!r} is {own.model} with {own.n_categories} categories in one calibration and "
            f"{other.model} with {other.n_categories} in the other; Lord's test compares slopes and "
            "difficulties of one model.",
            item=label,
        )
    jacobian = np.diag([1.0 / link.A, *[link.A] * len(other.difficulties)])
    shift = np.array([0.0, *[link.B] * len(other.difficulties)])
    difference = jacobian @ _parameters(other) + shift - _parameters(own)
    spread = _spread(reference, own) + jacobian @ _spread(focal, other) @ jacobian.T
    return LordItem(label, tuple(difference.tolist()), quadratic_form(difference, spread), None)


def _parameters(item: ItemEstimate) -> FloatArray:
    return np.array([item.a, *item.difficulties])


def _spread(calibration: Calibration, item: ItemEstimate) -> FloatArray:
    if calibration.covariance is None:
        raise ModelError(
            "covariance_needed",
            "Lord's test needs the covariance of the estimates; calibrate with covariance=True.",
        )
    return calibration.covariance.of(*_labels(item))


def _labels(item: ItemEstimate) -> Sequence[str]:
    n = len(item.difficulties)
    names = ["b"] if n == 1 else [f"b{k}" for k in range(1, n + 1)]
    return [f"{name}[{item.item}]" for name in ("a", *names)]
