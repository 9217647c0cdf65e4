"""The reference's own estimates as a calibration of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from psychometrics import Calibration, ItemEstimate, item_estimate


def with_estimates(
    ours: Calibration,
    items: Sequence[ItemEstimate],
    variances: Sequence[float],
    means: Sequence[float] = (),
) -> Calibration:
    """Our calibration with these items and populations in place of its own."""
    groups = [
        replace(group, sd=float(np.sqrt(variance)), mean=mean)
        for group, variance, mean in zip(
            ours.groups, variances, means or [g.mean for g in ours.groups], strict=True
        )
    ]
    return replace(ours, items=tuple(items), groups=tuple(groups), covariance=None)


def of_slope_intercept(est: Mapping[str, Any], like: ItemEstimate) -> ItemEstimate:
    """An item of mirt's slope-intercept table, in the form of our estimate of it."""
    return _like(like, _reported(est, like))


def of_irt_table(row: Mapping[str, Any], like: ItemEstimate, c: float | None) -> ItemEstimate:
    """An item of TAM's table of slopes, locations and step deviations."""
    steps = [row[f"tau.Cat{k}"] for k in range(1, 100) if row.get(f"tau.Cat{k}") is not None]
    difficulties = [row["beta"] + tau for tau in steps] or [row["beta"]]
    return _like(like, [row["alpha"], *difficulties, *([] if c is None else [c])])


def _like(like: ItemEstimate, reported: Sequence[float]) -> ItemEstimate:
    return item_estimate(like.item, like.model, reported, first_category=like.first_category)


def _reported(est: Mapping[str, Any], like: ItemEstimate) -> list[float]:
    m = like.n_categories - 1
    if like.model == "nominal":
        slopes = [est["a1"] * est[f"ak{k}"] for k in range(1, m + 1)]
        return [*slopes, *(est[f"d{k}"] for k in range(1, m + 1))]
    if "b1" in est:  # rating scale: common steps less the item's shift
        return [est["a1"], *(est[f"b{k}"] - est["c"] for k in range(1, m + 1))]
    d = np.array([est["d"]] if m == 1 else [est[f"d{k}"] for k in range(1, m + 1)])
    levels = d if like.model == "grm" else np.diff(d, prepend=0.0)
    asymptotes = [_asymptote(est, name) for name in _ASYMPTOTES.get(like.model, ())]
    return [est["a1"], *(-levels / est["a1"]), *asymptotes]


_ASYMPTOTES = {"3pl": ("g",), "4pl": ("g", "u")}


def _asymptote(est: Mapping[str, Any], name: str) -> float:
    if f"logit({name})" in est:
        return float(1.0 / (1.0 + np.exp(-est[f"logit({name})"])))
    return float(est[name])
