"""In which directions the model can move: derivatives of its moments by what was estimated."""

from collections.abc import Sequence

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.fit.estimated import N_POPULATION, EstimatedParameters
from psychometrics.fit.model_moments import Features, conditional_moments, moment_derivatives
from psychometrics.item_curves import ItemCurve
from psychometrics.quadrature import log_weight_gradient
from psychometrics.results import Group


def tangent(
    estimated: EstimatedParameters,
    curves: Sequence[ItemCurve],
    nodes: FloatArray,
    populations: Sequence[Group],
    features: Features,
) -> list[FloatArray]:
    """Derivative of each population's moments by the estimated parameters.

    Returns
    -------
    list of (n_moments, n_free)
    """
    selection = estimated.selection()
    n_items = estimated.item_set.n_parameters
    found = []
    for group in populations:
        weights = np.exp(group.log_weights(nodes))
        by_items = _by_items(estimated, curves, nodes, weights, features)
        by_population = _by_population(group, curves, nodes, weights, features)
        start = n_items + N_POPULATION * estimated.groups.index(group.group)
        own = slice(start, start + N_POPULATION)
        found.append(by_items @ selection[:n_items] + by_population @ selection[own])
    return found


def _by_items(
    estimated: EstimatedParameters,
    curves: Sequence[ItemCurve],
    nodes: FloatArray,
    weights: FloatArray,
    features: Features,
) -> FloatArray:
    """By every internal parameter of every item, (n_moments, n_parameters)."""
    columns = []
    for block in estimated.item_set.blocks:
        parameters = block.of(estimated.full)
        probability = np.exp(block.model.log_probability(parameters, nodes))
        gradient = block.model.gradient(parameters, nodes) * probability[:, None]
        columns += [
            moment_derivatives(curves, weights, features, int(position), gradient[i])
            for i, position in enumerate(block.items)
        ]
    return np.concatenate(columns, axis=1)


def _by_population(
    group: Group,
    curves: Sequence[ItemCurve],
    nodes: FloatArray,
    weights: FloatArray,
    features: Features,
) -> FloatArray:
    """By the group's mean and log SD, (n_moments, 2)."""
    gradient = log_weight_gradient(nodes, group.mean, float(np.log(group.sd))) * weights
    return np.asarray((gradient @ conditional_moments(curves, features)).T)
