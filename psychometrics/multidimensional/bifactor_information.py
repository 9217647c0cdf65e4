r"""Observed information of a bifactor model, by Louis' identity.

Scores of one cluster and one person depend on the general and one specific ability, scores of two
clusters are independent given the general ability. So the posterior covariance is that within
a cluster given the general ability, a sum over patterns and both nodes, and the covariance over the
general ability of all clusters' and the populations'

.. math:: h_{nc}(\theta) = E[s_{nc} \mid \theta],

a sum over persons and general nodes. Louis (1982), JRSS B 44, 226-233.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.chunks import map_in_order
from psychometrics.expected_counts import ExpectedCounts
from psychometrics.multidimensional.bifactor import BifactorObjective
from psychometrics.multidimensional.bifactor_pass import (
    Reduced,
    Tables,
    general_posterior,
    joint_counts,
    reduce_chunk,
)
from psychometrics.multidimensional.patterns import Cluster, PatternChunk, Patterns
from psychometrics.standard_errors import DIFFERENCE

PERSONS = 256  # whose scores at all nodes are held together
PATTERNS = 64


def observed_information(
    objective: BifactorObjective, full: FloatArray, counts: ExpectedCounts
) -> FloatArray:
    """Joint observed information of the free parameters, (n_free, n_free).

    Parameters
    ----------
    counts : ExpectedCounts
        Of the E-step at ``full``.
    """
    jacobian = objective.natural_jacobian(full)
    missing = jacobian.T @ (jacobian.T @ _missing(objective, full)).T
    information = _complete(objective, full, counts) - missing
    chain = objective.chain
    return np.asarray(chain.T @ (chain.T @ information).T)


def _complete(objective: BifactorObjective, full: FloatArray, counts: ExpectedCounts) -> FloatArray:
    """Minus the Hessian of the expected complete-data log posterior, item by item."""
    information = np.zeros((len(full), len(full)))
    for block in objective.general.item_set.blocks:
        entries = objective.item_entries(block)
        for j in range(entries.shape[1]):
            slope = _slope_along(objective, full, counts, entries[:, j])
            for k in range(entries.shape[1]):
                information[entries[:, k], entries[:, j]] = -slope[entries[:, k]]
    for group in range(objective.coded.n_groups):
        own = np.arange(len(full))[objective.general.population_slice(group)]
        for entry in own:
            slope = _slope_along(objective, full, counts, np.array([entry]))
            information[own, entry] = -slope[own]
    return 0.5 * (information + information.T)


def _slope_along(
    objective: BifactorObjective, full: FloatArray, counts: ExpectedCounts, moved: IntArray
) -> FloatArray:
    up, down = full.copy(), full.copy()
    up[moved] += DIFFERENCE
    down[moved] -= DIFFERENCE
    rise = objective.full_gradient(up, counts) - objective.full_gradient(down, counts)
    return rise / (2.0 * DIFFERENCE)


@dataclass(frozen=True)
class _Scores:
    """Complete-data scores of one cluster for each row of its design."""

    cluster: Cluster
    entries: IntArray  # of the full vector, (n_entries,)
    by_row: FloatArray  # (width, n_entries, n_specific_nodes or 1, n_nodes)


def _scores(objective: BifactorObjective, full: FloatArray) -> list[_Scores]:
    gradients, entries, slopes = {}, {}, objective.specific_slopes(full)
    for block in objective.general.item_set.blocks:
        by_item = objective.item_gradient(block, full, slopes)
        for i, own in enumerate(objective.item_entries(block)):
            gradients[block.first_item + i] = by_item[i]
            entries[block.first_item + i] = own
    return [
        _of_cluster(objective, cluster, gradients, entries) for cluster in objective.coded.clusters
    ]


def _of_cluster(
    objective: BifactorObjective,
    cluster: Cluster,
    gradients: Mapping[int, FloatArray],
    entries: Mapping[int, IntArray],
) -> _Scores:
    own = [entries[item] for item in cluster.items.tolist()]
    n_specific = 1 if cluster.name is None else len(objective.specific_nodes)
    shape = (len(cluster.rows), sum(map(len, own)), n_specific, len(objective.general.nodes))
    by_row, row, at = np.zeros(shape), 0, 0
    n_columns = shape[0] - len(own)
    for position, item in enumerate(cluster.items.tolist()):
        gradient = gradients[item][:, :n_specific].transpose(2, 0, 1, 3)  # by category
        where = slice(at, at + len(own[position]))
        by_row[row : row + len(gradient) - 1, where] = gradient[1:] - gradient[:1]
        by_row[n_columns + position, where] = gradient[0]
        row, at = row + len(gradient) - 1, where.stop
    return _Scores(cluster, np.concatenate(own), by_row)


def _missing(objective: BifactorObjective, full: FloatArray) -> FloatArray:
    """Posterior covariance of the complete-data scores, specific slopes in the place of SDs."""
    given, scores, chunks = objective.tables(full), _scores(objective, full), objective.coded.chunks
    population = _population_scores(objective, full)
    total = np.zeros((len(full), len(full)))
    work = partial(_of_chunk, given, scores, population)
    for own in map_in_order(lambda i: work(chunks[i]), len(chunks)):
        total += own
    return total


def _population_scores(objective: BifactorObjective, full: FloatArray) -> FloatArray:
    """(n_groups, n_full, n_nodes)."""
    general = objective.general
    found = np.zeros((objective.coded.n_groups, len(full), len(general.nodes)))
    for group in range(objective.coded.n_groups):
        by_population = general.log_weight_gradient(full[: objective.n_general], group)
        found[group, general.population_slice(group)] = by_population
    return found


def _of_chunk(
    given: Tables, scores: list[_Scores], population: FloatArray, chunk: PatternChunk
) -> FloatArray:
    n_full = population.shape[1]
    total = np.zeros((n_full, n_full))
    reduced = reduce_chunk(given, chunk)
    posterior, _ = general_posterior(given, chunk, reduced)
    weighted = posterior * chunk.weights[:, None]
    means: list[FloatArray] = []  # h of every pattern, (n_patterns, n_entries, n_nodes)
    for own, patterns, one in zip(scores, chunk.patterns, reduced, strict=True):
        mean, within = _of_patterns(own, patterns, one, joint_counts(patterns, one, weighted))
        total[np.ix_(own.entries, own.entries)] += within
        means.append(mean)
    total += _between(scores, means, chunk, posterior, population[chunk.group])
    return total


def _of_patterns(
    own: _Scores, patterns: Patterns, reduced: Reduced, counts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Scores given the general ability, and the products within the cluster beyond theirs.

    (n_patterns, n_entries, n_nodes) and (n_entries, n_entries).
    """
    width, n_entries, n_specific, n_nodes = own.by_row.shape
    flat = own.by_row.reshape(width, -1)
    mean = np.empty((len(counts), n_entries, n_nodes))
    within = np.zeros((n_entries, n_entries))
    for at in range(0, len(counts), PATTERNS):
        part = slice(at, at + PATTERNS)
        here = (patterns.design[part] @ flat).reshape(-1, n_entries, n_specific, n_nodes)
        mean[part] = np.einsum("uesq,usq->ueq", here, reduced.given_general[part])
        here -= mean[part][:, :, None]
        within += np.tensordot(here * counts[part][:, None], here, axes=([0, 2, 3], [0, 2, 3]))
    return mean, within


def _between(
    scores: list[_Scores],
    means: list[FloatArray],
    chunk: PatternChunk,
    posterior: FloatArray,
    population: FloatArray,
) -> FloatArray:
    """Covariance over the general ability of the scores given it."""
    total = np.zeros((len(population), len(population)))
    for at in range(0, len(posterior), PERSONS):
        part = slice(at, at + PERSONS)
        weights, p = chunk.weights[part], posterior[part]
        everything = np.tile(population, (len(p), 1, 1))
        for own, patterns, mean in zip(scores, chunk.patterns, means, strict=True):
            everything[:, own.entries] = mean[patterns.of_person[part]]
        average = np.matmul(everything, p[:, :, None])
        everything -= average
        everything *= np.sqrt(weights[:, None] * p)[:, None]
        total += np.tensordot(everything, everything, axes=([0, 2], [0, 2]))
    return total
