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
from psychometrics.estimation.chunks import map_in_order
from psychometrics.estimation.expected_counts import ExpectedCounts
from psychometrics.estimation.standard_errors import DIFFERENCE
from psychometrics.multidimensional.bifactor import BifactorObjective
from psychometrics.multidimensional.bifactor_pass import (
    Reduced,
    Tables,
    general_posterior,
    joint_counts,
    reduce_chunk,
)
from psychometrics.multidimensional.patterns import Cluster, PatternChunk, Patterns

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
class _ItemScores:
    """Complete-data scores of one item for each row of its cluster's design."""

    rows: IntArray  # categories above the lowest, then the lowest
    entries: IntArray  # of the full vector, (n_entries,)
    by_row: FloatArray  # (n_entries, n_rows, n_specific_nodes or 1, n_nodes)


@dataclass(frozen=True)
class _Scores:
    """Those of a cluster."""

    items: tuple[_ItemScores, ...]

    @property
    def entries(self) -> IntArray:
        """Of the full vector, (n_entries,)."""
        return np.concatenate([item.entries for item in self.items])

    def of(self, design: FloatArray) -> FloatArray:
        """Scores of patterns, (n_entries, n_patterns, n_specific_nodes or 1, n_nodes)."""
        parts = []
        for item in self.items:
            n_entries, n_rows, n_specific, n_nodes = item.by_row.shape
            flat = item.by_row.reshape(n_entries, n_rows, -1)
            own = np.matmul(design[:, item.rows], flat)
            parts.append(own.reshape(n_entries, len(design), n_specific, n_nodes))
        return np.concatenate(parts)


def _scores(objective: BifactorObjective, full: FloatArray) -> list[_Scores]:
    gradients, entries, slopes = {}, {}, objective.specific_slopes(full)
    for block in objective.general.item_set.blocks:
        by_item = objective.item_gradient(block, full, slopes)
        for i, own in enumerate(objective.item_entries(block)):
            gradients[block.first_item + i] = by_item[i]
            entries[block.first_item + i] = own
    return [_of_cluster(cluster, gradients, entries) for cluster in objective.coded.clusters]


def _of_cluster(
    cluster: Cluster, gradients: Mapping[int, FloatArray], entries: Mapping[int, IntArray]
) -> _Scores:
    items, row = [], 0
    n_columns = len(cluster.rows) - len(cluster.items)
    for position, item in enumerate(cluster.items.tolist()):
        gradient = gradients[item].transpose(0, 2, 1, 3)  # (entries, categories, specific, nodes)
        if cluster.name is None:
            gradient = gradient[:, :, :1]
        relative = gradient[:, 1:] - gradient[:, :1]
        columns = np.arange(row, row + relative.shape[1])
        rows = np.append(columns, n_columns + position)
        by_row = np.concatenate([relative, gradient[:, :1]], axis=1)
        items.append(_ItemScores(rows, entries[item], by_row))
        row += relative.shape[1]
    return _Scores(tuple(items))


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
    means: list[FloatArray] = []  # h of every pattern, (n_entries, n_patterns, n_nodes)
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

    (n_entries, n_patterns, n_nodes) and (n_entries, n_entries).
    """
    n_entries = len(own.entries)
    mean = np.empty((n_entries, len(counts), counts.shape[2]))
    within = np.zeros((n_entries, n_entries))
    for at in range(0, len(counts), PATTERNS):
        part = slice(at, at + PATTERNS)
        here = own.of(patterns.design[part])
        mean[:, part] = np.einsum("eusq,usq->euq", here, reduced.given_general[part])
        here -= mean[:, part, None]
        here *= np.sqrt(counts[part])
        flat = here.reshape(n_entries, -1)
        within += flat @ flat.T
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
        everything = np.repeat(population[:, None], len(p), axis=1)
        for own, patterns, mean in zip(scores, chunk.patterns, means, strict=True):
            everything[own.entries] = mean[:, patterns.of_person[part]]
        everything -= np.einsum("fnq,nq->fn", everything, p)[:, :, None]
        everything *= np.sqrt(weights[:, None] * p)
        flat = everything.reshape(len(everything), -1)
        total += flat @ flat.T
    return total
