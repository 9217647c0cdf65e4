r"""The E-step of a bifactor model.

For each cluster and each of its patterns the specific factor is summed out at every node of the
general ability; persons then only add up one row a cluster. Backwards, persons of one pattern are put
together before the specific factor comes in again:

.. math:: r_u(\eta, \theta) = p_u(\eta \mid \theta) \sum_{n \in u} w_n\, p_n(\theta)

Gibbons & Hedeker (1992), Psychometrika 57, 423-436.
"""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.estimation.chunks import map_in_order
from psychometrics.estimation.expected_counts import ExpectedCounts
from psychometrics.multidimensional.patterns import (
    Cluster,
    ClusteredResponses,
    PatternChunk,
    Patterns,
)


@dataclass(frozen=True)
class Tables:
    """Everything of an E-step that does not depend on the persons."""

    coded: ClusteredResponses
    columns: FloatArray  # (design width, n_specific_nodes, n_nodes), log probabilities
    log_specific: FloatArray  # (n_specific_nodes,), log weights
    log_general: FloatArray  # (n_groups, n_nodes), log weights


@dataclass(frozen=True)
class Reduced:
    """One cluster with its specific factor summed out."""

    log_likelihood: FloatArray  # (n_patterns, n_nodes)
    given_general: FloatArray  # (n_patterns, n_specific_nodes or 1, n_nodes), posterior weights


def reduce_cluster(given: Tables, cluster: Cluster, patterns: Patterns) -> Reduced:
    """Sum out the specific factor; a cluster without one has a single node."""
    table, log_weights = given.columns[cluster.rows], given.log_specific
    if cluster.name is None:
        table, log_weights = table[:, :1], np.zeros(1)
    n_specific, n_nodes = table.shape[1:]
    flat = patterns.design @ table.reshape(len(table), -1)
    log_joint = flat.reshape(-1, n_specific, n_nodes)
    log_joint += log_weights[:, None]
    peak = log_joint.max(axis=1, keepdims=True)
    log_joint -= peak
    weights = np.exp(log_joint, out=log_joint)
    total = weights.sum(axis=1, keepdims=True)
    weights /= total
    return Reduced((peak + np.log(total))[:, 0], weights)


def reduce_chunk(given: Tables, chunk: PatternChunk) -> list[Reduced]:
    """All clusters of a chunk."""
    pairs = zip(given.coded.clusters, chunk.patterns, strict=True)
    return [reduce_cluster(given, cluster, patterns) for cluster, patterns in pairs]


def general_posterior(
    given: Tables, chunk: PatternChunk, reduced: list[Reduced]
) -> tuple[FloatArray, FloatArray]:
    """Posterior over the general nodes, (n, n_nodes), and log marginal likelihood, (n,)."""
    joint = np.tile(given.log_general[chunk.group], (len(chunk.weights), 1))
    for patterns, one in zip(chunk.patterns, reduced, strict=True):
        joint += one.log_likelihood[patterns.of_person]
    peak = joint.max(axis=1, keepdims=True)
    joint -= peak
    posterior = np.exp(joint, out=joint)
    total = posterior.sum(axis=1, keepdims=True)
    posterior /= total
    return posterior, (peak + np.log(total))[:, 0]


def expected_counts(given: Tables, threads: int | None = None) -> ExpectedCounts:
    """One pass over the persons.

    Returns
    -------
    ExpectedCounts
        ``columns`` (design width, specific times general nodes); what belongs to no specific factor
        stands at the first specific node.
    """
    chunks, total = given.coded.chunks, 0.0
    columns, nodes = np.zeros_like(given.columns), np.zeros_like(given.log_general)
    parts = map_in_order(lambda i: _of_chunk(given, chunks[i]), len(chunks), threads)
    for chunk, (log_likelihood, own, at_nodes) in zip(chunks, parts, strict=True):
        total += log_likelihood
        nodes[chunk.group] += at_nodes
        for cluster, counts in zip(given.coded.clusters, own, strict=True):
            columns[cluster.rows, : counts.shape[1]] += counts
    return ExpectedCounts(total, columns.reshape(len(columns), -1), nodes)


def _of_chunk(given: Tables, chunk: PatternChunk) -> tuple[float, list[FloatArray], FloatArray]:
    reduced = reduce_chunk(given, chunk)
    posterior, log_marginal = general_posterior(given, chunk, reduced)
    posterior *= chunk.weights[:, None]
    counts = []
    for patterns, one in zip(chunk.patterns, reduced, strict=True):
        at_both = joint_counts(patterns, one, posterior)
        flat = patterns.design.T @ at_both.reshape(len(at_both), -1)
        counts.append(flat.reshape(-1, *at_both.shape[1:]))
    return float(chunk.weights @ log_marginal), counts, posterior.sum(axis=0)


def joint_counts(patterns: Patterns, reduced: Reduced, posterior: FloatArray) -> FloatArray:
    """Expected persons of each pattern at both nodes, (n_patterns, n_specific_nodes, n_nodes)."""
    persons = np.asarray(patterns.gather @ posterior)
    return np.asarray(reduced.given_general * persons[:, None])
