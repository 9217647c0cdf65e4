"""The integrals written down as they are defined: all nodes, one person at a time."""

from itertools import product

import numpy as np

from psychometrics import ResponseMatrix, category_probabilities
from psychometrics.multidimensional import BifactorCalibration, MultidimensionalCalibration


def normal_weights(nodes: np.ndarray, mean: float = 0.0, sd: float = 1.0) -> np.ndarray:
    density = np.exp(-0.5 * ((nodes - mean) / sd) ** 2)
    return density / density.sum()


def joint_posteriors(
    responses: ResponseMatrix, calibration: MultidimensionalCalibration
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points (n_points, n_dimensions), unnormalised posteriors (n_persons, n_points), marginals."""
    population = calibration.groups[0]
    points = np.array(list(product(*calibration.nodes)))
    precision = np.linalg.inv(population.covariance)
    deviation = points - np.array(population.mean)
    density = np.exp(-0.5 * np.einsum("pi,ij,pj->p", deviation, precision, deviation))
    joint = np.tile(density / density.sum(), (responses.n_persons, 1))
    for column, label in enumerate(responses.items):
        at = calibration.dimensions.index(calibration.dimension(label))
        p = category_probabilities(calibration.item(label), points[:, at])
        seen = responses.observed[:, column]
        joint[seen] *= p[:, responses.scores[seen, column]].T
    return points, joint, joint.sum(axis=1)


def clustered_posteriors(
    responses: ResponseMatrix, calibration: BifactorCalibration
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same over the general ability and all specific factors at once."""
    general = np.linspace(-calibration.limit, calibration.limit, calibration.n_nodes)
    limit = calibration.specific_limit
    specific = np.linspace(-limit, limit, calibration.n_specific_nodes)
    population = calibration.groups[0]
    names = [factor.name for factor in calibration.factors]
    points = np.array(list(product(general, *[specific] * len(names))))
    weights = normal_weights(general, population.mean, population.sd)
    for _ in names:
        weights = np.multiply.outer(weights, normal_weights(specific))
    joint = np.tile(weights.ravel(), (responses.n_persons, 1))
    for column, label in enumerate(responses.items):
        item = calibration.item(label)
        theta = points[:, 0]
        if item.specific is not None:
            eta = points[:, 1 + names.index(item.specific)]
            theta = theta + item.specific_slope / item.general.a * eta
        p = category_probabilities(item.general, theta)
        seen = responses.observed[:, column]
        joint[seen] *= p[:, responses.scores[seen, column]].T
    return points, joint, joint.sum(axis=1)
