"""Each person's contribution to the gradient of the marginal log-likelihood."""

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, ScoreArray
from psychometrics.estimation.item_set import Block
from psychometrics.fit.estimated import N_POPULATION, EstimatedParameters
from psychometrics.quadrature import log_weight_gradient
from psychometrics.results import Calibration


def score_vectors(
    estimated: EstimatedParameters,
    posteriors: FloatArray,
    given: ScoreArray,
    seen: BoolArray,
    calibration: Calibration,
    group: str,
) -> FloatArray:
    """Posterior mean of the complete-data score (Fisher's identity), (n_persons, n_free).

    Parameters
    ----------
    posteriors : (n_persons, n_nodes)
    given, seen : (n_persons, n_items)
        Categories counted from zero, and whether the item was answered.
    group : str
        The population of all these persons.
    """
    scores = np.zeros((len(posteriors), estimated.free.n_free))
    for block in estimated.item_set.blocks:
        own = _of_block(block, estimated.full, posteriors, given, calibration.nodes)
        own *= seen[:, block.items][:, :, None]
        _add(scores, estimated, own.reshape(len(own), -1), block.parameters.start)
    population = calibration.group(group)
    gradient = log_weight_gradient(calibration.nodes, population.mean, float(np.log(population.sd)))
    start = estimated.item_set.n_parameters + N_POPULATION * estimated.groups.index(group)
    _add(scores, estimated, posteriors @ gradient.T, start)
    return scores


def _of_block(
    block: Block, full: FloatArray, posteriors: FloatArray, given: ScoreArray, nodes: FloatArray
) -> FloatArray:
    """(n_persons, n_items of the block, n_parameters)."""
    gradient = block.model.gradient(block.of(full), nodes)  # (n_items, m, K, n_nodes)
    shape = (len(posteriors), *gradient.shape[:-1])
    every = (posteriors @ gradient.reshape(-1, len(nodes)).T).reshape(shape)
    chosen = given[:, block.items].astype(np.intp)[:, :, None, None]
    return np.take_along_axis(every, chosen, axis=3)[..., 0]


def _add(
    scores: FloatArray, estimated: EstimatedParameters, by_entry: FloatArray, start: int
) -> None:
    """Entries that move together add up; fixed ones drop out."""
    entries = np.arange(start, start + by_entry.shape[1])
    moving = estimated.free.is_free[entries]
    target = estimated.free.index[entries[moving]]
    chosen = np.zeros((int(moving.sum()), estimated.free.n_free))
    chosen[np.arange(len(target)), target] = 1.0
    scores += by_entry[:, moving] @ chosen
