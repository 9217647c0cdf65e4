"""A run put beside an operational one: anchors examined, the line between the scales, its error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psychometrics as pm
from itembank.errors import msg
from psychometrics.linking import (
    AnchorDrift,
    AnchorScreening,
    DriftRule,
    Link,
    anchor_shifts,
    jackknife_link,
    linking_error,
    screen_anchors,
    transform,
)

from ..estimates import plain
from .said import both_languages, caution_in_both
from .subject import Base, Report, Subject

METHODS: Mapping[str, str] = {
    "haebara": "Haebara",
    "stocking-lord": "Stocking–Lord",
    "mean-sigma": "Mean–sigma",
    "mean-mean": "Mean–mean",
}


def analyse(subject: Subject, options: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """The link that is left when drifted anchors no longer count, and what speaks against it."""
    if subject.base is None:
        raise ValueError("a link needs a base")
    base = _relabelled(subject.base)
    method, rule = options.get("method", "haebara"), _rule(options)
    report(0.2, msg("Rà câu neo"))
    found = screen_anchors(subject.calibration, base, method=method, rule=rule)
    report(0.6, msg("Sai số liên kết"))
    removed = {r.item: r for r in found.removed}
    return {
        "base_run": str(subject.base.run_id),
        "method": method,
        "first": _link(found.first),
        "link": _link(found.link) | _errors(subject.calibration, base, found, method),
        "anchors": [
            {**_drift(d), "removed": _removed(removed[d.item]) if d.item in removed else None}
            for d in found.drift
        ],
        "objections": [caution_in_both(c) for c in found.objections],
        "population": _population(subject.calibration, found.link),
        "rule": {
            "max_displacement": rule.max_displacement,
            "max_robust_z": rule.max_robust_z,
            "least_displacement": rule.least_displacement,
        },
    }


def _relabelled(base: Base) -> pm.Calibration:
    """The base's common items under the labels of the new run."""
    items = tuple(
        replace(base.calibration.item(there), item=here) for here, there in base.labels.items()
    )
    return replace(base.calibration, items=items, covariance=None)


def _rule(options: Mapping[str, Any]) -> DriftRule:
    usual = DriftRule()
    return replace(
        usual,
        max_displacement=float(options.get("max_displacement", usual.max_displacement)),
        max_robust_z=float(options.get("max_robust_z", usual.max_robust_z)),
    )


def _link(found: Link) -> dict[str, Any]:
    return {"A": plain(found.A), "B": plain(found.B), "anchors": list(found.anchors)}


def _errors(
    new: pm.Calibration, base: pm.Calibration, found: AnchorScreening, method: Any
) -> dict[str, Any]:
    """Linking error of the shifts, and A and B with one anchor left out at a time."""
    try:
        shifts, points = anchor_shifts(new, base, found.link)
        error = linking_error(shifts, points=points)
        jackknifed = jackknife_link(new, base, method=method, anchors=found.link.anchors)
        se_a, se_b = (float(v) ** 0.5 for v in jackknifed.link.covariance.diagonal())
    except pm.PsychometricsError as refused:
        return {"linking_error": None, "no_error": both_languages(refused)}
    return {
        "linking_error": plain(error.error),
        "n_items": error.n_items,
        "se_A": plain(se_a),
        "se_B": plain(se_b),
    }


def _drift(d: AnchorDrift) -> dict[str, Any]:
    names = (
        "new_difficulty", "base_difficulty", "displacement", "robust_z", "perpendicular",
        "curve_distance",
    )  # fmt: skip
    return {"item": d.item, **{name: plain(getattr(d, name)) for name in names}}


def _removed(removed: Any) -> dict[str, Any]:
    return {
        "round": removed.round,
        "measure": removed.measure,
        "value": plain(removed.value),
        "limit": plain(removed.limit),
    }


def _population(calibration: pm.Calibration, found: Link) -> list[dict[str, Any]]:
    """Mean and SD of every group on the base scale."""
    moved = transform(calibration, found)
    return [{"group": g.group, "mean": plain(g.mean), "sd": plain(g.sd)} for g in moved.groups]
