r"""Linking error: what the choice of the anchors adds to the uncertainty of a comparison.

Items do not shift by exactly the same amount. With shifts :math:`c_j` of *n* anchors taken as a sample of
those that might have been used, the error of their mean is

.. math:: LE = \sqrt{\sum_j (c_j - \bar c)^2 / (n (n - 1))}

Items of one stimulus shift together. With *K* units of :math:`m_k` score points, mean shifts
:math:`c_{\cdot k}`, and the mean shift over points :math:`\bar c`,

.. math:: LE = \sqrt{\frac{\sum_k m_k^2 (c_{\cdot k} - \bar c)^2}{K (K - 1)\,\bar m^2}}

(OECD, 2009, *PISA 2006 Technical Report*, ch. 12; Monseur & Berezner, 2007, J. Appl. Meas. 8,
323-335). For any method the delete-one-unit jackknife gives the errors of A and B.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from psychometrics.arrays import FloatArray
from psychometrics.errors import DataError, ModelError
from psychometrics.linking.anchors import AnchorPairs, anchor_pairs
from psychometrics.linking.link import Link, Method, link, with_covariance
from psychometrics.linking.weights import AbilityWeights
from psychometrics.results import Calibration


@dataclass(frozen=True)
class LinkingError:
    """Standard error of the mean shift, in logits of the base scale."""

    error: float
    mean_shift: float
    n_items: int
    n_units: int


def linking_error(
    shifts: ArrayLike,
    *,
    units: Sequence[str] | None = None,
    points: ArrayLike | None = None,
) -> LinkingError:
    """Linking error from the anchors' shifts.

    Parameters
    ----------
    shifts : (n_items,)
        Difficulty on the new minus on the base scale, after linking; logits.
    units : (n_items,) labels, optional
        Stimulus or testlet of each item; every item its own unless given.
    points : (n_items,), optional
        Score points of each item, counted within units; one each unless given.

    Returns
    -------
    LinkingError

    Raises
    ------
    DataError
        A shift is not finite, or lengths differ.
    ModelError
        Fewer than two units.
    """
    c = np.asarray(shifts, dtype=np.float64)
    m = np.ones(len(c)) if points is None else np.asarray(points, dtype=np.float64)
    labels = [str(j) for j in range(len(c))] if units is None else [str(u) for u in units]
    if not (len(c) == len(m) == len(labels) and np.isfinite(c).all() and (m > 0).all()):
        raise DataError(
            "bad_shifts",
            "Linking error needs one finite shift, one unit and positive points for each item.",
        )
    names, unit = np.unique(labels, return_inverse=True)
    if len(names) < 2:
        raise ModelError(
            "too_few_units", "Linking error needs at least two units.", n_units=len(names)
        )
    size = np.bincount(unit, weights=m)
    unit_mean = np.bincount(unit, weights=m * c) / size
    overall = float((size @ unit_mean) / size.sum())
    spread = (size**2 * (unit_mean - overall) ** 2).sum()
    k = len(names)
    error = float(np.sqrt(spread / (k * (k - 1) * size.mean() ** 2)))
    return LinkingError(error, overall, len(c), k)


def anchor_shifts(
    new: Calibration, base: Calibration, found: Link
) -> tuple[FloatArray, FloatArray]:
    """Shift of every anchor of a link under it, and its number of score points, (n_anchors,) each.

    Raises
    ------
    ModelError
        An anchor is nominal and has no difficulty.
    """
    pairs = anchor_pairs(new, base, found.anchors)
    shifts = [
        found.A * n.location + found.B - b.location
        for n, b in zip(pairs.new, pairs.base, strict=True)
        if n.location is not None and b.location is not None
    ]
    if len(shifts) < pairs.n_anchors:
        raise ModelError(
            "anchor_without_difficulty", "A nominal anchor has no shift; leave it out."
        )
    return np.array(shifts), np.array([float(item.n_categories - 1) for item in pairs.base])


@dataclass(frozen=True)
class JackknifedLink:
    """A link whose errors come from leaving out one unit of anchors at a time.

    Attributes
    ----------
    link : Link
        With all anchors; its errors are the jackknife's.
    without : mapping
        The link without each unit.
    """

    link: Link
    without: Mapping[str, Link]


def jackknife_link(
    new: Calibration,
    base: Calibration,
    *,
    method: Method = "haebara",
    anchors: Sequence[str] | None = None,
    weights: AbilityWeights | None = None,
    units: Mapping[str, str] | None = None,
) -> JackknifedLink:
    r"""Errors of A and B from the choice of anchors, by the delete-one-unit jackknife.

    .. math:: \frac{K - 1}{K} \sum_k (\hat\beta_{(k)} - \bar\beta)(\hat\beta_{(k)} - \bar\beta)^T

    For ``mean-mean`` under a fixed unit the error of B is :math:`s/\sqrt n` exactly.

    Parameters
    ----------
    units : mapping of item to unit, optional
        Items not named, and all of them without it, are units of their own.
    method, anchors, weights
        As for :func:`psychometrics.linking.link`.

    Raises
    ------
    ModelError
        Fewer than three units.
    """
    pairs = anchor_pairs(new, base, anchors)
    members = _members(pairs, units or {})
    if len(members) < 3:
        raise ModelError(
            "too_few_units", "The jackknife needs at least three units.", n_units=len(members)
        )

    def linked(left: AnchorPairs) -> Link:
        return link(new, base, method=method, anchors=left.labels, weights=weights)

    without = {unit: linked(pairs.without(items)) for unit, items in members.items()}
    values = np.array([each.coefficients for each in without.values()])
    centred, k = values - values.mean(axis=0), len(values)
    return JackknifedLink(
        with_covariance(linked(pairs), (k - 1) / k * centred.T @ centred), without
    )


def _members(pairs: AnchorPairs, units: Mapping[str, str]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {}
    for label in pairs.labels:
        members.setdefault(units.get(label, label), []).append(label)
    return members
