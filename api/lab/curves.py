"""From stored estimates back to curves: the pictures compute nothing themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import psychometrics as pm
from itembank.calibrations.models import ItemParameters

from ..charts.categories import CategoryData
from ..charts.icc import IccData, ObservedGroup
from ..charts.information import InformationData
from ..charts.wright import Bin

GRID = np.linspace(-3.0, 3.0, 121)


def estimate_of(row: ItemParameters) -> pm.ItemEstimate:
    """The item as the numbers know it. D = 1."""
    values = row.estimates
    difficulties = values.get("steps", values.get("b"))
    listed = difficulties if isinstance(difficulties, list) else [difficulties]
    asymptotes = [values[name] for name in ("c", "d") if name in values]
    return pm.item_estimate(row.label, row.model, [values["a"], *listed, *asymptotes])


def icc_data(row: ItemParameters) -> IccData:
    estimate = estimate_of(row)
    share = pm.expected_score([estimate], GRID)[:, 0] / (estimate.n_categories - 1)
    return IccData(row.label, _points(share), [_observed(g) for g in row.curve["groups"]])


def category_data(row: ItemParameters) -> CategoryData:
    shares = pm.category_probabilities(estimate_of(row), GRID)  # (n_points, n_categories)
    groups = row.curve["groups"]
    return CategoryData(
        row.label,
        [_points(column) for column in shares.T],
        [[(g["theta"], g["categories"][k]) for g in groups] for k in range(shares.shape[1])],
    )


def information_data(summary: Mapping[str, Any]) -> InformationData:
    stored = summary["information"]
    return InformationData(
        list(zip(stored["theta"], stored["information"], strict=True)),
        list(zip(stored["theta"], stored["sem"], strict=True)),
    )


def bins_of(summary: Mapping[str, Any]) -> list[Bin]:
    """The stored histogram of abilities."""
    stored = summary["histogram"]
    low, width = stored["low"], stored["width"]
    return [Bin(low + i * width, low + (i + 1) * width, n) for i, n in enumerate(stored["counts"])]


def _observed(group: Mapping[str, Any]) -> ObservedGroup:
    names = ("theta", "n", "observed", "lower", "upper", "expected")
    return ObservedGroup(**{name: group[name] for name in names})


def _points(values: Any) -> list[tuple[float, float]]:
    return list(zip(GRID.tolist(), np.asarray(values).tolist(), strict=True))
