r"""Observed information of several dimensions.

Among the items by Louis' identity, as in one dimension:

.. math:: I = -\sum_n E[\partial^2 \ell_n] - \sum_n \mathrm{Cov}[s_n], \qquad
          s_n(\theta) = \sum_d s_{nd}(\theta_d)

The scores of two dimensions need the posterior of both, (n_nodes, n_nodes) a person, and nothing of
higher order. The few parameters of the populations, whose scores are of second order in all
abilities, are moved one by one instead: central differences of the exact gradient.
Louis (1982), JRSS B 44, 226-233.
"""

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.estimation.chunks import map_in_order
from psychometrics.estimation.expected_counts import CodedResponses, ExpectedCounts
from psychometrics.estimation.objective import Objective
from psychometrics.estimation.standard_errors import DIFFERENCE
from psychometrics.multidimensional.between import BetweenObjective
from psychometrics.multidimensional.product_pass import Tables, outer_product

CHUNK = 128


def observed_information(
    objective: BetweenObjective, free: FloatArray, counts: ExpectedCounts
) -> FloatArray:
    """Joint observed information of the free parameters, (n_free, n_free).

    Parameters
    ----------
    counts : ExpectedCounts
        Of the E-step at ``free``.
    """
    full = objective.expand(free)
    among_items = _complete(objective, full, counts) - _missing(objective, full)
    information = _contract(objective, among_items)
    moved = _population_entries(objective)
    for entry in moved:
        column = _slope_along(objective, free, int(entry))
        information[entry] = information[:, entry] = -column
    return 0.5 * (information + information.T)


def _population_entries(objective: BetweenObjective) -> IntArray:
    """Positions of the populations' parameters in the free vector."""
    full = np.zeros(sum(len(part.template) for part in objective.parts) + objective.n_correlations)
    for start, part in zip(objective.starts(), objective.parts, strict=False):
        full[start + part.item_set.n_parameters : start + len(part.template)] = 1.0
    full[objective.starts()[-1] :] = 1.0
    return np.flatnonzero(objective.contract(full))


def _slope_along(objective: BetweenObjective, free: FloatArray, entry: int) -> FloatArray:
    step = np.zeros_like(free)
    step[entry] = DIFFERENCE
    rise = objective.evaluate(free + step).gradient - objective.evaluate(free - step).gradient
    return np.asarray(rise / (2.0 * DIFFERENCE))


def _contract(objective: BetweenObjective, matrix: FloatArray) -> FloatArray:
    by_row = np.stack([objective.contract(row) for row in matrix])
    return np.stack([objective.contract(column) for column in by_row.T], axis=1)


def _complete(objective: BetweenObjective, full: FloatArray, counts: ExpectedCounts) -> FloatArray:
    """Minus the Hessian of the items' expected complete-data log posterior, block by block."""
    information = np.zeros((len(full), len(full)))
    fulls, _ = objective.split(full)
    rows = zip(
        objective.starts(), objective.parts, fulls, objective.counts_of(counts), strict=False
    )
    for start, part, own, seen in rows:
        for block in part.item_set.blocks:
            entries = start + np.arange(block.parameters.start, block.parameters.stop)
            entries = entries.reshape(block.n_items, -1)
            for j in range(block.n_parameters):
                slope = _item_slope(part, own, seen, entries[:, j] - start)
                for k in range(block.n_parameters):
                    information[entries[:, k], entries[:, j]] = -slope[entries[:, k] - start]
    return 0.5 * (information + information.T)


def _item_slope(
    part: Objective, full: FloatArray, counts: ExpectedCounts, moved: IntArray
) -> FloatArray:
    up, down = full.copy(), full.copy()
    up[moved] += DIFFERENCE
    down[moved] -= DIFFERENCE
    rise = part.full_gradient(up, counts) - part.full_gradient(down, counts)
    return rise / (2.0 * DIFFERENCE)


def _missing(objective: BetweenObjective, full: FloatArray) -> FloatArray:
    """Posterior covariance of the items' complete-data scores, summed over persons."""
    given, fulls = objective.tables(full), objective.split(full)[0]
    coded = objective.coded
    scores = [
        _entry_scores(part, own, one)
        for part, own, one in zip(objective.parts, fulls, coded.dimensions, strict=True)
    ]
    slices = [
        slice(start, start + part.item_set.n_parameters)
        for start, part in zip(objective.starts(), objective.parts, strict=False)
    ]
    chunks = [
        (rows[at : at + CHUNK], group)
        for rows, group in coded.chunks(len(given.nodes[0]))
        for at in range(0, len(rows), CHUNK)
    ]
    total = np.zeros((len(full), len(full)))
    parts = map_in_order(lambda i: _of_chunk(given, scores, *chunks[i]), len(chunks))
    for blocks in parts:
        for (a, b), block in blocks.items():
            total[slices[a], slices[b]] += block
            if a != b:
                total[slices[b], slices[a]] += block.T
    return total


