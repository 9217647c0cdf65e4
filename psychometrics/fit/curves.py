"""Observed proportions to draw over the item characteristic curves."""

from dataclasses import dataclass

import numpy as np

from psychometrics.ability import score
from psychometrics.arrays import FloatArray, IntArray
from psychometrics.calibrated_items import items_of
from psychometrics.errors import ModelError
from psychometrics.estimation.expected_counts import CodedResponses
from psychometrics.responses.administered import as_calibrated
from psychometrics.responses.matrix import ResponseMatrix
from psychometrics.results import AbilityEstimates, Calibration


@dataclass(frozen=True, eq=False)
class ObservedCurve:
    """Observed proportions of one item in groups of persons of similar ability.

    Attributes
    ----------
    theta : (n_groups,)
        Mean ability of each group.
    n : (n_groups,)
        Persons in it who saw the item.
    proportions : (n_groups, n_categories)
    low, high : (n_groups, n_categories)
        Wilson 95 % intervals.
    """

    item: str
    theta: FloatArray
    n: IntArray
    proportions: FloatArray
    low: FloatArray
    high: FloatArray


def observed_curves(
    responses: ResponseMatrix,
    calibration: Calibration,
    *,
    n_groups: int = 10,
    abilities: AbilityEstimates | None = None,
) -> tuple[ObservedCurve, ...]:
    """Observed proportions to draw over the item characteristic curves.

    Persons with at least one response are cut into ``n_groups`` of equal size by EAP ability (or by
    the abilities given); within each, the share of each category among those who saw the item.
    EAPs are shrunken towards the mean, so at the ends the points lie slightly steeper than the curve;
    :func:`item_fit` judges fit, this is for the eye.

    Parameters
    ----------
    responses : ResponseMatrix
    calibration : Calibration
    n_groups : int
        Groups of persons, at least one.
    abilities : AbilityEstimates, optional
        In the order of the rows; persons without a finite one are left out.

    Returns
    -------
    tuple of ObservedCurve
        One an item, in the order of the columns.

    Raises
    ------
    ModelError
        No ability group.
    DataError
        An unknown item, category or group.
    """
    if n_groups < 1:
        raise ModelError("too_few_ability_groups", "At least one ability group is needed.")
    theta = (abilities or score(responses, calibration, "eap")).theta
    responses = as_calibrated(responses, calibration)
    items, coded = items_of(responses, calibration)
    usable = np.flatnonzero(responses.answered & np.isfinite(theta))
    order = usable[np.argsort(theta[usable], kind="stable")]
    parts = [part for part in np.array_split(order, n_groups) if part.size]
    curves: dict[int, ObservedCurve] = {}
    for block in items.item_set.blocks:
        for i, position in enumerate(block.items):
            column = block.first_item + i
            curves[int(position)] = _curve(
                responses.items[position], coded, column, block.n_categories, theta, parts
            )
    return tuple(curves[position] for position in range(responses.n_items))


def _curve(
    label: str,
    coded: CodedResponses,
    column: int,
    n_categories: int,
    theta: FloatArray,
    parts: list[IntArray],
) -> ObservedCurve:
    seen = [part[coded.observed[part, column]] for part in parts]
    seen = [part for part in seen if part.size]
    counts = np.array(
        [np.bincount(coded.scores[part, column], minlength=n_categories) for part in seen]
    ).reshape(len(seen), n_categories)
    n = counts.sum(axis=1)
    proportions = counts / n[:, None]
    low, high = _wilson(proportions, n[:, None].astype(np.float64))
    means = np.array([theta[part].mean() for part in seen])
    return ObservedCurve(label, means, n.astype(np.intp), proportions, low, high)


def _wilson(p: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    z = 1.959963984540054
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
