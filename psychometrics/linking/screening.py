"""Anchors are examined before a link is accepted: what was removed, when, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.errors import ModelError
from psychometrics.linking.anchors import AnchorPairs, anchor_pairs
from psychometrics.linking.drift import AnchorDrift, anchor_drift
from psychometrics.linking.link import Link, Method, link
from psychometrics.linking.weights import AbilityWeights
from psychometrics.results import Calibration, Caution


@dataclass(frozen=True)
class DriftRule:
    """When an anchor has drifted, and what a link needs to be accepted.

    Attributes
    ----------
    max_displacement : float or None
        Logits of the base scale; None switches a criterion off, as with the others.
    max_robust_z : float or None
        Of difficulty; 1.645 is the strict and 2.7 the lenient value in use.
    least_displacement : float
        Anchors that moved by less are not removed for their robust z: when the others agree closely,
        a large z is nothing of consequence.
    max_robust_z_slope : float or None
    max_perpendicular_sds : float or None
        Perpendicular distance in standard deviations of the anchors' distances.
    max_curve_distance : float or None
        Share of an item's maximum.
    fewest_anchors : int
        Nothing more is removed when so few are left.
    max_share_removed : float
    min_correlation : float
        Between the anchors' difficulties on the two scales.
    sd_ratio : pair of float
        Allowed range of SD(A b_new) / SD(b_base).
    """

    max_displacement: float | None = 0.3
    max_robust_z: float | None = 2.7
    least_displacement: float = 0.2
    max_robust_z_slope: float | None = None
    max_perpendicular_sds: float | None = None
    max_curve_distance: float | None = None
    fewest_anchors: int = 3
    max_share_removed: float = 0.2
    min_correlation: float = 0.95
    sd_ratio: tuple[float, float] = (0.9, 1.1)


@dataclass(frozen=True)
class RemovedAnchor:
    """One anchor taken out: in which round, by which measure, at what value against what limit."""

    item: str
    round: int
    measure: str
    value: float
    limit: float


@dataclass(frozen=True)
class AnchorScreening:
    """The link that is left when drifted anchors no longer count.

    Attributes
    ----------
    first, link : Link
        With all anchors, and with those kept.
    drift : tuple of AnchorDrift
        Every anchor, removed ones too, under the final link.
    objections : tuple of Caution
        Why the link should not be accepted as it is; empty where it may be.
    """

    first: Link
    link: Link
    drift: tuple[AnchorDrift, ...]
    removed: tuple[RemovedAnchor, ...]
    objections: tuple[Caution, ...]

    @property
    def is_acceptable(self) -> bool:
        """Whether nothing speaks against the link."""
        return not self.objections


def screen_anchors(
    new: Calibration,
    base: Calibration,
    *,
    method: Method = "haebara",
    anchors: Sequence[str] | None = None,
    weights: AbilityWeights | None = None,
    rule: DriftRule | None = None,
) -> AnchorScreening:
    """Link, remove the anchor that drifted most, link again, until none is left that drifted.

    One anchor goes at a time, the one that exceeds its limit by the largest factor, because a drifted
    anchor pulls the line and makes sound ones look bad.

    Parameters
    ----------
    new, base : Calibration
    method, anchors, weights
        As for :func:`psychometrics.linking.link`; the weights also serve the curve distance.
    rule : DriftRule, optional

    Returns
    -------
    AnchorScreening

    Raises
    ------
    DataError, ModelError
        As :func:`psychometrics.linking.link`; also a rule without any criterion.

    References
    ----------
    Huynh & Meyer (2010), Pract. Assess. Res. Eval. 15(2).
    """
    used, at = rule or DriftRule(), weights or AbilityWeights.of_population(base)
    if not _criteria(used):
        raise ModelError("no_drift_criterion", "The drift rule has no criterion; set one limit.")
    everything = anchor_pairs(new, base, anchors)

    def linked(pairs: AnchorPairs) -> Link:
        return link(new, base, method=method, anchors=pairs.labels, weights=at)

    first = current = linked(everything)
    kept, removed = everything, list[RemovedAnchor]()
    while kept.n_anchors > used.fewest_anchors:
        worst = _worst(anchor_drift(kept, current, at), used, len(removed) + 1)
        if worst is None:
            break
        removed.append(worst)
        kept = kept.without([worst.item])
        current = linked(kept)
    drift = anchor_drift(everything, current, at, kept.labels)
    objections = _objections(everything, kept, current, drift, used)
    return AnchorScreening(first, current, drift, tuple(removed), objections)


Measure = Callable[[AnchorDrift], float | None]


def _criteria(rule: DriftRule) -> list[tuple[str, float, Measure]]:
    """Name, limit and value of each criterion that is on; perpendicular distances come later."""
    candidates: list[tuple[str, float | None, Measure]] = [
        ("displacement", rule.max_displacement, lambda d: d.displacement),
        ("robust_z", rule.max_robust_z, lambda d: _robust_z_that_counts(d, rule)),
        ("robust_z_slope", rule.max_robust_z_slope, lambda d: d.robust_z_slope),
        ("perpendicular_sds", rule.max_perpendicular_sds, lambda d: d.perpendicular),
        ("curve_distance", rule.max_curve_distance, lambda d: d.curve_distance),
    ]
    return [(name, limit, value) for name, limit, value in candidates if limit is not None]


def _robust_z_that_counts(anchor: AnchorDrift, rule: DriftRule) -> float | None:
    moved = anchor.displacement is not None and abs(anchor.displacement) >= rule.least_displacement
    return anchor.robust_z if moved else None


def _excesses(
    drift: Sequence[AnchorDrift], rule: DriftRule
) -> list[tuple[float, str, str, float, float]]:
    """Every excess as (factor, item, measure, value, limit)."""
    distances = [d.perpendicular for d in drift if d.perpendicular is not None]
    sd = float(np.std(distances, ddof=1)) if len(distances) > 1 else 0.0
    found = []
    for measure, limit, of in _criteria(rule):
        for anchor in drift:
            value = of(anchor)
            if measure == "perpendicular_sds":
                value = None if value is None or sd == 0.0 else value / sd
            if value is not None and abs(value) > limit:
                found.append((abs(value) / limit, anchor.item, measure, value, limit))
    return found


def _worst(drift: Sequence[AnchorDrift], rule: DriftRule, round: int) -> RemovedAnchor | None:
    excesses = _excesses(drift, rule)
    if not excesses:
        return None
    _, item, measure, value, limit = max(excesses, key=lambda excess: excess[0])
    return RemovedAnchor(item, round, measure, value, limit)


def _objections(
    everything: AnchorPairs,
    kept: AnchorPairs,
    current: Link,
    drift: tuple[AnchorDrift, ...],
    rule: DriftRule,
) -> tuple[Caution, ...]:
    left = [d for d in drift if d.item in kept.labels]
    n_removed = everything.n_anchors - kept.n_anchors
    found = [_still_drifting(_worst(left, rule, 0)), _too_many(n_removed, everything, rule)]
    return (*(c for c in found if c is not None), *_agreement(kept, current, rule))


def _still_drifting(worst: RemovedAnchor | None) -> Caution | None:
    if worst is None:
        return None
    text = (
        f"Anchor {worst.item!r} still drifts ({worst.measure} {worst.value:.3f}, limit "
        f"{worst.limit:g}) but too few anchors would be left without it."
    )
    params = {"measure": worst.measure, "value": worst.value, "limit": worst.limit}
    return Caution("anchor_still_drifts", text, worst.item, params)


def _too_many(n_removed: int, everything: AnchorPairs, rule: DriftRule) -> Caution | None:
    if n_removed <= rule.max_share_removed * everything.n_anchors:
        return None
    text = (
        f"{n_removed} of {everything.n_anchors} anchors were removed, more than "
        f"{rule.max_share_removed:.0%}: the anchor set may no longer represent the test."
    )
    return Caution("many_anchors_removed", text, None, {"n_removed": n_removed})


def _agreement(kept: AnchorPairs, current: Link, rule: DriftRule) -> list[Caution]:
    new, base = kept.difficulties()
    if len(new) < 3 or not (new.std() > 0 and base.std() > 0):
        return []
    found, (low, high) = [], rule.sd_ratio
    correlation = float(np.corrcoef(new, base)[0, 1])
    if correlation < rule.min_correlation:
        text = f"The anchors' difficulties correlate only {correlation:.3f} between the scales."
        found.append(Caution("low_anchor_correlation", text, None, {"correlation": correlation}))
    ratio = float(current.A * new.std() / base.std())
    if not low <= ratio <= high:
        text = f"The anchors' difficulties spread {ratio:.3f} times as far on the new scale."
        found.append(Caution("anchor_spread_differs", text, None, {"ratio": ratio}))
    return found
