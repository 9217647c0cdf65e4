r"""How far each anchor has moved between two calibrations, once the scales are linked.

================= ==================================================================================
displacement      :math:`d_j = A \bar b_j^{new} + B - \bar b_j^{base}`, logits; :math:`\bar b` is the mean of
                  an item's thresholds or steps
robust z          :math:`(d_j - \mathrm{Md}(d)) / (0.74\,\mathrm{IQR}(d))`
robust z of slope the same of :math:`\ln (a_j^{new} / A) - \ln a_j^{base}`
perpendicular     :math:`d_j / \sqrt{A^2 + 1}`, distance from the linking line in the plane of difficulties
curve distance    root mean square difference of the two expected-score curves as a share of the item's
                  maximum, over the ability weights (the root of what is also called d²)
================= ==================================================================================

Huynh & Meyer (2010), Pract. Assess. Res. Eval. 15(2); Wells, Hambleton, Kirkpatrick & Meng (2014),
Appl. Meas. Educ. 27, 214-231.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.linking.anchors import AnchorPairs
from psychometrics.linking.curves import curve_distance
from psychometrics.linking.link import Link
from psychometrics.linking.weights import AbilityWeights
from psychometrics.results import ItemEstimate

NORMAL_IQR = 0.74  # 1 / (2 * 0.6745): the IQR times it is the SD of a normal distribution


@dataclass(frozen=True)
class AnchorDrift:
    """Where one anchor stands under a link.

    ``robust_z`` and ``robust_z_slope`` are None where the middle half of the anchors agrees exactly,
    so that there is no spread to compare with; ``robust_z_slope`` also where a slope is not positive.
    A nominal item has no difficulty and nothing that follows from it, only its curves.
    """

    item: str
    new_difficulty: float | None
    base_difficulty: float | None
    displacement: float | None
    robust_z: float | None
    robust_z_slope: float | None
    perpendicular: float | None
    curve_distance: float


def anchor_drift(
    pairs: AnchorPairs,
    link: Link,
    weights: AbilityWeights,
    among: tuple[str, ...] | None = None,
) -> tuple[AnchorDrift, ...]:
    """Measure every anchor under a link.

    Parameters
    ----------
    pairs : AnchorPairs
    link : Link
    weights : AbilityWeights
        On the base scale, for the curve distance.
    among : tuple of str, optional
        Items whose median and interquartile range the robust z refers to; all unless given.

    Returns
    -------
    tuple of AnchorDrift
        In the order of the anchors.
    """
    labels = pairs.labels if among is None else among
    core = np.array([label in labels for label in pairs.labels])
    new, base = _mean_difficulties(pairs.new), _mean_difficulties(pairs.base)
    displacement = link.A * new + link.B - base
    z, z_slope = robust_z(displacement, core), robust_z(_slope_shifts(pairs, link.A), core)
    at = np.array(link.coefficients)
    return tuple(
        AnchorDrift(
            item=pairs.labels[j],
            new_difficulty=_known(link.A * new[j] + link.B),
            base_difficulty=_known(base[j]),
            displacement=_known(displacement[j]),
            robust_z=z[j],
            robust_z_slope=z_slope[j],
            perpendicular=_known(displacement[j] / np.hypot(link.A, 1.0)),
            curve_distance=curve_distance(pairs.new[j], pairs.base[j], at, weights),
        )
        for j in range(pairs.n_anchors)
    )


def robust_z(values: FloatArray, core: FloatArray | None = None) -> list[float | None]:
    """Distance from the median in robust standard deviations of the core values.

    Parameters
    ----------
    values : (n,)
        NaN marks what has no value and gets None.
    core : (n,) bool, optional
        Values the median and the interquartile range are taken from; all unless given.
    """
    counted = values[np.isfinite(values) & (True if core is None else np.asarray(core, dtype=bool))]
    if not counted.size:
        return [None] * len(values)
    low, middle, high = np.percentile(counted, [25, 50, 75])
    spread = NORMAL_IQR * (high - low)
    smallest = 1e-9 * max(1.0, float(np.abs(counted).max()))
    if spread <= smallest:
        return [None] * len(values)
    return [float((v - middle) / spread) if np.isfinite(v) else None for v in values]


def _mean_difficulties(items: tuple[ItemEstimate, ...]) -> FloatArray:
    return np.array([np.nan if item.location is None else item.location for item in items])


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _slope_shifts(pairs: AnchorPairs, slope: float) -> FloatArray:
    new, base = pairs.slopes()
    sound = (new > 0) & (base > 0)
    shifts = np.full(len(new), np.nan)
    shifts[sound] = np.log(new[sound] / slope) - np.log(base[sound])
    return shifts