def _entry_scores(part: Objective, full: FloatArray, coded: CodedResponses) -> FloatArray:
    """Scores of the items' parameters for each row of the design, (width, n_parameters, n_nodes)."""
    item_set, nodes = part.item_set, part.nodes
    n_rows = item_set.n_columns + item_set.n_items
    scores = np.zeros((n_rows, item_set.n_parameters, len(nodes)))
    for block in item_set.blocks:
        gradient = block.model.gradient(block.of(full), nodes)
        own = np.arange(block.parameters.start, block.parameters.stop).reshape(block.n_items, -1)
        columns = np.arange(block.columns.start, block.columns.stop).reshape(block.n_items, -1)
        lowest = item_set.n_columns + np.arange(block.rows.start, block.rows.stop)
        relative = (gradient[:, :, 1:] - gradient[:, :, :1]).transpose(0, 2, 1, 3)
        scores[columns[:, :, None], own[:, None, :]] = relative
        scores[lowest[:, None], own] = gradient[:, :, 0]
    if coded.is_complete:  # everybody's design then holds every item's lowest category
        everybody = scores[item_set.n_columns :].sum(axis=0)
        return np.concatenate([scores[: item_set.n_columns], everybody[None]])
    return scores


def _of_chunk(
    given: Tables, scores: list[FloatArray], rows: IntArray, group: int
) -> dict[tuple[int, int], FloatArray]:
    n_dimensions = len(given.nodes)
    likelihoods, _ = given.likelihoods(rows, group)
    weights = given.coded.weights[rows]
    root = np.sqrt(weights)[:, None, None]
    own = [_of_persons(given, scores, rows, k) * root for k in range(n_dimensions)]
    found: dict[tuple[int, int], FloatArray] = {}
    means: dict[int, FloatArray] = {}
    for a in range(n_dimensions):
        for b in range(a + 1, n_dimensions):
            posterior = _pair_posterior(given, likelihoods, group, a, b)
            means.setdefault(a, _mean(own[a], posterior.sum(axis=2)))
            means.setdefault(b, _mean(own[b], posterior.sum(axis=1)))
            found.setdefault((a, a), _square(own[a], posterior.sum(axis=2), means[a]))
            found.setdefault((b, b), _square(own[b], posterior.sum(axis=1), means[b]))
            seen = np.matmul(own[a], posterior)  # (n, parameters of a, nodes of b)
            joint = np.tensordot(seen, own[b], axes=([0, 2], [0, 2]))
            found[a, b] = joint - means[a].T @ means[b]
    return found


def _of_persons(given: Tables, scores: list[FloatArray], rows: IntArray, k: int) -> FloatArray:
    """Every person's scores along a dimension, (n, n_parameters, n_nodes)."""
    one = given.coded.dimensions[k]
    design = one.design(rows)
    if one.is_complete:
        design = np.concatenate([design, np.ones((len(rows), 1))], axis=1)
    width, n_parameters, n_nodes = scores[k].shape
    product = design @ scores[k].reshape(width, -1)
    return np.asarray(product.reshape(len(rows), n_parameters, n_nodes))


def _pair_posterior(
    given: Tables, likelihoods: list[FloatArray], group: int, a: int, b: int
) -> FloatArray:
    """Posterior of two abilities, (n, n_nodes, n_nodes)."""
    shape = [len(own) for own in given.nodes]
    others = [k for k in range(len(shape)) if k not in (a, b)]
    turned = given.weights[group].reshape(shape).transpose(*others, a, b)
    flat = turned.reshape(-1, shape[a] * shape[b])
    ones = [np.ones((len(likelihoods[0]), 1))]
    summed = outer_product([*ones, *(likelihoods[k] for k in others)]) @ flat
    summed *= outer_product([likelihoods[a], likelihoods[b]])
    summed /= summed.sum(axis=1, keepdims=True)
    return np.asarray(summed.reshape(-1, shape[a], shape[b]))


def _mean(own: FloatArray, posterior: FloatArray) -> FloatArray:
    return np.asarray(np.matmul(own, posterior[:, :, None])[:, :, 0])


def _square(own: FloatArray, posterior: FloatArray, mean: FloatArray) -> FloatArray:
    weighted = own * posterior[:, None, :]
    return np.asarray(np.tensordot(weighted, own, axes=([0, 2], [0, 2])) - mean.T @ mean)
