r"""Linking by moments of the anchors' parameters.

With :math:`a_{base} = a_{new}/A` and :math:`b_{base} = A b_{new} + B`:

========== =====================================================
mean-mean  :math:`A = \bar a_{new} / \bar a_{base}`
mean-gmean :math:`A = (\prod a_{new} / \prod a_{base})^{1/n}`
mean-sigma :math:`A = s(b_{base}) / s(b_{new})`
========== =====================================================

and :math:`B = \bar b_{base} - A \bar b_{new}`. Every threshold or step of an item counts as a
difficulty of its own. Loyd & Hoover (1980), J. Educ. Meas. 17, 179-193; Marco (1977), J. Educ.
Meas. 14, 139-160; Mislevy & Bock (1990), BILOG 3.
"""

from collections.abc import Callable

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.errors import ModelError
from psychometrics.linking.anchors import AnchorPairs

Slope = Callable[[AnchorPairs], float]


def _ratio_of_means(pairs: AnchorPairs) -> float:
    new, base = pairs.slopes()
    return float(new.mean() / base.mean())


def _ratio_of_geometric_means(pairs: AnchorPairs) -> float:
    new, base = pairs.slopes()
    if (new <= 0).any() or (base <= 0).any():
        position = int(np.argmax((new <= 0) | (base <= 0)))
        raise ModelError(
            "negative_slope",
            f"Anchor {pairs.labels[position]!r} has a slope that is not positive; leave it out.",
            item=pairs.labels[position],
        )
    return float(np.exp(np.mean(np.log(new) - np.log(base))))


def _ratio_of_deviations(pairs: AnchorPairs) -> float:
    new, base = pairs.difficulties()
    if len(new) < 2 or not (new.std() > 0 and base.std() > 0):
        raise ModelError(
            "no_spread",
            "mean-sigma needs anchors of different difficulty; use mean-mean or more anchors.",
        )
    return float(base.std() / new.std())


SLOPES: dict[str, Slope] = {
    "mean-mean": _ratio_of_means,
    "mean-gmean": _ratio_of_geometric_means,
    "mean-sigma": _ratio_of_deviations,
}


def link_by_moments(pairs: AnchorPairs, method: str) -> FloatArray:
    """A and B from means and standard deviations of the anchors' parameters, (2,)."""
    _check_located(pairs)
    slope = 1.0 if pairs.has_fixed_unit else SLOPES[method](pairs)
    if not slope > 0:
        raise ModelError(
            "negative_link",
            f"{method} gives the slope {slope:.4g}, which would turn the scale around; look at "
            "the anchors with negative discrimination.",
            method=method,
            slope=slope,
        )
    new, base = pairs.difficulties()
    return np.array([slope, base.mean() - slope * new.mean()])


def _check_located(pairs: AnchorPairs) -> None:
    if not pairs.n_anchors:
        raise ModelError("no_located_anchors", "No anchor has a difficulty; link by curves.")
    for item in pairs.new:
        if not item.difficulties:
            raise ModelError(
                "anchor_without_difficulty",
                f"Anchor {item.item!r} ({item.model}) has no difficulty; link by curves (haebara, "
                "stocking-lord), or leave it out.",
                item=item.item,
                model=item.model,
            )
