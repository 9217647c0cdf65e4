"""In which directions the model can move: derivatives of its moments by what was estimated."""

from collections.abc import Sequence

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.calibrated_items import CalibratedItems
from psychometrics.errors import NotBuilt
from psychometrics.fit.model_moments import Features, conditional_moments, moment_derivatives
from psychometrics.fit.populations import log_weights_of
from psychometrics.item_curves import ItemCurve
from psychometrics.item_set import Block
from psychometrics.quadrature import log_weight_gradient
from psychometrics.results import Calibration, Group

# Estimated parameters by a name: entries that share a name move together.
Name = tuple[str, int, int]


def tangent(
    calibration: Calibration,
    items: CalibratedItems,
    curves: Sequence[ItemCurve],
    nodes: FloatArray,
    populations: Sequence[Group],
    features: Features,
) -> list[FloatArray]:
    """Derivative of each population's moments by the estimated parameters.

    Returns
    -------
    list of (n_moments, n_estimated)

    Raises
    ------
    NotBuilt
        The calibration estimated another number of parameters than its models and groups say: it
        ran under further constraints.
    """
    item_names = _item_names(items)
    names = sorted({name for name in item_names if name is not None})
    selection = np.array([[entry == name for name in names] for entry in item_names], dtype=float)
    group_names = _population_names(calibration, items)
    _check_number(calibration, items, len(names) + len(group_names))
    found = []
    for group in populations:
        weights = np.exp(log_weights_of(group, nodes))
        by_item = _by_item_parameters(items, curves, nodes, weights, features) @ selection
        by_population = _by_population(group, group_names, curves, nodes, weights, features)
        found.append(np.concatenate([by_item, by_population], axis=1))
    return found


def _item_names(items: CalibratedItems) -> list[Name | None]:
    """Of every internal parameter, in the order of the full vector; None where it is fixed."""
    return [
        _name(block, i, parameter)
        for block in items.item_set.blocks
        for i in range(block.n_items)
        for parameter in range(block.n_parameters)
    ]


def _name(block: Block, i: int, parameter: int) -> Name | None:
    if parameter == 0 and block.model.slope == "fixed":
        return None
    if parameter == 0 and block.model.slope == "common":
        return ("common slope", 0, 0)
    if parameter in block.model.common_parameters(block.n_categories):
        return ("block", block.first_item, parameter)
    return ("item", block.first_item + i, parameter)


def _population_names(calibration: Calibration, items: CalibratedItems) -> list[tuple[str, int]]:
    """Group and which of mean (0) and log SD (1) was estimated."""
    has_fixed_slope = any(block.model.slope == "fixed" for block in items.item_set.blocks)
    reference, *others = (group.group for group in calibration.groups)
    names = [(reference, 1)] if has_fixed_slope else []
    return names + [(label, entry) for label in others for entry in (0, 1)]


def _check_number(calibration: Calibration, items: CalibratedItems, n: int) -> None:
    is_whole = len(items.estimates) == calibration.n_items
    if is_whole and calibration.n_parameters not in (0, n):
        raise NotBuilt(
            "model_fit_under_constraints",
            f"The calibration estimated {calibration.n_parameters} parameters where its models and "
            f"groups have {n}; model fit under further constraints is not available: calibrate "
            "without them to judge the model.",
            n_estimated=calibration.n_parameters,
            n_expected=n,
        )


def _by_item_parameters(
    items: CalibratedItems,
    curves: Sequence[ItemCurve],
    nodes: FloatArray,
    weights: FloatArray,
    features: Features,
) -> FloatArray:
    """By every internal parameter of every item, (n_moments, n_parameters)."""
    columns = []
    for block in items.item_set.blocks:
        parameters = block.of(items.full)
        probability = np.exp(block.model.log_probability(parameters, nodes))
        gradient = block.model.gradient(parameters, nodes) * probability[:, None]
        columns += [
            moment_derivatives(curves, weights, features, int(position), gradient[i])
            for i, position in enumerate(block.items)
        ]
    return np.concatenate(columns, axis=1)


def _by_population(
    group: Group,
    names: Sequence[tuple[str, int]],
    curves: Sequence[ItemCurve],
    nodes: FloatArray,
    weights: FloatArray,
    features: Features,
) -> FloatArray:
    """By the estimated means and log SDs of all groups, (n_moments, n_names)."""
    given = conditional_moments(curves, features)
    gradient = log_weight_gradient(nodes, group.mean, float(np.log(group.sd))) * weights
    none = np.zeros(given.shape[1])
    columns = [gradient[entry] @ given if label == group.group else none for label, entry in names]
    return np.stack(columns, axis=1) if columns else np.zeros((given.shape[1], 0))
